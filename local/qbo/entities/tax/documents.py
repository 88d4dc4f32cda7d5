"""Tax of a document, by the company's country: the code of each line, and what it all comes to."""

from decimal import Decimal

from local.qbo.entities.tax import us, world
from local.qbo.entities.tax.model import Base, Taxed
from local.qbo.rules import Change, Values

__all__ = ["Base", "Taxed", "document_tax", "line_code", "line_net"]


def line_code(
    change: Change,
    detail: Values,
    item: str = "",
    *,
    purchase: bool = False,
    shipping: bool = False,
) -> str:
    """The tax code of a line; empty where the document has none.

    Raises 6100 for a code that a US line cannot have, 6000 for a line without one elsewhere.
    """
    if change.company.country == "US":
        return us.line_code(change, detail, item, purchase=purchase, shipping=shipping)
    return world.line_code(change, detail, item, purchase=purchase)


def line_net(
    change: Change, detail: Values, amount: Decimal, code: str, *, purchase: bool = False
) -> Decimal:
    """A line's net amount, from what was sent as amount and as `TaxInclusiveAmt`."""
    if change.company.country == "US":
        detail.pop("TaxInclusiveAmt", None)
        return amount
    return world.line_net(change, detail, amount, code, purchase=purchase)


def document_tax(change: Change, base: Base) -> Taxed:
    """Tax of a document. Raises QboFault for a code, a rate or an amount that does not fit."""
    if change.company.country == "US":
        return us.tax(change, base)
    return world.tax(change, base)
