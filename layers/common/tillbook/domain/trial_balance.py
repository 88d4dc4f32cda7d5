"""Which closing balances follow from opening balances and the postings in between.

Amounts are signed, debit positive. Profit and loss accounts start each fiscal year at nothing: what
they held goes to retained earnings, without a posting (QuickBooks closes the year by itself).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Amounts = dict[str, Decimal]
"""By account id."""


@dataclass(frozen=True)
class Posted:
    date: date
    account: str
    amount: Decimal


def fiscal_year_start(day: date, first_month: int) -> date:
    """The first day of the fiscal year that a day is in."""
    start = date(day.year, first_month, 1)
    return start if start <= day else date(day.year - 1, first_month, 1)


def year_end_transfers(
    opening: Amounts,
    postings: Iterable[Posted],
    *,
    eve: date,
    year_start: date,
    profit_and_loss: frozenset[str],
    retained_earnings: str | None,
) -> Amounts:
    """What year ends between the eve of the period and its end moved to retained earnings.

    `year_start` is the start of the fiscal year in which the period ends.
    """
    moved: Amounts = defaultdict(Decimal)
    if eve >= year_start or retained_earnings is None:
        return {}
    for account in profit_and_loss:
        if opening.get(account):
            moved[account] -= opening[account]
    for one in postings:
        if one.account in profit_and_loss and one.date < year_start:
            moved[one.account] -= one.amount
    moved[retained_earnings] -= sum(moved.values(), Decimal(0))
    return {account: amount for account, amount in moved.items() if amount}
