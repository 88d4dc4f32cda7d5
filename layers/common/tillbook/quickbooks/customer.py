"""Customer: who is invoiced. Found by its name, which is unique among all names in QuickBooks."""

from tillbook.domain.documents import Customer
from tillbook.quickbooks.context import Body, Context
from tillbook.quickbooks.names import (
    clean_name,
    clean_text,
    cut,
    cut_with_suffix,
    display_name_candidates,
)
from tillbook.quickbooks.transactions import address

ENTITY = "Customer"
_EMAIL_LENGTH = 100
_PHONE_LENGTH = 30


def display_name(document: Customer, context: Context) -> str:
    return context.name or next(display_name_candidates(document, context.company))


def body(document: Customer, context: Context) -> Body:
    """All fields we own. What the document leaves empty is not sent, so that an update does not
    clear what a bookkeeper filled in."""
    company = context.company
    fields: Body = {"DisplayName": display_name(document, context)}
    names = {
        "GivenName": document.given_name,
        "FamilyName": document.family_name,
        "CompanyName": document.company,
    }
    for name, value in names.items():
        if cleaned := cut_with_suffix(clean_name(value or "", company)):
            fields[name] = cleaned
    if document.email and _is_email(document.email):
        fields["PrimaryEmailAddr"] = {"Address": document.email.strip()}
    if phone := clean_text(document.phone or "", company):
        fields["PrimaryPhone"] = {"FreeFormNumber": cut(phone, _PHONE_LENGTH)}
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


def _is_email(text: str) -> bool:
    """Like QuickBooks' own check; one bad address would spoil whole queries there (fault 4002)."""
    name, at, host = text.strip().partition("@")
    plain = text.isascii() and " " not in text.strip()
    return bool(name and at and "." in host.strip(".")) and plain and len(text) <= _EMAIL_LENGTH
