"""Our projection of the ledger: what QuickBooks must show for what we sent, by month and account.

It is kept by addition in the transaction that settles a record, so it is exact at every moment.
Amounts are signed, debit positive, in the company's home currency. With the amounts goes how many
documents they come from: who finds as many in the ledger, each with its own amounts, misses none.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tillbook.domain.money import parse_decimal
from tillbook.domain.trial_balance import Amounts
from tillbook.ports import Database, Table, Update
from tillbook.store import keys, pages

Postings = tuple[tuple[str, Decimal], ...]
_DOCUMENTS = "documents"


@dataclass(frozen=True)
class Month:
    amounts: Amounts = field(default_factory=dict)
    """By account; none that is zero."""
    documents: int = 0
    """Those that post something."""


def additions(
    connection_id: str, changes: Iterable[tuple[str | None, Postings, int]]
) -> list[Update]:
    """Updates that add (month, postings, sign) for each change; what cancels out is left out."""
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for month, postings, sign in changes:
        for account, amount in postings:
            totals[month or "", account] += sign * amount
        totals[month or "", _DOCUMENTS] += sign if postings else 0
    return [
        Update(
            keys.projection(connection_id, month, account),
            set={"month": month, "account": account},
            add={"amount": amount},
        )
        for (month, account), amount in sorted(totals.items())
        if amount
    ]


def by_month(db: Database, connection_id: str) -> dict[str, Month]:
    """What is projected for each month; it grows with months and accounts only."""
    amounts: dict[str, Amounts] = defaultdict(dict)
    documents: dict[str, int] = defaultdict(int)
    for item in pages.items(db, Table.SYNC, keys.projection(connection_id, "", "").partition):
        amount = parse_decimal(item["amount"])
        if item["account"] == _DOCUMENTS:
            documents[item["month"]] = int(amount)
        elif amount:
            amounts[item["month"]][item["account"]] = amount
    found = amounts.keys() | {month for month, count in documents.items() if count}
    return {month: Month(amounts[month], documents[month]) for month in sorted(found)}
