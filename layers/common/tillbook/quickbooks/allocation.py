"""Payment of nothing that applies a credit memo to an invoice: how QuickBooks allocates a credit.

It posts nothing. Deleted, the invoice is open and the credit is free again.
"""

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Allocation, CreditNote, Invoice, Kind, document_key
from tillbook.domain.money import ZERO
from tillbook.quickbooks import transactions
from tillbook.quickbooks.context import Body, Context, NeedsMapping
from tillbook.quickbooks.names import clean_name

ENTITY = "Payment"
_LENGTH = 21


def body(document: Allocation, context: Context) -> Body:
    """Raises NeedsMapping where QuickBooks would not apply it."""
    _check(document, context)
    invoice_key, credit_key = keys(document)
    applied = (
        (context.link(invoice_key, "invoice").id, "Invoice"),
        (context.link(credit_key, "credit note").id, "CreditMemo"),
    )
    return {
        "CustomerRef": transactions.customer_ref(document, context),
        "TotalAmt": ZERO,
        "PaymentRefNum": clean_name(document.number, context.company)[:_LENGTH].rstrip(),
        **transactions.header(document, context),
        "Line": [
            {"Amount": document.amount, "LinkedTxn": [{"TxnId": one, "TxnType": type_}]}
            for one, type_ in applied
        ],
    }


def keys(document: Allocation) -> tuple[str, str]:
    """Of the invoice that is settled, and of the credit note that settles it."""
    return (
        document_key(Kind.INVOICE, document.source, document.invoice),
        document_key(document.credit_kind, document.source, document.credit_note),
    )


def taken_back(document: Allocation, context: Context) -> str | None:
    """Why it has no effect, where what it connects was taken back: QuickBooks applies nothing to
    that any more."""
    for key, name in zip(keys(document), ("invoice", "credit note"), strict=True):
        found = context.documents.get(key)
        if isinstance(found, Invoice | CreditNote) and found.status == "cancelled":
            return f"The {name} was cancelled."
    return None


def _check(document: Allocation, context: Context) -> None:
    invoice, credit = (context.documents.get(key) for key in keys(document))
    if not isinstance(invoice, Invoice) or not isinstance(credit, CreditNote):
        return
    if document.amount > min(invoice.total, credit.total):
        raise NeedsMapping(
            Finding(
                "amount",
                f"is {document.amount}, but the invoice is {invoice.total} and the credit note "
                f"{credit.total} {document.currency}.",
                "Allocate no more than each of them.",
            )
        )
    if credit.customer not in (None, invoice.customer):
        raise NeedsMapping(
            Finding(
                "credit_note",
                "is of another customer than the invoice: QuickBooks does not settle one with the "
                "other.",
                "Allocate it to an invoice of the same customer.",
            )
        )
