"""Our projection of the ledger: what QuickBooks must show for what we sent, by month and account.

It is kept by addition in the transaction that settles a record, so it is exact at every moment.
Amounts are signed, debit positive, in the company's home currency.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tillbook.domain.money import ZERO, parse_decimal
from tillbook.ports import Database, Put, Table, Update
from tillbook.store import keys

Postings = tuple[tuple[str, Decimal], ...]


def additions(
    connection_id: str, changes: Iterable[tuple[str | None, Postings, int]]
) -> list[Update]:
    """Updates that add (month, postings, sign) for each change; what cancels out is left out."""
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for month, postings, sign in changes:
        for account, amount in postings:
            totals[month or "", account] += sign * amount
    return [
        Update(
            keys.projection(connection_id, month, account),
            set={"month": month, "account": account},
            add={"amount": amount},
        )
        for (month, account), amount in sorted(totals.items())
        if amount
    ]


def by_month(db: Database, connection_id: str) -> dict[str, dict[str, Decimal]]:
    """Amounts by month and account."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    cursor: str | None = None
    partition = keys.projection(connection_id, "", "").partition
    while True:
        page = db.query(Table.SYNC, partition, cursor=cursor)
        for item in page.items:
            amount = parse_decimal(item["amount"])
            if amount != ZERO:
                found[item["month"]][item["account"]] = amount
        cursor = page.cursor
        if cursor is None:
            return dict(found)


def save_proof(db: Database, connection_id: str, proof: dict[str, Any]) -> None:
    db.write(Put(keys.proof(connection_id), {"proof": proof}))


def load_proof(db: Database, connection_id: str) -> dict[str, Any] | None:
    item = db.get(keys.proof(connection_id))
    return item["proof"] if item else None
