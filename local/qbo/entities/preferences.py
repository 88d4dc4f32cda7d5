"""Preferences: one object, in groups, that decides much of how a company behaves.

A profile or a person sets all of it; a client may change all but what is marked as kept below.
"""

from local.qbo import faults
from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import Entity, Field, Shape, anything, day, flag, many, number, obj, ref, text

#: Within groups that a client may write, what only a person can set in QuickBooks itself.
_KEPT = {
    "AccountingInfoPrefs": ("BookCloseDate",),
    "TaxPrefs": ("PartnerTaxEnabled",),
}
_NAME_VALUE = Shape("NameValue", (text("Name"), text("Value")))
_MESSAGE = Shape("EmailMessageType", (text("Subject"), text("Message", 4000)))
_EMAIL = Shape("EmailAddress", (text("Address", 200),))


class PreferenceRules(Rules):
    """Updates merge group by group; a full one clears the groups it leaves out."""

    checks = (
        "types; classes per transaction or per line, not both (6000)",
        "BookCloseDate, PartnerTaxEnabled, CurrencyPrefs and OtherPrefs are read-only",
    )

    def build(self, change: Change) -> Values:
        if change.before is None:
            return change.values
        merged: Values = {
            name: dict(value)
            for name, value in change.before.data.items()
            if change.sparse or name in ("CurrencyPrefs", "OtherPrefs")
        }
        for group, sent in change.values.items():
            if group in change.sent:
                merged[group] = {**(merged.get(group) or {}), **sent}
        for group, names in _KEPT.items():
            earlier = change.before.data.get(group) or {}
            for name in names:
                merged.setdefault(group, {}).pop(name, None)
                if name in earlier:
                    merged[group][name] = earlier[name]
        books = merged.get("AccountingInfoPrefs", {})
        if books.get("ClassTrackingPerTxn") and books.get("ClassTrackingPerTxnLine"):
            raise faults.business(
                "Classes can be tracked per transaction or per line, not both.",
                "AccountingInfoPrefs.ClassTrackingPerTxn",
            )
        return {name: value for name, value in merged.items() if value}


_CUSTOM_FIELDS = Shape(
    "CustomFieldDefinition",
    (
        many(
            "CustomField",
            Shape(
                "CustomField",
                (
                    text("DefinitionId"),
                    text("Name"),
                    text("Type"),
                    text("StringValue"),
                    flag("BooleanValue"),
                ),
            ),
        ),
    ),
)


def _group(name: str, *fields: Field) -> Field:
    return obj(name, Shape(name, fields))


def _flags(*names: str) -> tuple[Field, ...]:
    return tuple(flag(name) for name in names)


_ACCOUNTING = _group(
    "AccountingInfoPrefs",
    *_flags("UseAccountNumbers", "TrackDepartments", "ClassTrackingPerTxn"),
    *_flags("ClassTrackingPerTxnLine"),
    text("FirstMonthOfFiscalYear"),
    text("TaxYearMonth"),
    text("TaxForm"),
    text("CustomerTerminology"),
    text("DepartmentTerminology"),
    day("BookCloseDate"),
)
_PRODUCTS = _group(
    "ProductAndServicesPrefs",
    *_flags("ForSales", "ForPurchase", "QuantityWithPriceAndRate", "QuantityOnHand"),
    anything("RevenueRecognition", read_only=False),
    anything("RevenueRecognitionFrequency", read_only=False),
)
_SALES = _group(
    "SalesFormsPrefs",
    many("CustomField", _CUSTOM_FIELDS),
    *_flags("CustomTxnNumbers", "AllowDeposit", "AllowDiscount", "AllowEstimates"),
    *_flags("AllowServiceDate", "AllowShipping", "AutoApplyCredit", "AutoApplyPayments"),
    *_flags("IPNSupportEnabled", "UsingPriceLevels", "UsingProgressInvoicing"),
    *_flags("ETransactionAttachPDF", "ETransactionPaymentEnabled", "PrintItemWithZeroAmount"),
    *_flags("EmailCopyToCompany"),
    text("DefaultDiscountAccount"),
    text("DefaultShippingAccount"),
    text("DefaultItem"),
    ref("DefaultTerms"),
    text("DefaultCustomerMessage", 1000),
    text("EstimateMessage", 1000),
    text("ETransactionEnabledStatus"),
    text("DefaultDeliveryMethod"),
    obj("SalesEmailBcc", _EMAIL),
    obj("SalesEmailCc", _EMAIL),
)
_EMAILS = _group(
    "EmailMessagesPrefs",
    *(
        obj(name, _MESSAGE)
        for name in ("InvoiceMessage", "EstimateMessage", "SalesReceiptMessage", "StatementMessage")
    ),
)
_PURCHASES = _group(
    "VendorAndPurchasesPrefs",
    *_flags("TrackingByCustomer", "BillableExpenseTracking"),
    ref("DefaultTerms"),
    number("DefaultMarkup"),
    ref("DefaultMarkupAccount"),
    anything("POCustomField", read_only=False),
    anything("TPAREnabled", read_only=False),
)
_TIME = _group(
    "TimeTrackingPrefs",
    *_flags("UseServices", "BillCustomers", "ShowBillRateToAll", "MarkTimeEntriesBillable"),
    text("WorkWeekStartDate"),
)
_TAX = _group(
    "TaxPrefs",
    *_flags("UsingSalesTax", "PartnerTaxEnabled", "HideTaxManagement"),
    ref("TaxGroupCodeRef"),
    text("PaySalesTax"),
)
_CURRENCY = Field(
    "CurrencyPrefs",
    "object",
    read_only=True,
    shape=Shape("CurrencyPrefs", (flag("MultiCurrencyEnabled"), ref("HomeCurrency"))),
)
_REPORTS = _group("ReportPrefs", text("ReportBasis"), flag("CalcAgingReportFromTxnDate"))
_OTHER = Field(
    "OtherPrefs",
    "object",
    read_only=True,
    shape=Shape("OtherPrefs", (many("NameValue", _NAME_VALUE),)),
)

PREFERENCES = Entity(
    "Preferences",
    (
        _ACCOUNTING,
        _PRODUCTS,
        _SALES,
        _EMAILS,
        _PURCHASES,
        _TIME,
        _TAX,
        _CURRENCY,
        _REPORTS,
        _OTHER,
    ),
    PreferenceRules(),
    frozenset({"read", "update", "query"}),
    "single",
    changes=False,
)

ENTITIES = (PREFERENCES,)
