"""What customers and vendors have in common: names, e-mail, phone."""

from tillbook.domain.documents import Customer, Vendor
from tillbook.quickbooks.context import Body, Context
from tillbook.quickbooks.names import (
    clean_name,
    clean_text,
    cut,
    cut_with_suffix,
    display_name_candidates,
)

_EMAIL_LENGTH = 100
_PHONE_LENGTH = 30


def display_name(document: Customer | Vendor, context: Context) -> str:
    return context.name or next(display_name_candidates(document, context.company))


def body(document: Customer | Vendor, context: Context) -> Body:
    """What the document leaves empty is not sent, so that an update does not clear what a
    bookkeeper filled in."""
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
    return fields


def _is_email(text: str) -> bool:
    """Like QuickBooks' own check; one bad address would spoil whole queries there (fault 4002)."""
    name, at, host = text.strip().partition("@")
    plain = text.isascii() and " " not in text.strip()
    return bool(name and at and "." in host.strip(".")) and plain and len(text) <= _EMAIL_LENGTH
