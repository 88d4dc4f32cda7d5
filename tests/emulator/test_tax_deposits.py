"""Tax on deposits outside the US: a payout with fees."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api, line, sale

D = Decimal


@pytest.fixture
def company(emulator: Emulator) -> Company:
    return emulator.seed("uk", realm="77")


@pytest.fixture
def api(emulator: Emulator, company: Company) -> Api:
    return Api(emulator, "77")


def _direct(amount: str, account: str, **detail: Any) -> dict[str, Any]:
    return {
        "Amount": D(amount),
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": {"value": account}, **detail},
    }


FEE = {"TaxCodeRef": {"value": "2"}, "TaxApplicableOn": "Purchase"}
SOLD = {"TaxCodeRef": {"value": "2"}, "TaxApplicableOn": "Sales"}


def test_fees_of_a_payout_recover_their_tax(api: Api, company: Company) -> None:
    receipt = api.save("salesreceipt", sale(None, Line=[line("100", "2")]))
    linked = {
        "Amount": D(120),
        "LinkedTxn": [{"TxnId": receipt["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}],
    }
    lines = [linked, _direct("-10", "94", **FEE), _direct("5", "1", **SOLD), _direct("3", "34")]

    deposit = api.save("deposit", {"DepositToAccountRef": {"value": "35"}, "Line": lines})

    assert deposit["TotalAmt"] == 117
    assert deposit["TxnTaxDetail"]["TotalTax"] == -1
    assert [
        (each["TaxLineDetail"]["TaxRateRef"]["value"], each["Amount"])
        for each in deposit["TxnTaxDetail"]["TaxLine"]
    ] == [("1", 1), ("2", -2)]
    assert company.balances() == {
        "Current": D(117),
        "Merchant Fees": D(10),
        "Opening Balance Equity": D(-3),
        "Services": D(-105),
        "Undeposited Funds": D(0),
        "VAT Control": D(-19),
    }


def test_a_taxed_line_says_on_what_it_is_taxed(api: Api) -> None:
    body = {
        "DepositToAccountRef": {"value": "35"},
        "Line": [_direct("5", "1", TaxCodeRef={"value": "2"})],
    }

    assert api.refusal("deposit", body)["code"] == "2270"
    assert api.save("deposit", {**body, "GlobalTaxCalculation": "NotApplicable"})["TotalAmt"] == 5


def test_tax_that_is_not_recovered_makes_the_fee_dearer(emulator: Emulator) -> None:
    company = emulator.seed("ca", realm="78")
    api = Api(emulator, "78")
    fee = {"TaxCodeRef": {"value": "4"}, "TaxApplicableOn": "Purchase"}
    lines = [_direct("100", "1"), _direct("-10", "94", **fee)]

    deposit = api.save("deposit", {"DepositToAccountRef": {"value": "35"}, "Line": lines})

    assert deposit["TotalAmt"] == D("88.80")
    assert company.balance("Merchant Fees") == D("10.70")
    assert company.balance("GST/HST Payable") == D("0.50")
