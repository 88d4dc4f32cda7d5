"""A company in Canada: GST, HST, and provincial taxes of several agencies."""

from local.qbo.profiles.base import (
    ACCOUNTS,
    METHODS,
    ON_AMOUNT,
    Agency,
    Code,
    Method,
    Profile,
    Rate,
    code,
    renamed,
)

_LIABILITY = "Other Current Liability"

CA = Profile(
    country="CA",
    currency="CAD",
    address={
        "Line1": "88 Harbour Street",
        "City": "Toronto",
        "CountrySubDivisionCode": "ON",
        "PostalCode": "M5J 1B7",
        "Country": "Canada",
    },
    accounts={
        **renamed(ACCOUNTS, {"35": "Chequing"}),
        "89": ("GST/HST Payable", _LIABILITY, "GlobalTaxPayable"),
        "90": ("GST/HST Suspense", _LIABILITY, "GlobalTaxSuspense"),
        "98": ("PST Payable (BC)", _LIABILITY, "GlobalTaxPayable"),
        "99": ("QST Payable", _LIABILITY, "GlobalTaxPayable"),
    },
    methods=(METHODS[0], Method("2", "Cheque"), *METHODS[2:]),
    agencies=(
        Agency("1", "Receiver General", "89", on_purchases=True),
        Agency("2", "Ministry of Finance (BC)", "98"),
        Agency("3", "Revenu Québec", "99", on_purchases=True),
    ),
    rates=(
        Rate("1", "GST", "5", "1"),
        Rate("2", "GST (ITC)", "5", "1"),
        Rate("3", "HST ON", "13", "1"),
        Rate("4", "HST (ITC) ON", "13", "1"),
        Rate("5", "PST BC", "7", "2"),
        Rate("6", "QST", "9.975", "3"),
        Rate("7", "QST (ITR)", "9.975", "3"),
        Rate("8", "Zero-rated", "0", "1", "ZERO_RATE"),
        Rate("9", "Zero-rated (Purchases)", "0", "1", "ZERO_RATE"),
        Rate("10", "Exempt", "0", "1", "ZERO_RATE"),
        Rate("11", "Exempt (Purchases)", "0", "1", "ZERO_RATE"),
        Rate("12", "Out of Scope", "0", "1", "ZERO_RATE"),
        Rate("13", "Out of Scope (Purchases)", "0", "1", "ZERO_RATE"),
        Rate("14", "QST on GST", "9.5", "3"),
        Rate("15", "PST BC (Purchases)", "7", "2"),
    ),
    codes=(
        code("2", "HST ON", "3", "4"),
        code("3", "GST", "1", "2"),
        code("4", "GST/PST BC", "1 5", "2 15"),
        code("5", "GST/QST QC - 9.975", "1 6", "2 7"),
        code("6", "Zero-rated", "8", "9"),
        code("7", "Exempt", "10", "11"),
        code("8", "Out of Scope", "12", "13", taxable=False),
        Code(
            "9",
            "GST/QST QC - 9.5",
            (("1", ON_AMOUNT), ("14", "TaxOnAmountPlusTax")),
            (("2", ON_AMOUNT),),
            "Until 2012: QST on the amount and its GST",
        ),
    ),
    time_zone="America/Toronto",
    other={
        "DateFormat": "Date Month Year",
        "DateFormatMnemonic": "DDMMYYYY",
        "Vendor1099Enabled": "false",
    },
)
