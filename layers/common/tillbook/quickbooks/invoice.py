"""Invoice: a sale that is owed. Cancelled, it is voided, so that its number stays in the books."""

from tillbook.domain.documents import Invoice
from tillbook.domain.sync import Link
from tillbook.quickbooks import estimate, sales_form, transactions
from tillbook.quickbooks.context import Body, Context

ENTITY = "Invoice"


def body(document: Invoice, context: Context, link: Link | None) -> Body:
    fields: Body = {
        "CustomerRef": transactions.customer_ref(document, context),
        **sales_form.body(document, context, link),
        **estimate.linked(document, context),
    }
    if document.due_date:
        fields["DueDate"] = document.due_date.isoformat()
    return fields | sales_form.addresses(document, context)
