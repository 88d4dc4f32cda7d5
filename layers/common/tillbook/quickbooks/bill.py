"""Bill: what a vendor is owed. Cancelled, it is deleted: QuickBooks cannot void a bill."""

from tillbook.domain.documents import Bill
from tillbook.domain.sync import Link
from tillbook.quickbooks import purchase_lines, taxes, transactions
from tillbook.quickbooks.context import Body, Context, ref

ENTITY = "Bill"


def body(document: Bill, context: Context, link: Link | None) -> Body:
    fields: Body = {
        "VendorRef": ref(transactions.vendor_id(document, context)),
        "DocNumber": transactions.doc_number(document, context),
        **transactions.header(document, context),
        **taxes.purchase_header(document, context),
        "Line": purchase_lines.lines(document, context, link),
    }
    if document.due_date:
        fields["DueDate"] = document.due_date.isoformat()
    return fields
