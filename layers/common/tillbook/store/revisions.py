"""Revisions of documents: written once, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillbook.domain.documents import DOCUMENT, Document, Kind, to_json
from tillbook.ports import Database, Put, Table
from tillbook.store import keys, pages
from tillbook.store.records import Record


def put(connection_id: str, document: Document, record: Record, event: str | None) -> Put:
    """A revision. Its key holds the content's hash, so writing it again writes the same."""
    return Put(
        keys.document(connection_id, record.key, record.version, record.content),
        {
            "record": record.key,
            "version": record.version,
            "content": record.content,
            "received_at": record.updated_at,
            "event": event,
            "body": to_json(document),
        },
    )


def load_newest(db: Database, connection_id: str, wanted: Sequence[Record]) -> dict[str, Document]:
    """The newest revision of each record, by record key."""
    by_key = {
        keys.document(connection_id, record.key, record.version, record.content): record.key
        for record in wanted
    }
    found = db.get_many(by_key)
    return {by_key[key]: DOCUMENT.validate_python(item["body"]) for key, item in found.items()}


@dataclass(frozen=True)
class Revision:
    """Which revision of which document."""

    record: str
    version: str
    content: str

    @property
    def rank(self) -> tuple[str, str]:
        return (self.version, self.content)


@dataclass(frozen=True)
class Revisions:
    """The newest revisions of some documents; the last one may have a newer one on the next
    page."""

    newest: list[Revision]
    cursor: str | None


def page(db: Database, connection_id: str, kind: Kind, cursor: str | None) -> Revisions:
    """Documents that were ever accepted, from their revisions, in the order of their keys."""
    partition = keys.document(connection_id, f"{kind}-", "", "").partition
    found = db.query(Table.SYNC, partition, cursor=cursor)
    newest: dict[str, Revision] = {}
    for item in found.items:  # in the order of versions
        newest[item["record"]] = Revision(item["record"], item["version"], item["content"])
    return Revisions(list(newest.values()), found.cursor)


def load(db: Database, connection_id: str, revision: Revision) -> Document | None:
    item = db.get(keys.document(connection_id, revision.record, revision.version, revision.content))
    return DOCUMENT.validate_python(item["body"]) if item else None


def load_all(db: Database, connection_id: str, record_key: str) -> list[Document]:
    """Every revision of a record, newest first."""
    key = keys.document(connection_id, record_key, "", "")
    found = list(pages.items(db, key.table, key.partition, f"{record_key}#"))
    found.sort(key=lambda item: (item["version"], item["content"]), reverse=True)
    return [DOCUMENT.validate_python(item["body"]) for item in found]
