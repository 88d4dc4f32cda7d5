"""Links pending records to objects that are in QuickBooks already, before anything is sent.

The import finds these objects by their marks or by older links. What an object shows decides:

    the newest revision       the record is completed
    an older revision         linked; an update follows
    none that is known        linked; what differs from what we wrote, or would write, was edited by
                              a person: the policy for conflicts decides about it
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tillbook.domain.documents import (
    Document,
    Invoice,
    Name,
    content_hash,
    references,
)
from tillbook.domain.sync import Link, Status
from tillbook.errors import TransientError
from tillbook.ports import Item, Key, Write
from tillbook.quickbooks import identity, mapping
from tillbook.quickbooks.context import NeedsMapping, Skip
from tillbook.quickbooks.markers import marked
from tillbook.quickbooks.owned import WHOLE, number
from tillbook.quickbooks.projection import postings
from tillbook.store import links, marks, records, revisions
from tillbook.store.marks import Mark
from tillbook.store.projection import Postings
from tillbook.store.records import Record
from tillbook.usecases import work as reading
from tillbook.usecases.exactly_once import write_held
from tillbook.usecases.follow_changes import tell_double, write_changes
from tillbook.usecases.runs import progress
from tillbook.usecases.surroundings import Surroundings, surroundings
from tillbook.usecases.work import Work

_ATTEMPTS = 6


@dataclass(frozen=True)
class _Shown:
    """The link to an object, and which revision of its record it shows, with what that posts."""

    link: Link
    version: str | None = None
    content: str | None = None
    postings: Postings = ()
    month: str | None = None


def adopt(work: Work, record_keys: Sequence[str]) -> int:
    """Links those of these records that are in QuickBooks already; answers how many. Afterwards
    none of them may be created a second time. Raises LeaseLost, TransientError where they keep
    changing, and what reads of QuickBooks raise."""
    found = marks.load(work.db, work.connection_id, record_keys)
    adopted = 0
    for _ in range(_ATTEMPTS if found else 0):
        stored = records.load_many(work.db, work.connection_id, found)
        candidates = [
            stored[key]
            for key in record_keys
            if key in stored and stored[key].link is None and stored[key].status is Status.PENDING
        ]
        if not candidates:
            break
        objects = _read(work, [found[record.key] for record in candidates])
        around = surroundings(work, candidates)
        changed = False
        for record in candidates:
            outcome = _adopt(work, record, found[record.key], objects, around)
            adopted += outcome is True
            changed |= outcome is None
            if outcome is False:
                del found[record.key]
        if not changed:
            break
    else:
        if found:
            raise TransientError("records keep changing while they are linked")
    return adopted


def _read(work: Work, found: Iterable[Mark]) -> dict[tuple[str, str], dict[str, Any]]:
    """The marked objects as they are now, by entity and id; one read for each entity."""
    wanted: dict[str, list[str]] = {}
    for mark in found:
        wanted.setdefault(mapping.ENTITY[mark.kind], []).extend(mark.ids)
    objects: dict[tuple[str, str], dict[str, Any]] = {}
    for entity, ids in wanted.items():
        found_now = reading.objects(work.books, entity, ids)
        objects |= {(entity, id): obj for id, obj in found_now.items()}
    return objects


def _adopt(
    work: Work,
    record: Record,
    mark: Mark,
    objects: Mapping[tuple[str, str], dict[str, Any]],
    around: Surroundings,
) -> bool | None:
    """True if it is linked now, False if what is marked is gone or another's, None if the record
    changed meanwhile."""
    entity = mapping.ENTITY[record.kind]
    there = [objects[entity, id] for id in mark.ids if (entity, id) in objects]
    books = work.db.get_many(_book(work, record, obj) for obj in there)
    ours = [
        obj for obj in there if _is_ours(work, record, obj, books.get(_book(work, record, obj)))
    ]
    forget = marks.remove(work.connection_id, record.key)
    if not ours:
        write_held(work.db, work.lease, [forget])
        return False
    obj, *others = ours
    shown = _shown(work, record, mark, obj, books.get(_book(work, record, obj)), around)
    after = _linked(record, obj, shown)
    writes: list[Write] = [
        *write_changes(work.connection_id, [(record, after)], work.now()),
        records.put_book(work.realm_id, work.connection_id, after, shown.link),
        forget,
    ]
    if not write_held(work.db, work.lease, writes):
        return None
    for other in others:
        tell_double(work.ports, work.lease, entity, after, other)
    if after.status is Status.COMPLETED:
        kind = str(record.kind)
        progress(work.db, work.connection_id, work.lease.run_id, kind, linked=1)
    return True


def _linked(record: Record, obj: Mapping[str, Any], shown: _Shown) -> Record:
    is_newest = shown.content == record.content
    return replace(
        record,
        status=Status.COMPLETED if is_newest else record.status,
        reason=None if is_newest else record.reason,
        link=shown.link,
        edited=bool(shown.link.edits),
        name=obj.get("DisplayName") or obj.get("Name") or record.name,
        sent_version=shown.version,
        sent_content=shown.content,
        postings=shown.postings,
        posted_month=shown.month,
    )


def _book(work: Work, record: Record, obj: Mapping[str, Any]) -> Key:
    return links.book_key(work.realm_id, record.kind, str(obj["Id"]))


def _is_ours(work: Work, record: Record, obj: Mapping[str, Any], book: Item | None) -> bool:
    """Neither another's by now, nor a name that cannot be used."""
    linked = book is not None and book["connection"] == work.connection_id
    if linked and book is not None and book["record"] != record.key:
        return False
    return marked(obj) in (None, record.key) and obj.get("Active", True) is True


def _shown(
    work: Work,
    record: Record,
    mark: Mark,
    obj: dict[str, Any],
    book: Item | None,
    around: Surroundings,
) -> _Shown:
    newest = around.documents[record.key]
    for document in revisions.load_all(work.db, work.connection_id, record.key):
        try:
            context = _context(work, document, obj, around)
            link = _match(document, context, obj)
        except NeedsMapping:
            continue  # such as for an account that is gone: it was written with another one
        if link is not None:
            return _Shown(
                link,
                document.version,
                content_hash(document),
                _postings(document, context),
                records.document_date(document)[:7] or None,
            )
    written = mark.objects[str(obj["Id"])]
    return _remembered(work, obj, book) or _unknown(work, newest, obj, written, around)


def _match(document: Document, context: mapping.Context, obj: dict[str, Any]) -> Link | None:
    """The link to an object that shows this revision."""
    link = _link(document, obj)
    if mapping.nothing_to_post(document):
        is_void = isinstance(document, Invoice) and number(obj.get("TotalAmt")) == "0"
        return link if is_void else None
    request = mapping.build(document, context, link)
    if isinstance(request, Skip) or request.operation != "update":
        return None
    shows = identity.shows(request, obj)
    return link if shows and mapping.disagreement(document, obj) is None else None


def _remembered(work: Work, obj: dict[str, Any], book: Item | None) -> _Shown | None:
    """As another connection, which had this company before, knows the object."""
    if book is None or book["connection"] == work.connection_id:
        return None
    other = records.load(work.db, book["connection"], book["record"])
    if other is None or other.link is None or other.link.id != str(obj["Id"]):
        return None
    return _Shown(
        mapping.seen(other.link, obj),
        other.sent_version,
        other.sent_content,
        other.postings,
        other.posted_month,
    )


def _unknown(
    work: Work,
    newest: Document,
    obj: dict[str, Any],
    written: dict[str, str],
    around: Surroundings,
) -> _Shown:
    """An object that shows no revision that is known here. What differs from what the journal says
    that we wrote, else from what we would write, was edited by a person."""
    document = newest
    if mapping.nothing_to_post(newest) and not isinstance(newest, Name):
        document = newest.model_copy(update={"status": "open"})  # as it was before
    link = _link(document, obj)
    if written:
        link = mapping.seen(replace(link, written=written), obj)
    try:
        context = _context(work, document, obj, around)
        request = mapping.build(document, context, link)
        posted = _postings(document, context)
    except NeedsMapping:
        # What we would write cannot be told: then nothing of it is taken for ours.
        unsaid = link if written else replace(link, written={WHOLE: ""})
        return _Shown(mapping.seen(unsaid, obj))
    if not written and not isinstance(request, Skip):
        link = mapping.link_from_answer(document, request, obj, as_left=False) or link
    return _Shown(link, postings=posted, month=records.document_date(document)[:7] or None)


def _link(document: Document, obj: Mapping[str, Any]) -> Link:
    link = mapping.link_from_answer(document, None, obj)
    if link is None:
        raise ValueError("an object that a query answered is not deleted")
    return link


def _context(
    work: Work, document: Document, obj: Mapping[str, Any], around: Surroundings
) -> mapping.Context:
    """What a revision is mapped with; an older one may refer to other documents."""
    missing = set(references(document)) - around.referred.keys()
    referred = {**around.referred, **records.load_many(work.db, work.connection_id, missing)}
    found = {key: one.link for key, one in referred.items() if one.link}
    name = obj.get("DisplayName") or obj.get("Name")
    return work.context(found, around.parents, name)


def _postings(document: Document, context: mapping.Context) -> Postings:
    return tuple((one.account_id, one.amount) for one in postings(document, context))
