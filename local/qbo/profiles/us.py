"""A US company with the chart of accounts of Intuit's sample company, and some of its own.

Ids of accounts, terms, tax objects and items follow the sandbox where it has them.
"""

from local.qbo.company import Company
from local.qbo.entities import ENTITIES
from local.qbo.rules import Values
from local.qbo.writer import save

SYSTEM = "QuickBooks"

#: id, name, type, subtype
_ACCOUNTS = (
    ("1", "Services", "Income", "ServiceFeeIncome"),
    ("2", "Retained Earnings", "Equity", "RetainedEarnings"),
    ("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("7", "Advertising", "Expense", "AdvertisingPromotional"),
    ("8", "Bank Charges", "Expense", "BankCharges"),
    ("12", "Legal & Professional Fees", "Expense", "LegalProfessionalFees"),
    ("13", "Meals and Entertainment", "Expense", "EntertainmentMeals"),
    ("15", "Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("17", "Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    ("24", "Utilities", "Expense", "Utilities"),
    ("30", "Uncategorized Income", "Income", "ServiceFeeIncome"),
    ("31", "Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost"),
    ("32", "Uncategorized Asset", "Other Current Asset", "OtherCurrentAssets"),
    ("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("34", "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("35", "Checking", "Bank", "Checking"),
    ("36", "Savings", "Bank", "Savings"),
    ("41", "Mastercard", "Credit Card", "CreditCard"),
    ("42", "Visa", "Credit Card", "CreditCard"),
    ("43", "Loan Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    ("44", "Notes Payable", "Long Term Liability", "OtherLongTermLiabilities"),
    ("79", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("80", "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("81", "Inventory Asset", "Other Current Asset", "Inventory"),
    ("82", "Design income", "Income", "SalesOfProductIncome"),
    ("84", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("86", "Discounts given", "Income", "DiscountsRefundsGiven"),
    ("88", "Shipping Income", "Income", "ServiceFeeIncome"),
    ("89", "Arizona Dept. of Revenue Payable", "Other Current Liability", "SalesTaxPayable"),
    ("90", "Board of Equalization Payable", "Other Current Liability", "SalesTaxPayable"),
    ("91", "Inventory Shrinkage", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("92", "Owner's Equity", "Equity", "OwnersEquity"),
    ("93", "Shopify Clearing", "Bank", "CashOnHand"),
    ("94", "Merchant Fees", "Expense", "BankCharges"),
    ("95", "Gift Card Liability", "Other Current Liability", "OtherCurrentLiabilities"),
    ("96", "Rounding", "Income", "OtherPrimaryIncome"),
    ("97", "Shipping Costs", "Cost of Goods Sold", "ShippingFreightDeliveryCos"),
)

_TERMS = (("1", "Due on receipt", 0), ("2", "Net 15", 15), ("3", "Net 30", 30), ("4", "Net 60", 60))
_METHODS = (
    ("1", "Cash", "NON_CREDIT_CARD"),
    ("2", "Check", "NON_CREDIT_CARD"),
    ("3", "Visa", "CREDIT_CARD"),
    ("4", "MasterCard", "CREDIT_CARD"),
    ("5", "Discover", "CREDIT_CARD"),
    ("6", "American Express", "CREDIT_CARD"),
    ("7", "Diners Club", "CREDIT_CARD"),
)
_AGENCIES = (("1", "Arizona Dept. of Revenue"), ("2", "Board of Equalization"))
_RATES = (
    ("1", "AZ State tax", "7.1", "1"),
    ("2", "Tucson City", "2", "1"),
    ("3", "California", "8", "2"),
)
_CODES = (("2", "California", ("3",)), ("3", "Tucson", ("1", "2")))
_ITEMS = (("1", "Services", "1"), ("2", "Hours", "1"))


def found_automated(company: Company, name: str) -> None:
    """The same company with automated sales tax."""
    preferences = _preferences()
    preferences["TaxPrefs"]["PartnerTaxEnabled"] = True
    _found(company, name, preferences)


def found(company: Company, name: str) -> None:
    """Fill an empty company. `name` is what CompanyInfo calls it."""
    _found(company, name, _preferences())


def _found(company: Company, name: str, preferences: Values) -> None:
    _put(company, "Preferences", "1", preferences)
    _put(company, "CompanyInfo", "1", _company_info(name))
    for id, title, type, subtype in _ACCOUNTS:
        _put(
            company, "Account", id, {"Name": title, "AccountType": type, "AccountSubType": subtype}
        )
    for id, title, days in _TERMS:
        _put(company, "Term", id, {"Name": title, "DueDays": days})
    for id, title, kind in _METHODS:
        _put(company, "PaymentMethod", id, {"Name": title, "Type": kind})
    for id, title in _AGENCIES:
        _put(
            company,
            "TaxAgency",
            id,
            {"DisplayName": title, "TaxTrackedOnSales": True, "TaxTrackedOnPurchases": False},
        )
    for id, title, percent, agency in _RATES:
        _put(
            company,
            "TaxRate",
            id,
            {
                "Name": title,
                "Description": title,
                "RateValue": percent,
                "AgencyRef": {"value": agency},
                "SpecialTaxType": "NONE",
                "DisplayType": "ReadOnly",
            },
        )
    for id, title, rates in _CODES:
        details = [
            {
                "TaxRateRef": {"value": rate, "name": _RATES[int(rate) - 1][1]},
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
            for rate in rates
        ]
        _put(
            company,
            "TaxCode",
            id,
            {
                "Name": title,
                "Description": title,
                "Taxable": True,
                "TaxGroup": True,
                "SalesTaxRateList": {"TaxRateDetail": details},
                "PurchaseTaxRateList": {"TaxRateDetail": []},
            },
        )
    for id, title, account in _ITEMS:
        _put(
            company,
            "Item",
            id,
            {"Name": title, "Type": "Service", "IncomeAccountRef": {"value": account}},
        )


def _put(company: Company, entity: str, id: str, values: Values) -> None:
    save(company, ENTITIES[entity], values, SYSTEM, chosen_id=id)
    company.seen_id(ENTITIES[entity], id)


def _company_info(name: str) -> Values:
    address = {
        "Id": "1",
        "Line1": "123 Sierra Way",
        "City": "San Pablo",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "87999",
        "Country": "USA",
    }
    facts = {
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
    return {
        "CompanyName": name,
        "LegalName": name,
        "CompanyAddr": address,
        "CustomerCommunicationAddr": address,
        "LegalAddr": address,
        "CustomerCommunicationEmailAddr": {"Address": "office@example.com"},
        "Email": {"Address": "office@example.com"},
        "CompanyStartDate": "2024-01-02",
        "FiscalYearStartMonth": "January",
        "Country": "US",
        "SupportedLanguages": "en",
        "DefaultTimeZone": "America/Los_Angeles",
        "NameValue": [{"Name": key, "Value": value} for key, value in facts.items()],
    }


def _preferences() -> Values:
    other = {
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
    return {
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
        "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {
            "NameValue": [{"Name": key, "Value": value} for key, value in other.items()]
        },
    }
