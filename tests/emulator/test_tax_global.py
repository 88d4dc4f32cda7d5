"""Tax outside the US: codes per line, rates over the document, prices with tax included."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api, line, sale

D = Decimal


def _company(emulator: Emulator, profile: str) -> tuple[Api, Company]:
    company = emulator.seed(profile, realm="77")
    return Api(emulator, "77"), company


@pytest.fixture
def uk(emulator: Emulator) -> tuple[Api, Company]:
    return _company(emulator, "uk")


@pytest.fixture
def ca(emulator: Emulator) -> tuple[Api, Company]:
    return _company(emulator, "ca")


def _taxes(document: Any) -> list[tuple[str, Decimal, Decimal]]:
    return [
        (
            each["TaxLineDetail"]["TaxRateRef"]["value"],
            each["TaxLineDetail"]["NetAmountTaxable"],
            each["Amount"],
        )
        for each in document["TxnTaxDetail"]["TaxLine"]
    ]


def _gross(amount: str, gross: str, code: str = "2", **detail: Any) -> dict[str, Any]:
    return line(amount, code, TaxInclusiveAmt=D(gross), **detail)


def test_vat_comes_on_top_and_is_owed_in_the_control_account(uk: tuple[Api, Company]) -> None:
    api, company = uk
    body = sale(api.customer(), Line=[line("100", "2"), line("40", "3"), line("7", "6")])

    invoice = api.save("invoice", body)

    assert invoice["GlobalTaxCalculation"] == "TaxExcluded"
    assert "ApplyTaxAfterDiscount" not in invoice
    assert _taxes(invoice) == [
        ("1", D(100), D(20)),
        ("3", D(40), D(2)),
        ("9", D(7), D(0)),
    ]
    assert invoice["TxnTaxDetail"]["TotalTax"] == 22
    assert invoice["TotalAmt"] == 169
    assert company.balances() == {
        "Debtors": D("169.00"),
        "Services": D("-147.00"),
        "VAT Control": D("-22.00"),
    }


def test_a_rate_is_computed_once_on_the_sum_of_its_lines(uk: tuple[Api, Company]) -> None:
    api, _ = uk
    body = sale(api.customer(), Line=[line("10.02", "2")] * 3)

    assert _taxes(api.save("invoice", body)) == [("1", D("30.06"), D("6.01"))]


def test_a_gross_price_comes_back_to_the_cent(uk: tuple[Api, Company]) -> None:
    api, company = uk
    lines = [_gross("8.33", "9.99"), _gross("8.33", "9.99"), _gross("8.33", "9.99")]

    invoice = api.save(
        "invoice", sale(api.customer(), Line=lines, GlobalTaxCalculation="TaxInclusive")
    )

    assert invoice["TotalAmt"] == D("29.97")
    assert invoice["TxnTaxDetail"]["TotalTax"] == D("4.98")
    assert invoice["Line"][0]["Amount"] == D("8.33")
    assert invoice["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == D("9.99")
    assert company.balance("VAT Control") == D("-4.98")
