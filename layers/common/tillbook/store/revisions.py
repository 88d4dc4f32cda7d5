"""Revisions of documents: written once, never changed."""

from collections.abc import Sequence

from tillbook.domain.documents import DOCUMENT, Document, Kind, to_json
from tillbook.ports import Database, Put, Table
from tillbook.store import keys
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


def accepted(db: Database, connection_id: str, kind: Kind) -> set[str]:
    """Every document that was ever accepted, from its revisions."""
    partition = keys.document(connection_id, f"{kind}-", "", "").partition
    cursor: str | None = None
    found: set[str] = set()
    while True:
        page = db.query(Table.SYNC, partition, cursor=cursor)
        found.update(item["record"] for item in page.items)
        cursor = page.cursor
        if cursor is None:
            return found
