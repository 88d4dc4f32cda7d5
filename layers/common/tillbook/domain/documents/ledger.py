"""What is posted as it is said: journal entries of an inventory system, payouts of a gateway."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from tillbook.domain.documents.base import (
    AccountId,
    Amount,
    Currency,
    Day,
    DocumentBase,
    Identifier,
    Kind,
    Model,
    Text,
)
from tillbook.domain.money import ZERO


class Role(StrEnum):
    """What an account is for, where the settings say which one it is."""

    INVENTORY = "inventory"
    COGS = "cogs"
    STOCK_ADJUSTMENTS = "stock_adjustments"
    LANDED_COSTS = "landed_costs"
    WORK_IN_PROGRESS = "work_in_progress"
    RECEIVABLES = "receivables"
    PAYABLES = "payables"


class JournalLine(Model):
    """An amount on one side of an account, which is named by its QuickBooks id or by its role."""

    id: Identifier
    side: Literal["debit", "credit"]
    amount: Annotated[Amount, Field(ge=0)]
    account: AccountId | None = Field(None, description="Id of a QuickBooks account.")
    role: Role | None = Field(
        None,
        description="In place of the account: the one that settings.accounts has under this name; "
        "receivables and payables are QuickBooks' own.",
    )
    customer: Identifier | None = Field(
        None, description="The id of a customer document: who owes it, on receivables."
    )
    vendor: Identifier | None = Field(
        None, description="The id of a vendor document: who is owed, on payables."
    )
    product: Identifier | None = Field(
        None, description="Whose cost it is; named where that is still zero."
    )
    description: Text = ""

    @property
    def debit(self) -> Decimal:
        """A credit is negative."""
        return self.amount if self.side == "debit" else -self.amount


class Journal(DocumentBase):
    """What an inventory system posts: cost of goods sold, stock adjustments, counts, assemblies,
    landed cost. Debits equal credits; it waits while all its amounts are zero."""

    kind: Literal[Kind.JOURNAL] = Kind.JOURNAL
    number: Annotated[str, Field(min_length=1, max_length=100)]
    date: Day
    currency: Currency
    lines: Annotated[tuple[JournalLine, ...], Field(min_length=2, max_length=1000)]
    memo: Text = ""
    status: Literal["open", "cancelled"] = "open"

    @property
    def posted(self) -> tuple[JournalLine, ...]:
        """The lines that have an amount."""
        return tuple(line for line in self.lines if line.amount)

    @property
    def total(self) -> Decimal:
        """All debits."""
        return sum((line.amount for line in self.lines if line.side == "debit"), ZERO)


class Fee(Model):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    amount: Amount = Field(description="What the gateway keeps; negative where it gives back.")


class Payout(DocumentBase):
    """What a gateway sends to the bank: what it took in (`gross`) less its fees is `amount`."""

    kind: Literal[Kind.PAYOUT] = Kind.PAYOUT
    number: Annotated[str, Field(min_length=1, max_length=100)]
    date: Day
    currency: Currency
    gateway: Annotated[str, Field(min_length=1, max_length=100)]
    gross: Amount = Field(
        description="Payments less refunds: what leaves the clearing account of the gateway."
    )
    fees: Annotated[tuple[Fee, ...], Field(max_length=100)] = ()
    amount: Amount = Field(description="What arrives at the bank.")
    memo: Text = ""
    status: Literal["open", "cancelled"] = "open"

    @property
    def charged(self) -> Decimal:
        return sum((fee.amount for fee in self.fees), ZERO)
