"""What is bought and owed."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from tillbook.domain.documents.base import (
    Amount,
    Currency,
    Day,
    DocumentBase,
    Identifier,
    Kind,
    Text,
    TradeDocument,
)
from tillbook.domain.money import ZERO


class PurchaseDocument(TradeDocument):
    """What is bought from a vendor. Lines of stocked products go to the inventory account."""

    vendor: Identifier = Field(description="The id of a vendor document.")


class Bill(PurchaseDocument):
    """What a vendor is owed: for goods received so far, or for services."""

    kind: Literal[Kind.BILL] = Kind.BILL
    due_date: Day | None = None


class VendorCredit(PurchaseDocument):
    """What a vendor credits: goods sent back, a price lowered later. Lines are positive amounts
    that are credited."""

    kind: Literal[Kind.VENDOR_CREDIT] = Kind.VENDOR_CREDIT


class BillPayment(DocumentBase):
    """What settles one bill: money paid by check, transfer or card, or a credit of the vendor."""

    kind: Literal[Kind.BILL_PAYMENT] = Kind.BILL_PAYMENT
    number: Annotated[str, Field(min_length=1, max_length=100)]
    date: Day
    currency: Currency
    vendor: Identifier = Field(description="The id of a vendor document.")
    bill: Identifier = Field(description="The id of the bill document that it settles.")
    amount: Annotated[Amount, Field(ge=0)]
    method: Literal["check", "card"] = Field(
        "check", description="From a bank account, by check or transfer, or from a credit card."
    )
    vendor_credit: Identifier | None = Field(
        None,
        description="The id of the vendor credit document that is used in place of money: then "
        "nothing is paid, and the method says nothing.",
    )
    reference: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="Number of the check or transfer."
    )
    memo: Text = ""
    status: Literal["open", "cancelled"] = "open"

    @property
    def money(self) -> Decimal:
        """What leaves the bank account or the card."""
        return ZERO if self.vendor_credit else self.amount
