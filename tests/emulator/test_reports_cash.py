"""The cash basis: what counts once it is paid, and what is paid and counts for nothing yet."""

from decimal import Decimal

from local.qbo import Company
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, pay
from tests.emulator.report_reading import Cells, lines, report
from tests.emulator.test_reports_statements import group


def cash(api: Api, first: str = "2026-01-01", last: str = "2026-12-31") -> dict[str, Cells]:
    return lines(api, "ProfitAndLoss", accounting_method="Cash", start_date=first, end_date=last)


def test_on_cash_basis_income_counts_as_it_is_paid(api: Api) -> None:
    customer = api.customer()
    body = {
        "CustomerRef": {"value": customer},
        "TxnDate": "2026-01-10",
        "Line": [line("10"), line("5", item="SHIPPING_ITEM_ID")],
    }
    invoice = api.save("invoice", body)
    for day, amount in (("2026-02-01", "5"), ("2026-03-01", "10")):
        api.save("payment", pay(customer, amount, ("Invoice", invoice["Id"], amount), TxnDate=day))

    assert cash(api, last="2026-01-31")["Total Income"] == [""]
    february = cash(api, "2026-02-01", "2026-02-28")
    assert (february["Services"], february["Shipping Income"]) == (["3.33"], ["1.67"])
    assert cash(api)["Services"] == ["10.00"]
    assert cash(api)["Shipping Income"] == ["5.00"]
    sheet = report(api, "BalanceSheet", accounting_method="Cash")
    assert sheet["Header"]["ReportBasis"] == "Cash"
    assert group(sheet["Rows"], "AR") is None


def test_money_that_pays_nothing_yet_is_unapplied_income(api: Api) -> None:
    customer = api.customer()
    early = api.save("payment", pay(customer, "30", TxnDate="2026-01-05"))
    assert cash(api)["Unapplied Cash Payment Income"] == ["30.00"]

    invoice = api.invoice(customer, "20", TxnDate="2026-02-10")
    links = pay(customer, "30", ("Invoice", invoice["Id"], "20"))
    api.save("payment", {**links, "Id": early["Id"], "SyncToken": "0", "sparse": True})

    january = cash(api, last="2026-01-31")
    assert january["Unapplied Cash Payment Income"] == ["30.00"]
    february = cash(api, "2026-02-01", "2026-02-28")
    assert february["Services"] == ["20.00"]
    assert february["Unapplied Cash Payment Income"] == ["-20.00"]
    assert cash(api)["Net Income"] == ["30.00"]


def test_a_credit_memo_used_up_counts_against_income_on_cash_basis(api: Api) -> None:
    customer = api.customer()
    invoice = api.invoice(customer, "100", TxnDate="2026-01-10")
    memo = api.save(
        "creditmemo",
        {"CustomerRef": {"value": customer}, "TxnDate": "2026-01-11", "Line": [line("30")]},
    )
    used = [("Invoice", invoice["Id"], "100"), ("CreditMemo", memo["Id"], "30")]
    assert cash(api)["Net Income"] == ["0.00"]

    api.save("payment", pay(customer, "70", *used, TxnDate="2026-02-01"))

    assert cash(api)["Services"] == ["70.00"]
    assert cash(api)["Net Income"] == ["70.00"]


def test_a_deposit_on_an_invoice_counts_at_once_on_cash_basis(api: Api, company: Company) -> None:
    set_preferences(company, {"SalesFormsPrefs": {"AllowDeposit": True}})
    customer = api.customer()
    api.invoice(customer, "100", Deposit=Decimal(40), TxnDate="2026-01-10")

    assert cash(api)["Services"] == ["40.00"]
    sheet = lines(api, "BalanceSheet", accounting_method="Cash")
    assert sheet["TOTAL ASSETS"] == sheet["Net Income"] == ["40.00"]


def test_the_basis_follows_the_preference(api: Api, company: Company) -> None:
    set_preferences(company, {"ReportPrefs": {"ReportBasis": "Cash"}})
    api.invoice(api.customer(), "100")

    assert report(api, "TrialBalance")["Header"]["ReportBasis"] == "Cash"
    assert report(api, "TrialBalance")["Header"]["Option"][-1]["Value"] == "true"
    accrual = report(api, "TrialBalance", accounting_method="Accrual")
    assert accrual["Header"]["Option"][-1]["Value"] == "false"
    assert api.get("reports/TrialBalance", accounting_method="Tax").status_code == 400


def test_the_cost_of_goods_counts_with_the_share_that_is_paid(api: Api) -> None:
    body = {
        "Name": "Pump",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 10,
        "InvStartDate": "2026-01-01",
        "PurchaseCost": Decimal("2.50"),
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
        "AssetAccountRef": {"value": "81"},
    }
    item = str(api.save("item", body)["Id"])
    customer = api.customer()
    goods = [line("20", item=item, Qty=4, UnitPrice=5)]
    sold = {"CustomerRef": {"value": customer}, "TxnDate": "2026-02-01", "Line": goods}
    invoice = api.save("invoice", sold)
    assert cash(api)["Net Income"] == ["0.00"]

    api.save("payment", pay(customer, "5", ("Invoice", invoice["Id"], "5"), TxnDate="2026-03-01"))

    assert cash(api)["Total Income"] == ["5.00"]
    assert cash(api)["Total Cost of Goods Sold"] == ["2.50"]
    sheet = lines(api, "BalanceSheet", accounting_method="Cash")
    assert sheet["Inventory Asset"] == ["22.50"]
