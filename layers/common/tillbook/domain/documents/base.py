"""What documents of all kinds are made of: kinds, amounts, days, addresses, lines, taxes."""

import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tillbook.domain.money import CURRENCIES, ZERO, parse_decimal


class Kind(StrEnum):
    CUSTOMER = "customer"
    VENDOR = "vendor"
    PRODUCT = "product"
    QUOTE = "quote"
    INVOICE = "invoice"
    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"
    ALLOCATION = "allocation"
    REFUND = "refund"
    BILL = "bill"
    VENDOR_CREDIT = "vendor_credit"
    BILL_PAYMENT = "bill_payment"
    JOURNAL = "journal"
    PAYOUT = "payout"


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
AccountId = Annotated[str, Field(pattern=r"^[0-9]{1,25}$")]
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
    WRITE_OFF = "write_off"


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


class TradeDocument(DocumentBase):
    """What is sold or bought, line by line. `total` is what the source states."""

    number: Annotated[str, Field(min_length=1, max_length=100)]
    date: Day
    currency: Currency
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
        """What the lines add up to: net lines and the tax that the document charges."""
        return sum((self.net(line) for line in self.lines), ZERO) + self.tax
