"""Fields of the purchase forms: Bill, VendorCredit, Purchase, PurchaseOrder.

Answers keep the order in which QuickBooks gives them.
"""

from local.qbo.entities.sales.fields import EMAIL_STATUS, PRINT_STATUS, head
from local.qbo.entities.tax.shapes import TXN_TAX_DETAIL
from local.qbo.schema import (
    ADDRESS,
    CUSTOM_FIELD,
    EMAIL,
    LINKED_TXN,
    Field,
    Shape,
    anything,
    day,
    enum,
    flag,
    internal,
    many,
    money,
    number,
    obj,
    ref,
    text,
    whole,
)

_DETAIL = (
    ref("CustomerRef"),
    ref("ClassRef"),
    enum("BillableStatus", "Billable", "NotBillable", "HasBeenBilled"),
    anything("MarkupInfo", read_only=False),
    ref("TaxCodeRef"),
    number("TaxInclusiveAmt"),
    internal("DepartmentRef"),
)
ITEM_DETAIL = Shape(
    "ItemBasedExpenseLineDetail",
    (
        *_DETAIL,
        ref("ItemRef"),
        number("UnitPrice"),
        number("RatePercent"),
        ref("PriceLevelRef"),
        number("Qty"),
        ref("ItemAccountRef"),
    ),
)
ACCOUNT_DETAIL = Shape(
    "AccountBasedExpenseLineDetail",
    (ref("AccountRef"), *_DETAIL, number("TaxAmount"), anything("ExpenseDetailLineDetailEx")),
)
PURCHASE_LINE = Shape(
    "Line",
    (
        text("Id"),
        whole("LineNum"),
        text("Description", 4000),
        money("Amount"),
        number("Received", read_only=True),
        many("LinkedTxn", LINKED_TXN),
        text("DetailType"),
        obj("ItemBasedExpenseLineDetail", ITEM_DETAIL),
        obj("AccountBasedExpenseLineDetail", ACCOUNT_DETAIL),
        anything("CustomExtensions"),
        many("CustomField", CUSTOM_FIELD),
        ref("ProjectRef"),
        anything("LineEx"),
    ),
)
TAX_CALCULATION = enum("GlobalTaxCalculation", "TaxExcluded", "TaxInclusive", "NotApplicable")


def _form() -> tuple[Field, ...]:
    return (
        *head(),
        many("CustomField", CUSTOM_FIELD, keep=True),
        many("Line", PURCHASE_LINE, required=True),
        obj("TxnTaxDetail", TXN_TAX_DETAIL),
        TAX_CALCULATION,
        flag("IncludeInAnnualTPAR"),
    )


_PAYABLE = (ref("APAccountRef", "Account", keep=True, filterable=True),)
_TOTAL = (money("TotalAmt", read_only=True, filterable=True),)

BILL_FIELDS = (
    ref("SalesTermRef", "Term", filterable=True),
    day("DueDate", filterable=True),
    money("Balance", read_only=True, filterable=True),
    *_form(),
    many("LinkedTxn", LINKED_TXN, read_only=True),
    ref("VendorRef", "Vendor", required=True, filterable=True),
    *_PAYABLE,
    *_TOTAL,
    obj("VendorAddr", ADDRESS),
    obj("RemitToAddr", ADDRESS),
    obj("ShipAddr", ADDRESS),
    obj("BillEmail", EMAIL),
    obj("ReplyEmail", EMAIL),
    text("Memo", 4000),
    anything("PayerRef"),
)
VENDOR_CREDIT_FIELDS = (
    money("Balance", read_only=True),
    *_form(),
    many("LinkedTxn", LINKED_TXN, read_only=True),
    ref("VendorRef", "Vendor", required=True),
    *_PAYABLE,
    *_TOTAL,
    obj("VendorAddr", ADDRESS),
    text("Memo", 4000),
)
PURCHASE_FIELDS = (
    ref("AccountRef", "Account", required=True),
    enum("PaymentType", "Cash", "Check", "CreditCard", required=True, filterable=True),
    ref("EntityRef"),
    flag("Credit"),
    *_TOTAL,
    enum("PrintStatus", *PRINT_STATUS, keep=True),
    internal("PurchaseEx", read_only=True),
    *_form(),
    many("LinkedTxn", LINKED_TXN, read_only=True),
    ref("PaymentMethodRef", "PaymentMethod"),
    text("PaymentRefNum", 21),
    obj("RemitToAddr", ADDRESS),
    text("Memo", 4000),
    text("TxnNum"),
)
ORDER_FIELDS = (
    enum("POStatus", "Open", "Closed", keep=True),
    *_form(),
    many("LinkedTxn", LINKED_TXN, read_only=True),
    ref("VendorRef", "Vendor", required=True),
    ref("APAccountRef", "Account", keep=True),
    money("TotalAmt", read_only=True),
    day("DueDate", filterable=True),
    day("ExpectedDate"),
    anything("TaxCodeRef"),
    ref("SalesTermRef", "Term"),
    ref("ClassRef", "Class"),
    ref("ShipTo"),
    ref("ShipMethodRef", longest=31),
    obj("ShipAddr", ADDRESS),
    obj("VendorAddr", ADDRESS),
    obj("POEmail", EMAIL),
    enum("EmailStatus", *EMAIL_STATUS, keep=True),
    text("Memo", 4000),
)
