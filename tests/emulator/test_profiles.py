"""Companies to start from: every one can be founded, and each country has its own ways."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Emulator
from local.qbo.people.bookkeeper import keep_books
from tests.emulator.conftest import Api, line, sale

COUNTRIES = {
    "us": ("US", "USD", "January"),
    "us_ast": ("US", "USD", "January"),
    "uk": ("GB", "GBP", "April"),
    "ca": ("CA", "CAD", "January"),
    "au": ("AU", "AUD", "July"),
}


@pytest.mark.parametrize("profile", COUNTRIES)
def test_a_profile_has_its_country_currency_and_year(emulator: Emulator, profile: str) -> None:
    company = emulator.seed(profile, realm="77")
    country, currency, month = COUNTRIES[profile]

    info, preferences = company.get("CompanyInfo", "1"), company.get("Preferences", "1")

    assert (info["Country"], info["FiscalYearStartMonth"]) == (country, month)
    assert preferences["CurrencyPrefs"]["HomeCurrency"] == {"value": currency}
    assert preferences["AccountingInfoPrefs"]["FirstMonthOfFiscalYear"] == month
    place = profile.partition("_")[0].upper()
    assert info["CompanyName"] == f"Sandbox Company_{place}_2"


@pytest.mark.parametrize("profile", COUNTRIES)
def test_every_code_of_a_profile_names_rates_whose_agencies_have_accounts(
    emulator: Emulator, profile: str
) -> None:
    company = emulator.seed(profile, realm="77")
    rates = {each["Id"]: each for each in company.all("TaxRate")}

    for code in company.all("TaxCode"):
        for side in ("SalesTaxRateList", "PurchaseTaxRateList"):
            for each in code[side]["TaxRateDetail"]:
                rate = rates[each["TaxRateRef"]["value"]]
                assert each["TaxRateRef"]["name"] == rate["Name"]
    for agency in company.table("TaxAgency").rows.values():
        account = company.get("Account", agency.hidden["account"])
        wanted = "SalesTaxPayable" if company.country == "US" else "GlobalTaxPayable"
        assert account["AccountSubType"] == wanted


@pytest.mark.parametrize(
    "profile, words",
    [
        ("us", {"Credit Memo", "Vendor Credit", "Check", "Invoice"}),
        ("uk", {"Credit Note", "Supplier Credit", "Cheque", "Invoice"}),
        ("au", {"Adjustment Note", "Supplier Credit", "Cheque", "Invoice"}),
        ("ca", {"Credit Memo", "Vendor Credit", "Cheque", "Invoice"}),
    ],
)
def test_reports_call_transactions_by_the_countrys_words(
    emulator: Emulator, profile: str, words: set[str]
) -> None:
    emulator.seed(profile, realm="77")
    api = Api(emulator, "77")
    code = "NON" if profile == "us" else "2"
    customer, vendor = api.customer(), api.save("vendor", {"DisplayName": "Paper"})["Id"]
    bought: dict[str, Any] = {
        "Amount": Decimal(5),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {
            "AccountRef": {"value": "7"},
            "TaxCodeRef": {"value": code},
        },
    }
    for path in ("invoice", "creditmemo"):
        api.save(path, sale(customer, Line=[line("10", code)]))
    api.save("vendorcredit", {"VendorRef": {"value": vendor}, "Line": [bought]})
    paid = {"PaymentType": "Check", "AccountRef": {"value": "35"}, "Line": [bought]}
    api.save("purchase", paid)

    report = api.get("reports/GeneralLedger").text

    assert all(f'"{word}"' in report for word in words)


@pytest.mark.parametrize("profile, longest", [("us", 7), ("uk", 7), ("ca", 20), ("au", 20)])
def test_account_numbers_are_as_long_as_the_country_lets_them_be(
    emulator: Emulator, profile: str, longest: int
) -> None:
    emulator.seed(profile, realm="77")
    api = Api(emulator, "77")
    body = {"Name": "Numbered", "AccountType": "Bank"}

    refusal = api.refusal("account", {**body, "AcctNum": "1" * (longest + 1)})

    assert refusal["code"] == "2050"
    assert f"Max:{longest} supported" in refusal["Detail"]
    assert api.save("account", {**body, "AcctNum": "1" * longest})["AcctNum"] == "1" * longest


def test_a_customer_outside_the_us_is_not_taxable_by_itself_and_may_have_a_default_code(
    emulator: Emulator,
) -> None:
    emulator.seed("uk", realm="77")
    api = Api(emulator, "77")

    made = api.save("customer", {"DisplayName": "Ann", "DefaultTaxCodeRef": {"value": "4"}})
    wrong = api.refusal("customer", {"DisplayName": "Ben", "DefaultTaxCodeRef": {"value": "99"}})

    assert made["Taxable"] is False
    assert made["DefaultTaxCodeRef"]["value"] == "4"
    assert wrong["code"] == "2500"


@pytest.mark.parametrize("profile", COUNTRIES)
def test_a_bookkeeper_can_keep_the_books_of_every_profile(emulator: Emulator, profile: str) -> None:
    company = emulator.seed(profile, realm="77")

    keep_books(company)

    assert company.all("Invoice")
    assert sum(company.balances().values()) == 0
