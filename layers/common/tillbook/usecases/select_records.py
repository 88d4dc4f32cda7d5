"""Decides, for pending records, what each becomes now: a request, a link to something that is in
QuickBooks already, or a reason to wait.

A document goes after everything it refers to. Within a batch there are never two items on one
object, one name or one settled document; what stands in the way of another waits for the next
batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tillbook.domain.checks import Finding
from tillbook.domain.documents import (
    Customer,
    Document,
    Kind,
    Payment,
    Product,
    document_key,
    kind_of_key,
    references,
)
from tillbook.domain.sync import Link, Reason, Status
from tillbook.errors import BadInput
from tillbook.ports import Delete, Item, Write
from tillbook.quickbooks import item, mapping
from tillbook.quickbooks.context import NeedsMapping, Skip
from tillbook.quickbooks.fault_table import Who
from tillbook.quickbooks.names import (
    display_name_candidates,
    item_name_candidates,
    link_by_name,
    name_key,
)
from tillbook.quickbooks.projection import postings
from tillbook.store import links, names, records, revisions
from tillbook.store.records import Record
from tillbook.usecases.exactly_once import Claim, write_held
from tillbook.usecases.read_answers import DELETED, EDITED
from tillbook.usecases.work import Work

# Names tried for one customer or item: the plain one, with an addition, with a short id.
_CANDIDATES = 4


@dataclass
class Selection:
    """What was decided about a page of pending records."""

    claims: list[Claim] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    """Records that may go once this batch is in the books."""
    linked: int = 0
    failed: int = 0
    skipped: int = 0
    waiting: int = 0
    held: int = 0
    """Of those that wait, how many need a person, which was not known before."""


@dataclass(frozen=True)
class _Surroundings:
    """Everything that decisions about one page need, read in few calls."""

    documents: dict[str, Document]
    referred: dict[str, Record]
    parents: dict[str, Document]
    taken: dict[str, Item]
    """Names in use, by folded name."""
    skus: dict[str, Item]
    owners: dict[tuple[str, str], str]
    """Record that an object in QuickBooks is linked to, by type and id."""


def select_records(work: Work, pending: Sequence[str], size: int) -> Selection:
    """Decides about these records in order, until `size` requests are found; the rest is later."""
    found = records.load_many(work.db, work.connection_id, pending)
    candidates = [found[key] for key in pending if key in found]
    around = _surroundings(work, candidates)
    selection = Selection()
    exclusive: set[str] = set()
    for record in candidates:
        if record.status is not Status.PENDING:
            continue
        if len(selection.claims) >= size:
            selection.later.append(record.key)
            continue
        _decide(work, record, around, selection, exclusive)
    return selection


def _surroundings(work: Work, candidates: Sequence[Record]) -> _Surroundings:
    db, connection_id = work.db, work.connection_id
    documents = revisions.load_newest(db, connection_id, candidates)
    needed = {key for document in documents.values() for key in references(document)}
    referred = records.load_many(db, connection_id, needed)
    wanted = {key for document in documents.values() for key in mapping.needs(document)}
    wanted |= {key for key, one in referred.items() if one.status is Status.SKIPPED}
    parents = revisions.load_newest(
        db, connection_id, [referred[key] for key in wanted if key in referred]
    )
    # A parent's own references (the customer of a refund's invoice) are looked up too.
    further = {key for parent in parents.values() for key in references(parent)} - needed
    referred |= records.load_many(db, connection_id, further)
    new = [documents[one.key] for one in candidates if one.link is None]
    customers: list[Customer | Product] = [one for one in new if isinstance(one, Customer)]
    products = [one for one in new if isinstance(one, Product)]
    space = names.NAMES if customers else names.ITEMS
    taken = names.find(
        db,
        connection_id,
        space,
        [name for one in [*customers, *products] for name in _candidates(work, one)],
    )
    skus = names.find(db, connection_id, names.SKUS, [one.sku or "" for one in products])
    return _Surroundings(
        documents, referred, parents, taken, skus, _owners(work, [*taken.values(), *skus.values()])
    )


def _candidates(work: Work, document: Customer | Product) -> list[str]:
    found = (
        display_name_candidates(document, work.company)
        if isinstance(document, Customer)
        else item_name_candidates(document, work.company)
    )
    return [name for name, _ in zip(found, range(_CANDIDATES), strict=False)]


def _owners(work: Work, entries: Sequence[Item]) -> dict[tuple[str, str], str]:
    kinds = {"Customer": Kind.CUSTOMER, "Item": Kind.PRODUCT}
    wanted = {
        links.book_key(work.realm_id, kinds[entry["entity"]], str(entry["object"]["Id"])): (
            entry["entity"],
            str(entry["object"]["Id"]),
        )
        for entry in entries
        if entry["entity"] in kinds
    }
    return {wanted[key]: found["record"] for key, found in work.db.get_many(wanted).items()}


def _decide(
    work: Work,
    record: Record,
    around: _Surroundings,
    selection: Selection,
    exclusive: set[str],
) -> None:
    document = around.documents[record.key]
    if record.link and record.sent_content == record.content:
        _close(work, record, selection, Status.COMPLETED)
    elif (early := _too_early(work, record)) is not None:
        _close(work, record, selection, Status.SKIPPED, early)
    elif record.edited:
        _close(work, record, selection, Status.FAILED, EDITED if record.link else DELETED)
    elif (wait := _waits_for(document, around)) is not None:
        _hold(work, record, selection, wait)
    else:
        try:
            _claim(work, record, document, around, selection, exclusive)
        except NeedsMapping as problem:
            _hold(work, record, selection, _reason(problem.findings))
        except BadInput as problem:
            _close(work, record, selection, Status.FAILED, _reason(problem.findings))


def _reason(findings: Sequence[Finding]) -> Reason:
    return Reason(
        "; ".join(f"{one.field} {one.message}" for one in findings),
        " ".join(dict.fromkeys(one.cure for one in findings)),
        Who.BOOKKEEPER,
    )


def _too_early(work: Work, record: Record) -> Reason | None:
    start = work.settings.export_from
    if not record.date or start is None or record.date >= start.isoformat() or record.link:
        return None
    return Reason(
        f"It is dated {record.date}, before {start}, from which on documents are exported.",
        "To export it after all, set export_from to an earlier day and retry it.",
        Who.BOOKKEEPER,
    )


def _waits_for(document: Document, around: _Surroundings) -> Reason | None:
    """What a document refers to and is not in the books, by name."""
    for key in references(document):
        record = around.referred.get(key)
        if record is None:
            kind = kind_of_key(key).replace("_", " ")
            return Reason(
                f"Waiting for the {kind} it refers to, which has not arrived.",
                f"It follows by itself once the {kind} has arrived. If the {kind} is older than "
                "the connection, enter this document in QuickBooks by hand and skip it here.",
            )
        if record.link is None and not _has_no_effect(key, around):
            why = {
                Status.FAILED: ", which failed",
                Status.SKIPPED: ", which was skipped",
            }.get(record.status, "")
            cure = f"Mend {record.title} first; this follows by itself." if why else None
            return Reason(f"Waiting for {record.title}{why}.", cure)
    return None


def _has_no_effect(key: str, around: _Surroundings) -> bool:
    """A document that was cancelled before it was sent never comes to the books: what refers to it,
    such as the money that was received for it, stands alone."""
    parent = around.parents.get(key)
    return parent is not None and mapping.nothing_to_post(parent) is not None


def _claim(
    work: Work,
    record: Record,
    document: Document,
    around: _Surroundings,
    selection: Selection,
    exclusive: set[str],
) -> None:
    name = record.name
    if record.link is None and isinstance(document, Customer | Product):
        existing, name = _name(work, record, document, around, exclusive)
        if name is None:
            selection.later.append(record.key)
            return
        if existing is not None:
            _link(work, record, existing, selection)
            # Taken now: the next record of this page must not link to it as well.
            around.owners[mapping.ENTITY[record.kind], str(existing["Id"])] = record.key
            return
    links = {key: one.link for key, one in around.referred.items() if one.link}
    context = work.context(links, around.parents, name)
    request = mapping.build(document, context, record.link)
    if isinstance(request, Skip):
        what = request.reason[0].upper() + request.reason[1:].removesuffix(".") + "."
        _close(work, record, selection, Status.SKIPPED, Reason(what))
        return
    touched = _touched(record, document, name)
    if touched & exclusive:
        selection.later.append(record.key)
        return
    exclusive |= touched
    lines = tuple((one.account_id, one.amount) for one in postings(document, context))
    selection.claims.append(Claim(record, document, request, lines, name))


def _touched(record: Record, document: Document, name: str | None) -> set[str]:
    """What no other item of the same batch may touch."""
    touched = {record.key}
    if name is not None:
        touched.add(f"name {name_key(name)}")
    if isinstance(document, Payment):
        touched.add(document_key(Kind.INVOICE, document.source, document.invoice))
    return touched


def _name(
    work: Work,
    record: Record,
    document: Customer | Product,
    around: _Surroundings,
    exclusive: set[str],
) -> tuple[dict[str, Any] | None, str | None]:
    """The object to link to, if one of that name or SKU is there; else the name to create it with.
    No name at all where an item of this batch decides first."""

    def is_free(entry: Item) -> bool:
        owner = around.owners.get((entry["entity"], str(entry["object"]["Id"])))
        return owner is None or owner == record.key

    if isinstance(document, Product):
        entries = [around.skus.get(name_key(document.sku or ""))]
        entries += [around.taken.get(name_key(name)) for name in _candidates(work, document)[:1]]
        free = [entry["object"] for entry in entries if entry and is_free(entry)]
        if (chosen := item.choose(document, work.context(), free)) is not None:
            return chosen, str(chosen["Name"])
    for name in _candidates(work, document):
        folded = name_key(name)
        if f"name {folded}" in exclusive:
            return None, None
        entry = around.taken.get(folded)
        if entry is None:
            return None, name
        if (
            isinstance(document, Customer)
            and entry["entity"] == "Customer"
            and is_free(entry)
            and link_by_name(document, entry["object"])
        ):
            return entry["object"], str(entry["object"]["DisplayName"])
    raise NeedsMapping(
        Finding(
            "name",
            "and every variation of it is taken in QuickBooks.",
            "Rename one of the customers or items of this name in QuickBooks.",
        )
    )


def _link(work: Work, record: Record, existing: dict[str, Any], selection: Selection) -> None:
    """Adopts an object that a bookkeeper made; its fields are left as they are."""
    link = Link(
        entity=mapping.ENTITY[record.kind],
        id=str(existing["Id"]),
        sync_token=str(existing.get("SyncToken", "0")),
        owned_hash="",
        account=item.account_of(existing),
    )
    name = existing.get("DisplayName") or existing.get("Name")
    after = replace(
        record,
        status=Status.COMPLETED,
        reason=None,
        link=link,
        name=str(name),
        sent_version=record.version,
        sent_content=record.content,
    )
    _save(
        work,
        record,
        after,
        Delete(records.pointer(work.connection_id, record)),
        records.put_book(work.realm_id, work.connection_id, after, link),
    )
    selection.linked += 1


def _close(
    work: Work,
    record: Record,
    selection: Selection,
    status: Status,
    reason: Reason | None = None,
) -> None:
    after = replace(record, status=status, reason=reason)
    _save(work, record, after, Delete(records.pointer(work.connection_id, record)))
    selection.failed += status is Status.FAILED
    selection.skipped += status is Status.SKIPPED
    selection.linked += status is Status.COMPLETED


def _hold(work: Work, record: Record, selection: Selection, reason: Reason) -> None:
    """Stays pending, and says what holds it. Nothing is written where that is known already."""
    if record.reason != reason:
        _save(work, record, replace(record, reason=reason))
        selection.held += reason.who is not None
    selection.waiting += 1


def _save(work: Work, before: Record, after: Record, *more: Write) -> None:
    """What changed meanwhile is decided about anew by the next pass."""
    write_held(
        work.db,
        work.lease,
        [
            records.save(work.connection_id, before, after, work.now()),
            *more,
        ],
    )
