"""Decides, for pending records, what each becomes now: a request, a link to something that is in
QuickBooks already, or a reason to wait.

A document goes after everything it refers to. Within a batch there are never two items on one
object, one name or one settled document; what stands in the way of another waits for the next
batch.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from tillbook.domain.checks import Finding
from tillbook.domain.documents import (
    Allocation,
    BillPayment,
    Document,
    Invoice,
    Kind,
    Name,
    Payment,
    document_key,
    kind_of_key,
    may_be_missing,
    references,
)
from tillbook.domain.sync import Link, Reason, Status
from tillbook.errors import BadInput
from tillbook.ports import Delete, Write
from tillbook.quickbooks import allocation, bill_payment, item, mapping
from tillbook.quickbooks.context import NeedsMapping, Skip
from tillbook.quickbooks.fault_table import Who
from tillbook.quickbooks.names import name_key
from tillbook.quickbooks.projection import postings
from tillbook.store import records
from tillbook.store.records import Record
from tillbook.usecases.exactly_once import Claim, write_held
from tillbook.usecases.read_answers import DELETED
from tillbook.usecases.settle_conflicts import (
    Settled,
    edited_objects,
    noted,
    settle,
    undisputed,
)
from tillbook.usecases.surroundings import Surroundings, choose_name, surroundings
from tillbook.usecases.work import Work

_ON_ITS_WAY = (Status.PENDING, Status.SENDING)


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


def select_records(
    work: Work, pending: Sequence[str], size: int, exclusive: Set[str] | None = None
) -> Selection:
    """Decides about these records in order, until `size` requests are found; the rest is later.
    `exclusive` is what batches under way touch (`Claim.touched`): nobody else may touch it yet."""
    found = records.load_many(work.db, work.connection_id, pending)
    candidates = [found[key] for key in pending if key in found]
    around = surroundings(work, candidates)
    around.objects.update(edited_objects(work, _edited(candidates, around)))
    selection = Selection()
    taken = set(exclusive or ())
    for record in candidates:
        if record.status is not Status.PENDING:
            continue
        if len(selection.claims) >= size:
            selection.later.append(record.key)
            continue
        _decide(work, record, around, selection, taken)
    return selection


def _edited(candidates: Sequence[Record], around: Surroundings) -> list[Record]:
    """Those of these that may go now, and whose object a person edited."""
    return [
        one
        for one in candidates
        if one.status is Status.PENDING
        and one.link is not None
        and (one.edited or one.link.edits)
        and one.sent_content != one.content
        and _waits_for(around.documents[one.key], around) is None
    ]


def _decide(
    work: Work,
    record: Record,
    around: Surroundings,
    selection: Selection,
    exclusive: set[str],
) -> None:
    document = around.documents[record.key]
    if record.link and record.sent_content == record.content:
        _close(work, record, selection, Status.COMPLETED)
    elif (left_out := _left_out(work, record)) is not None:
        _close(work, record, selection, Status.SKIPPED, left_out)
    elif record.edited and record.link is None and not mapping.nothing_to_post(document):
        _close(work, record, selection, Status.FAILED, DELETED)
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


def _left_out(work: Work, record: Record) -> Reason | None:
    """What the settings say is not to be sent; of what was sent already, changes still are."""
    if record.kind in work.settings.kinds_off and record.link is None:
        return Reason(
            f"Documents of the kind {record.kind} are not sent, as settings.kinds_off says.",
            "To send it after all, take the kind out of kinds_off and retry it.",
            Who.BOOKKEEPER,
        )
    if record.kind is Kind.QUOTE and not work.settings.export_quotes and record.link is None:
        return Reason(
            "Quotes are not exported.",
            "To export it after all, switch settings.export_quotes on and retry it.",
            Who.BOOKKEEPER,
        )
    start = work.settings.export_from
    if not record.date or start is None or record.date >= start.isoformat() or record.link:
        return None
    return Reason(
        f"It is dated {record.date}, before {start}, from which on documents are exported.",
        "To export it after all, set export_from to an earlier day and retry it.",
        Who.BOOKKEEPER,
    )


def _waits_for(document: Document, around: Surroundings) -> Reason | None:
    """What a document refers to and is not in the books, by name."""
    for key in references(document):
        record = around.referred.get(key)
        if may_be_missing(key) and (record is None or record.status not in _ON_ITS_WAY):
            continue
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


def _has_no_effect(key: str, around: Surroundings) -> bool:
    """A document that was cancelled before it was sent never comes to the books: what refers to it,
    such as the money that was received for it, stands alone."""
    parent = around.parents.get(key)
    return parent is not None and mapping.nothing_to_post(parent) is not None


def _claim(
    work: Work,
    record: Record,
    document: Document,
    around: Surroundings,
    selection: Selection,
    exclusive: set[str],
) -> None:
    name = record.name
    if record.link is None and isinstance(document, Name):
        existing, name = choose_name(work, record, document, around, exclusive)
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
    obj = around.objects.get(record.key)
    now = noted(record, obj, work.settings.conflicts) if obj else record
    request = mapping.build(document, context, now.link)
    if isinstance(request, Skip):
        what = request.reason[0].upper() + request.reason[1:].removesuffix(".") + "."
        _close(work, record, selection, Status.SKIPPED, Reason(what))
        return
    touched = _touched(record, document, name)
    if touched & exclusive:
        selection.later.append(record.key)
        return
    settled = Settled(undisputed(now), request)
    if obj is not None and now.link is not None and now.link.edits:
        settled = settle(work, now, now.link, request, obj, around.referred)
    if settled.request is None:
        status = Status.FAILED if settled.failed else Status.SKIPPED
        _close(work, record, selection, status, settled.reason, noted=settled.record)
        return
    if pointer := records.note_kept(work.connection_id, record, settled.record):
        write_held(work.db, work.lease, pointer)
    exclusive |= touched
    lines = tuple((one.account_id, one.amount) for one in postings(document, context))
    selection.claims.append(
        # What was noted of its object is stored with the intent.
        Claim(settled.record, document, settled.request, lines, name, frozenset(touched))
    )


def _touched(record: Record, document: Document, name: str | None) -> set[str]:
    """What no other item of the same batch may touch."""
    touched = {record.key}
    if name is not None:
        touched.add(f"name {name_key(name)}")
    if isinstance(document, Payment):
        touched.add(document_key(Kind.INVOICE, document.source, document.invoice))
    if isinstance(document, Allocation):
        touched.update(allocation.keys(document))
    if isinstance(document, Invoice) and document.quote is not None:
        touched.add(document_key(Kind.QUOTE, document.source, document.quote))
    if isinstance(document, BillPayment):
        touched.update(bill_payment.settled_keys(document))
    return touched


def _link(work: Work, record: Record, existing: dict[str, Any], selection: Selection) -> None:
    """Adopts an object that a bookkeeper made; its fields are left as they are."""
    link = Link(
        entity=mapping.ENTITY[record.kind],
        id=str(existing["Id"]),
        sync_token=str(existing.get("SyncToken", "0")),
        account=item.account_of(existing),
        cost_account=item.cost_account_of(existing),
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
    noted: Record | None = None,
) -> None:
    """`noted` is the record with what was learnt of its object meanwhile."""
    after = replace(noted or record, status=status, reason=reason)
    if status is Status.SKIPPED and after.link is None:
        # A person deleted it in QuickBooks, and it is cancelled by now: nothing is to be there.
        after = replace(after, postings=(), posted_month=None)
    _save(
        work,
        record,
        after,
        Delete(records.pointer(work.connection_id, record)),
        *records.note_kept(work.connection_id, record, after),
        *records.projected(work.connection_id, [(record, after)]),
    )
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
