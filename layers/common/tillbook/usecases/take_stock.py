"""Nothing lost: counted from the stores themselves, not from counters.

events in the log = translated + ignored + superseded + failed + queued
documents         = completed + pending + failed + skipped

A sweep counts page by page (`sweep_connection`) what `take_stock` counts at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tillbook.domain.documents import Kind
from tillbook.domain.sync import Outcome, Status
from tillbook.ports import Database, HasDatabase, HasEventLog
from tillbook.store import channels, events, keys, records, revisions
from tillbook.store.events import EventOutcome
from tillbook.store.records import Record, shown_status
from tillbook.store.revisions import Revision

# Events looked at in one go.
EVENTS = 500


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


def _by_outcome() -> dict[str, int]:
    return dict.fromkeys((*map(str, Outcome), "queued"), 0)


def _by_status() -> dict[str, int]:
    return dict.fromkeys((str(one) for one in Status if one is not Status.SENDING), 0)


@dataclass
class Stock:
    """What is there; what arrives while it is counted may be left to the next time."""

    events_in_log: int = 0
    events: dict[str, int] = field(default_factory=_by_outcome)
    """By outcome, and those queued."""
    documents: int = 0
    records: dict[str, int] = field(default_factory=_by_status)
    """By status as users see it."""
    lost: list[str] = field(default_factory=list)
    """Documents without a record: there must be none."""
    expired: int = 0
    """Events that have an outcome and are no longer in the log."""

    @property
    def adds_up(self) -> bool:
        return (
            not self.lost
            and self.events_in_log == sum(self.events.values())
            and self.documents == sum(self.records.values())
        )

    def add_event(self, outcome: EventOutcome | None) -> None:
        self.events_in_log += 1
        self.events[str(outcome.outcome) if outcome else "queued"] += 1

    def add_document(self, key: str, record: Record | None) -> None:
        self.documents += 1
        if record is None:
            self.lost.append(key)
        else:
            self.records[str(shown_status(record))] += 1


def take_stock(ports: Ports, connection_id: str) -> Stock:
    """Counts everything a connection ever received; its cost grows with the history."""
    db, stock = ports.database, Stock()
    seen = 0
    for channel in channels.list_channels(db, connection_id, deleted=True):
        logged = list(ports.event_log.keys(f"{channel.id}/"))
        found = outcomes_of(db, connection_id, logged)
        seen += len(found)
        for key in logged:
            stock.add_event(found.get(key))
    stock.expired = sum(1 for _ in events.all_outcomes(db, connection_id)) - seen
    for kind in Kind:
        newest = {one.record: one for one in _newest(db, connection_id, kind)}
        known = records_of(db, connection_id, list(newest.values()))
        for key in newest:
            stock.add_document(key, known.get(key))
    return stock


def outcomes_of(db: Database, connection_id: str, logged: Sequence[str]) -> dict[str, EventOutcome]:
    """Outcomes by event, of those that have one."""
    found = db.get_many(keys.event(connection_id, key) for key in logged)
    return {item["event"]: events.from_item(item) for item in found.values()}


def records_of(
    db: Database, connection_id: str, newest: Sequence[Revision]
) -> Mapping[str, Record]:
    return records.load_many(db, connection_id, [one.record for one in newest])


def _newest(db: Database, connection_id: str, kind: Kind) -> Iterator[Revision]:
    cursor: str | None = None
    while True:
        page = revisions.page(db, connection_id, kind, cursor)
        yield from page.newest
        cursor = page.cursor
        if cursor is None:
            return


def shown(stock: Stock) -> dict[str, Any]:
    """As the proof shows it; what is lost is shown apart, since it may be found."""
    return {name: value for name, value in vars(stock).items() if name != "lost"}
