"""A company in Australia: GST, prices that include it, a year from July."""

from local.qbo.profiles.base import ACCOUNTS, METHODS, Agency, Method, Profile, Rate, code, renamed

_LIABILITY = "Other Current Liability"

AU = Profile(
    country="AU",
    currency="AUD",
    address={
        "Line1": "5 Wattle Street",
        "City": "Sydney",
        "CountrySubDivisionCode": "NSW",
        "PostalCode": "2000",
        "Country": "Australia",
    },
    accounts={
        **renamed(ACCOUNTS, {"35": "Cheque Account", "88": "Delivery Income"}),
        "89": ("GST Liabilities Payable", _LIABILITY, "GlobalTaxPayable"),
        "90": ("GST Suspense", _LIABILITY, "GlobalTaxSuspense"),
    },
    methods=(METHODS[0], Method("2", "Cheque"), *METHODS[2:]),
    agencies=(Agency("1", "Australian Taxation Office", "89", on_purchases=True),),
    rates=(
        Rate("1", "GST (sales)", "10", "1"),
        Rate("2", "GST (purchases)", "10", "1"),
        Rate("3", "GST free (sales)", "0", "1", "ZERO_RATE"),
        Rate("4", "GST free (purchases)", "0", "1", "ZERO_RATE"),
        Rate("5", "Input taxed (sales)", "0", "1", "ZERO_RATE"),
        Rate("6", "Input taxed (purchases)", "0", "1", "ZERO_RATE"),
        Rate("7", "Out of scope (sales)", "0", "1", "ZERO_RATE"),
        Rate("8", "Out of scope (purchases)", "0", "1", "ZERO_RATE"),
        Rate("9", "GST on capital", "10", "1"),
        Rate("10", "Export", "0", "1", "ZERO_RATE"),
    ),
    codes=(
        code("2", "GST", "1", "2"),
        code("3", "GST free", "3", "4"),
        code("4", "Input tax", "5", "6"),
        code("5", "Out of Scope", "7", "8", taxable=False),
        code("6", "GST on capital", "", "9"),
        code("7", "GST-free exports", "10"),
    ),
    fiscal_year_start="July",
    time_zone="Australia/Sydney",
    other={
        "DateFormat": "Date Month Year",
        "DateFormatMnemonic": "DDMMYYYY",
        "Vendor1099Enabled": "false",
    },
)
