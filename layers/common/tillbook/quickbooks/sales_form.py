"""What estimates, invoices, credit memos and refund receipts share: header, lines and tax."""

from tillbook.domain.documents import CreditNote, Invoice, Quote, Refund
from tillbook.domain.sync import Link
from tillbook.quickbooks import sales_lines, taxes, transactions
from tillbook.quickbooks.context import Body, Context

SalesForm = Quote | Invoice | CreditNote | Refund


def body(document: SalesForm, context: Context, link: Link | None) -> Body:
    return {
        "DocNumber": transactions.doc_number(document, context),
        **transactions.header(document, context),
        "Line": sales_lines.lines(document, context, link),
        **taxes.header(document, context),
    }
