"""What became of our objects in QuickBooks: newer SyncTokens, edits and deletions by people, and
objects of ours that no record knows.

Objects come from changes, from a whole list, or from a search for marks; looking at them again
changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tillbook.domain.settings import Conflicts
from tillbook.domain.sync import Status
from tillbook.ports import Books, Database, Delete, Item, Write
from tillbook.quickbooks import mapping
from tillbook.quickbooks.markers import marked
from tillbook.store import links, marks, names, notices, records, runs, settings
from tillbook.store.marks import Double, Mark
from tillbook.store.records import Record
from tillbook.usecases.exactly_once import Lease, write_held
from tillbook.usecases.read_answers import DELETED
from tillbook.usecases.runs import progress
from tillbook.usecases.settle_conflicts import noted
from tillbook.usecases.work import Ports

# Records in one transaction; few enough that a collision is cheap.
_NOTED_AT_ONCE = 20

KIND = {entity: kind for kind, entity in mapping.ENTITY.items()}


@dataclass(frozen=True)
class Look:
    """One step of the import: whose books it looks at, and under which lease."""

    ports: Ports
    books: Books
    lease: Lease
    realm_id: str
    doubles: bool = False
    """Some are known."""

    @property
    def db(self) -> Database:
        return self.ports.database

    @property
    def connection_id(self) -> str:
        return self.lease.connection_id

    def now(self) -> datetime:
        return self.ports.now()

    def renew(self) -> None:
        """Before writes that no transaction protects. Raises LeaseLost."""
        lease = self.lease
        runs.renew_lease(self.db, lease.connection_id, lease.run_id, lease.fence, self.now())


@dataclass(frozen=True)
class Found:
    """What there is to mind from now on."""

    marks: bool = False
    doubles: bool = False


def follow(look: Look, entity: str, objects: Sequence[dict[str, Any]]) -> Found:
    """Looks at objects as QuickBooks has them now; deleted ones are stubs. Raises LeaseLost."""
    alive = [obj for obj in objects if not is_deleted(obj)]
    if entity in names.ENTITIES:
        look.renew()
        names.store(look.db, look.connection_id, entity, alive)
    kind = KIND.get(entity)
    if kind is None or not objects:
        return Found()
    by_key = {links.book_key(look.realm_id, kind, str(obj["Id"])): obj for obj in objects}
    books = look.db.get_many(by_key)
    ours: dict[str, dict[str, Any]] = {}
    strange: list[tuple[str, dict[str, Any]]] = []
    for key, obj in by_key.items():
        book = books.get(key)
        if book is not None and book["connection"] == look.connection_id:
            if _is_news(book, obj):
                ours[book["record"]] = obj
        elif not is_deleted(obj) and (owner := _owner(book, obj)) is not None:
            strange.append((owner, obj))
    _note_all(look, ours)
    if look.doubles:
        unmarked = (str(obj["Id"]) for obj in objects if marked(obj) is None)
        _forget_doubles(look, entity, list(unmarked))
    return _keep(look, entity, strange)


def changed(body: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The objects of an answer of change data capture, by entity."""
    found: dict[str, list[dict[str, Any]]] = {}
    for response in body.get("CDCResponse", []):
        for block in response.get("QueryResponse", []):
            for entity, objects in block.items():
                if isinstance(objects, list):
                    found.setdefault(entity, []).extend(objects)
    return found


def deletions(objects: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [obj for obj in objects if is_deleted(obj)]


def is_deleted(obj: Mapping[str, Any]) -> bool:
    return obj.get("status") == "Deleted"


def _is_news(book: Item, obj: Mapping[str, Any]) -> bool:
    """Not where the object is as we made it: then nothing about it is new to its record."""
    return is_deleted(obj) or str(obj["SyncToken"]) != book["link"]["sync_token"]


def _owner(book: Item | None, obj: Mapping[str, Any]) -> str | None:
    """The record that an object of ours belongs to: its mark says so, or what another connection
    knew of it."""
    key = marked(obj)
    if key is None and book is not None:
        key = str(book["record"])
    return key


def _note_all(look: Look, objects: Mapping[str, dict[str, Any]]) -> None:
    found = list(objects.items())
    policies = settings.load(look.db, look.connection_id).conflicts if found else Conflicts()
    for start in range(0, len(found), _NOTED_AT_ONCE):
        while not _note(look, dict(found[start : start + _NOTED_AT_ONCE]), policies):
            pass  # a record changed meanwhile: look at them again


def _note(look: Look, objects: Mapping[str, dict[str, Any]], policies: Conflicts) -> bool:
    """Notes objects by the key of their record, in one transaction. False if a record changed
    meanwhile: nothing was written. Raises LeaseLost."""
    changes: list[tuple[Record, Record]] = []
    deleted: Counter[str] = Counter()
    for key, record in records.load_many(look.db, look.connection_id, objects).items():
        after = _seen(record, objects[key], policies)
        if after != record:
            changes.append((record, after))
            deleted[str(record.kind)] += after.reason is DELETED
    writes = write_changes(look.connection_id, changes, look.now())
    if writes and not write_held(look.db, look.lease, writes):
        return False
    for kind, count in deleted.items():
        progress(look.db, look.connection_id, look.lease.run_id, kind, failed=count)
    return True


def write_changes(
    connection_id: str, changes: Sequence[tuple[Record, Record]], now: datetime
) -> list[Write]:
    """Writes of one transaction that replace records whose objects were seen, and what they add to
    the projection."""
    writes: list[Write] = []
    for before, after in changes:
        writes.append(records.save(connection_id, before, after, now))
        writes += records.note_kept(connection_id, before, after)
        if after.status is not before.status and before.status is Status.PENDING:
            writes.append(Delete(records.pointer(connection_id, before)))
    return writes + records.projected(connection_id, changes)


def _seen(record: Record, obj: Mapping[str, Any], policies: Conflicts) -> Record:
    """The record once its object in QuickBooks was seen."""
    if record.link is None or record.link.id != str(obj["Id"]):
        return record
    return _without_object(record) if is_deleted(obj) else noted(record, obj, policies)


def _without_object(record: Record) -> Record:
    """A person deleted it in QuickBooks. It is not made again by itself, and its record says so. A
    write that is due finds out by itself, since what is to be taken out of the books is out."""
    if record.status in (Status.PENDING, Status.SENDING):
        return record
    gone = replace(record, link=None, edited=True)
    if record.status is Status.SKIPPED:
        # It was left as QuickBooks had it, and there it is no more.
        return replace(gone, postings=(), posted_month=None)
    return replace(gone, status=Status.FAILED, reason=DELETED)


def _keep(look: Look, entity: str, found: Sequence[tuple[str, dict[str, Any]]]) -> Found:
    """Keeps what may be linked to a record, and tells of what is a double of another object."""
    if not found:
        return Found()
    known = records.load_many(look.db, look.connection_id, {key for key, _ in found})
    waiting: dict[str, Mark] = {}
    doubles = False
    for key, obj in found:
        record, id = known.get(key), str(obj["Id"])
        if record is None or record.link is None:
            if record is None or record.intent is None:  # else its recovery finds the object
                objects = dict(waiting[key].objects) if key in waiting else {}
                waiting[key] = Mark(key, {**objects, id: {}})
        elif record.link.id != id and entity not in names.ENTITIES:
            doubles |= tell_double(look.ports, look.lease, entity, record, obj)
    if waiting:
        look.renew()
    several = marks.add(look.db, look.connection_id, list(waiting.values()))
    return Found(marks=bool(waiting), doubles=doubles or several)


def tell_double(
    ports: Ports, lease: Lease, entity: str, record: Record, obj: Mapping[str, Any]
) -> bool:
    """Keeps a double and tells people of it, once. True where the record is linked to another
    object. Raises LeaseLost."""
    if record.link is None or record.link.id == str(obj["Id"]):
        return False
    now = ports.now()
    double = Double(
        entity=entity,
        id=str(obj["Id"]),
        record=record.key,
        title=record.title,
        linked=record.link.id,
        number=str(obj.get("DocNumber") or obj.get("PaymentRefNum") or ""),
        date=str(obj.get("TxnDate") or ""),
        total=str(obj.get("TotalAmt") or ""),
        found_at=now.isoformat(),
    )
    notice = notices.add(
        lease.connection_id,
        ports.new_sorted_id(),
        f"{record.title[0].upper()}{record.title[1:]} is in QuickBooks twice",
        f"{_words(entity)} {double.number or double.id} of {double.date} over {double.total} "
        f"carries Tillbook's mark of {record.title}, which is linked to another one (id "
        f"{double.linked}). If it is a double, delete it in QuickBooks; if somebody copied it on "
        "purpose, take the text [tillbook:...] out of its memo.",
        now,
    )
    write_held(ports.database, lease, [marks.add_double(lease.connection_id, double), notice])
    return True


def _words(entity: str) -> str:
    return {"CreditMemo": "Credit memo", "RefundReceipt": "Refund receipt"}.get(entity, entity)


def _forget_doubles(look: Look, entity: str, ids: Sequence[str]) -> None:
    """What is deleted or carries no mark any more is no double."""
    for double in marks.doubles_of(look.db, look.connection_id, entity, ids).values():
        write_held(look.db, look.lease, [marks.remove_double(look.connection_id, double)])
