"""Bills and vendor credits: what they say, what they post, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from local.qbo.jsonio import loads
from local.qbo.people.person import edit as edit_by_hand
from local.qbo.people.person import set_preferences
from tests.emulator.buying import (
    ADVERTISING,
    AP,
    CHECKING,
    MEALS,
    PAYABLE,
    RECEIVABLE,
    buy,
    charge,
    edit,
    goods,
    head,
    owe,
    settle,
    vendor,
)
from tests.emulator.conftest import Api


def test_a_bill_answers_as_quickbooks_does(api: Api, company: Company) -> None:
    bob = vendor(api)

    bill = api.save("bill", owe(bob, "10", "20", DocNumber="W3"))

    for each in ("domain", "sparse", "MetaData"):
        del bill[each]
    detail = {"BillableStatus": "NotBillable", "TaxCodeRef": {"value": "NON"}}
    assert bill == {
        "Id": bill["Id"],
        "SyncToken": "0",
        "DueDate": company.today(),
        "Balance": 30,
        "DocNumber": "W3",
        "TxnDate": company.today(),
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "LinkedTxn": [],
        "Line": [
            {
                "Id": str(number),
                "LineNum": number,
                "Amount": amount,
                "LinkedTxn": [],
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": ADVERTISING, "name": "Advertising"},
                    **detail,
                },
                "CustomExtensions": [],
            }
            for number, amount in ((1, 10), (2, 20))
        ],
        "VendorRef": {"value": bob, "name": "Bob's Burger Joint"},
        "APAccountRef": {"value": PAYABLE, "name": AP},
        "TotalAmt": 30,
    }


def test_a_bill_debits_its_lines_and_owes_its_vendor(api: Api, company: Company) -> None:
    bob = vendor(api)
    paper = goods(api)

    bill = api.save(
        "bill", owe(bob, charge("10", MEALS), buy(paper, "25", Qty=2, UnitPrice=Decimal("12.5")))
    )

    assert company.balances() == {AP: -35, "Meals and Entertainment": 10, "Office Expenses": 25}
    assert api.read(f"vendor/{bob}")["Balance"] == 35
    assert company.ledger.entries[("Bill", bill["Id"])].label == "Bill"
    assert api.query("select * from Vendor where Balance > '34'")["Vendor"][0]["Id"] == bob

    api.post("bill", head(bill), operation="delete")

    assert not any(company.balances().values())
    assert api.read(f"vendor/{bob}")["Balance"] == 0


def test_a_vendor_credit_is_a_bill_the_other_way_round(api: Api, company: Company) -> None:
    bob = vendor(api)

    credit = api.save("vendorcredit", owe(bob, "90"))

    assert (credit["Balance"], credit["TotalAmt"]) == (90, 90)
    assert company.balances() == {AP: 90, "Advertising": -90}
    assert api.read(f"vendor/{bob}")["Balance"] == -90
    assert company.ledger.entries[("VendorCredit", credit["Id"])].label == "Vendor Credit"


def test_a_bill_falls_due_by_its_term_or_its_vendors(api: Api) -> None:
    fifteen = vendor(api, "Net 15", TermRef={"value": "2"})
    none = vendor(api, "None")

    assert api.save("bill", owe(fifteen, "1", TxnDate="2026-01-01"))["DueDate"] == "2026-01-16"
    bill = api.save("bill", owe(none, "1", TxnDate="2026-01-01", SalesTermRef={"value": "3"}))
    assert bill["DueDate"] == "2026-01-31"
    moved = api.save("bill", edit(bill, VendorRef={"value": none}, TxnDate="2026-02-01"))
    assert moved["DueDate"] == "2026-03-03"
    cleared = api.save("bill", {**owe(none, "1", TxnDate="2026-01-01"), **head(moved)})
    assert cleared["DueDate"] == "2026-01-01"
    assert "SalesTermRef" not in cleared
    assert cleared["APAccountRef"]["value"] == PAYABLE


def test_lines_that_are_not_sent_again_are_gone(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, {**charge("10"), "Description": "Ads"}, "20"))

    after = api.save("bill", edit(bill, **owe(bob, {**charge("15", MEALS), "Id": "1"})))

    assert [each["Id"] for each in after["Line"]] == ["1"]
    assert "Description" not in after["Line"][0]
    assert (after["TotalAmt"], after["Balance"]) == (15, 15)
    assert company.balance("Advertising") == 0
    again = api.save("bill", edit(after, **owe(bob, "1")))
    assert [each["Id"] for each in again["Line"]] == ["3"]


@pytest.mark.parametrize("kind", ["bill", "vendorcredit"])
def test_every_update_names_the_vendor(api: Api, kind: str) -> None:
    bob = vendor(api)
    row = api.save(kind, owe(bob, "10"))

    error = api.refusal(kind, edit(row, PrivateNote="x"))

    assert (error["code"], error["element"]) == ("2020", "VendorRef")
    assert error["Detail"] == "Required parameter VendorRef is missing in the request"
    kept = api.save(kind, edit(row, VendorRef={"value": bob}, PrivateNote="x"))
    assert (kept["PrivateNote"], kept["TotalAmt"]) == ("x", 10)


def test_a_person_edits_a_bill_without_naming_its_vendor(api: Api, company: Company) -> None:
    bill = api.save("bill", owe(vendor(api), "10"))

    edit_by_hand(company, "update", "Bill", {"Id": bill["Id"], "PrivateNote": "paid by hand"})

    assert api.read(f"bill/{bill['Id']}")["PrivateNote"] == "paid by hand"


def test_voiding_a_bill_fails_with_status_200(api: Api) -> None:
    bill = api.save("bill", owe(vendor(api), "10"))

    response = api.post("bill", head(bill), operation="void")

    assert response.status_code == 200
    assert loads(response.content)["Fault"] == {
        "Error": [
            {
                "Message": "An application error has occurred while processing your request",
                "Detail": "System Failure Error: java.lang.UnsupportedOperationException",
                "code": "10000",
                "element": "SystemFailureError",
            }
        ],
        "type": "SystemFault",
    }
    assert api.read(f"bill/{bill['Id']}")["TotalAmt"] == 10
    credit = api.save("vendorcredit", owe(bill["VendorRef"]["value"], "5"))
    assert api.refusal("vendorcredit", head(credit), operation="void")["code"] == "500"


def refused(line: dict[str, Any], code: str) -> Any:
    return pytest.param(line, code, id=f"{code}-{line['DetailType'][:4]}-{line.get('Amount')}")


@pytest.mark.parametrize(
    "line, code",
    [
        refused(charge("1", RECEIVABLE), "6430"),
        refused(charge("2", PAYABLE), "6430"),
        refused(charge("3", "999"), "2500"),
        refused(charge("4", BillableStatus="HasBeenBilled"), "2170"),
        refused(charge("5", BillableStatus="Billable"), "6310"),
        refused(charge("6", TaxCodeRef={"value": "2"}), "6100"),
        refused(charge("7", DepartmentRef={"value": "1"}), "2010"),
        refused(charge("-8"), "6000"),
        refused(buy("1", "9"), "6430"),
        refused(buy("99", "10"), "2500"),
        refused({**charge("11"), "AccountBasedExpenseLineDetail": {}}, "6440"),
        refused({**buy("1", "12"), "ItemBasedExpenseLineDetail": {}}, "6440"),
        refused({"Amount": 13, "DetailType": "SalesItemLineDetail"}, "2170"),
    ],
)
def test_lines_that_cannot_be(api: Api, company: Company, line: dict[str, Any], code: str) -> None:
    assert api.refusal("bill", owe(vendor(api), line))["code"] == code
    assert company.all("Bill") == []


def test_an_amount_must_be_quantity_times_price(api: Api) -> None:
    paper = goods(api)

    error = api.refusal("bill", owe(vendor(api), buy(paper, "1000", Qty=3, UnitPrice=300)))

    assert error["Detail"] == "Amount is not equal to UnitPrice * Qty. Supplied value:1,000"
    assert error["code"] == "6070"


def test_what_was_billed_is_only_read(api: Api) -> None:
    line = charge("4", BillableStatus="HasBeenBilled")

    error = api.refusal("bill", owe(vendor(api), line))

    assert error["Detail"] == "Invalid Enumeration : HAS_BEEN_BILLED"


@pytest.mark.parametrize("default, status", [(True, "Billable"), (False, "NotBillable")])
def test_a_customer_on_a_line_may_make_it_billable(
    api: Api, company: Company, default: bool, status: str
) -> None:
    company.switches.customer_makes_billable = default
    customer = {"value": api.customer()}

    bill = api.save("bill", owe(vendor(api), charge("4", CustomerRef=customer)))

    detail = bill["Line"][0]["AccountBasedExpenseLineDetail"]
    assert detail["BillableStatus"] == status
    assert detail["CustomerRef"]["name"] == "Jane Doe"


def test_the_us_know_no_tax_on_purchases(api: Api, company: Company) -> None:
    tax = {"TxnTaxCodeRef": {"value": "2"}}

    bill = api.save(
        "bill", owe(vendor(api), charge("100", TaxCodeRef={"value": "TAX"}), TxnTaxDetail=tax)
    )

    assert bill["TotalAmt"] == 100
    assert "TxnTaxDetail" not in bill
    line = bill["Line"][0]["AccountBasedExpenseLineDetail"]
    assert line["TaxCodeRef"] == {"value": "NON"}
    assert company.balances() == {AP: -100, "Advertising": 100}


def test_the_payable_account_is_one(api: Api) -> None:
    wrong = owe(vendor(api), "1", APAccountRef={"value": CHECKING})

    assert api.refusal("bill", wrong)["code"] == "6430"


def test_bills_are_found_by_vendor_date_balance_and_account(api: Api) -> None:
    bob, eve = vendor(api), vendor(api, "Eve")
    api.save("bill", owe(bob, "10", DueDate="2026-05-01"))
    other = api.save("bill", owe(eve, "20", DueDate="2026-06-01"))

    for condition in (
        f"VendorRef = '{eve}'",
        "DueDate > '2026-05-15'",
        "Balance = '20'",
        f"TotalAmt > '15' AND APAccountRef = '{PAYABLE}'",
    ):
        found = api.query(f"select * from Bill where {condition}")["Bill"]
        assert [each["Id"] for each in found] == [other["Id"]]


def test_bills_and_orders_show_their_vendors_address(api: Api) -> None:
    bob = vendor(api, BillAddr={"Line1": "42 Main St.", "City": "Middlefield"})
    eve = vendor(api, "Eve", Suffix="Jr.")

    for path in ("bill", "purchaseorder"):
        assert api.save(path, owe(bob, "1"))["VendorAddr"]["Line1"] == "42 Main St."
        assert "VendorAddr" not in api.save(path, owe(eve, "1"))
    assert api.query("select * from Vendor where Suffix = 'Jr.'")["Vendor"][0]["Id"] == eve


def test_closed_books_keep_bills_out(api: Api, company: Company) -> None:
    set_preferences(company, {"AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"}})

    error = api.refusal("bill", owe(vendor(api), "1", TxnDate="2026-01-31"))

    assert error["code"] == "6210"


def test_a_bill_that_is_paid_gives_back_what_it_falls_by(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "100"))
    payment = api.save("billpayment", settle(bob, "100", ("Bill", bill["Id"], "100")))
    bill = api.read(f"bill/{bill['Id']}")

    less = api.save("bill", edit(bill, **owe(bob, "70")))

    assert less["Balance"] == 0
    assert api.read(f"billpayment/{payment['Id']}")["Line"][0]["Amount"] == 70
    assert api.read(f"vendor/{bob}")["Balance"] == -30
    assert company.balance(AP) == 30


@pytest.mark.parametrize("how", ["unapply", "refuse"])
def test_deleting_a_paid_bill_leaves_its_payment_or_is_refused(
    api: Api, company: Company, how: str
) -> None:
    company.switches.delete_paid_document = how
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "100"))
    payment = api.save("billpayment", settle(bob, "100", ("Bill", bill["Id"], "100")))
    bill = api.read(f"bill/{bill['Id']}")

    response = api.post("bill", head(bill), operation="delete")

    assert response.status_code == (200 if how == "unapply" else 400)
    left = [] if how == "unapply" else payment["Line"]
    assert api.read(f"billpayment/{payment['Id']}")["Line"] == left
    assert company.balance("Checking") == -100
