"""Records: the sync state of each document in a connection, and pointers to what is pending.

A record points to the newest revision of its document. A pointer item in the base table, written in
the same transaction, says that it is pending, so that what is to do is found by one consistent read
whatever the size of the history.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from tillbook.domain import documents as model
from tillbook.domain.documents import Document, Kind
from tillbook.domain.money import parse_decimal
from tillbook.domain.sync import Attempt, Link, Reason, Status
from tillbook.ports import (
    Database,
    Equals,
    Index,
    Item,
    Key,
    Missing,
    Present,
    Put,
    Table,
    Update,
)
from tillbook.quickbooks.owned import POSTED
from tillbook.store import keys, links, pages, projection

# A search goes through so many pages before it answers with what it has.
_PAGES_AT_ONCE = 20


@dataclass(frozen=True)
class Record:
    """The sync state of one document in one connection."""

    key: str
    kind: Kind
    source: str
    source_id: str
    title: str
    date: str
    version: str
    content: str
    status: Status
    created_at: str
    updated_at: str
    reason: Reason | None = None
    """What holds a pending record, or why it failed or was skipped."""
    attempts: tuple[Attempt, ...] = ()
    """The newest last; older ones are in the history of intents."""
    by_person: bool = False
    """A person skipped it; a new revision does not undo that."""
    intent: str | None = None
    sent_version: str | None = None
    sent_content: str | None = None
    link: Link | None = None
    name: str | None = None
    """Display name given in QuickBooks, for name lists."""
    postings: tuple[tuple[str, Decimal], ...] = ()
    posted_month: str | None = None
    edited: bool = False
    """Someone changed, in QuickBooks, fields that we own; without a link: someone deleted it."""
    kept: tuple[str, ...] = ()
    """Of these fields, which stay as they are in QuickBooks, by policy or because a person skipped
    the record. What the ledger shows for them is right."""
    overwritten: tuple[str, ...] = ()
    """Which of them the policy had Tillbook write over."""
    saves: int = 0
    """How often it was saved: nobody saves over what they have not read."""
    total: Decimal | None = None
    currency: str | None = None

    @property
    def revision(self) -> tuple[str, str]:
        return (self.version, self.content)

    @property
    def is_edited(self) -> bool:
        return self.edited or (self.link is not None and bool(self.link.edits))


def new_record(document: Document, now: datetime) -> Record:
    at = now.isoformat()
    return Record(
        key=model.key_of(document),
        kind=document.kind,
        source=document.source,
        source_id=document.id,
        title=model.title(document),
        date=document_date(document),
        version=document.version,
        content=model.content_hash(document),
        status=Status.PENDING,
        created_at=at,
        updated_at=at,
        total=document_total(document),
        currency=getattr(document, "currency", None),
    )


def revise(record: Record, document: Document, now: datetime) -> Record:
    """The record with a newer revision; what is being sent goes on being sent."""
    held = record.status is Status.SENDING or (record.status is Status.SKIPPED and record.by_person)
    return replace(
        new_record(document, now),
        created_at=record.created_at,
        status=record.status if held else Status.PENDING,
        reason=record.reason if held else None,
        attempts=record.attempts,
        by_person=record.by_person if held else False,
        intent=record.intent,
        sent_version=record.sent_version,
        sent_content=record.sent_content,
        link=record.link,
        name=record.name,
        postings=record.postings,
        posted_month=record.posted_month,
        edited=record.edited,
        kept=record.kept,
        overwritten=record.overwritten,
        saves=record.saves,
    )


def document_date(document: Document) -> str:
    """The accounting date, or '' for name lists."""
    date = getattr(document, "date", None)
    return date.isoformat() if date else ""


def document_total(document: Document) -> Decimal | None:
    if isinstance(document, model.Payment | model.BillPayment | model.Payout | model.Allocation):
        return document.amount
    return document.total if isinstance(document, model.TradeDocument | model.Journal) else None


def to_item(connection_id: str, record: Record) -> Item:
    item: Item = {
        "record": record.key,
        "kind": str(record.kind),
        "source": record.source,
        "source_id": record.source_id,
        "title": record.title,
        "date": record.date,
        "version": record.version,
        "content": record.content,
        "status": str(record.status),
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "postings": [[account, str(amount)] for account, amount in record.postings],
        "attempts": [asdict(one) for one in record.attempts],
        "hk": f"{connection_id}#RECORD",
        "hr": f"{record.updated_at}#{record.key}",
    }
    for name in (
        "intent",
        "sent_version",
        "sent_content",
        "name",
        "posted_month",
        "currency",
    ):
        value = getattr(record, name)
        if value is not None:
            item[name] = value
    # What says nothing is left out: a kilobyte more doubles the price of every write.
    seldom = {
        "by_person": record.by_person,
        "edited": record.edited,
        "kept": list(record.kept),
        "overwritten": list(record.overwritten),
        "reason": asdict(record.reason) if record.reason else None,
        "link": links.to_item(record.link) if record.link else None,
        "saves": record.saves,
    }
    item |= {name: value for name, value in seldom.items() if value}
    if record.total is not None:
        item["total"] = str(record.total)  # a number would lose its trailing zeros
    return item


_OPTIONAL = (
    *("intent", "sent_version", "sent_content", "name", "posted_month", "currency", "total"),
    *("by_person", "edited", "kept", "overwritten", "reason", "link", "saves"),
)
"""What an item lacks where it says nothing."""


def from_item(item: Item) -> Record:
    return Record(
        key=item["record"],
        kind=Kind(item["kind"]),
        source=item["source"],
        source_id=item["source_id"],
        title=item["title"],
        date=item["date"],
        version=item["version"],
        content=item["content"],
        status=Status(item["status"]),
        created_at=item["created_at"],
        updated_at=item["updated_at"],
        reason=Reason(**item["reason"]) if item.get("reason") else None,
        attempts=tuple(Attempt(**one) for one in item["attempts"]),
        by_person=item.get("by_person", False),
        intent=item.get("intent"),
        sent_version=item.get("sent_version"),
        sent_content=item.get("sent_content"),
        link=links.from_item(item["link"]) if item.get("link") else None,
        name=item.get("name"),
        postings=tuple((row[0], parse_decimal(row[1])) for row in item["postings"]),
        posted_month=item.get("posted_month"),
        edited=item.get("edited", False),
        kept=tuple(item.get("kept", ())),
        overwritten=tuple(item.get("overwritten", ())),
        saves=int(item.get("saves", 0)),
        total=parse_decimal(item["total"]) if item.get("total") is not None else None,
        currency=item.get("currency"),
    )


def load(db: Database, connection_id: str, record_key: str) -> Record | None:
    item = db.get(keys.record(connection_id, record_key))
    return from_item(item) if item else None


def load_many(db: Database, connection_id: str, record_keys: Iterable[str]) -> dict[str, Record]:
    found = db.get_many({keys.record(connection_id, key) for key in record_keys})
    return {item["record"]: from_item(item) for item in found.values()}


def save(connection_id: str, before: Record, after: Record, now: datetime) -> Update:
    """Replaces a record, provided that nobody saved it since it was read: not its revision, status
    or intent, and not what an import noted of its object either."""
    after = replace(after, updated_at=now.isoformat(), saves=before.saves + 1)
    item = to_item(connection_id, after)
    gone = tuple(name for name in _OPTIONAL if name not in item)
    return Update(
        keys.record(connection_id, after.key),
        set=item,
        remove=gone,
        when=(
            Present(),
            Equals("saves", before.saves) if before.saves else Missing("saves"),
        ),
    )


def projected(connection_id: str, changes: Iterable[tuple[Record, Record]]) -> list[Update]:
    """What records that change, before and after, add to the projection in one transaction. They
    are added up here: several may post to one account, and writes must be on distinct keys."""
    moved = (
        (record.posted_month, record.postings, sign)
        for before, after in changes
        for record, sign in ((before, -1), (after, +1))
    )
    return projection.additions(connection_id, moved)


def pointer(connection_id: str, record: Record) -> Key:
    """Pending records are sent in the order in which they were first seen."""
    return keys.pending(connection_id, record.kind, record.created_at, record.key)


def is_kept(record: Record) -> bool:
    """What the ledger shows for it is a person's, and right."""
    return record.link is not None and not POSTED.isdisjoint(record.kept)


def note_kept(connection_id: str, before: Record, after: Record) -> list[Put]:
    """The pointer by which kept records are found, where it is new; who finds one that points to no
    such record takes it away."""
    if is_kept(before) or not is_kept(after):
        return []
    return [Put(keys.kept(connection_id, after.key), {"record": after.key})]


def kept_keys(db: Database, connection_id: str) -> list[str]:
    kept = pages.items(db, Table.SYNC, keys.kept(connection_id, "").partition)
    return [item["record"] for item in kept]


@dataclass(frozen=True)
class Pending:
    records: list[str] = field(default_factory=list)
    cursor: str | None = None


def pending(
    db: Database, connection_id: str, kind: Kind, *, limit: int, cursor: str | None = None
) -> Pending:
    """Keys of pending records in the order in which they came; consistent."""
    partition = keys.pending(connection_id, kind, "", "").partition
    page = db.query(Table.SYNC, partition, limit=limit, cursor=cursor)
    return Pending([item["record"] for item in page.items], page.cursor)


def list_records(
    db: Database,
    connection_id: str,
    *,
    status: Status | None = None,
    kind: Kind | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> tuple[list[Record], str | None]:
    """History of records, the last changed first. `q` is looked for in title, id and reason. A page
    may be short of `limit`, even empty, while its cursor leads on."""
    found: list[Record] = []
    for _ in range(_PAGES_AT_ONCE):
        page = db.query(
            Table.SYNC,
            f"{connection_id}#RECORD",
            index=Index.HISTORY,
            descending=True,
            limit=limit,
            cursor=cursor,
        )
        found += [
            record
            for record in map(from_item, page.items)
            if (status is None or shown_status(record) is status)
            and (kind is None or record.kind is kind)
            and (q is None or _mentions(record, q))
        ]
        cursor = page.cursor
        if cursor is None or len(found) >= limit:
            break
    return found, cursor


def shown_status(record: Record) -> Status:
    return Status.PENDING if record.status is Status.SENDING else record.status


def _mentions(record: Record, q: str) -> bool:
    text = " ".join(
        (
            record.title,
            record.source_id,
            record.reason.what if record.reason else "",
            record.key,
        )
    )
    return q.lower() in text.lower()


def all_records(db: Database, connection_id: str, kind: Kind) -> Iterable[Record]:
    """Every record of a kind, from the base table."""
    return map(from_item, pages.items(db, Table.SYNC, f"{connection_id}#RECORD#{kind}"))


def put_book(realm_id: str, connection_id: str, record: Record, link: Link) -> Put:
    """The link, seen from QuickBooks."""
    return Put(
        links.book_key(realm_id, record.kind, link.id),
        {
            "connection": connection_id,
            "record": record.key,
            "source": record.source,
            "source_id": record.source_id,
            "kind": str(record.kind),
            "link": links.to_item(link),
        },
    )
