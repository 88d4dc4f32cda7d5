"""CreditMemo: a credit without money paid out. QuickBooks cannot void one, so it is deleted."""

from tillbook.domain.documents import CreditNote
from tillbook.domain.sync import Link
from tillbook.quickbooks import sales_form, transactions
from tillbook.quickbooks.context import Body, Context

ENTITY = "CreditMemo"


def body(document: CreditNote, context: Context, link: Link | None) -> Body:
    return {
        "CustomerRef": transactions.customer_ref(document, context),
        **sales_form.body(document, context, link),
    }
