"""Notices: what a person should know about a connection, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tillbook.errors import NotFound
from tillbook.ports import ConditionFailed, Database, Equals, Item, Put, Table, Update
from tillbook.store import keys


@dataclass(frozen=True)
class Notice:
    id: str
    at: str
    subject: str
    text: str
    read_at: str | None = None
    read_by: str | None = None


def add(connection_id: str, notice_id: str, subject: str, text: str, now: datetime) -> Put:
    """A write for the transaction of what the notice is about. Ids sort by time."""
    sortable = f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}-{notice_id}"
    item: Item = {"id": sortable, "at": now.isoformat(), "subject": subject, "text": text}
    return Put(keys.notice(connection_id, sortable), item)


def list_notices(
    db: Database, connection_id: str, *, limit: int = 50, cursor: str | None = None
) -> tuple[list[Notice], str | None]:
    partition = keys.notice(connection_id, "").partition
    page = db.query(Table.SYNC, partition, descending=True, limit=limit, cursor=cursor)
    return list(_from_items(page.items)), page.cursor


def mark_read(
    db: Database, connection_id: str, notice_id: str, *, by: str, now: datetime
) -> Notice:
    try:
        item = db.update(
            Update(
                keys.notice(connection_id, notice_id),
                set={"read_at": now.isoformat(), "read_by": by},
                when=(Equals("id", notice_id),),
            )
        )
    except ConditionFailed:
        raise NotFound("There is no such notice.") from None
    return next(_from_items([item]))


def _from_items(items: Iterable[Item]) -> Iterator[Notice]:
    for item in items:
        yield Notice(
            id=item["id"],
            at=item["at"],
            subject=item["subject"],
            text=item["text"],
            read_at=item.get("read_at"),
            read_by=item.get("read_by"),
        )
