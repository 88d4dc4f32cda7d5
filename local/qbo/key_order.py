"""The order of an answer's keys, as recorded answers of QuickBooks have it.

No client should depend on it, but a recording can then be compared with an answer as it is.
"""

from typing import Any

from local.qbo.schema import Entity

_HEAD = ("domain", "sparse", "status", "Id", "SyncToken", "MetaData")
_PERSON = (
    *("Title", "GivenName", "MiddleName", "FamilyName", "Suffix", "FullyQualifiedName"),
    *("CompanyName", "DisplayName", "PrintOnCheckName", "Active", "V4IDPseudonym"),
    *("PrimaryPhone", "AlternatePhone", "Mobile", "Fax", "PrimaryEmailAddr", "WebAddr"),
    "DefaultTaxCodeRef",
)
_SALE = (
    *("AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment"),
    *("AllowOnlineACHPayment", *_HEAD, "CustomField", "DocNumber", "TxnDate", "DepartmentRef"),
    *("CurrencyRef", "ExchangeRate", "PrivateNote", "TxnStatus", "LinkedTxn", "Line"),
    *("TxnTaxDetail", "CustomerRef", "CustomerMemo", "BillAddr", "ShipAddr", "ShipFromAddr"),
    *("ClassRef", "SalesTermRef", "DueDate", "ShipMethodRef", "ShipDate", "TrackingNum"),
    *("GlobalTaxCalculation", "TotalAmt", "HomeTotalAmt", "ApplyTaxAfterDiscount"),
    *("PrintStatus", "EmailStatus", "BillEmail", "BillEmailCc", "BillEmailBcc", "DeliveryInfo"),
    *("Balance", "HomeBalance", "RemainingCredit", "PaymentMethodRef", "PaymentRefNum"),
    "DepositToAccountRef",
)
#: Forms whose answers leave out an empty list of links.
_ONLY_WITH_LINKS = ("SalesReceipt", "RefundReceipt", "Estimate", "Payment")
#: Keys in order; those that are missing here follow as they are declared.
_ORDER: dict[str, tuple[str, ...]] = {
    "Customer": (
        *("Taxable", "BillAddr", "ShipAddr", "Notes", "Job", "BillWithParent", "ParentRef"),
        *("Level", "SalesTermRef", "PaymentMethodRef", "Balance", "BalanceWithJobs"),
        *("CurrencyRef", "PreferredDeliveryMethod", *_HEAD, *_PERSON),
    ),
    "Vendor": (
        *("BillAddr", "TermRef", "Balance", "AcctNum", "Vendor1099", "CurrencyRef"),
        *(*_HEAD, *_PERSON),
    ),
    "Account": (
        *("Name", "SubAccount", "ParentRef", "Description", "FullyQualifiedName", "Active"),
        *("Classification", "AccountType", "AccountSubType", "AcctNum", "CurrentBalance"),
        *("CurrentBalanceWithSubAccounts", "CurrencyRef", *_HEAD),
    ),
    **dict.fromkeys(("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt", "Estimate"), _SALE),
    "Payment": (
        *("CustomerRef", "DepositToAccountRef", "PaymentMethodRef", "PaymentRefNum", "TotalAmt"),
        *("UnappliedAmt", "ProcessPayment", *_HEAD),
    ),
    "Bill": ("DueDate", "Balance", "HomeBalance", *_HEAD),
    "Purchase": (
        *("AccountRef", "PaymentMethodRef", "PaymentType", "EntityRef", "Credit", "TotalAmt"),
        *("PrintStatus", "PurchaseEx", *_HEAD),
    ),
    "BillPayment": (
        *("VendorRef", "PayType", "CheckPayment", "CreditCardPayment", "TotalAmt", *_HEAD),
    ),
    "Deposit": ("DepositToAccountRef", "CashBack", "TotalAmt", *_HEAD),
    "Transfer": ("FromAccountRef", "ToAccountRef", "Amount", *_HEAD),
    "JournalEntry": ("Adjustment", *_HEAD),
}


def in_order(entity: Entity, data: dict[str, Any], head: dict[str, Any]) -> dict[str, Any]:
    """An object's data with its head where QuickBooks has it: lists carry it last."""
    order = _ORDER.get(entity.name)
    if order is None:
        return {**head, **data} if entity.is_transaction else {**data, **head}
    everything = {**head, **data}
    if entity.name in _ONLY_WITH_LINKS and not data.get("LinkedTxn"):
        everything.pop("LinkedTxn", None)
    ordered = {name: everything[name] for name in order if name in everything}
    ordered.update(everything)
    return ordered
