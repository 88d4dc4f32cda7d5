"""What a sweep mends without a person, a page of documents at a time.

Nothing is believed that was read before something else was written: a document and its record are
written together, so a document that was read first and has no record has lost it; every repair is
conditional on what was seen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tillbook.domain.sync import Link, Status
from tillbook.ports import Absent as IsAbsent
from tillbook.ports import Check, Database, Delete, Equals, Item, Key, Put, Table, Write
from tillbook.store import intents, keys, links, pages, records, revisions
from tillbook.store.intents import IntentItem
from tillbook.store.records import Record
from tillbook.store.revisions import Revision
from tillbook.usecases.exactly_once import Lease, write_held

EDITED = "It was changed in QuickBooks after Tillbook wrote it."
DELETED = "It was deleted in QuickBooks after Tillbook wrote it."
STUCK = (
    "It was being sent in a batch that is not known any more. Look in QuickBooks whether it is "
    "there, then skip it or send it again."
)
TAKEN = "What it became in QuickBooks is linked to another document too."


@dataclass(frozen=True)
class Sweeper:
    """Who repairs, in whose books, and when."""

    db: Database
    lease: Lease
    realm_id: str
    at: datetime

    @property
    def connection_id(self) -> str:
        return self.lease.connection_id

    def write(self, *writes: Write) -> bool:
        """False if what was seen is so no longer. Raises LeaseLost."""
        return write_held(self.db, self.lease, writes)


@dataclass
class Repaired:
    """Records as they are now, how many repairs that took, and what takes a person."""

    records: dict[str, Record]
    repairs: int = 0
    findings: list[dict[str, str]] = field(default_factory=list)


def repair(sweeper: Sweeper, newest: Sequence[Revision]) -> Repaired:
    """Documents against their records, pointers and links. Raises LeaseLost."""
    found = records.load_many(
        sweeper.db, sweeper.connection_id, [revision.record for revision in newest]
    )
    done = Repaired(found)
    lost = [revision for revision in newest if revision.record not in found]
    known = _what_is_known(sweeper, {one.record for one in lost}) if lost else {}
    for revision in lost:
        done.repairs += _make_anew(sweeper, revision, known.get(revision.record, _Known()))
    for revision in newest:
        record = found.get(revision.record)
        if record is not None and record.revision < revision.rank:
            done.repairs += _revise(sweeper, record, revision)
    if done.repairs:
        done.records = records.load_many(
            sweeper.db, sweeper.connection_id, [revision.record for revision in newest]
        )
    _repair_pointers(sweeper, done)
    _repair_links(sweeper, done)
    done.findings += _findings(sweeper, done.records.values())
    return done


def remove_stray_pointers(sweeper: Sweeper, pointers: Sequence[Item]) -> int:
    """Pointers to what is not pending; answers how many were removed."""
    found = records.load_many(
        sweeper.db, sweeper.connection_id, {item["record"] for item in pointers}
    )
    removed = 0
    for item in pointers:
        key, record = Key(Table.SYNC, item["pk"], item["sk"]), found.get(item["record"])
        if record is None:
            seen = Check(keys.record(sweeper.connection_id, item["record"]), (IsAbsent(),))
        elif (
            records.shown_status(record) is Status.PENDING
            and records.pointer(sweeper.connection_id, record) == key
        ):
            continue
        else:
            seen = _unchanged(sweeper.connection_id, record)
        removed += sweeper.write(Delete(key), seen)
    return removed


def _unchanged(connection_id: str, record: Record) -> Check:
    return Check(
        keys.record(connection_id, record.key),
        (Equals("status", str(record.status)), Equals("created_at", record.created_at)),
    )


def _revise(sweeper: Sweeper, record: Record, revision: Revision) -> bool:
    """The record follows the newest revision, as it does when one arrives."""
    document = revisions.load(sweeper.db, sweeper.connection_id, revision)
    if document is None:
        return False
    connection_id = sweeper.connection_id
    if revision.content == record.content:
        later = replace(record, version=revision.version)
        return sweeper.write(records.save(connection_id, record, later, sweeper.at))
    revised = records.revise(record, document, sweeper.at)
    writes: list[Write] = [records.save(connection_id, record, revised, sweeper.at)]
    if revised.status is Status.PENDING:
        writes.append(Put(records.pointer(connection_id, revised), {"record": revised.key}))
    return sweeper.write(*writes)


@dataclass
class _Known:
    """What other items still tell of a record that was lost."""

    link: Link | None = None
    sent: IntentItem | None = None


def _make_anew(sweeper: Sweeper, revision: Revision, known: _Known) -> bool:
    """A pending record, linked to what it had become: sending it again updates that."""
    document = revisions.load(sweeper.db, sweeper.connection_id, revision)
    if document is None:
        return False
    record = records.new_record(document, sweeper.at)
    if known.link is not None:
        record = replace(
            record,
            link=known.link,
            name=known.sent.name if known.sent else None,
            postings=known.sent.postings if known.sent else (),
            posted_month=known.sent.month if known.sent else None,
        )
    connection_id = sweeper.connection_id
    return sweeper.write(
        Put(
            keys.record(connection_id, record.key),
            records.to_item(connection_id, record),
            when=(IsAbsent(),),
        ),
        Put(records.pointer(connection_id, record), {"record": record.key}),
    )


def _what_is_known(sweeper: Sweeper, lost: set[str]) -> dict[str, _Known]:
    """Links in the books of the realm, which outlive records, and the last that was sent. Goes
    through all of both: a record is lost by accident only."""
    known: dict[str, _Known] = {key: _Known() for key in lost}
    books = links.transaction_key(sweeper.realm_id, "").partition
    for item in pages.items(sweeper.db, Table.SYNC, books):
        if item["record"] in lost and item["connection"] == sweeper.connection_id:
            link, before = links.from_item(item["link"]), known[item["record"]].link
            if before is None or int(link.id) > int(before.id):
                known[item["record"]].link = link
    for item in pages.items(
        sweeper.db, Table.SYNC, keys.intent(sweeper.connection_id, "").partition
    ):
        for one in intents.from_item(item).items:  # the ids of intents sort by time
            if one.record in lost:
                known[one.record].sent = one
    return known


def _repair_pointers(sweeper: Sweeper, done: Repaired) -> None:
    """What is pending is found by its pointer, or never."""
    connection_id = sweeper.connection_id
    wanted = {
        records.pointer(connection_id, one): one
        for one in done.records.values()
        if records.shown_status(one) is Status.PENDING
    }
    for key in wanted.keys() - sweeper.db.get_many(wanted).keys():
        done.repairs += sweeper.write(
            Put(key, {"record": wanted[key].key}), _unchanged(connection_id, wanted[key])
        )


def _repair_links(sweeper: Sweeper, done: Repaired) -> None:
    """A link is seen from QuickBooks too, or the proof takes what is ours for somebody else's."""
    wanted = {
        links.book_key(sweeper.realm_id, one.kind, one.link.id): (one, one.link)
        for one in done.records.values()
        if one.link
    }
    books = sweeper.db.get_many(wanted)
    for key, (record, link) in wanted.items():
        book = books.get(key)
        if book is None:
            put = records.put_book(sweeper.realm_id, sweeper.connection_id, record, link)
            done.repairs += sweeper.write(replace(put, when=(IsAbsent(),)))
        elif (book["connection"], book["record"]) != (sweeper.connection_id, record.key):
            done.findings.append(finding(record, TAKEN))


def _findings(sweeper: Sweeper, known: Iterable[Record]) -> Iterator[dict[str, str]]:
    """What people did in QuickBooks, and what cannot be told without a person."""
    sending = [one for one in known if one.status is Status.SENDING and one.intent]
    open_now = sweeper.db.get_many(
        keys.open_intent(sweeper.connection_id, one.intent or "") for one in sending
    )
    under_way = {item["intent"] for item in open_now.values()}
    for one in known:
        if one.is_edited and not (one.link and one.kept):  # what is kept was decided about
            yield finding(one, EDITED if one.link else DELETED)
        if one.status is Status.SENDING and one.intent not in under_way:
            yield finding(one, STUCK)


def finding(record: Record, what: str) -> dict[str, str]:
    return {"record": record.key, "title": record.title, "what": what}


def is_new(finding: Mapping[str, str], before: Iterable[Mapping[str, str]]) -> bool:
    return not any(
        (one["record"], one["what"]) == (finding["record"], finding["what"]) for one in before
    )
