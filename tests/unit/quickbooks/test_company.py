"""The company as imported, the accounts found in it, and what it lacks."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.quickbooks.books import Books
from tests.unit.quickbooks.builders import (
    UK,
    UK_SETTINGS,
    US,
    US_SETTINGS,
    account_rows,
    context_for,
    invoice,
    line,
    tax,
    us_company,
)
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.quickbooks import projection, readiness, taxes
from tillbook.quickbooks.company import Company, default_accounts, parse
from tillbook.quickbooks.context import NeedsMapping


def fields(findings: list[Any]) -> list[str]:
    return [finding.field for finding in findings]


def without(company: Company, account: str) -> Company:
    kept = {id: one for id, one in company.accounts.items() if id != account}
    return company.model_copy(update={"accounts": kept})


def test_a_company_survives_storage() -> None:
    for company in (US, UK):
        assert Company.from_json(company.to_json()) == company


def test_a_company_is_read_from_what_quickbooks_answers() -> None:
    company = Books().company

    assert (company.country, company.home_currency) == ("US", "USD")
    assert company.receivables == "84"
    assert company.tax_codes["3"].rates == ("1", "2")
    assert company.tax_rates["1"].percent == Decimal("7.1")
    assert company.default_tax_code == "2"
    assert not readiness.problems(company, US_SETTINGS)


def test_an_empty_answer_makes_a_company_with_plain_defaults() -> None:
    company = parse({"CompanyName": "New"}, {}, ())

    assert (company.country, company.home_currency, company.uses_sales_tax) == ("US", "USD", False)
    assert company.receivables is None


def test_accounts_that_are_not_set_are_found_by_their_type() -> None:
    found = default_accounts(US, Accounts(income="88"))

    assert found.model_dump(exclude_none=True, exclude={"gateways"}) == {
        "income": "88",
        "shipping": "88",
        "discount": "86",
        "deposit": "4",
    }


def test_a_liability_for_gift_cards_is_never_guessed() -> None:
    assert default_accounts(US, Accounts()).gift_cards is None


def test_the_tax_account_is_the_agencys_own() -> None:
    assert (US.tax_account("1"), US.tax_account("2")) == ("89", "90")
    assert US.tax_account(None) is None
    assert without(US, "90").tax_account("2") == "89"
    assert UK.tax_account(None) == "89"


@pytest.mark.parametrize(
    "account, field",
    [
        ("84", "accounts receivable"),
        ("4", "settings.accounts.deposit"),
        ("86", "settings.accounts.discount"),
    ],
)
def test_a_missing_account_is_named(account: str, field: str) -> None:
    assert field in fields(readiness.problems(without(US, account), US_SETTINGS))


@pytest.mark.parametrize(
    "company, settings, field",
    [
        (US, ConnectionSettings(), "settings.tax_code"),
        (US, ConnectionSettings(tax_code="99"), "settings.tax_code"),
        (UK, ConnectionSettings(), "settings.tax_codes"),
        (UK, ConnectionSettings(tax_codes={"20": "99"}), "settings.tax_codes.20"),
        (
            US,
            ConnectionSettings(tax_code="2", accounts=Accounts(gateways={"paypal": "999"})),
            "settings.accounts.gateways.paypal",
        ),
        (
            US.model_copy(update={"offering": "QuickBooks Online Simple Start"}),
            US_SETTINGS,
            "QuickBooks plan",
        ),
    ],
)
def test_what_keeps_documents_from_being_sent_is_named(
    company: Company, settings: ConnectionSettings, field: str
) -> None:
    assert fields(readiness.problems(company, settings)) == [field]


def test_a_company_that_has_everything_has_no_problems() -> None:
    assert readiness.problems(US, US_SETTINGS) == []
    assert readiness.problems(UK, UK_SETTINGS) == []


def test_advice_names_what_a_bookkeeper_would_not_expect() -> None:
    company = us_company(
        SalesFormsPrefs={"CustomTxnNumbers": False}, TaxPrefs={"PartnerTaxEnabled": True}
    )

    found = fields(readiness.advice(company, ConnectionSettings()))

    assert [field.rpartition(" > ")[2] for field in found] == [
        "Custom transaction numbers",
        "Taxes",
        "settings.accounts.gift_cards",
    ]


def test_tax_of_two_agencies_is_owed_to_both() -> None:
    rate = US.tax_rates["2"].model_copy(update={"agency": "2"})
    company = US.model_copy(update={"tax_rates": {**US.tax_rates, "2": rate}})
    settings = US_SETTINGS.model_copy(update={"tax_code": "3"})
    sale = invoice(line("100.00", taxes=(tax("9.11"),)))

    found = taxes.by_account(sale, context_for(sale, company=company, settings=settings))

    assert found == {"89": Decimal("7.11"), "90": Decimal("2.00")}


def test_an_agency_whose_account_cannot_be_told_is_named() -> None:
    company = US.model_copy(update={"tax_agencies": {}})
    sale = invoice(line("100.00", taxes=(tax("8.00"),)))

    with pytest.raises(NeedsMapping, match="Rename the tax account"):
        projection.postings(sale, context_for(sale, company=company))


def test_automated_tax_with_several_agencies_wants_to_know_which() -> None:
    company = us_company(TaxPrefs={"PartnerTaxEnabled": True})
    sale = invoice(line("100.00", taxes=(tax("8.00"),)))

    unset = context_for(sale, company=company, settings=ConnectionSettings())
    chosen = context_for(sale, company=company)

    with pytest.raises(NeedsMapping, match="Choose the tax code of the agency"):
        projection.postings(sale, unset)
    assert [one.account_id for one in projection.postings(sale, chosen)] == ["79", "84", "90"]


@pytest.mark.parametrize(
    "amount, weights, parts",
    [
        ("9.11", ["7.1", "2"], ["7.11", "2.00"]),
        ("0.01", ["1", "1", "1"], ["0.00", "0.01", "0.00"]),
        ("1.00", ["0", "0"], ["1.00", "0"]),
        ("10.00", ["1", "1", "1"], ["3.33", "3.34", "3.33"]),
    ],
)
def test_an_amount_is_split_to_the_cent(amount: str, weights: list[str], parts: list[str]) -> None:
    found = taxes.split(Decimal(amount), [Decimal(weight) for weight in weights])

    assert found == [Decimal(part) for part in parts]
    assert sum(found) == Decimal(amount)


def test_accounts_of_every_type_know_their_side() -> None:
    rows = account_rows()
    company = parse({}, {}, rows)

    debits = {one.type for one in company.accounts.values() if one.is_debit}
    assert debits == {"Bank", "Other Current Asset", "Accounts Receivable"}
