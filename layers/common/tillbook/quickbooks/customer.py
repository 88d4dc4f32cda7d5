"""Customer: who is invoiced. Found by its name, which is unique among all names in QuickBooks."""

from tillbook.domain.documents import Customer
from tillbook.quickbooks import people
from tillbook.quickbooks.context import Body, Context
from tillbook.quickbooks.transactions import address

ENTITY = "Customer"


def body(document: Customer, context: Context) -> Body:
    """All fields we own."""
    company = context.company
    fields = people.body(document, context)
    if document.billing_address and (billing := address(document.billing_address, context)):
        fields["BillAddr"] = billing
    if document.shipping_address and (shipping := address(document.shipping_address, context)):
        fields["ShipAddr"] = shipping
    if document.tax_exempt and company.is_us and not company.automated_tax:
        # Automated Sales Tax wants a reason for every exemption, which channels do not know; there
        # the lines of each document say what is taxed. A channel that knows of no exemption does
        # not undo a bookkeeper's.
        fields["Taxable"] = False
    return fields
