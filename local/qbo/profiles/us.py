"""US companies: sales tax set up by hand as in Intuit's sample company, or automated."""

from dataclasses import replace

from local.qbo.entities.tax.jurisdictions import COLORADO, DENVER, NEW_YORK, TEXAS
from local.qbo.plans import ESSENTIALS, SIMPLE_START
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

_AUTOMATED_PAYABLE = {
    "98": (f"{COLORADO} Payable", *_PAYABLE),
    "99": (f"{DENVER} Payable", *_PAYABLE),
    "100": (f"{NEW_YORK} Payable", *_PAYABLE),
    "101": (f"{TEXAS} Payable", *_PAYABLE),
}

#: Known to the agencies of Arizona, California, Colorado, New York and Texas; not of Washington.
US_AUTOMATED = replace(
    US,
    accounts={**US.accounts, **_AUTOMATED_PAYABLE},
    agencies=(
        *US.agencies,
        Agency("3", COLORADO, "98"),
        Agency("4", DENVER, "99"),
        Agency("5", NEW_YORK, "100"),
        Agency("6", TEXAS, "101"),
    ),
    preferences={"TaxPrefs": {"PartnerTaxEnabled": True, "TaxGroupCodeRef": {"value": "2"}}},
)

#: Automated sales tax that nobody has set up.
US_UNTAXED = replace(
    US, preferences={"TaxPrefs": {"UsingSalesTax": False, "PartnerTaxEnabled": False}}
)

_TAX = US.preferences["TaxPrefs"]
_NOT_TRACKED = {
    "AccountingInfoPrefs": {"TrackDepartments": False, "ClassTrackingPerTxnLine": False},
    "ProductAndServicesPrefs": {"QuantityOnHand": False},
    "TaxPrefs": _TAX,
}

#: Plans that have less: neither stock nor purchase orders, classes or locations.
US_ESSENTIALS = replace(US, facts={"OfferingSku": ESSENTIALS}, preferences=_NOT_TRACKED)
#: Nor bills or other currencies.
US_SIMPLE_START = replace(US, facts={"OfferingSku": SIMPLE_START}, preferences=_NOT_TRACKED)

#: Buys and sells in other currencies too.
US_MULTICURRENCY = replace(
    US,
    preferences={"CurrencyPrefs": {"MultiCurrencyEnabled": True}, "TaxPrefs": _TAX},
)
