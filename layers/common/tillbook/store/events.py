"""Outcomes of events. The events themselves are in the log; one without outcome is queued."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tillbook.domain.sync import Outcome
from tillbook.ports import Database, Index, Item, Page, Put, Table
from tillbook.store import keys, pages


@dataclass(frozen=True)
class EventOutcome:
    event: str
    channel: str
    topic: str
    received_at: str
    outcome: Outcome
    reason: str | None = None
    cure: str | None = None
    documents: tuple[dict[str, Any], ...] = ()
    """Per document: record, title and result (accepted, unchanged, superseded)."""
    translated_at: str = ""
    title: str = ""
    """What it is about, as far as it can be read: 'order #1024'."""


def put_outcome(connection_id: str, outcome: EventOutcome) -> Put:
    item: Item = {
        "event": outcome.event,
        "title": outcome.title,
        "channel": outcome.channel,
        "topic": outcome.topic,
        "received_at": outcome.received_at,
        "outcome": str(outcome.outcome),
        "reason": outcome.reason,
        "cure": outcome.cure,
        "documents": list(outcome.documents),
        "translated_at": outcome.translated_at,
        "hk": f"{connection_id}#EVENT",
        "hr": f"{outcome.received_at}#{outcome.event}",
    }
    return Put(keys.event(connection_id, outcome.event), item)


def load_outcome(db: Database, connection_id: str, event: str) -> EventOutcome | None:
    item = db.get(keys.event(connection_id, event))
    return from_item(item) if item else None


def from_item(item: Item) -> EventOutcome:
    return EventOutcome(
        event=item["event"],
        channel=item["channel"],
        topic=item["topic"],
        received_at=item["received_at"],
        outcome=Outcome(item["outcome"]),
        reason=item["reason"],
        cure=item["cure"],
        documents=tuple(item["documents"]),
        translated_at=item["translated_at"],
        title=item["title"],
    )


def list_outcomes(
    db: Database, connection_id: str, *, limit: int = 50, cursor: str | None = None
) -> tuple[list[EventOutcome], str | None]:
    """Newest first."""
    page: Page = db.query(
        Table.SYNC,
        f"{connection_id}#EVENT",
        index=Index.HISTORY,
        descending=True,
        limit=limit,
        cursor=cursor,
    )
    return [from_item(item) for item in page.items], page.cursor


def all_outcomes(db: Database, connection_id: str) -> Iterator[EventOutcome]:
    """From the base table."""
    partition = keys.event(connection_id, "").partition
    return map(from_item, pages.items(db, Table.SYNC, partition))


def outcomes_page(
    db: Database, connection_id: str, cursor: str | None
) -> tuple[list[EventOutcome], str | None]:
    """One page of them, and where the next one begins."""
    page = db.query(Table.SYNC, keys.event(connection_id, "").partition, cursor=cursor)
    return [from_item(item) for item in page.items], page.cursor
