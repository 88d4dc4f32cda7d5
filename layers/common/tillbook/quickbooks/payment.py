"""Payment: money received for one invoice, into the clearing account of its gateway.

A payment has no number of its own in QuickBooks; PaymentRefNum shows the channel's reference.
"""

from decimal import Decimal

from tillbook.domain.documents import Invoice, Kind, Payment, document_key
from tillbook.domain.money import ZERO
from tillbook.quickbooks import transactions
from tillbook.quickbooks.context import Body, Context, ref
from tillbook.quickbooks.names import clean_name

ENTITY = "Payment"
_LENGTH = 21


def body(document: Payment, context: Context) -> Body:
    return {
        "CustomerRef": transactions.customer_ref(document, context),
        "TotalAmt": document.amount,
        "DepositToAccountRef": ref(deposit_to(document, context)),
        "PaymentRefNum": reference(document, context),
        **transactions.header(document, context),
        "Line": _applied(document, context),
    }


def reference(document: Payment, context: Context) -> str:
    """PaymentRefNum: what the gateway calls it, else the number; its beginning if it is longer."""
    return clean_name(document.reference or document.number, context.company)[:_LENGTH].rstrip()


def deposit_to(document: Payment, context: Context) -> str:
    return context.account("deposit", context.accounts.of_gateway(document.gateway))


def invoice_key(document: Payment) -> str:
    return document_key(Kind.INVOICE, document.source, document.invoice)


def _applied(document: Payment, context: Context) -> list[Body]:
    """The invoice that is settled. Nothing can be applied to a cancelled invoice, nor more than its
    total: the rest stays as the customer's credit."""
    invoice = context.documents.get(invoice_key(document))
    amount: Decimal = document.amount
    if isinstance(invoice, Invoice):
        amount = ZERO if invoice.status == "cancelled" else min(amount, invoice.total)
    if not amount:
        return []
    link = context.link(invoice_key(document), "invoice")
    return [{"Amount": amount, "LinkedTxn": [{"TxnId": link.id, "TxnType": "Invoice"}]}]
