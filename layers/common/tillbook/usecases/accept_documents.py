"""Takes documents in: the newest revision of each wins, whatever the order of arrival.

All documents of one event are written in as few transactions as fit; each transaction is
all or nothing, and accepting the same documents again changes nothing, so an event that was cut
short is simply translated again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tillbook.domain.documents import (
    Document,
    WriteOff,
    allocation_of,
    content_hash,
    key_of,
    system_products,
    title,
)
from tillbook.domain.sync import Status
from tillbook.errors import TransientError
from tillbook.ports import Absent, ConditionFailed, Database, Put, Write
from tillbook.store import keys, records, revisions
from tillbook.store.records import Record

Result = Literal["accepted", "unchanged", "superseded"]
_TRANSACTION_LIMIT = 100
# DynamoDB takes 4 MB in one transaction; records and pointers beside the documents are small.
_TRANSACTION_BYTES = 3_000_000
_ATTEMPTS = 8


@dataclass(frozen=True)
class Accepted:
    record: str
    title: str
    result: Result


def accept_documents(
    db: Database,
    connection_id: str,
    documents: Sequence[Document],
    *,
    event: str | None,
    now: datetime,
) -> list[Accepted]:
    """One result per document given, in order. Raises TransientError where writers collide."""
    wanted = _newest_of_each([*_own_items(documents), *documents, *_allocations(documents)])
    for _ in range(_ATTEMPTS):
        stored = records.load_many(db, connection_id, wanted)
        results: dict[str, Result] = {}
        groups: list[list[Write]] = []
        for key, document in wanted.items():
            results[key], writes = _accept_one(
                connection_id, document, stored.get(key), event=event, now=now
            )
            if writes:
                groups.append(writes)
        try:
            for transaction in _pack(groups):
                db.write(*transaction)
        except ConditionFailed:
            continue  # another writer was faster: look again
        return [_result(document, results, wanted) for document in documents]
    raise TransientError("the same documents are being written by another process")


def _own_items(documents: Sequence[Document]) -> list[Document]:
    """Items of Tillbook's own that lines without a product are posted to."""
    return [item for document in documents for item in system_products(document)]


def _allocations(documents: Sequence[Document]) -> list[Document]:
    """A write-off settles its invoice by an allocation with a record of its own."""
    return [allocation_of(one) for one in documents if isinstance(one, WriteOff)]


def _newest_of_each(documents: Sequence[Document]) -> dict[str, Document]:
    newest: dict[str, Document] = {}
    for document in documents:
        key = key_of(document)
        if key not in newest or _revision(document) > _revision(newest[key]):
            newest[key] = document
    return newest


def _revision(document: Document) -> tuple[str, str]:
    return (document.version, content_hash(document))


def _result(
    document: Document, results: dict[str, Result], wanted: dict[str, Document]
) -> Accepted:
    key = key_of(document)
    newest = _revision(document) == _revision(wanted[key])
    return Accepted(key, title(document), results[key] if newest else "superseded")


def _accept_one(
    connection_id: str,
    document: Document,
    stored: Record | None,
    *,
    event: str | None,
    now: datetime,
) -> tuple[Result, list[Write]]:
    if stored is None:
        record = records.new_record(document, now)
        return "accepted", [
            revisions.put(connection_id, document, record, event),
            Put(
                keys.record(connection_id, record.key),
                records.to_item(connection_id, record),
                when=(Absent(),),
            ),
            Put(records.pointer(connection_id, record), {"record": record.key}),
        ]
    revised = records.revise(stored, document, now)
    if revised.revision <= stored.revision:
        return ("unchanged" if revised.content == stored.content else "superseded"), []
    if revised.content == stored.content:
        # The same statement, made later: remember when, but there is nothing to send.
        later = replace(stored, version=revised.version)
        return "unchanged", [
            revisions.put(connection_id, document, later, event),
            records.save(connection_id, stored, later, now),
        ]
    writes: list[Write] = [
        revisions.put(connection_id, document, revised, event),
        records.save(connection_id, stored, revised, now),
    ]
    if revised.status is Status.PENDING:
        writes.append(Put(records.pointer(connection_id, revised), {"record": revised.key}))
    return "accepted", writes


def _pack(groups: list[list[Write]]) -> list[list[Write]]:
    """Whole groups into as few transactions as fit."""
    packed: list[list[Write]] = []
    size = 0
    for group in groups:
        size += (more := _bytes(group))
        full = not packed or len(packed[-1]) + len(group) > _TRANSACTION_LIMIT
        if full or size > _TRANSACTION_BYTES:
            packed.append([])
            size = more
        packed[-1].extend(group)
    return packed


def _bytes(group: list[Write]) -> int:
    """Of the documents among these writes."""
    bodies = (write.item.get("body") for write in group if isinstance(write, Put))
    return sum(len(json.dumps(body)) for body in bodies)
