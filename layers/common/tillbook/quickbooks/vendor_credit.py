"""VendorCredit: what a vendor credits. Cancelled, it is deleted: QuickBooks cannot void one."""

from tillbook.domain.documents import VendorCredit
from tillbook.domain.sync import Link
from tillbook.quickbooks import purchase_lines, taxes, transactions
from tillbook.quickbooks.context import Body, Context, ref

ENTITY = "VendorCredit"


def body(document: VendorCredit, context: Context, link: Link | None) -> Body:
    return {
        "VendorRef": ref(transactions.vendor_id(document, context)),
        "DocNumber": transactions.doc_number(document, context),
        **transactions.header(document, context),
        **taxes.purchase_header(document, context),
        "Line": purchase_lines.lines(document, context, link),
    }
