"""What happened, in our own model: immutable revisions of documents of every kind.

A document is identified by `kind`, `source` and `id`; its newest `version` wins. References to
other documents are their ids in the same source.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from tillbook.domain.documents.base import (
    AccountId,
    Address,
    Amount,
    Currency,
    Day,
    DocumentBase,
    Identifier,
    Kind,
    Line,
    LineKind,
    Model,
    Tax,
    Text,
    TradeDocument,
)
from tillbook.domain.documents.ledger import Fee, Journal, JournalLine, Payout, Role
from tillbook.domain.documents.names import Customer, Product, Vendor
from tillbook.domain.documents.purchases import Bill, BillPayment, PurchaseDocument, VendorCredit
from tillbook.domain.documents.sales import (
    Allocation,
    CreditNote,
    Invoice,
    Payment,
    Quote,
    Refund,
    SalesDocument,
    WriteOff,
)

__all__ = [
    "DOCUMENT",
    "SALES",
    "SYSTEM_SOURCE",
    "AccountId",
    "Address",
    "Allocation",
    "Amount",
    "Bill",
    "BillPayment",
    "CreditNote",
    "Currency",
    "Customer",
    "Day",
    "Document",
    "DocumentBase",
    "Fee",
    "Identifier",
    "Invoice",
    "Journal",
    "JournalLine",
    "Kind",
    "Line",
    "LineKind",
    "Model",
    "Name",
    "Payment",
    "Payout",
    "Product",
    "PurchaseDocument",
    "Quote",
    "Refund",
    "Role",
    "SalesDocument",
    "Tax",
    "Text",
    "TradeDocument",
    "Vendor",
    "VendorCredit",
    "WriteOff",
    "allocation_of",
    "content_hash",
    "document_key",
    "key_of",
    "kind_of_key",
    "may_be_missing",
    "product_key",
    "references",
    "system_product",
    "system_products",
    "title",
    "to_json",
]

Document = Annotated[
    Customer
    | Vendor
    | Product
    | Quote
    | Invoice
    | Payment
    | CreditNote
    | WriteOff
    | Allocation
    | Refund
    | Bill
    | VendorCredit
    | BillPayment
    | Journal
    | Payout,
    Field(discriminator="kind"),
]
DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
Name = Customer | Vendor | Product
"""What is kept in one of QuickBooks' name lists."""
SALES: frozenset[Kind] = frozenset(
    {Kind.QUOTE, Kind.INVOICE, Kind.CREDIT_NOTE, Kind.WRITE_OFF, Kind.REFUND}
)


def document_key(kind: Kind, source: str, document_id: str) -> str:
    """The record key: fixed length, safe in a URL and a log (an id may hold an e-mail address)."""
    digest = hashlib.sha256(f"{kind}\0{source}\0{document_id}".encode()).hexdigest()
    return f"{kind}-{digest[:32]}"


# Lines that are no product of the channel (shipping, tips, ...) get an item of Tillbook's own.
SYSTEM_SOURCE = "tillbook"
_SYSTEM_NAMES = {
    LineKind.ITEM: "Uncategorised sales",
    LineKind.GIFT_CARD: "Gift cards",
    LineKind.SHIPPING: "Shipping charged",
    LineKind.TIP: "Tips",
    LineKind.DUTY: "Duties",
    LineKind.FEE: "Fees charged",
    LineKind.ADJUSTMENT: "Adjustments",
    LineKind.WRITE_OFF: "Write-offs",
}


def system_product(kind: LineKind) -> Product:
    """The item that stands for a line without a product; its account is a setting."""
    return Product(source=SYSTEM_SOURCE, id=kind, version="1", name=_SYSTEM_NAMES[kind])


def system_products(document: Document) -> tuple[Product, ...]:
    """The items of Tillbook's own that a document needs in the books."""
    if not isinstance(document, SalesDocument):
        return ()
    kinds = dict.fromkeys(line.kind for line in document.lines if line.product is None)
    return tuple(system_product(kind) for kind in kinds)


def allocation_of(document: WriteOff) -> Allocation:
    """What settles the invoice with its write-off; it is changed and cancelled with it."""
    return Allocation(
        source=document.source,
        id=key_of(document),  # not an id that the source itself gives to an allocation
        version=document.version,
        number=document.number,
        date=document.date,
        currency=document.currency,
        customer=document.customer,
        credit_note=document.id,
        credit_kind=Kind.WRITE_OFF,
        invoice=document.invoice,
        amount=document.amount,
        status=document.status,
    )


def product_key(document: TradeDocument, line: Line) -> str:
    """Key of the product document whose item a line is posted to."""
    if line.product is None:
        return document_key(Kind.PRODUCT, SYSTEM_SOURCE, line.kind)
    return document_key(Kind.PRODUCT, document.source, line.product)


def key_of(document: Document) -> str:
    return document_key(document.kind, document.source, document.id)


def kind_of_key(key: str) -> Kind:
    return Kind(key.rpartition("-")[0])


def references(document: Document) -> tuple[str, ...]:
    """Keys of the documents that must be in the books before this one; for a quote see
    `may_be_missing`."""
    source = document.source
    found = [document_key(kind, source, one) for kind, one in _names_of(document) if one]
    if isinstance(document, SalesDocument):
        found += [product_key(document, line) for line in document.lines]
    found += [document_key(kind, source, one) for kind, one in _goes_with(document) if one]
    return tuple(dict.fromkeys(found))


def _names_of(document: Document) -> Iterator[tuple[Kind, str | None]]:
    """Whom it is with and what of, but for what is sold."""
    if isinstance(document, SalesDocument | Payment | Allocation):
        yield Kind.CUSTOMER, document.customer
    if isinstance(document, PurchaseDocument | BillPayment):
        yield Kind.VENDOR, document.vendor
    if isinstance(document, PurchaseDocument):
        for line in document.lines:
            yield Kind.PRODUCT, line.product
    if isinstance(document, Journal):
        for entry in document.lines:
            yield Kind.CUSTOMER, entry.customer
            yield Kind.VENDOR, entry.vendor


def _goes_with(document: Document) -> Iterator[tuple[Kind, str | None]]:
    """The documents that it settles, takes back or was made of."""
    match document:
        case Invoice():
            yield Kind.QUOTE, document.quote
        case Payment() | CreditNote() | Refund():
            yield Kind.INVOICE, document.invoice
        case Allocation():
            yield Kind.INVOICE, document.invoice
            yield document.credit_kind, document.credit_note
        case BillPayment():
            yield Kind.BILL, document.bill
            yield Kind.VENDOR_CREDIT, document.vendor_credit


def may_be_missing(key: str) -> bool:
    """Whether a document does without this one where it does not come to the books: an invoice is
    as good without its quote."""
    return kind_of_key(key) is Kind.QUOTE


def to_json(document: Document) -> dict[str, Any]:
    """JSON-ready form: decimals and dates as text, absent values left out."""
    body: dict[str, Any] = DOCUMENT.dump_python(document, mode="json", exclude_none=True)
    return body


def content_hash(document: Document) -> str:
    """Tells whether two revisions say the same, whatever their version."""
    body = to_json(document)
    del body["version"]
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def title(document: Document) -> str:
    """How people name it: 'invoice #1001', 'product BX-1'. Customers are named in full."""
    match document:
        case Customer() | Vendor():
            name = document.name
        case Product():
            name = document.sku or document.name
        case _:
            name = document.number
    return f"{str(document.kind).replace('_', ' ')} {name}"
