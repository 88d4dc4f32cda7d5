"""Accounts, tax codes and the other settings: chosen once, used by every export."""

from decimal import Decimal
from typing import Any

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tests.workbench import CONNECTION
from tillbook.domain.documents import Line, LineKind
from tillbook.store import company as companies


def postings(desk: Desk) -> dict[str, Decimal]:
    """What our documents posted, by account, as QuickBooks' ledger shows it."""
    accounts = desk.see("/reconciliation")["accounts"]
    return {row["account"]: Decimal(row["ours"]) for row in accounts if Decimal(row["ours"])}


def deactivate(desk: Desk, *accounts: str) -> None:
    for account in accounts:
        desk.bench.by_hand("deactivate", "Account", Id=account)


def income_accounts(desk: Desk) -> list[str]:
    return [one["Id"] for one in desk.in_books("Account") if one["AccountType"] == "Income"]


# The chart of accounts


@pytest.mark.feature("DEAR-021", "ZOHO-011")
def test_the_chart_of_accounts_comes_from_quickbooks_whole_and_only_from_there(desk: Desk) -> None:
    desk.bench.by_hand("create", "Account", Name="Web sales", AccountType="Income")

    desk.sync()

    shown = {row["id"]: row["name"] for row in desk.see("/reference/accounts")["items"]}
    assert "Web sales" in shown.values()
    assert shown == {one["Id"]: one["Name"] for one in desk.in_books("Account")}
    flow = {row["kind"]: row["direction"] for row in desk.see()["data_flow"]}
    assert flow["accounts"] == "from QuickBooks"
    assert desk.written() == 0


@pytest.mark.feature("DEAR-013")
def test_an_account_made_in_quickbooks_meanwhile_can_be_chosen_without_reconnecting(
    desk: Desk,
) -> None:
    desk.sync()
    desk.bench.by_hand("create", "Account", Name="PayPal", AccountType="Bank")
    (made,) = [one for one in desk.in_books("Account") if one["Name"] == "PayPal"]
    chosen = {"accounts": {"gateways": {"paypal": made["Id"]}}}
    assert desk.call("PUT", "/settings", chosen).status == 422

    desk.sync("import")

    listed = [row["name"] for row in desk.see("/reference/accounts")["items"]]
    assert "PayPal" in listed
    assert desk.call("PUT", "/settings", chosen).status == 200


@pytest.mark.feature("DEAR-022")
def test_tax_codes_and_their_rates_come_from_quickbooks(desk: Desk) -> None:
    desk.sync()

    codes = {row["id"]: row["name"] for row in desk.see("/reference/tax-codes")["items"]}
    made = {one["Id"]: one["Name"] for one in desk.in_books("TaxCode")}
    assert codes == made | {"TAX": "TAX", "NON": "NON"}  # what every company in the US has
    company, _ = companies.load(desk.bench.db, CONNECTION)
    assert company is not None
    rates = {rate.name: rate.percent for rate in company.tax_rates.values()}
    assert rates == {one["Name"]: Decimal(one["RateValue"]) for one in desk.in_books("TaxRate")}


@pytest.mark.feature(
    "DEAR-012", note="Sales need four accounts; what the company has of them is found by its type."
)
def test_accounts_that_the_company_has_are_used_and_only_the_others_are_asked_for(
    desk: Desk,
) -> None:
    deactivate(desk, "4")  # Undeposited Funds
    before = len(desk.in_books("Account"))
    desk.send(*make.sale())

    desk.sync()

    missing = [row["field"] for row in desk.see()["readiness"]]
    assert missing == ["settings.accounts.deposit", "channels"]
    assert desk.object_of(make.product())["IncomeAccountRef"]["value"] == "79"
    assert len(desk.in_books("Account")) == before


# Accounts that are missing


@pytest.mark.feature("INF-015", "INF-089", "DEAR-019")
def test_without_an_income_account_products_wait_and_name_the_setting(desk: Desk) -> None:
    deactivate(desk, *income_accounts(desk))
    desk.send(*make.sale())

    desk.sync()

    waiting = desk.record(make.product())
    assert waiting["status"] == "pending"
    assert waiting["reason"] == "settings.accounts.income is not set."
    assert waiting["cure"] == "Choose a QuickBooks account for it in the settings."
    assert "settings.accounts.income" in [row["field"] for row in desk.see()["readiness"]]
    assert desk.in_books("Item")[2:] == []  # besides the two that every company begins with

    desk.bench.by_hand("create", "Account", Name="Web sales", AccountType="Income")
    (made,) = [one["Id"] for one in desk.in_books("Account") if one["Name"] == "Web sales"]
    desk.sync("import")
    desk.configure(accounts={"income": made})
    desk.sync_proven()

    assert desk.object_of(make.product())["IncomeAccountRef"]["value"] == made
    assert postings(desk)[made] == Decimal("-30.00")


@pytest.mark.feature("DEAR-019")
@pytest.mark.parametrize(
    "account, setting, document",
    [
        ("4", "deposit", make.payment()),
        ("86", "discount", make.invoice(lines=(make.line(discount=Decimal(5), taxes=()),))),
    ],
)
def test_the_first_run_names_the_account_that_is_missing(
    desk: Desk, account: str, setting: str, document: Any
) -> None:
    deactivate(desk, account)
    desk.send(make.customer(), make.product(), make.invoice(), document)

    desk.sync()

    assert desk.record(document)["reason"] == f"settings.accounts.{setting} is not set."
    assert f"settings.accounts.{setting}" in [row["field"] for row in desk.see()["readiness"]]


@pytest.mark.feature(
    "DEAR-148",
    "DEAR-054",
    note="An administrator chooses the new account in the settings; nobody has to be asked.",
)
def test_payments_to_an_account_that_was_archived_wait_until_another_is_chosen(desk: Desk) -> None:
    desk.sync()
    desk.configure(accounts={"deposit": "93"})
    deactivate(desk, "93")
    orders = [make.invoice(id=f"o{n}", number=f"#{n}") for n in (1, 2)]
    payments = [make.payment(id=f"o{n}") for n in (1, 2)]
    desk.send(make.customer(), make.product(), *orders, *payments)

    run = desk.sync()

    assert run["counts"]["payment"] == {"waiting": 2}
    told = "settings.accounts.deposit is account 93, which was made inactive in QuickBooks."
    assert [desk.record(one)["reason"] for one in payments] == [told, told]

    desk.configure(accounts={"deposit": "35"})
    desk.sync_proven()

    assert [one["DepositToAccountRef"]["value"] for one in desk.in_books("Payment")] == ["35", "35"]


# Accounts that are chosen


@pytest.mark.feature("INF-021")
def test_money_goes_to_the_account_that_the_settings_name(desk: Desk) -> None:
    desk.sync()
    desk.configure(accounts={"deposit": "35", "gateways": {"paypal": "36"}})
    by_card = make.payment()
    by_paypal = make.payment(id="o2").model_copy(update={"gateway": "paypal"})

    desk.send(*make.sale()[:3], make.invoice(id="o2", number="#1002"), by_card, by_paypal)
    desk.sync_proven()

    accounts = [desk.object_of(one)["DepositToAccountRef"]["value"] for one in (by_card, by_paypal)]
    assert accounts == ["35", "36"]


@pytest.mark.feature("ZOHO-024", "ZOHO-074")
def test_discounts_of_lines_become_one_of_the_invoice_on_the_chosen_account(desk: Desk) -> None:
    desk.sync()
    desk.configure(accounts={"discount": "7"})
    lines = tuple(make.line(id=str(n), discount=Decimal(n), taxes=()) for n in (1, 2, 3))
    invoice = make.invoice(lines=lines)

    desk.send(make.customer(), make.product(), invoice)
    desk.sync_proven()

    found = desk.object_of(invoice)
    discounts = [one for one in found["Line"] if one["DetailType"] == "DiscountLineDetail"]
    assert [one["Amount"] for one in discounts] == [6]
    assert found["TotalAmt"] == invoice.total == 69
    assert postings(desk)["7"] == 6


@pytest.mark.feature("ZOHO-025", "ZOHO-075")
def test_an_adjustment_is_a_line_of_its_own_on_the_chosen_account(desk: Desk) -> None:
    desk.sync()
    desk.configure(accounts={"adjustments": "96"})
    adjustment = Line(
        id="a", kind=LineKind.ADJUSTMENT, unit_price=Decimal("-0.81"), gross=Decimal("-0.81")
    )
    invoice = make.invoice(lines=(make.line(), adjustment))

    desk.send(make.customer(), make.product(), invoice)
    desk.sync_proven()

    amounts = [one["Amount"] for one in desk.object_of(invoice)["Line"] if one.get("Id")]
    assert amounts == [25, Decimal("-0.81")]
    assert desk.object_of(invoice)["TotalAmt"] == 26
    assert postings(desk)["96"] == Decimal("0.81")


# Other settings


@pytest.mark.feature("ZOHO-016")
def test_exports_begin_with_the_day_that_is_set(desk: Desk) -> None:
    desk.configure(export_from="2026-03-02")
    early = make.invoice(id="o1", number="#1", date=make.DAY.replace(day=1))
    on_the_day = make.invoice(id="o2", number="#2", date=make.DAY)
    later = make.invoice(id="o3", number="#3", date=make.DAY.replace(day=3))

    desk.send(make.customer(), make.product(), early, on_the_day, later)
    desk.sync_proven()

    assert {one["DocNumber"] for one in desk.in_books("Invoice")} == {"#2", "#3"}
    assert desk.record(early)["status"] == "skipped"
    assert "before 2026-03-02" in desk.record(early)["reason"]


@pytest.mark.feature("ZOHO-038")
def test_a_setting_can_be_changed_and_holds_from_the_next_run(desk: Desk) -> None:
    desk.send(make.customer(), make.product(), make.invoice())
    desk.sync()

    desk.configure(number_prefix="W-")
    desk.send(make.invoice(id="o2", number="#1002"))
    desk.sync_proven()

    assert [one["DocNumber"] for one in desk.in_books("Invoice")] == ["#1001", "W-#1002"]
    assert desk.see("/settings")["number_prefix"] == "W-"
