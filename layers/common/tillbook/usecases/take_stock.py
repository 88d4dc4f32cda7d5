"""Nothing lost: counted from the stores themselves, not from counters.

events in the log = translated + ignored + superseded + failed + queued
documents         = completed + pending + failed + skipped
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from tillbook.domain.documents import Kind
from tillbook.domain.money import ZERO, round_money
from tillbook.domain.sync import Outcome, Status
from tillbook.ports import HasDatabase, HasEventLog
from tillbook.store import channels, events, records, revisions
from tillbook.store.records import Record, shown_status


class Ports(HasDatabase, HasEventLog, Protocol):
    """What this reaches."""


@dataclass(frozen=True)
class Missing:
    """Transactions of one kind and status that are not in QuickBooks."""

    kind: str
    status: str
    count: int
    amount: str
    currency: str


@dataclass(frozen=True)
class Stock:
    """What is there at one moment; what arrives while it is counted is left to the next time."""

    events_in_log: int
    events: dict[str, int]
    """By outcome, and those queued."""
    documents: int
    records: dict[str, int]
    """By status as users see it."""
    lost: tuple[str, ...]
    """Documents without a record: there must be none."""
    expired: int
    """Events that have an outcome and are no longer in the log."""
    not_in_books: tuple[Missing, ...]
    """What the books do not show, though it was accepted: how many and how much."""

    @property
    def adds_up(self) -> bool:
        return (
            not self.lost
            and self.events_in_log == sum(self.events.values())
            and self.documents == sum(self.records.values())
        )


def take_stock(ports: Ports, connection_id: str) -> Stock:
    """Counts everything a connection ever received; its cost grows with the history."""
    db = ports.database
    logged = {
        key
        for channel in channels.list_channels(db, connection_id, deleted=True)
        for key in ports.event_log.keys(f"{channel.id}/")
    }
    outcomes = events.all_outcomes(db, connection_id)
    by_outcome = dict.fromkeys((*map(str, Outcome), "queued"), 0)
    for key in logged:
        by_outcome[str(outcomes.get(key, "queued"))] += 1
    by_status = dict.fromkeys((str(one) for one in Status if one is not Status.SENDING), 0)
    documents = 0
    lost: list[str] = []
    missing: list[Missing] = []
    for kind in Kind:
        accepted = revisions.accepted(db, connection_id, kind)
        found = {one.key: one for one in records.all_records(db, connection_id, kind)}
        documents += len(accepted)
        lost += sorted(accepted - found.keys())
        for key in accepted & found.keys():
            by_status[str(shown_status(found[key]))] += 1
        missing += _missing(found.values())
    return Stock(
        events_in_log=len(logged),
        events=by_outcome,
        documents=documents,
        records=by_status,
        lost=tuple(lost),
        expired=len(outcomes.keys() - logged),
        not_in_books=tuple(missing),
    )


def _missing(found: Iterable[Record]) -> Iterator[Missing]:
    sums: dict[tuple[str, str, str], list[Decimal]] = {}
    for one in found:
        if one.total is not None and one.link is None:
            key = (str(one.kind), str(shown_status(one)), one.currency or "")
            sums.setdefault(key, []).append(one.total)
    for (kind, status, currency), totals in sorted(sums.items()):
        amount = round_money(sum(totals, ZERO), currency or "USD")
        yield Missing(kind, status, len(totals), str(amount), currency)
