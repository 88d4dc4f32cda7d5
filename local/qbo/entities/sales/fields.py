"""Fields of the sales forms."""

from local.qbo.entities.sales.lines import SALES_LINE
from local.qbo.entities.tax.shapes import TXN_TAX_DETAIL
from local.qbo.schema import (
    ADDRESS,
    CUSTOM_FIELD,
    EMAILS,
    LINKED_TXN,
    MEMO,
    Field,
    anything,
    day,
    enum,
    flag,
    many,
    money,
    number,
    obj,
    ref,
    text,
)

PRINT_STATUS = ("NotSet", "NeedToPrint", "PrintComplete")
ESTIMATE_STATUS = ("Pending", "Accepted", "Closed", "Rejected", "Converted")
PAYMENT_TYPE = ("Cash", "Check", "CreditCard", "Expense", "Other")
EMAIL_STATUS = ("NotSet", "NeedToSend", "EmailSent")


def head(*, note_filterable: bool = False) -> tuple[Field, ...]:
    """Fields of every transaction."""
    return (
        text("DocNumber", 21, filterable=True),
        day("TxnDate", filterable=True),
        ref("CurrencyRef", keep=True),
        number("ExchangeRate"),
        text("PrivateNote", 4000),
        ref("DepartmentRef", "Department"),
        anything("TxnSource"),
        anything("TransactionLocationType"),
        anything("RecurDataRef"),
        anything("HomeTotalAmt"),
        anything("HomeBalance"),
        anything("TxnStatus"),
    )


def _sales(
    *, customer_required: bool, reference_length: int = 21, project_filterable: bool = False
) -> tuple[Field, ...]:
    return (
        *head(),
        many("CustomField", CUSTOM_FIELD, keep=True),
        ref("CustomerRef", "Customer", required=customer_required, filterable=True),
        many("Line", SALES_LINE, required=True),
        obj("TxnTaxDetail", TXN_TAX_DETAIL),
        money("TotalAmt", read_only=True, filterable=True),
        money("Balance", read_only=True, filterable=True),
        flag("ApplyTaxAfterDiscount", keep=True),
        enum("PrintStatus", *PRINT_STATUS, keep=True),
        enum("EmailStatus", *EMAIL_STATUS, keep=True),
        obj("BillEmail", EMAILS),
        obj("BillEmailCc", EMAILS),
        obj("BillEmailBcc", EMAILS),
        obj("BillAddr", ADDRESS),
        obj("ShipAddr", ADDRESS),
        obj("ShipFromAddr", ADDRESS),
        ref("ClassRef", "Class"),
        obj("CustomerMemo", MEMO),
        day("ShipDate"),
        ref("ShipMethodRef", longest=31),
        text("TrackingNum", 31),
        enum("GlobalTaxCalculation", "TaxExcluded", "TaxInclusive", "NotApplicable"),
        flag("FreeFormAddress"),
        ref("ProjectRef", filterable=project_filterable),
        ref("TaxExemptionRef"),
        anything("DeliveryInfo", keep=True),
        ref("PaymentMethodRef", "PaymentMethod"),
        text("PaymentRefNum", reference_length),
        anything("PaymentType"),
        anything("CheckPayment"),
        anything("CreditCardPayment"),
        anything("AutoDocNumber"),
    )


#: What a customer may pay an invoice by; kept, not interpreted.
ONLINE_FLAGS = (
    *("AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment"),
    "AllowOnlineACHPayment",
)
INVOICE_FIELDS = (
    *_sales(customer_required=True, project_filterable=True),
    many("LinkedTxn", LINKED_TXN, keep=True),
    ref("SalesTermRef", "Term", filterable=True),
    day("DueDate", filterable=True),
    money("Deposit"),
    ref("DepositToAccountRef", "Account"),
    *(flag(name) for name in ONLINE_FLAGS),
    anything("InvoiceLink"),
    anything("InvoiceLinkSecurityCode"),
    anything("EInvoiceStatus"),
)
RECEIPT_FIELDS = (
    *_sales(customer_required=False),
    many("LinkedTxn", LINKED_TXN, keep=True),
    ref("DepositToAccountRef", "Account"),
)
CREDIT_MEMO_FIELDS = (
    *_sales(customer_required=True),
    many("LinkedTxn", LINKED_TXN, read_only=True),
    ref("SalesTermRef", "Term", filterable=True),
    money("RemainingCredit", read_only=True),
    anything("DepositToAccountRef"),
)
REFUND_FIELDS = (
    *(
        each
        for each in _sales(customer_required=False, reference_length=100)
        if each.name != "PaymentType"
    ),
    enum("PaymentType", *PAYMENT_TYPE, filterable=True),
    many("LinkedTxn", LINKED_TXN, read_only=True),
    ref("DepositToAccountRef", "Account", required=True),
)
ESTIMATE_FIELDS = (
    *(each for each in _sales(customer_required=True) if each.name not in ("Balance", "TxnStatus")),
    many("LinkedTxn", LINKED_TXN, read_only=True),
    enum("TxnStatus", *ESTIMATE_STATUS, keep=True),
    text("AcceptedBy", 100),
    day("AcceptedDate"),
    day("ExpirationDate"),
    day("DueDate", filterable=True),
    ref("SalesTermRef", "Term"),
)
