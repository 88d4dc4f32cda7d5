"""Tax of a document, by the company's country: the code of each line, and what it all comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from local.qbo.entities.tax import us
from local.qbo.ledger import Split
from local.qbo.money import ZERO
from local.qbo.rules import Change, Values


@dataclass(frozen=True)
class Base:
    """What a document offers to tax, in its own currency.

    `by_code` are the net amounts of its lines by tax code. `discount` is what the whole document is
    discounted by, `discount_first` whether that comes before tax. `purchase`: it is bought.
    """

    by_code: Mapping[str, Decimal]
    discount: Decimal = ZERO
    discount_first: bool = False
    purchase: bool = False


@dataclass
class Taxed:
    """A document's tax: what it shows, and what each agency's account is owed (positive)."""

    detail: Values | None = None
    total: Decimal = ZERO
    credits: list[Split] = field(default_factory=list)


def line_code(change: Change, detail: Values, item: str = "", *, purchase: bool = False) -> str:
    """The tax code of a line: as sent, else what the item and the customer say.

    Raises 6100 for a code that a US line cannot have.
    """
    return us.line_code(change, detail, item, purchase=purchase)


def document_tax(change: Change, base: Base) -> Taxed:
    """Tax of a document. Raises QboFault for a code or a rate that is not the company's."""
    if base.purchase:
        return Taxed()  # QuickBooks knows no tax on purchases in the US
    detail, amounts = us.tax(change, base.by_code, base.discount, base.discount_first)
    credits = [Split(account, amount, memo=memo) for account, amount, memo in amounts if amount]
    return Taxed(detail, sum((each.amount for each in credits), ZERO), credits)
