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


def addresses(document: Quote | Invoice, context: Context) -> Body:
    """BillAddr and ShipAddr, as far as the document gives them."""
    given = {"BillAddr": document.billing_address, "ShipAddr": document.shipping_address}
    return {
        name: transactions.address(address, context) for name, address in given.items() if address
    }
