"""Sales tax of a US company on sales forms, and what discounts do to it."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api, line, sale

TUCSON = {"TxnTaxCodeRef": {"value": "3"}}


@pytest.mark.parametrize(
    "after_tax, tax, why",
    [
        (False, "9.10", "tax on the full subtotal, then the discount"),
        (True, "8.19", "the discount first, tax on the rest"),
    ],
)
def test_a_discount_comes_before_or_after_tax(
    api: Api, after_tax: bool, tax: str, why: str
) -> None:
    body = sale(api.customer(), ApplyTaxAfterDiscount=after_tax, TxnTaxDetail=TUCSON)
    body["Line"] = [
        line("100.00", "TAX"),
        {
            "DetailType": "DiscountLineDetail",
            "Amount": 10,
            "DiscountLineDetail": {"PercentBased": False},
        },
    ]

    invoice = api.save("invoice", body)

    assert invoice["TxnTaxDetail"]["TotalTax"] == Decimal(tax), why
    assert invoice["TotalAmt"] == 90 + Decimal(tax)


def test_tax_is_computed_once_per_rate_on_the_sum(api: Api) -> None:
    body = sale(api.customer(), TxnTaxDetail=TUCSON)
    body["Line"] = [line("10.10", "TAX")] * 3

    detail = api.save("invoice", body)["TxnTaxDetail"]

    assert [
        (each["TaxLineDetail"]["TaxRateRef"]["value"], each["Amount"]) for each in detail["TaxLine"]
    ] == [("1", Decimal("2.15")), ("2", Decimal("0.61"))]
    assert detail["TaxLine"][0]["TaxLineDetail"]["NetAmountTaxable"] == Decimal("30.30")


def test_a_given_total_tax_is_kept_spread_and_posted(api: Api, company: Company) -> None:
    body = sale(api.customer(), TxnTaxDetail={**TUCSON, "TotalTax": Decimal("9.00")})
    body["Line"] = [line("100.00", "TAX")]

    invoice = api.save("invoice", body)

    assert invoice["TxnTaxDetail"]["TotalTax"] == 9
    assert [each["Amount"] for each in invoice["TxnTaxDetail"]["TaxLine"]] == [
        Decimal("7.02"),
        Decimal("1.98"),
    ]
    assert company.balance("Arizona Dept. of Revenue Payable") == -9


def test_a_given_total_tax_is_lost_when_only_the_lines_are_sent_again(api: Api) -> None:
    body = sale(api.customer(), TxnTaxDetail={**TUCSON, "TotalTax": Decimal("9.00")})
    body["Line"] = [line("100.00", "TAX")]
    invoice = api.save("invoice", body)
    change = {"Id": invoice["Id"], "sparse": True}

    note = api.save("invoice", {**change, "SyncToken": "0", "PrivateNote": "n"})
    lines = api.save("invoice", {**change, "SyncToken": "1", "Line": [line("200.00", "TAX")]})

    assert note["TxnTaxDetail"]["TotalTax"] == 9
    assert lines["TxnTaxDetail"]["TotalTax"] == Decimal("18.20")


def test_tax_without_a_taxable_line_is_ignored(api: Api) -> None:
    body = sale(api.customer(), TxnTaxDetail={**TUCSON, "TotalTax": Decimal("9.00")})

    assert api.save("invoice", body)["TotalAmt"] == 100


def test_a_company_without_sales_tax_keeps_no_tax_detail(api: Api) -> None:
    api.http.post(
        f"/_emulator/companies/{api.realm}/preferences", json={"TaxPrefs": {"UsingSalesTax": False}}
    )
    body = sale(api.customer(), TxnTaxDetail={**TUCSON, "TotalTax": Decimal("9.00")})

    invoice = api.save("invoice", body)

    assert "TxnTaxDetail" not in invoice
    assert invoice["TotalAmt"] == 100


def test_automated_sales_tax_chooses_its_own_code_and_keeps_an_override(
    emulator: Emulator,
) -> None:
    company = emulator.seed("us_ast", realm="555")
    api = Api(emulator, "555")
    item = api.save("item", {"Name": "Mug", "Taxable": True, "IncomeAccountRef": {"value": "79"}})[
        "Id"
    ]
    body: dict[str, Any] = {
        "CustomerRef": {"value": api.customer()},
        "Line": [line("100", item=item)],
    }
    del body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"]

    computed = api.save("invoice", {**body, "TxnTaxDetail": TUCSON})
    given = api.save("invoice", {**body, "TxnTaxDetail": {"TotalTax": Decimal("7.77")}})

    assert computed["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "TAX"}
    assert computed["TxnTaxDetail"]["TxnTaxCodeRef"] == {"value": "2"}
    assert computed["TxnTaxDetail"]["TotalTax"] == 8
    assert given["TxnTaxDetail"]["TotalTax"] == Decimal("7.77")
    assert company.balance("Board of Equalization Payable") == Decimal("-15.77")


def test_an_exempt_customer_pays_no_automated_tax(emulator: Emulator) -> None:
    emulator.seed("us_ast", realm="555")
    api = Api(emulator, "555")
    item = api.save("item", {"Name": "Mug", "Taxable": True, "IncomeAccountRef": {"value": "79"}})[
        "Id"
    ]
    customer = api.customer(Taxable=False, TaxExemptionReasonId="1")
    body: dict[str, Any] = {"CustomerRef": {"value": customer}, "Line": [line("100", item=item)]}
    del body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"]

    assert api.save("invoice", body)["TotalAmt"] == 100
