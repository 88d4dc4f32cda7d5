"""What happened, in our own model: immutable revisions of documents of every kind.

A document is identified by `kind`, `source` and `id`; its newest `version` wins. References to
other documents are their ids in the same source.
"""

import hashlib
import json
import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from tillbook.domain.money import CURRENCIES, ZERO, parse_decimal


class Kind(StrEnum):
    CUSTOMER = "customer"
    PRODUCT = "product"
    INVOICE = "invoice"
    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    REFUND = "refund"


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"unknown currency {code!r}: use an ISO 4217 code such as USD")
    return code


def _day(value: object) -> date:
    """Pydantic alone would also take a number of seconds or a time at midnight for a day."""
    if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("not a day: write it as 2026-03-14")


# Beyond what QuickBooks holds (11 digits), and small enough for a product of two to stay exact.
_LIMIT = Decimal(10) ** 11
Amount = Annotated[
    Decimal, BeforeValidator(parse_decimal), Field(max_digits=20, gt=-_LIMIT, lt=_LIMIT)
]
Day = Annotated[date, BeforeValidator(_day)]
Currency = Annotated[str, AfterValidator(_currency)]
Identifier = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=4000)]


class Model(BaseModel):
    """Unknown fields are refused, so that a misspelt one is an error and not a loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(Model):
    lines: tuple[Annotated[str, Field(max_length=500)], ...] = ()
    city: Annotated[str, Field(max_length=255)] | None = None
    region: Annotated[str, Field(max_length=255)] | None = None
    postcode: Annotated[str, Field(max_length=30)] | None = None
    country: Annotated[str, Field(max_length=255)] | None = None


class Tax(Model):
    """Tax as the channel calculated it. Tax that a marketplace remits is not the seller's."""

    name: Annotated[str, Field(max_length=200)]
    rate: Amount | None = Field(None, description="As a fraction: 0.0725 is 7.25 %.")
    amount: Amount
    collected_by: Literal["seller", "marketplace"] = "seller"


class LineKind(StrEnum):
    ITEM = "item"
    GIFT_CARD = "gift_card"
    SHIPPING = "shipping"
    TIP = "tip"
    DUTY = "duty"
    FEE = "fee"
    ADJUSTMENT = "adjustment"


class Line(Model):
    """One line. `gross` is quantity x unit price before discounts; both include tax where the
    document is tax inclusive. Amounts are in the document's currency."""

    id: Identifier
    kind: LineKind = LineKind.ITEM
    product: Identifier | None = Field(None, description="The id of a product document.")
    description: Text = ""
    quantity: Amount = Decimal(1)
    unit_price: Amount
    gross: Amount
    discount: Amount = ZERO
    taxes: tuple[Tax, ...] = ()

    @property
    def tax(self) -> Decimal:
        """Tax of this line that the seller owes."""
        return sum((t.amount for t in self.taxes if t.collected_by == "seller"), ZERO)

    @property
    def marketplace_tax(self) -> Decimal:
        return sum((t.amount for t in self.taxes if t.collected_by == "marketplace"), ZERO)


class DocumentBase(Model):
    source: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="Where it comes from, such as shopify/acme.myshopify.com or feed/warehouse."
    )
    id: Identifier = Field(description="Stable id within kind and source.")
    version: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        description="Newest wins: compared as text, so use a UTC timestamp or a padded number."
    )


class Customer(DocumentBase):
    kind: Literal[Kind.CUSTOMER] = Kind.CUSTOMER
    name: Annotated[str, Field(min_length=1, max_length=1000)]
    given_name: Annotated[str, Field(max_length=1000)] | None = None
    family_name: Annotated[str, Field(max_length=1000)] | None = None
    company: Annotated[str, Field(max_length=1000)] | None = None
    email: Annotated[str, Field(max_length=320)] | None = None
    phone: Annotated[str, Field(max_length=100)] | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    tax_exempt: bool = False
    generic: bool = Field(False, description="One customer that stands for all guests.")


class Product(DocumentBase):
    kind: Literal[Kind.PRODUCT] = Kind.PRODUCT
    name: Annotated[str, Field(min_length=1, max_length=1000)]
    sku: Annotated[str, Field(max_length=255)] | None = None
    description: Text = ""
    unit_price: Amount | None = None
    stocked: bool = False
    taxable: bool = True


class SalesDocument(DocumentBase):
    """What invoice, credit note and refund share. `total` is what the channel states."""

    number: Annotated[str, Field(min_length=1, max_length=100)]
    date: Day
    currency: Currency
    customer: Identifier | None = Field(None, description="The id of a customer document.")
    tax_inclusive: bool = False
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=10_000)]
    total: Amount
    memo: Text = ""
    status: Literal["open", "cancelled"] = "open"

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), ZERO)

    def net(self, line: Line) -> Decimal:
        """A line after discount and without any tax."""
        included = line.tax + line.marketplace_tax if self.tax_inclusive else ZERO
        return line.gross - line.discount - included

    @property
    def computed_total(self) -> Decimal:
        """What the lines add up to: net lines and the tax that the seller collects."""
        return sum((self.net(line) for line in self.lines), ZERO) + self.tax


class Invoice(SalesDocument):
    kind: Literal[Kind.INVOICE] = Kind.INVOICE
    due_date: Day | None = None
    po_number: Annotated[str, Field(max_length=100)] | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None


class CreditNote(SalesDocument):
    """A credit without money paid out. Lines are positive amounts that are credited."""

    kind: Literal[Kind.CREDIT_NOTE] = Kind.CREDIT_NOTE
    invoice: Identifier | None = None


class Refund(SalesDocument):
    """Money paid back. Lines are positive amounts that are refunded; total is the money."""

    kind: Literal[Kind.REFUND] = Kind.REFUND
    invoice: Identifier | None = None
    gateway: Annotated[str, Field(max_length=100)] | None = None


class Payment(DocumentBase):
    """Money received for one invoice, per gateway."""

    kind: Literal[Kind.PAYMENT] = Kind.PAYMENT
    number: Annotated[str, Field(min_length=1, max_length=100)]
    date: Day
    currency: Currency
    customer: Identifier | None = None
    invoice: Identifier
    amount: Annotated[Amount, Field(ge=0)]
    gateway: Annotated[str, Field(max_length=100)] | None = None
    reference: Annotated[str, Field(max_length=200)] | None = None
    status: Literal["open", "cancelled"] = "open"


Document = Annotated[
    Customer | Product | Invoice | Payment | CreditNote | Refund, Field(discriminator="kind")
]
DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
SALES: frozenset[Kind] = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE, Kind.REFUND})


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


def product_key(document: SalesDocument, line: Line) -> str:
    """Key of the product document whose item a line is posted to."""
    if line.product is None:
        return document_key(Kind.PRODUCT, SYSTEM_SOURCE, line.kind)
    return document_key(Kind.PRODUCT, document.source, line.product)


def key_of(document: Document) -> str:
    return document_key(document.kind, document.source, document.id)


def kind_of_key(key: str) -> Kind:
    return Kind(key.rpartition("-")[0])


def references(document: Document) -> tuple[str, ...]:
    """Keys of the documents that must be in the books before this one."""
    found: list[str] = []

    def add(kind: Kind, one: str | None) -> None:
        if one is not None:
            found.append(document_key(kind, document.source, one))

    if isinstance(document, SalesDocument | Payment):
        add(Kind.CUSTOMER, document.customer)
    if isinstance(document, SalesDocument):
        found.extend(product_key(document, line) for line in document.lines)
    if isinstance(document, Payment | CreditNote | Refund):
        add(Kind.INVOICE, document.invoice)
    return tuple(dict.fromkeys(found))


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
        case Customer():
            name = document.name
        case Product():
            name = document.sku or document.name
        case _:
            name = document.number
    return f"{str(document.kind).replace('_', ' ')} {name}"
