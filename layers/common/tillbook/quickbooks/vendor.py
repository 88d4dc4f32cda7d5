"""Vendor: who is owed. Found by its name, which is unique among all names in QuickBooks."""

from tillbook.domain.documents import Vendor
from tillbook.quickbooks import people
from tillbook.quickbooks.context import Body, Context
from tillbook.quickbooks.names import clean_name, cut
from tillbook.quickbooks.transactions import address

ENTITY = "Vendor"
_ACCOUNT_LENGTH = 100


def body(document: Vendor, context: Context) -> Body:
    """All fields we own."""
    fields = people.body(document, context)
    if document.address and (billing := address(document.address, context)):
        fields["BillAddr"] = billing
    if number := clean_name(document.account_number or "", context.company):
        fields["AcctNum"] = cut(number, _ACCOUNT_LENGTH)
    return fields
