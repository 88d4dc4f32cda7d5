"""Nothing lost: counted from the stores themselves, not from counters.

events in the log = translated + ignored + superseded + failed + queued
documents         = completed + pending + failed + skipped
"""

from dataclasses import dataclass
from typing import Protocol

from tillbook.domain.documents import Kind
from tillbook.domain.sync import Outcome, Status
from tillbook.ports import Blobs, Database
from tillbook.store import channels, events, records


class Ports(Protocol):
    @property
    def database(self) -> Database: ...
    @property
    def event_log(self) -> Blobs: ...


@dataclass(frozen=True)
class Stock:
    events_in_log: int
    events: dict[str, int]
    """By outcome, and those queued."""
    documents: int
    records: dict[str, int]
    """By status as users see it."""
    unknown_outcomes: tuple[str, ...]
    """Events that have an outcome and are not in the log (it expired)."""

    @property
    def adds_up(self) -> bool:
        return self.events_in_log + len(self.unknown_outcomes) == sum(
            self.events.values()
        ) and self.documents == sum(self.records.values())


def take_stock(ports: Ports, connection_id: str) -> Stock:
    """Counts everything a connection ever received; its cost grows with the history."""
    db = ports.database
    logged = {
        key
        for channel in channels.list_channels(db, connection_id, deleted=True)
        for key in ports.event_log.keys(f"{channel.id}/")
    }
    outcomes: dict[str, Outcome] = events.all_outcomes(db, connection_id)
    by_outcome = {str(one): 0 for one in Outcome}
    for outcome in outcomes.values():
        by_outcome[str(outcome)] += 1
    by_outcome["queued"] = len(logged - outcomes.keys())
    by_status = dict.fromkeys((str(status) for status in Status if status is not Status.SENDING), 0)
    for kind in Kind:
        for status, count in records.count_records(db, connection_id, kind).items():
            by_status[str(status)] += count
    return Stock(
        events_in_log=len(logged),
        events=by_outcome,
        documents=sum(records.count_documents(db, connection_id, kind) for kind in Kind),
        records=by_status,
        unknown_outcomes=tuple(sorted(outcomes.keys() - logged)),
    )
