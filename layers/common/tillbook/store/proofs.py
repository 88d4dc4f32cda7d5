"""What is proven: the proof that people see, and what it is put together from.

Parts lie in one partition per connection: a month of the ledger each, where the books begin, how
everything was counted the last time, what people changed in QuickBooks, and how far a sweep is.
What was accepted and is set aside (failed or skipped) has an item each in a partition of its own,
so that their sums are known without reading them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from tillbook.domain.money import ZERO, parse_decimal
from tillbook.domain.trial_balance import Amounts
from tillbook.ports import Database, Item, Put, Table
from tillbook.store import keys, pages

_MONTH = "MONTH#"


@dataclass(frozen=True)
class MonthProof:
    """What the ledger showed for a month, and what of it is not as it should be."""

    month: str
    run: str
    proven_at: str
    ours: Amounts
    others: Amounts
    projected: Amounts
    documents: int
    """Of ours that should be in it."""
    differences: tuple[dict[str, Any], ...] = ()
    """Amounts in text."""
    doubles: tuple[dict[str, str], ...] = ()
    kept: tuple[dict[str, Any], ...] = ()
    """Documents that are as a person made them in QuickBooks, and shall stay so."""
    more: int = 0
    """Differences beyond those that are listed."""


def save_month(connection_id: str, proof: MonthProof) -> Put:
    return Put(keys.proof(connection_id, f"{_MONTH}{proof.month}"), asdict(proof))


def months(db: Database, connection_id: str) -> dict[str, MonthProof]:
    """Those proven so far; they grow with months and accounts only."""
    partition = keys.proof(connection_id, "").partition
    return {
        item["month"]: MonthProof(
            month=item["month"],
            run=item["run"],
            proven_at=item["proven_at"],
            ours=_amounts(item["ours"]),
            others=_amounts(item["others"]),
            projected=_amounts(item["projected"]),
            documents=int(item["documents"]),
            differences=tuple(item["differences"]),
            doubles=tuple(item["doubles"]),
            kept=tuple(item["kept"]),
            more=int(item["more"]),
        )
        for item in pages.items(db, Table.SYNC, partition, _MONTH)
    }


@dataclass(frozen=True)
class Opening:
    """The trial balance on the day before the books begin for us."""

    first: str
    """The first day, YYYY-MM-DD."""
    run: str
    read_at: str
    """A month that was proven before does not count: a new opening proves everything anew."""
    balance: Amounts


def save_opening(connection_id: str, opening: Opening) -> Put:
    return Put(keys.proof(connection_id, "OPENING"), asdict(opening))


def load_opening(db: Database, connection_id: str) -> Opening | None:
    item = db.get(keys.proof(connection_id, "OPENING"))
    if item is None:
        return None
    return Opening(item["first"], item["run"], item["read_at"], _amounts(item["balance"]))


@dataclass(frozen=True)
class Aside:
    """What was accepted, is not in the books and waits for nobody: failed or skipped."""

    record: str
    kind: str
    status: str
    currency: str
    total: Decimal

    @property
    def group(self) -> tuple[str, str, str]:
        return (self.kind, self.status, self.currency)


def aside_item(one: Aside) -> Item:
    return {**asdict(one), "total": str(one.total)}


def aside_from(item: Item) -> Aside:
    return Aside(
        item["record"],
        item["kind"],
        item["status"],
        item["currency"],
        parse_decimal(item["total"]),
    )


def put_aside(connection_id: str, one: Aside) -> Put:
    return Put(keys.aside(connection_id, one.record), aside_item(one))


Sums = dict[str, tuple[int, Decimal]]
"""How many and how much, by 'kind#status#currency'."""


def add_to(sums: Sums, one: Aside, sign: int) -> None:
    name = "#".join(one.group)
    count, amount = sums.get(name, (0, ZERO))
    sums[name] = (count + sign, amount + sign * one.total)
    if not sums[name][0]:
        del sums[name]


def sums_item(sums: Sums) -> dict[str, list[Any]]:
    return {name: [number, str(amount)] for name, (number, amount) in sums.items()}


def sums_from(item: Mapping[str, list[Any]]) -> Sums:
    return {name: (int(number), parse_decimal(amount)) for name, (number, amount) in item.items()}


@dataclass(frozen=True)
class Count:
    """The last count of everything, and how far has been looked at since."""

    run: str
    everything_at: str
    checked_at: str
    """What came before was looked at."""
    stock: dict[str, Any]
    """Of the count of everything, as the proof shows it."""
    aside: Sums
    """Kept by addition as records change."""
    lost: tuple[str, ...] = ()
    """Documents without a record: there must be none."""


def count_item(count: Count) -> Item:
    return {**asdict(count), "aside": sums_item(count.aside)}


def save_count(connection_id: str, count: Count) -> Put:
    return Put(keys.proof(connection_id, "COUNT"), count_item(count))


def load_count(db: Database, connection_id: str) -> Count | None:
    item = db.get(keys.proof(connection_id, "COUNT"))
    if item is None:
        return None
    return Count(
        run=item["run"],
        everything_at=item["everything_at"],
        checked_at=item["checked_at"],
        stock=item["stock"],
        aside=sums_from(item["aside"]),
        lost=tuple(item["lost"]),
    )


@dataclass(frozen=True)
class Drift:
    """What the last sweep found to be otherwise in QuickBooks than Tillbook wrote it, and what it
    could not repair."""

    at: str
    records: tuple[dict[str, str], ...] = field(default_factory=tuple)
    """Per finding: record, title, what."""
    more: int = 0


def save_drift(connection_id: str, drift: Drift) -> Put:
    return Put(keys.proof(connection_id, "DRIFT"), asdict(drift))


def load_drift(db: Database, connection_id: str) -> Drift | None:
    item = db.get(keys.proof(connection_id, "DRIFT"))
    return Drift(item["at"], tuple(item["records"]), int(item["more"])) if item else None


def save_sweep(connection_id: str, state: Mapping[str, Any]) -> Put:
    return Put(keys.proof(connection_id, "SWEEP"), dict(state))


def load_sweep(db: Database, connection_id: str) -> Item | None:
    return db.get(keys.proof(connection_id, "SWEEP"))


def save_proof(connection_id: str, proof: Mapping[str, Any]) -> Put:
    return Put(keys.proof(connection_id, "PROOF"), {"proof": dict(proof)})


def load_proof(db: Database, connection_id: str) -> dict[str, Any] | None:
    """The last proof as people see it."""
    item = db.get(keys.proof(connection_id, "PROOF"))
    return item["proof"] if item else None


def total(parts: Iterable[Mapping[str, Decimal]]) -> Amounts:
    """The sum of amounts by account; what comes to nothing is left out."""
    sums: Amounts = {}
    for part in parts:
        for account, amount in part.items():
            sums[account] = sums.get(account, ZERO) + amount
    return {account: amount for account, amount in sums.items() if amount}


def _amounts(found: Mapping[str, Any]) -> Amounts:
    return {account: parse_decimal(amount) for account, amount in found.items()}
