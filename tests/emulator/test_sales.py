"""Sales forms: lines, numbers, dates, deletion and void; and what they post."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api, line, sale

TUCSON = {"TxnTaxCodeRef": {"value": "3"}}


def test_the_smallest_invoice_is_completed_like_the_real_one(api: Api) -> None:
    customer = api.customer()

    invoice = api.save(
        "invoice",
        {
            "Line": [
                {
                    "Amount": Decimal("100.0"),
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {"ItemRef": {"value": "1", "name": "Services"}},
                }
            ],
            "CustomerRef": {"value": customer},
        },
    )

    assert invoice["Line"][0]["Id"] == "1"
    assert invoice["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}
    assert invoice["Line"][1] == {
        "Amount": 100,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    assert invoice["TxnTaxDetail"] == {"TotalTax": 0}
    assert invoice["TotalAmt"] == invoice["Balance"] == 100
    assert invoice["TxnDate"] == "2026-10-01"
    assert invoice["DueDate"] == "2026-10-31"
    assert invoice["PrintStatus"] == "NeedToPrint"
    assert invoice["EmailStatus"] == "NotSet"
    assert invoice["LinkedTxn"] == []


def test_an_invoice_posts_to_receivables_income_tax_shipping_and_discounts(
    api: Api, company: Company
) -> None:
    customer = api.customer()
    lines = [
        line("20.00", "TAX", Qty=2, UnitPrice=10),
        line("30.00"),
        line("5.00", item="SHIPPING_ITEM_ID"),
        {
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
        },
    ]

    invoice = api.save(
        "invoice", {"CustomerRef": {"value": customer}, "Line": lines, "TxnTaxDetail": TUCSON}
    )

    assert [each["DetailType"] for each in invoice["Line"]] == [
        *["SalesItemLineDetail"] * 3,
        "SubTotalLineDetail",
        "DiscountLineDetail",
    ]
    assert invoice["Line"][3]["Amount"] == 50
    assert invoice["Line"][4]["Amount"] == 5
    assert invoice["TxnTaxDetail"]["TotalTax"] == Decimal("1.82")
    assert invoice["TotalAmt"] == Decimal("51.82")
    assert company.balances() == {
        "Accounts Receivable (A/R)": Decimal("51.82"),
        "Services": Decimal("-50.00"),
        "Shipping Income": Decimal("-5.00"),
        "Discounts given": Decimal("5.00"),
        "Arizona Dept. of Revenue Payable": Decimal("-1.82"),
    }
    assert api.read(f"customer/{customer}")["Balance"] == Decimal("51.82")


@pytest.mark.parametrize(
    "change, code, detail",
    [
        (
            {"Line": [line("1000", Qty=3, UnitPrice=333)]},
            "6070",
            "Amount is not equal to UnitPrice * Qty. Supplied value:1,000",
        ),
        (
            {"Line": [line("1", "2")]},
            "6100",
            "Valid Line TaxCodes for US should be TAX or NON. Supplied value:2",
        ),
        ({"Line": []}, "2020", "Required parameter Line is missing in the request"),
        (
            {"CustomerRef": {"value": "999"}},
            "2500",
            "Invalid Reference Id : Names element id 999 not found",
        ),
        (
            {"Line": [line("1", item="999")]},
            "2500",
            "Invalid Reference Id : Line.SalesItemLineDetail.ItemRef",
        ),
        (
            {"Line": [line("-1")]},
            "6000",
            "Business Validation Error: You must specify a transaction amount that is 0 or "
            "greater.",
        ),
        (
            {"DocNumber": "x" * 22},
            "2050",
            "String length specified does not match the supported length. Min:0 Max:21 supported. "
            "Supplied length:22",
        ),
        ({"TxnDate": "yesterday"}, "2060", "Invalid Date Format : yesterday"),
        (
            {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "77"}}},
            "6160",
            "Invalid TaxCodeRef Error : 77",
        ),
        (
            {"PrivateNote": "a bell \a"},
            "2040",
            "Element contains invalid characters: a bell ?",
        ),
        ({"EmailStatus": "Lost"}, "2170", "Invalid Enumeration : Lost"),
    ],
)
def test_a_faulty_invoice_is_refused_and_leaves_nothing(
    api: Api, company: Company, change: dict[str, Any], code: str, detail: str
) -> None:
    body = {**sale(api.customer()), **change}

    refusal = api.refusal("invoice", body)

    assert (refusal["code"], refusal["Detail"]) == (code, detail)
    assert company.all("Invoice") == []
    assert company.balances() == {}


def test_an_unknown_property_is_refused_like_jackson_does(api: Api) -> None:
    refusal = api.refusal("invoice", {**sale(api.customer()), "BadJson": 1})

    assert refusal["code"] == "2010"
    assert refusal["Message"] == "Request has invalid or unsupported property"
    assert refusal["Detail"].startswith(
        'Property Name:Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice), '
        "not marked as ignorable ("
    )
    assert refusal["Detail"].endswith('"])\n specified is unsupported or invalid')


def test_a_number_used_before_is_refused_unless_duplicates_are_allowed(api: Api) -> None:
    customer = api.customer()
    first = api.invoice(customer, DocNumber="#1001")

    refusal = api.refusal("invoice", sale(customer, DocNumber="#1001"))
    allowed = api.save("invoice", sale(customer, DocNumber="#1001"), include="allowduplicatedocnum")

    assert refusal["code"] == "6140"
    assert refusal["Detail"].endswith(
        f"DocNumber=#1001 is assigned to TxnType=Invoice with TxnId={first['Id']}"
    )
    assert allowed["DocNumber"] == "#1001"
    assert api.save("salesreceipt", sale(None, DocNumber="#1001"))["DocNumber"] == "#1001"


def test_quickbooks_numbers_sales_forms_itself_when_custom_numbers_are_off(api: Api) -> None:
    api.http.post(
        f"/_emulator/companies/{api.realm}/preferences",
        json={"SalesFormsPrefs": {"CustomTxnNumbers": False}},
    )
    customer = api.customer()

    numbers = [
        api.invoice(customer)["DocNumber"],
        api.save("salesreceipt", sale(None))["DocNumber"],
        api.invoice(customer, DocNumber="2000")["DocNumber"],
        api.invoice(customer)["DocNumber"],
    ]

    assert numbers == ["1001", "1002", "2000", "2001"]


def test_lines_keep_their_ids_and_new_ones_count_on(api: Api, company: Company) -> None:
    invoice = api.invoice(api.customer(), "10", "20")
    head = {"Id": invoice["Id"], "sparse": True}

    one = api.save(
        "invoice", {**head, "SyncToken": "0", "Line": [{**line("25"), "Id": "2"}, line("5")]}
    )
    two = api.save("invoice", {**head, "SyncToken": "1", "Line": [line("7")]})

    assert [each.get("Id") for each in one["Line"]] == ["2", "3", None]
    assert [each.get("Id") for each in two["Line"]] == ["4", None]
    assert two["TotalAmt"] == 7
    assert company.balance("Services") == -7


def test_a_full_update_of_a_receipt_loses_the_customer(api: Api) -> None:
    receipt = api.save("salesreceipt", sale(api.customer(), "10"))

    again = api.save("salesreceipt", {"Id": receipt["Id"], "SyncToken": "0", "Line": [line("10")]})

    assert "CustomerRef" not in again


def test_a_receipt_goes_to_undeposited_funds_or_a_bank_only(api: Api, company: Company) -> None:
    api.save("salesreceipt", sale(None, "10"))
    api.save("salesreceipt", sale(None, "20", DepositToAccountRef={"value": "35"}))

    wrong = api.refusal("salesreceipt", sale(None, "30", DepositToAccountRef={"value": "79"}))

    assert wrong["code"] == "6430"
    assert company.balance("Undeposited Funds") == 10
    assert company.balance("Checking") == 20


def test_a_refund_reverses_income_and_tax(api: Api, company: Company) -> None:
    body = {
        "DepositToAccountRef": {"value": "35"},
        "TxnTaxDetail": TUCSON,
        "Line": [line("100", "TAX")],
    }

    refund = api.save("refundreceipt", body)
    assert refund["PrintStatus"] == "NotSet"

    assert refund["TotalAmt"] == Decimal("109.10")
    assert company.balances() == {
        "Checking": Decimal("-109.10"),
        "Services": Decimal("100.00"),
        "Arizona Dept. of Revenue Payable": Decimal("9.10"),
    }


def test_a_void_zeroes_amounts_and_postings(api: Api, company: Company) -> None:
    invoice = api.invoice(api.customer(), "10", PrivateNote="mine", DocNumber="A1")

    voided = api.save("invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")

    assert voided["TotalAmt"] == voided["Balance"] == 0
    assert voided["Line"][0]["Amount"] == 0
    assert voided["PrivateNote"] == "Voided - mine"
    assert voided["DocNumber"] == "A1"
    assert voided["SyncToken"] == "1"
    assert not any(company.balances().values())
    again = {"Id": invoice["Id"], "SyncToken": "1"}
    assert api.save("invoice", again, operation="void") == voided


@pytest.mark.parametrize("operation", ["delete", "void"])
def test_a_body_that_deletes_or_voids_holds_nothing_unknown_either(
    api: Api, operation: str
) -> None:
    invoice = api.invoice(api.customer())

    strange = {"Id": invoice["Id"], "SyncToken": "0", "Frob": 1}
    assert api.refusal("invoice", strange, operation=operation)["code"] == "2010"
    assert api.save("invoice", invoice, operation=operation)["Id"] == invoice["Id"]


def test_a_receipt_is_voided_by_include_only(api: Api) -> None:
    receipt = api.save("salesreceipt", sale(None, "10"))
    who = {"Id": receipt["Id"], "SyncToken": "0", "sparse": True}

    refusal = api.refusal("salesreceipt", who, operation="void")
    voided = api.save("salesreceipt", who, operation="update", include="void")

    assert refusal["Detail"] == "Operation void is not supported."
    assert voided["TotalAmt"] == 0


def test_a_deleted_invoice_is_gone(api: Api, company: Company) -> None:
    invoice = api.invoice(api.customer())
    who = {"Id": invoice["Id"], "SyncToken": "0"}

    answer = api.save("invoice", who, operation="delete")
    again = api.refusal("invoice", who, operation="delete")

    assert answer == {"domain": "QBO", "status": "Deleted", "Id": invoice["Id"]}
    assert again["code"] == "610"
    assert api.get(f"invoice/{invoice['Id']}").status_code == 400
    assert not any(company.balances().values())


def test_closed_books_refuse_create_update_and_delete(api: Api) -> None:
    customer = api.customer()
    old = api.invoice(customer, TxnDate="2026-08-15")
    api.http.post(
        f"/_emulator/companies/{api.realm}/preferences",
        json={"AccountingInfoPrefs": {"BookCloseDate": "2026-08-31"}},
    )
    head = {"Id": old["Id"], "SyncToken": "0"}

    refusals = [
        api.refusal("invoice", sale(customer, TxnDate="2026-08-31")),
        api.refusal("invoice", {**head, "sparse": True, "PrivateNote": "x"}),
        api.refusal("invoice", head, operation="delete"),
        api.refusal("invoice", head, operation="void"),
    ]

    assert {each["code"] for each in refusals} == {"6210"}
    assert "through through the QBO Services API" in refusals[0]["Detail"]
    assert api.invoice(customer, TxnDate="2026-09-01")["TotalAmt"] == 100


def test_a_deposit_taken_with_the_invoice_lowers_its_balance(api: Api, company: Company) -> None:
    invoice = api.invoice(
        api.customer(), "100", Deposit=Decimal(30), DepositToAccountRef={"value": "35"}
    )

    assert invoice["Balance"] == 70
    assert company.balance("Checking") == 30
    assert company.balance("Accounts Receivable (A/R)") == 70


def test_a_disabled_feature_is_refused_or_ignored(api: Api, emulator: Emulator) -> None:
    api.http.post(
        f"/_emulator/companies/{api.realm}/preferences",
        json={"SalesFormsPrefs": {"AllowShipping": False}},
    )
    body = sale(api.customer())
    body["Line"] = [line("10"), line("5", item="SHIPPING_ITEM_ID")]

    assert api.refusal("invoice", body)["code"] == "6000"
    emulator.switches.disabled_feature = "ignore"
    assert api.save("invoice", body)["TotalAmt"] == 10


def test_prices_with_many_decimals_come_back_digit_for_digit(api: Api) -> None:
    price = Decimal("33.3333333")

    invoice = api.save(
        "invoice",
        {
            "CustomerRef": {"value": api.customer()},
            "Line": [line("100.00", Qty=Decimal(3), UnitPrice=price)],
        },
    )

    assert invoice["Line"][0]["SalesItemLineDetail"]["UnitPrice"] == price


def test_addresses_and_email_are_copied_from_the_customer(api: Api) -> None:
    customer = api.customer(
        BillAddr={"Line1": "4581 Finch St.", "City": "Bayshore"},
        PrimaryEmailAddr={"Address": "jane@example.com"},
    )

    invoice = api.invoice(customer)

    assert invoice["BillAddr"]["City"] == "Bayshore"
    assert invoice["BillEmail"] == {"Address": "jane@example.com"}


def test_a_full_update_that_takes_the_address_away_takes_the_mailing_too(api: Api) -> None:
    customer = api.customer()
    mailed = {"EmailStatus": "NeedToSend", "BillEmail": {"Address": "jane@doe.example"}}
    made = api.invoice(customer, **mailed)
    head = {"Id": made["Id"], "SyncToken": made["SyncToken"]}

    asked = sale(customer, EmailStatus="NeedToSend", **head)
    assert api.refusal("invoice", asked)["code"] == "6420"
    cleared = api.save("invoice", sale(customer, **head))

    assert cleared["EmailStatus"] == "NotSet"
    assert "BillEmail" not in cleared
