"""Reports of single postings and transactions: ledger, lists, journal, accounts; and all dates."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from local.qbo.people.bookkeeper import journal
from local.qbo.people.person import set_preferences
from local.qbo.plans import SIMPLE_START
from local.qbo.reports.periods import named
from tests.emulator.conftest import Api, line, pay, sale
from tests.emulator.report_reading import flat, report
from tests.emulator.test_plans import subscribe
from tests.emulator.test_reports_statements import sub_account


def section(answer: Any, name: str) -> Any:
    for row in answer["Rows"]["Row"]:
        if row["Header"]["ColData"][0]["value"] == name:
            return row
    raise AssertionError(name)


def test_the_ledger_shows_a_sub_account_inside_its_parent(api: Api, company: Company) -> None:
    fuel = sub_account(api, "Fuel", "8", "Expense")
    journal(company, "2026-10-01", "", [("8", "Debit", 2, None), ("35", "Credit", 2, None)])
    journal(company, "2026-10-01", "", [(fuel, "Debit", 3, None), ("35", "Credit", 3, None)])

    charges = section(report(api, "GeneralLedger"), "Bank Charges")

    assert charges["Header"]["ColData"][0]["id"] == "8"
    below = charges["Rows"]["Row"][1]
    assert below["Header"]["ColData"][0] == {"value": "Fuel", "id": fuel}
    assert below["Summary"]["ColData"][0]["value"] == "Total for Fuel"
    assert charges["Summary"]["ColData"][0]["value"] == "Total for Bank Charges with sub-accounts"
    assert charges["Summary"]["ColData"][-2]["value"] == "5.00"


def test_ledger_lines_name_their_party_and_the_other_side(api: Api) -> None:
    customer = api.customer("Jane")
    invoice = api.invoice(customer, "10", "20", PrivateNote="note")

    answer = report(api, "GeneralLedger")

    first = section(answer, "Accounts Receivable (A/R)")["Rows"]["Row"][0]
    assert first == {
        "ColData": [
            {"value": "2026-10-01"},
            {"value": "Invoice", "id": invoice["Id"]},
            {"value": ""},
            {"value": "Jane", "id": customer},
            {"value": "note"},
            {"value": "-Split-", "id": ""},
            {"value": "30.00"},
            {"value": "30.00"},
        ],
        "type": "Data",
    }
    other = section(answer, "Services")["Rows"]["Row"][0]["ColData"]
    assert other[5] == {"value": "Accounts Receivable (A/R)", "id": "84"}
    assert other[6] == {"value": "10.00"}


def test_the_ledger_is_limited_and_sorted_as_asked(api: Api) -> None:
    jane, joe = api.customer("Jane"), api.customer("Joe")
    for who, amount in ((jane, "10"), (joe, "30"), (jane, "20")):
        api.invoice(who, amount)

    def amounts(**params: str) -> list[list[str]]:
        found = report(api, "GeneralLedger", columns="subt_nat_amount", **params)["Rows"]["Row"]
        return [[row["ColData"][0]["value"] for row in each["Rows"]["Row"]] for each in found]

    assert amounts(account="84") == [["10.00", "30.00", "20.00"]]
    assert amounts(account_type="Income") == [["10.00", "30.00", "20.00"]]
    assert amounts(account="84", customer=jane) == [["10.00", "20.00"]]
    assert amounts(account="1", source_account="35") == []
    by = {"account": "84", "sort_order": "descend"}
    assert amounts(**by, sort_by="subt_nat_amount") == [["30.00", "20.00", "10.00"]]
    assert amounts(**by, order_by="subt_nat_amount") == [["30.00", "20.00", "10.00"]]


def test_the_ledger_on_cash_basis_balances_line_by_line(api: Api) -> None:
    customer = api.customer("Jane")
    invoice = api.invoice(customer, "10")
    api.save("payment", pay(customer, "4", ("Invoice", invoice["Id"], "4")))

    answer = report(api, "GeneralLedger", accounting_method="Cash", columns="debt_amt,credit_amt")

    lines = [row["ColData"] for each in answer["Rows"]["Row"] for row in each["Rows"]["Row"]]
    assert [[cell["value"] for cell in each] for each in lines] == [["4.00", ""], ["", "4.00"]]


def test_with_several_currencies_amounts_are_also_there_as_home_amounts(
    api: Api, company: Company
) -> None:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    customer = api.customer("Berlin GmbH", CurrencyRef={"value": "EUR"})
    api.invoice(customer, "100", ExchangeRate=Decimal("1.1"))
    wanted = "currency,nat_foreign_amount,debt_amt,debt_home_amt,subt_nat_amount"

    def cells() -> list[str]:
        answer = report(api, "GeneralLedger", columns=wanted)
        row = answer["Rows"]["Row"][0]["Rows"]["Row"][0]
        return [each["value"] for each in row["ColData"]]

    assert cells() == ["EUR", "100.00", "110.00", "110.00", "110.00"]
    company.switches.set("plain_amounts_with_currencies", "drop")
    assert cells() == ["EUR", "100.00", "110.00"]
    titles = [each["ColTitle"] for each in report(api, "GeneralLedger")["Columns"]["Column"]]
    assert titles[-2:] == ["Amount", "Balance"]


def test_a_report_that_is_too_large_ends_early_and_says_so(api: Api, company: Company) -> None:
    for _ in range(5):
        api.save("salesreceipt", sale(None, "10"))
    company.switches.set("report_cells", 40)

    rows = report(api, "GeneralLedger")["Rows"]["Row"]

    assert "Summary" not in rows[-2]
    assert rows[-1]["ColData"][0]["value"] == (
        "Unable to display more data. Please reduce the date range."
    )
    company.switches.set("report_cells", None)
    assert "Summary" in report(api, "GeneralLedger")["Rows"]["Row"][-1]


def test_the_transaction_list_has_a_line_per_transaction(api: Api, company: Company) -> None:
    set_preferences(company, {"AccountingInfoPrefs": {"TrackDepartments": False}})
    jane = api.customer("Jane")
    api.invoice(jane, "10", "20", DocNumber="#1", PrivateNote="note")
    api.save("salesreceipt", sale(None, "5", TxnDate="2026-09-30"))

    answer = report(api, "TransactionList", start_date="2026-09-01", account="999")

    assert [each["ColTitle"] for each in answer["Columns"]["Column"]] == [
        "Date",
        "Transaction Type",
        "Num",
        "Posting",
        "Name",
        "Memo/Description",
        "Account",
        "Split",
        "Amount",
    ]
    assert "ReportBasis" not in answer["Header"]
    assert flat(answer["Rows"]) == [
        ["2026-09-30", "Sales Receipt", "", "Yes", "", "", "Undeposited Funds", "Services", "5.00"],
        [
            "2026-10-01",
            "Invoice",
            "#1",
            "Yes",
            "Jane",
            "note",
            "Accounts Receivable (A/R)",
            "-Split-",
            "30.00",
        ],
    ]


def test_transactions_are_listed_by_kind_and_by_customer(api: Api) -> None:
    jane, joe = api.customer("Jane"), api.customer("Joe")
    api.invoice(joe, "10")
    api.invoice(jane, "20")
    estimate = api.save("estimate", sale(jane, "7"))
    api.save("payment", pay(jane, "3"))
    api.save("salesreceipt", sale(None, "5"))
    columns = "txn_type,is_no_post,subt_nat_amount"

    grouped = flat(report(api, "TransactionListByCustomer", columns=columns)["Rows"])
    kinds = flat(
        report(api, "TransactionList", columns=columns, transaction_type="ReceivePayment")["Rows"]
    )

    assert estimate["Id"]
    assert grouped[0] == ["Jane", "", ""]
    assert ["Estimate", "No", "7.00"] in grouped
    assert grouped[-3:] == [
        ["Joe", "", ""],
        ["Invoice", "Yes", "10.00"],
        ["Total for Joe", "", "10.00"],
    ]
    assert kinds == [["Payment", "Yes", "3.00"]]


def test_the_journal_shows_transactions_line_by_line(api: Api) -> None:
    jane = api.customer("Jane")
    invoice = api.invoice(jane, "30")

    answer = report(api, "JournalReport")

    assert answer["Header"]["DateMacro"] == "this month-to-date"
    assert "SummarizeColumnsBy" not in answer["Header"]
    assert answer["Rows"]["Row"] == [
        {
            "ColData": [
                {"value": "2026-10-01"},
                {"value": "Invoice", "id": invoice["Id"]},
                {"value": ""},
                {"value": "Jane", "id": jane},
                {"value": ""},
                {"value": "Accounts Receivable (A/R)", "id": "84"},
                {"value": "30.00"},
                {"value": ""},
            ],
            "type": "Data",
        },
        {
            "ColData": [
                {"value": "0-00-00"},
                {"value": "", "id": invoice["Id"]},
                {"value": ""},
                {"value": "", "id": ""},
                {"value": ""},
                {"value": "Services", "id": "1"},
                {"value": ""},
                {"value": "30.00"},
            ],
            "type": "Data",
        },
        {
            "type": "Section",
            "Summary": {
                "ColData": [
                    *({"value": ""} for _ in range(6)),
                    {"value": "30.00"},
                    {"value": "30.00"},
                ]
            },
        },
        {"ColData": [{"value": ""} for _ in range(8)], "type": "Data"},
    ]


def test_the_account_list(api: Api) -> None:
    api.save("salesreceipt", {"Line": [line("5")]})

    rows = flat(report(api, "AccountList", account_type="OtherCurrentAsset")["Rows"])

    assert ["Undeposited Funds", "Other Current Asset", "Undeposited Funds", "", "5.00"] in rows
    few = report(api, "AccountList", columns="account_name,account_type", account_type="Bank")
    assert flat(few["Rows"])[0] == ["Checking", "Bank"]


def test_reports_on_bills_need_a_plan_with_bills(api: Api, company: Company) -> None:
    subscribe(company, SIMPLE_START)
    for name in ("AgedPayables", "VendorBalance"):
        answer = api.get(f"reports/{name}")
        assert answer.json()["Fault"]["Error"][0]["element"] == "ReportName"


@pytest.mark.parametrize(
    "macro, first, last",
    [
        ("Today", "2026-10-01", "2026-10-01"),
        ("Yesterday", "2026-09-30", "2026-09-30"),
        ("This Week", "2026-09-27", "2026-10-03"),
        ("Last Week", "2026-09-20", "2026-09-26"),
        ("This Week-to-date", "2026-09-27", "2026-10-01"),
        ("Last Week-to-date", "2026-09-20", "2026-09-24"),
        ("Next Week", "2026-10-04", "2026-10-10"),
        ("Next 4 Weeks", "2026-10-01", "2026-10-28"),
        ("This Month", "2026-10-01", "2026-10-31"),
        ("Last Month", "2026-09-01", "2026-09-30"),
        ("This Month-to-date", "2026-10-01", "2026-10-01"),
        ("Last Month-to-date", "2026-09-01", "2026-09-01"),
        ("Next Month", "2026-11-01", "2026-11-30"),
        ("This Fiscal Quarter", "2026-10-01", "2026-12-31"),
        ("Last Fiscal Quarter", "2026-07-01", "2026-09-30"),
        ("This Fiscal Quarter-to-date", "2026-10-01", "2026-10-01"),
        ("Last Fiscal Quarter-to-date", "2026-07-01", "2026-07-01"),
        ("Next Fiscal Quarter", "2027-01-01", "2027-03-31"),
        ("This Fiscal Year", "2026-01-01", "2026-12-31"),
        ("Last Fiscal Year", "2025-01-01", "2025-12-31"),
        ("This Fiscal Year-to-date", "2026-01-01", "2026-10-01"),
        ("Last Fiscal Year-to-date", "2025-01-01", "2025-10-01"),
        ("Next Fiscal Year", "2027-01-01", "2027-12-31"),
        ("last calendar quarter", "2026-07-01", "2026-09-30"),
        ("This Calendar Year-to-date", "2026-01-01", "2026-10-01"),
    ],
)
def test_every_date_macro(company: Company, macro: str, first: str, last: str) -> None:
    assert company.today() == date(2026, 10, 1).isoformat()
    span = named(company, macro)
    assert (span.first, span.last) == (first, last)


def test_an_unknown_date_macro_is_refused(api: Api) -> None:
    for macro in ("Tomorrow", "Next Month-to-date"):
        answer = api.get("reports/ProfitAndLoss", date_macro=macro)
        assert answer.json()["Fault"]["Error"][0]["code"] == "2170"
    shown = report(api, "ProfitAndLoss", date_macro="Last Month")["Header"]
    assert (shown["DateMacro"], shown["StartPeriod"]) == ("last month", "2026-09-01")


def test_stock_is_valued_at_what_it_cost_on_any_day(api: Api) -> None:
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
    sold = line("20", item=item, Qty=4, UnitPrice=5)
    api.save("salesreceipt", {"TxnDate": "2026-09-30", "Line": [sold]})

    now = flat(report(api, "InventoryValuationSummary")["Rows"])
    then = flat(report(api, "InventoryValuationSummary", report_date="2026-09-29")["Rows"])

    assert now == [["Pump", "", "6.00", "15.00", "2.50"], ["TOTAL", " ", "", "15.00", ""]]
    assert then[0] == ["Pump", "", "10.00", "25.00", "2.50"]
    kinds = flat(report(api, "TransactionList", date_macro="All", columns="txn_type")["Rows"])
    assert kinds == [["Inventory Starting Value"], ["Sales Receipt"]]
