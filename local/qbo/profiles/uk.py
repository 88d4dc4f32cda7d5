"""A company in the United Kingdom: VAT, sterling, a year from April."""

from local.qbo.profiles.base import ACCOUNTS, METHODS, Agency, Method, Profile, Rate, code, renamed

_LIABILITY = "Other Current Liability"

UK = Profile(
    country="GB",
    currency="GBP",
    address={
        "Line1": "12 Mill Lane",
        "City": "Leeds",
        "CountrySubDivisionCode": "West Yorkshire",
        "PostalCode": "LS1 4AB",
        "Country": "United Kingdom",
    },
    accounts={
        **renamed(
            ACCOUNTS,
            {
                "33": "Creditors",
                "35": "Current",
                "80": "Cost of sales",
                "81": "Stock Asset",
                "84": "Debtors",
                "88": "Delivery Income",
                "91": "Stock Shrinkage",
                "97": "Delivery Costs",
            },
        ),
        "89": ("VAT Control", _LIABILITY, "GlobalTaxPayable"),
        "90": ("VAT Suspense", _LIABILITY, "GlobalTaxSuspense"),
    },
    methods=(METHODS[0], Method("2", "Cheque"), *METHODS[2:]),
    agencies=(Agency("1", "HM Revenue & Customs (VAT)", "89", on_purchases=True),),
    rates=(
        Rate("1", "20.0% S (Sales)", "20", "1"),
        Rate("2", "20.0% S (Purchases)", "20", "1"),
        Rate("3", "5.0% R (Sales)", "5", "1"),
        Rate("4", "5.0% R (Purchases)", "5", "1"),
        Rate("5", "0.0% Z (Sales)", "0", "1", "ZERO_RATE"),
        Rate("6", "0.0% Z (Purchases)", "0", "1", "ZERO_RATE"),
        Rate("7", "Exempt (Sales)", "0", "1", "ZERO_RATE"),
        Rate("8", "Exempt (Purchases)", "0", "1", "ZERO_RATE"),
        Rate("9", "No VAT (Sales)", "0", "1", "ZERO_RATE"),
        Rate("10", "No VAT (Purchases)", "0", "1", "ZERO_RATE"),
        Rate("11", "20.0% ECG (Purchases)", "20", "1", "FOREIGN_TAX"),
        Rate("12", "20.0% ECG (Purchases, due)", "-20", "1", "FOREIGN_TAX"),
        Rate("13", "0.0% ECG (Sales)", "0", "1", "FOREIGN_TAX"),
        Rate("14", "20.0% RC (Purchases)", "20", "1", "REVERSE_CHARGE"),
        Rate("15", "20.0% RC (Purchases, due)", "-20", "1", "REVERSE_CHARGE"),
        Rate("16", "20.0% RC (Sales)", "0", "1", "REVERSE_CHARGE"),
        Rate("17", "PVA Import 20.0%", "20", "1", "FOREIGN_TAX"),
        Rate("18", "PVA Import 20.0% (due)", "-20", "1", "FOREIGN_TAX"),
    ),
    codes=(
        code("2", "20.0% S", "1", "2", description="Standard rate"),
        code("3", "5.0% R", "3", "4", description="Reduced rate"),
        code("4", "0.0% Z", "5", "6", description="Zero rate"),
        code("5", "Exempt", "7", "8"),
        code("6", "No VAT", "9", "10", description="Out of scope", taxable=False),
        code("7", "20.0% ECG", "13", "11 12", description="Goods from or to the EU"),
        code("8", "20.0% RC", "16", "14 15", description="Domestic reverse charge"),
        code("9", "PVA Import 20.0%", "", "17 18", description="Postponed import VAT"),
    ),
    fiscal_year_start="April",
    time_zone="Europe/London",
    other={
        "DateFormat": "Date Month Year",
        "DateFormatMnemonic": "DDMMYYYY",
        "Vendor1099Enabled": "false",
    },
)
