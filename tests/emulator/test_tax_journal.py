"""Tax on journal lines outside the US."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api

D = Decimal


@pytest.fixture
def company(emulator: Emulator) -> Company:
    return emulator.seed("au", realm="77")


@pytest.fixture
def api(emulator: Emulator, company: Company) -> Api:
    return Api(emulator, "77")


def _line(side: str, account: str, amount: str, **detail: Any) -> dict[str, Any]:
    return {
        "Amount": D(amount),
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {
            "PostingType": side,
            "AccountRef": {"value": account},
            **detail,
        },
    }


TAXED = {"TaxCodeRef": {"value": "2"}, "TaxApplicableOn": "Purchase", "TaxAmount": D("10")}


def test_the_tax_of_a_line_is_posted_beside_it(api: Api, company: Company) -> None:
    lines = [_line("Debit", "7", "100", **TAXED), _line("Credit", "35", "110")]

    entry = api.save("journalentry", {"Line": lines})

    assert entry["TxnTaxDetail"]["TotalTax"] == 10
    detail = entry["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]
    assert (detail["TaxRateRef"]["value"], detail["NetAmountTaxable"]) == ("2", 100)
    assert company.balances() == {
        "Advertising": D(100),
        "Cheque Account": D(-110),
        "GST Liabilities Payable": D(10),
    }


def test_a_line_that_includes_tax_is_split(api: Api, company: Company) -> None:
    sold = {
        "TaxCodeRef": {"value": "2"},
        "TaxApplicableOn": "Sales",
        "TaxAmount": D("0.91"),
        "TaxInclusiveAmt": D("10.00"),
    }
    lines = [_line("Credit", "1", "9.09", **sold), _line("Debit", "35", "10")]

    api.save("journalentry", {"Line": lines, "GlobalTaxCalculation": "TaxInclusive"})

    assert company.balance("Services") == D("-9.09")
    assert company.balance("GST Liabilities Payable") == D("-0.91")


@pytest.mark.parametrize(
    "missing, code",
    [("PostingType", "2260"), ("TaxApplicableOn", "2270"), ("TaxAmount", "2280")],
)
def test_what_a_taxed_line_lacks_is_named(api: Api, missing: str, code: str) -> None:
    first = _line("Debit", "7", "100", **TAXED)
    del first["JournalEntryLineDetail"][missing]

    refusal = api.refusal("journalentry", {"Line": [first, _line("Credit", "35", "110")]})

    assert refusal["code"] == code


def test_an_entry_that_forgets_the_tax_does_not_balance(api: Api, company: Company) -> None:
    lines = [_line("Debit", "7", "100", **TAXED), _line("Credit", "35", "100")]

    assert api.refusal("journalentry", {"Line": lines})["code"] == "2300"
    assert company.balances() == {}
