"""Estimate: what a customer is offered; it posts nothing. Cancelled, it is deleted: QuickBooks
cannot void one. QuickBooks closes it once an invoice links it."""

from tillbook.domain.documents import Invoice, Kind, Quote, document_key
from tillbook.domain.sync import Link
from tillbook.quickbooks import sales_form, transactions
from tillbook.quickbooks.context import Body, Context

ENTITY = "Estimate"


def body(document: Quote, context: Context, link: Link | None) -> Body:
    fields: Body = {
        "CustomerRef": transactions.customer_ref(document, context),
        **sales_form.body(document, context, link),
    }
    if document.expires:
        fields["ExpirationDate"] = document.expires.isoformat()
    return fields | sales_form.addresses(document, context)


def quote_key(invoice: Invoice) -> str | None:
    if invoice.quote is None:
        return None
    return document_key(Kind.QUOTE, invoice.source, invoice.quote)


def linked(invoice: Invoice, context: Context) -> Body:
    """LinkedTxn of the invoice that was made of a quote. QuickBooks links no estimate of another
    customer."""
    key = quote_key(invoice)
    quote = context.documents.get(key) if key else None
    if key is None or key not in context.links or not isinstance(quote, Quote):
        return {}
    if quote.status == "cancelled" or quote.customer != invoice.customer:
        return {}
    return {"LinkedTxn": [{"TxnId": context.links[key].id, "TxnType": ENTITY}]}
