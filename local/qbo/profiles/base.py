"""What a company starts with, as data; each country's profile is a variation of this one.

A profile is found in an empty company: settings first, then lists in the order in which they refer
to each other. To make another one, take a country's and `dataclasses.replace` what differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.qbo.company import Company
from local.qbo.entities import ENTITIES
from local.qbo.rules import Values
from local.qbo.writer import save

SYSTEM = "QuickBooks"

#: id: (name, type, subtype)
Accounts = Mapping[str, tuple[str, str, str]]

#: Accounts that every country has; ids follow Intuit's sample company where it has them.
ACCOUNTS: Accounts = {
    "1": ("Services", "Income", "ServiceFeeIncome"),
    "2": ("Retained Earnings", "Equity", "RetainedEarnings"),
    "4": ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    "7": ("Advertising", "Expense", "AdvertisingPromotional"),
    "8": ("Bank Charges", "Expense", "BankCharges"),
    "12": ("Legal & Professional Fees", "Expense", "LegalProfessionalFees"),
    "13": ("Meals and Entertainment", "Expense", "EntertainmentMeals"),
    "15": ("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    "17": ("Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    "24": ("Utilities", "Expense", "Utilities"),
    "30": ("Uncategorized Income", "Income", "ServiceFeeIncome"),
    "31": ("Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost"),
    "32": ("Uncategorized Asset", "Other Current Asset", "OtherCurrentAssets"),
    "33": ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    "34": ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    "35": ("Checking", "Bank", "Checking"),
    "36": ("Savings", "Bank", "Savings"),
    "41": ("Mastercard", "Credit Card", "CreditCard"),
    "42": ("Visa", "Credit Card", "CreditCard"),
    "43": ("Loan Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    "44": ("Notes Payable", "Long Term Liability", "OtherLongTermLiabilities"),
    "79": ("Sales of Product Income", "Income", "SalesOfProductIncome"),
    "80": ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    "81": ("Inventory Asset", "Other Current Asset", "Inventory"),
    "82": ("Design income", "Income", "SalesOfProductIncome"),
    "84": ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    "86": ("Discounts given", "Income", "DiscountsRefundsGiven"),
    "88": ("Shipping Income", "Income", "ServiceFeeIncome"),
    "91": ("Inventory Shrinkage", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    "92": ("Owner's Equity", "Equity", "OwnersEquity"),
    "93": ("Shopify Clearing", "Bank", "CashOnHand"),
    "94": ("Merchant Fees", "Expense", "BankCharges"),
    "95": ("Gift Card Liability", "Other Current Liability", "OtherCurrentLiabilities"),
    "96": ("Rounding", "Income", "OtherPrimaryIncome"),
    "97": ("Shipping Costs", "Cost of Goods Sold", "ShippingFreightDeliveryCos"),
}


@dataclass(frozen=True)
class Term:
    """Days to pay."""

    id: str
    name: str
    days: int


@dataclass(frozen=True)
class Method:
    """A way to pay."""

    id: str
    name: str
    card: bool = False


@dataclass(frozen=True)
class Agency:
    """A tax agency and the account it is owed in."""

    id: str
    name: str
    account: str
    on_purchases: bool = False


@dataclass(frozen=True)
class Rate:
    """A tax rate in percent."""

    id: str
    name: str
    percent: str
    agency: str
    special: str = "NONE"


@dataclass(frozen=True)
class Code:
    """A tax code: (rate id, what it is levied on) for sales and for purchases, in order."""

    id: str
    name: str
    sales: tuple[tuple[str, str], ...] = ()
    purchases: tuple[tuple[str, str], ...] = ()
    description: str = ""
    taxable: bool = True


ON_AMOUNT = "TaxOnAmount"


def code(
    id: str,
    name: str,
    sales: str,
    purchases: str = "",
    *,
    description: str = "",
    taxable: bool = True,
) -> Code:
    """A code whose rates, named by ids with spaces between, are each levied on the amount."""
    return Code(
        id,
        name,
        tuple((rate, ON_AMOUNT) for rate in sales.split()),
        tuple((rate, ON_AMOUNT) for rate in purchases.split()),
        description,
        taxable,
    )


@dataclass(frozen=True)
class Item:
    """A service."""

    id: str
    name: str
    income: str


TERMS = (
    Term("1", "Due on receipt", 0),
    Term("2", "Net 15", 15),
    Term("3", "Net 30", 30),
    Term("4", "Net 60", 60),
)
METHODS = (
    Method("1", "Cash"),
    Method("2", "Check"),
    Method("3", "Visa", card=True),
    Method("4", "MasterCard", card=True),
    Method("5", "Discover", card=True),
    Method("6", "American Express", card=True),
    Method("7", "Diners Club", card=True),
)
ITEMS = (Item("1", "Services", "1"), Item("2", "Hours", "1"))

_FACTS = {
    "NonTracking": "false",
    "IsQbdtMigrated": "false",
    "CompanyType": "Other",
    "SubscriptionStatus": "SUBSCRIBED",
    "OfferingSku": "QuickBooks Online Plus",
    "PayrollFeature": "false",
    "AccountantFeature": "false",
    "QBOIndustryType": "Retail",
    "ItemCategoriesFeature": "true",
    "AssignedTime": "",
}

_OTHER = {
    "SalesFormsPrefs.DefaultCustomerMessage": "Thank you for your business.",
    "SalesFormsPrefs.DefaultItem": "1",
    "DTXCopyMemo": "false",
    "UncategorizedAssetAccountId": "32",
    "UncategorizedIncomeAccountId": "30",
    "UncategorizedExpenseAccountId": "31",
    "SFCEnabled": "true",
    "DataPartner": "false",
    "Vendor1099Enabled": "true",
    "TimeTrackingFeatureEnabled": "true",
    "FDPEnabled": "false",
    "ProjectsEnabled": "false",
    "DateFormat": "Month Date Year",
    "DateFormatMnemonic": "MMDDYYYY",
    "NumberFormat": "US Number Format",
    "NumberFormatMnemonic": "US_NB",
    "WarnDuplicateCheckNumber": "true",
    "WarnDuplicateBillNumber": "false",
    "WarnDuplicateJournalNumber": "false",
    "SignoutInactiveMinutes": "60",
    "AccountingInfoPrefs.ShowAccountNumbers": "false",
}

_PREFERENCES: Mapping[str, Values] = {
    "AccountingInfoPrefs": {
        "UseAccountNumbers": False,
        "TrackDepartments": True,
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": True,
        "FirstMonthOfFiscalYear": "January",
        "TaxYearMonth": "January",
        "CustomerTerminology": "Customers",
        "DepartmentTerminology": "Location",
    },
    "ProductAndServicesPrefs": {
        "ForSales": True,
        "ForPurchase": True,
        "QuantityWithPriceAndRate": True,
        "QuantityOnHand": True,
    },
    "SalesFormsPrefs": {
        "CustomTxnNumbers": True,
        "AllowDeposit": True,
        "AllowDiscount": True,
        "DefaultDiscountAccount": "86",
        "AllowEstimates": True,
        "AllowServiceDate": True,
        "AllowShipping": True,
        "DefaultShippingAccount": "88",
        "DefaultTerms": {"value": "3"},
        "DefaultCustomerMessage": "Thank you!",
        "AutoApplyCredit": False,
        "AutoApplyPayments": False,
        "IPNSupportEnabled": False,
        "UsingPriceLevels": False,
        "UsingProgressInvoicing": False,
        "ETransactionEnabledStatus": "NotApplicable",
        "ETransactionAttachPDF": False,
        "ETransactionPaymentEnabled": False,
    },
    "EmailMessagesPrefs": {
        "InvoiceMessage": {"Subject": "Invoice from us", "Message": "Your invoice."},
    },
    "VendorAndPurchasesPrefs": {
        "TrackingByCustomer": True,
        "BillableExpenseTracking": True,
    },
    "TimeTrackingPrefs": {
        "UseServices": True,
        "BillCustomers": True,
        "ShowBillRateToAll": False,
        "WorkWeekStartDate": "Monday",
        "MarkTimeEntriesBillable": True,
    },
    "TaxPrefs": {"UsingSalesTax": True},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False},
    "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
}


@dataclass(frozen=True)
class Profile:
    """A company to start from.

    `preferences` and `other` are laid over what all companies have, group by group; `info` over
    CompanyInfo, `facts` over its `NameValue` list.
    """

    country: str
    currency: str
    address: Values
    accounts: Accounts = field(default_factory=lambda: ACCOUNTS)
    terms: tuple[Term, ...] = TERMS
    methods: tuple[Method, ...] = METHODS
    agencies: tuple[Agency, ...] = ()
    rates: tuple[Rate, ...] = ()
    codes: tuple[Code, ...] = ()
    items: tuple[Item, ...] = ITEMS
    fiscal_year_start: str = "January"
    time_zone: str = "America/Los_Angeles"
    info: Values = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    preferences: Mapping[str, Values] = field(default_factory=dict)
    other: Mapping[str, str] = field(default_factory=dict)

    def found(self, company: Company, name: str) -> None:
        """Fill an empty company. `name` is what CompanyInfo calls it."""
        put(company, "Preferences", "1", self._preferences())
        put(company, "CompanyInfo", "1", self._company_info(name))
        for id, (title, type, subtype) in self.accounts.items():
            account = {"Name": title, "AccountType": type, "AccountSubType": subtype}
            put(company, "Account", id, account)
        for term in self.terms:
            put(company, "Term", term.id, {"Name": term.name, "DueDays": term.days})
        for method in self.methods:
            kind = "CREDIT_CARD" if method.card else "NON_CREDIT_CARD"
            put(company, "PaymentMethod", method.id, {"Name": method.name, "Type": kind})
        self._found_tax(company)
        for item in self.items:
            body: Values = {
                "Name": item.name,
                "Type": "Service",
                "IncomeAccountRef": {"value": item.income},
            }
            put(company, "Item", item.id, body)

    def _found_tax(self, company: Company) -> None:
        for agency in self.agencies:
            body: Values = {
                "DisplayName": agency.name,
                "TaxTrackedOnSales": True,
                "TaxTrackedOnPurchases": agency.on_purchases,
            }
            put(company, "TaxAgency", agency.id, body)
            row = company.row("TaxAgency", agency.id)
            hidden = {**row.hidden, "account": agency.account}
            company.alter(row, row.data, SYSTEM, hidden, bump=False)
        for rate in self.rates:
            body = {
                "Name": rate.name,
                "Description": rate.name,
                "RateValue": rate.percent,
                "AgencyRef": {"value": rate.agency},
                "SpecialTaxType": rate.special,
                "DisplayType": "ReadOnly",
            }
            put(company, "TaxRate", rate.id, body)
        for each in self.codes:
            body = {
                "Name": each.name,
                "Description": each.description or each.name,
                "Taxable": each.taxable,
                "TaxGroup": bool(each.sales or each.purchases),
                "SalesTaxRateList": {"TaxRateDetail": self._details(each.sales)},
                "PurchaseTaxRateList": {"TaxRateDetail": self._details(each.purchases)},
            }
            put(company, "TaxCode", each.id, body)

    def _details(self, rates: tuple[tuple[str, str], ...]) -> list[Values]:
        names = {rate.id: rate.name for rate in self.rates}
        return [
            {
                "TaxRateRef": {"value": rate, "name": names[rate]},
                "TaxTypeApplicable": kind,
                "TaxOrder": 0 if kind == ON_AMOUNT else order,
            }
            for order, (rate, kind) in enumerate(rates)
        ]

    def _company_info(self, name: str) -> Values:
        address = {"Id": "1", **self.address}
        facts = {**_FACTS, **self.facts}
        return {
            "CompanyName": name,
            "LegalName": name,
            "CompanyAddr": address,
            "CustomerCommunicationAddr": address,
            "LegalAddr": address,
            "CustomerCommunicationEmailAddr": {"Address": "office@example.com"},
            "PrimaryPhone": {"FreeFormNumber": "(510) 555-0100"},
            "Email": {"Address": "office@example.com"},
            "WebAddr": {"URI": "https://example.com"},
            "CompanyStartDate": "2024-01-02",
            "FiscalYearStartMonth": self.fiscal_year_start,
            "Country": self.country,
            "SupportedLanguages": "en",
            "DefaultTimeZone": self.time_zone,
            "NameValue": _pairs(facts),
            **self.info,
        }

    def _preferences(self) -> Values:
        groups = {
            name: {**group, **self.preferences.get(name, {})}
            for name, group in _PREFERENCES.items()
        }
        groups["AccountingInfoPrefs"]["FirstMonthOfFiscalYear"] = self.fiscal_year_start
        groups["CurrencyPrefs"]["HomeCurrency"] = {"value": self.currency}
        return {**groups, "OtherPrefs": {"NameValue": _pairs({**_OTHER, **self.other})}}


def put(company: Company, entity: str, id: str, values: Values) -> None:
    """Create an object with a known id, as QuickBooks itself."""
    save(company, ENTITIES[entity], values, SYSTEM, chosen_id=id)
    company.seen_id(ENTITIES[entity], id)


def renamed(accounts: Accounts, names: Mapping[str, str]) -> Accounts:
    """The accounts with other names for some ids."""
    return {id: (names.get(id, each[0]), *each[1:]) for id, each in accounts.items()}


def _pairs(values: Mapping[str, str]) -> list[Values]:
    return [{"Name": key, "Value": value} for key, value in values.items()]
