"""US companies: sales tax set up by hand as in Intuit's sample company, or automated."""

from dataclasses import replace

from local.qbo.profiles.base import ACCOUNTS, Agency, Profile, Rate, code

_PAYABLE = ("Other Current Liability", "SalesTaxPayable")

US = Profile(
    country="US",
    currency="USD",
    address={
        "Line1": "123 Sierra Way",
        "City": "San Pablo",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "87999",
        "Country": "USA",
    },
    accounts={
        **ACCOUNTS,
        "89": ("Arizona Dept. of Revenue Payable", *_PAYABLE),
        "90": ("Board of Equalization Payable", *_PAYABLE),
    },
    agencies=(
        Agency("1", "Arizona Dept. of Revenue", "89"),
        Agency("2", "Board of Equalization", "90"),
    ),
    rates=(
        Rate("1", "AZ State tax", "7.1", "1"),
        Rate("2", "Tucson City", "2", "1"),
        Rate("3", "California", "8", "2"),
    ),
    codes=(
        code("2", "California", "3"),
        code("3", "Tucson", "1 2"),
    ),
    preferences={"TaxPrefs": {"TaxGroupCodeRef": {"value": "2"}}},
)

US_AUTOMATED = replace(
    US,
    preferences={"TaxPrefs": {"PartnerTaxEnabled": True, "TaxGroupCodeRef": {"value": "2"}}},
)
