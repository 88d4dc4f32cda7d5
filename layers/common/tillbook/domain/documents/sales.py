"""What is offered, sold, paid, credited and refunded."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from tillbook.domain.documents.base import (
    Address,
    Amount,
    Currency,
    Day,
    DocumentBase,
    Identifier,
    Kind,
    Line,
    LineKind,
    TradeDocument,
)
from tillbook.domain.money import ZERO, parse_decimal


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


class WriteOff(CreditNote):
    """What is not expected any more of an invoice: a credit note on the account for write-offs,
    which is allocated to the invoice by itself. Lines and total follow from the amount."""

    kind: Literal[Kind.WRITE_OFF] = Kind.WRITE_OFF  # type: ignore[assignment]
    invoice: Identifier
    amount: Annotated[Amount, Field(gt=0)]
    lines: SkipJsonSchema[tuple[Line, ...]] = ()
    total: SkipJsonSchema[Amount] = ZERO

    @model_validator(mode="before")
    @classmethod
    def _of_amount(cls, given: Any) -> Any:
        try:
            amount = parse_decimal(given["amount"])
        except (KeyError, TypeError, ValueError):
            return given  # the amount itself is told to be wrong
        line = {"id": "1", "kind": LineKind.WRITE_OFF, "unit_price": amount, "gross": amount}
        return {**given, "lines": (line,), "total": amount}


class Allocation(DocumentBase):
    """A credit note that settles an invoice of the same customer, or a part of it. No money
    moves."""

    kind: Literal[Kind.ALLOCATION] = Kind.ALLOCATION
    number: Annotated[str, Field(min_length=1, max_length=100)]
    date: Day
    currency: Currency
    customer: Identifier | None = None
    credit_note: Identifier = Field(description="The id of a credit note document.")
    credit_kind: Literal[Kind.CREDIT_NOTE, Kind.WRITE_OFF] = Field(
        Kind.CREDIT_NOTE, description="Of which kind the document is that `credit_note` names."
    )
    invoice: Identifier
    amount: Annotated[Amount, Field(gt=0)]
    status: Literal["open", "cancelled"] = "open"
