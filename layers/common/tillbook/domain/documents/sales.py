"""What is offered, sold, paid, credited and refunded."""

from typing import Annotated, Literal

from pydantic import Field

from tillbook.domain.documents.base import (
    Address,
    Amount,
    Currency,
    Day,
    DocumentBase,
    Identifier,
    Kind,
    TradeDocument,
)


class SalesDocument(TradeDocument):
    """What quote, invoice, credit note and refund share."""

    customer: Identifier | None = Field(None, description="The id of a customer document.")


class Quote(SalesDocument):
    """What a customer is offered. Nothing is owed until an invoice names it."""

    kind: Literal[Kind.QUOTE] = Kind.QUOTE
    expires: Day | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None


class Invoice(SalesDocument):
    kind: Literal[Kind.INVOICE] = Kind.INVOICE
    quote: Identifier | None = Field(
        None, description="The id of the quote that the customer accepted."
    )
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


class Allocation(DocumentBase):
    """A credit note that settles an invoice of the same customer, or a part of it. No money
    moves."""

    kind: Literal[Kind.ALLOCATION] = Kind.ALLOCATION
    number: Annotated[str, Field(min_length=1, max_length=100)]
    date: Day
    currency: Currency
    customer: Identifier | None = None
    credit_note: Identifier = Field(description="The id of a credit note document.")
    invoice: Identifier
    amount: Annotated[Amount, Field(gt=0)]
    status: Literal["open", "cancelled"] = "open"
