"""Purchases: cash, checks and cards, and what a card gets back."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from local.qbo.people.person import edit as edit_by_hand
from local.qbo.people.person import set_preferences
from tests.emulator.buying import (
    CHECKING,
    MEALS,
    PAYABLE,
    VISA,
    buy,
    charge,
    edit,
    goods,
    head,
    owe,
    spend,
    vendor,
)
from tests.emulator.conftest import Api

AUTOMATIC = "VendorAndPurchasesPrefs.UseCustomTxnNumbers"


def prefer(company: Company, **values: str) -> None:
    """Set values among the other preferences."""
    names = {"UseCustomTxnNumbers": AUTOMATIC}
    pairs = {each["Name"]: each["Value"] for each in company.preferences["OtherPrefs"]["NameValue"]}
    pairs |= {names.get(name, name): value for name, value in values.items()}
    listed = [{"Name": name, "Value": value} for name, value in pairs.items()]
    set_preferences(company, {"OtherPrefs": {"NameValue": listed}})


def test_a_check_answers_as_quickbooks_does(api: Api, company: Company) -> None:
    bob = vendor(api)
    body = spend("Check", CHECKING, {**charge("77"), "Description": "Ads"}, DocNumber="W3")

    paid = api.save("purchase", {**body, "EntityRef": {"value": bob}, "PrivateNote": "note"})

    for each in ("domain", "sparse", "MetaData"):
        del paid[each]
    assert paid == {
        "Id": paid["Id"],
        "SyncToken": "0",
        "AccountRef": {"value": CHECKING, "name": "Checking"},
        "PaymentType": "Check",
        "EntityRef": {"value": bob, "name": "Bob's Burger Joint", "type": "Vendor"},
        "TotalAmt": 77,
        "PrintStatus": "NotSet",
        "PurchaseEx": {
            "any": [
                {
                    "name": "{http://schema.intuit.com/finance/v3}NameValue",
                    "declaredType": "com.intuit.schema.finance.v3.NameValue",
                    "scope": "javax.xml.bind.JAXBElement$GlobalScope",
                    "value": {"Name": "TxnType", "Value": "3"},
                    "nil": False,
                    "globalScope": True,
                    "typeSubstituted": False,
                }
            ]
        },
        "CustomField": [],
        "DocNumber": "W3",
        "TxnDate": company.today(),
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "PrivateNote": "note",
        "Line": [
            {
                "Id": "1",
                "Description": "Ads",
                "Amount": 77,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": "7", "name": "Advertising"},
                    "BillableStatus": "NotBillable",
                    "TaxCodeRef": {"value": "NON"},
                },
                "CustomExtensions": [],
            }
        ],
    }


@pytest.mark.parametrize(
    "kind, account, credit, label, paid",
    [
        ("Cash", CHECKING, None, "Expense", -25),
        ("Check", CHECKING, None, "Check", -25),
        ("CreditCard", VISA, None, "Credit Card Expense", -25),
        ("CreditCard", VISA, True, "Credit Card Credit", 25),
        ("Check", CHECKING, True, "Check", -25),
    ],
)
def test_what_is_paid_and_what_comes_back(
    api: Api, company: Company, kind: str, account: str, credit: bool | None, label: str, paid: int
) -> None:
    lines = (charge("10", MEALS), buy(goods(api), "15", Qty=3, UnitPrice=5))
    more = {"Credit": credit} if credit is not None else {}

    made = api.save("purchase", spend(kind, account, *lines, **more))

    name = {CHECKING: "Checking", VISA: "Visa"}[account]
    sign = -1 if paid > 0 else 1
    assert company.balances() == {
        name: paid,
        "Meals and Entertainment": 10 * sign,
        "Office Expenses": 15 * sign,
    }
    assert made.get("Credit") == (paid > 0 if kind == "CreditCard" else None)
    assert company.ledger.entries[("Purchase", made["Id"])].label == label


@pytest.mark.parametrize(
    "kind, account",
    [("Check", VISA), ("CreditCard", CHECKING), ("Cash", VISA), ("Cash", "7"), ("Check", PAYABLE)],
)
def test_the_account_fits_how_it_is_paid(api: Api, kind: str, account: str) -> None:
    error = api.refusal("purchase", spend(kind, account, "5"))

    assert error["code"] == "6430"
    assert error["Detail"] == (
        "Invalid account type: You need to select a different type of account for this transaction."
    )


def test_every_update_says_how_it_was_paid(api: Api) -> None:
    made = api.save("purchase", spend("CreditCard", VISA, "5", Credit=True))

    error = api.refusal("purchase", edit(made, PrivateNote="x"))

    assert (error["code"], error["element"]) == ("2020", "PaymentType")
    kept = api.save("purchase", edit(made, PaymentType="CreditCard", PrivateNote="x"))
    assert (kept["Credit"], kept["PrivateNote"]) == (True, "x")


def test_a_full_update_turns_a_refund_into_a_charge(api: Api, company: Company) -> None:
    made = api.save("purchase", spend("CreditCard", VISA, "5", Credit=True))
    assert company.balance("Visa") == 5

    after = api.save("purchase", {**spend("CreditCard", VISA, "5"), **head(made)})

    assert after["Credit"] is False
    assert company.balance("Visa") == -5


def test_the_payee_is_anyone_on_the_lists(api: Api) -> None:
    jane = api.customer()

    def to(**reference: Any) -> dict[str, Any]:
        return spend("Cash", CHECKING, "5", EntityRef=reference)

    assert api.save("purchase", to(value=jane))["EntityRef"]["type"] == "Customer"
    assert api.save("purchase", to(value=jane, type="Customer"))["EntityRef"]["name"] == "Jane Doe"
    assert api.refusal("purchase", to(value=jane, type="Vendor"))["code"] == "2500"
    assert api.refusal("purchase", to(value=jane, type="Job"))["code"] == "2170"


def test_payables_ask_for_a_vendor(api: Api) -> None:
    jane = {"value": api.customer(), "type": "Customer"}
    for more in ({}, {"EntityRef": jane}):
        error = api.refusal("purchase", spend("Cash", CHECKING, charge("5", PAYABLE), **more))
        assert error["Detail"] == (
            "Business Validation Error: When you use Accounts Payable, you must choose a vendor "
            "in the Name field."
        )


def test_only_a_person_voids_a_purchase(api: Api, company: Company) -> None:
    line = buy(goods(api), "15", Qty=3, UnitPrice=5)
    made = api.save("purchase", spend("Check", CHECKING, line, PrivateNote="Paper"))

    error = api.refusal("purchase", head(made), operation="void")
    assert error["Detail"] == "Operation void is not supported."
    edit_by_hand(company, "void", "Purchase", {"Id": made["Id"]})

    after = api.read(f"purchase/{made['Id']}")
    assert after["status"] == "Voided"
    assert after["PrivateNote"] == "Voided - Paper"
    assert (after["TotalAmt"], after["SyncToken"]) == (0, "1")
    assert after["Line"][0]["Amount"] == 0
    assert after["Line"][0]["ItemBasedExpenseLineDetail"]["Qty"] == 0
    assert not any(company.balances().values())


def test_a_deleted_purchase_posts_nothing(api: Api, company: Company) -> None:
    made = api.save("purchase", spend("Check", CHECKING, "5"))

    api.post("purchase", head(made), operation="delete")

    assert not any(company.balances().values())
    assert api.get(f"purchase/{made['Id']}").status_code == 400


def test_what_quickbooks_cannot_read_is_refused(api: Api, company: Company) -> None:
    company.switches.delete_by_full_body = "refuse"
    made = api.save("purchase", spend("Check", CHECKING, "5"))

    assert api.save("purchase", made)["SyncToken"] == "0"
    error = api.refusal("purchase", made, operation="delete")
    assert error["code"] == "2010"
    assert error["Detail"].startswith("Property Name:failed to parse json object")
    line = charge("5", DepartmentRef={"value": "1"})
    error = api.refusal("purchase", spend("Check", CHECKING, line))
    assert error["Detail"].startswith("Property Name:failed to parse json object")


def test_links_on_a_purchase_are_dropped(api: Api) -> None:
    line = {**charge("5"), "LinkedTxn": [{"TxnId": "9", "TxnType": "PurchaseOrder"}]}

    made = api.save("purchase", spend("Check", CHECKING, line))

    assert "LinkedTxn" not in made
    assert "LinkedTxn" not in made["Line"][0]


def test_numbers_count_on_until_they_are_the_companys_own(api: Api, company: Company) -> None:
    bob = vendor(api)
    first = api.save("purchase", spend("Check", CHECKING, "5"))
    second = api.save("purchase", spend("Cash", CHECKING, "5"))
    assert [first["DocNumber"], second["DocNumber"]] == ["1001", "1002"]
    assert api.save("vendorcredit", owe(bob, "5"))["DocNumber"] == "1001"
    assert api.save("purchaseorder", owe(bob, "5", DocNumber="PO-8"))["DocNumber"] == "PO-8"
    assert api.save("purchaseorder", owe(bob, "5"))["DocNumber"] == "9"
    assert "DocNumber" not in api.save("bill", owe(bob, "5"))

    company.switches.purchase_numbers = "orders"
    assert "DocNumber" not in api.save("purchase", spend("Cash", CHECKING, "5"))
    assert "DocNumber" not in api.save("vendorcredit", owe(bob, "5"))
    assert api.save("purchaseorder", owe(bob, "5"))["DocNumber"] == "10"

    prefer(company, UseCustomTxnNumbers="true")
    company.switches.purchase_numbers = "all"
    assert "DocNumber" not in api.save("purchaseorder", owe(bob, "5"))
    assert "DocNumber" not in api.save("purchase", spend("Check", CHECKING, "5"))


def test_what_has_a_number_already(api: Api, company: Company) -> None:
    bob = vendor(api)
    cash = spend("Cash", CHECKING, "5", DocNumber="A1")
    check = spend("Check", CHECKING, "5", DocNumber="C1")
    bodies = (
        ("purchaseorder", owe(bob, "5", DocNumber="P1")),
        ("vendorcredit", owe(bob, "5", DocNumber="V1")),
        ("purchase", cash),
        ("purchase", check),
    )
    for path, body in bodies:
        api.save(path, body)
        assert api.refusal(path, body)["code"] == "6140"
        assert api.save(path, body, include="allowduplicatedocnum")["DocNumber"]

    prefer(company, WarnDuplicateCheckNumber="false")
    assert api.save("purchase", check)["DocNumber"] == "C1"
    assert api.refusal("purchase", cash)["code"] == "6140"

    bill = owe(bob, "5", DocNumber="B1")
    api.save("bill", bill)
    api.save("bill", bill)
    prefer(company, WarnDuplicateBillNumber="true")
    assert api.refusal("bill", bill)["code"] == "6140"
    assert api.refusal("bill", {**bill, "DocNumber": "x" * 22})["code"] == "2050"


def test_a_number_that_stays_is_no_duplicate(api: Api) -> None:
    check = api.save("purchase", spend("Check", CHECKING, "5", DocNumber="C1"))

    after = api.save("purchase", edit(check, PaymentType="Check", PrivateNote="x"))

    assert after["DocNumber"] == "C1"


def test_a_foreign_card_is_charged_in_its_currency(api: Api, company: Company) -> None:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    euro = {"CurrencyRef": {"value": "EUR"}}
    card = api.save("account", {"Name": "Karte", "AccountType": "Credit Card", **euro})["Id"]

    made = api.save("purchase", spend("CreditCard", card, "100", ExchangeRate=Decimal("1.1")))

    assert made["CurrencyRef"]["value"] == "EUR"
    assert company.balances() == {"Karte": -110, "Advertising": 110}


def test_purchases_are_found_by_number_date_total_and_way(api: Api) -> None:
    api.save("purchase", spend("Cash", CHECKING, "5"))
    made = api.save("purchase", spend("CreditCard", VISA, "9", TxnDate="2026-01-02"))

    for condition in ("PaymentType = 'CreditCard'", "TotalAmt > '6'", "TxnDate = '2026-01-02'"):
        found = api.query(f"select * from Purchase where {condition}")["Purchase"]
        assert [each["Id"] for each in found] == [made["Id"]]
    response = api.get("query", query="select * from Purchase where PrivateNote = 'x'")
    assert "is not queryable" in response.text
