"""What became of each item of a batch, from what QuickBooks answered.

A refusal is definite, so every way out here may use a new identity: a stale token is read again, a
name or number that was taken meanwhile is looked up and adopted or avoided, and what only a person
can mend fails with the words for that person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tillbook.domain.documents import DOCUMENT, Document, references
from tillbook.domain.sync import Link, Reason, Status
from tillbook.quickbooks import faults, identity, mapping, query
from tillbook.quickbooks.context import Request
from tillbook.quickbooks.fault_table import Operation, Who
from tillbook.quickbooks.faults import Explanation, Fault, FaultClass
from tillbook.quickbooks.names import DELETED_SUFFIX
from tillbook.store import keys, links, names, records, revisions
from tillbook.store.intents import Intent, IntentItem
from tillbook.store.records import Record
from tillbook.usecases import work as reading
from tillbook.usecases.exactly_once import Back, Done, Result
from tillbook.usecases.work import Work

EDITED = Reason(
    "It was edited in QuickBooks after Tillbook wrote it.",
    "Retry it to write Tillbook's version, or skip it to keep the one in QuickBooks.",
    Who.BOOKKEEPER,
)
DELETED = Reason(
    "It was deleted in QuickBooks after Tillbook wrote it.",
    "Retry it to create it again, or skip it to leave it deleted.",
    Who.BOOKKEEPER,
)
OTHER = Reason(
    "It is in QuickBooks already under its number, with other contents.",
    "Retry it to write Tillbook's version, or skip it to keep the one in QuickBooks.",
    Who.BOOKKEEPER,
)
# QuickBooks' clock and ours may differ by so much.
CLOCK_DIFFERENCE = timedelta(minutes=5)
Answers = Mapping[str, "dict[str, Any] | Fault"]


@dataclass(frozen=True)
class Sent:
    """One item as it was sent."""

    item: IntentItem
    record: Record
    document: Document
    request: Request
    since: str
    """When it was first sent."""


@dataclass
class Verdict:
    """Results per bId, and what the export has to mind next."""

    results: dict[str, Result] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)
    """Records to decide about anew at once."""
    completed: int = 0
    failed: int = 0
    one_at_a_time: bool = False
    reconnect: bool = False
    stopped: Explanation | None = None
    """Every other write would be refused as well, and why."""


def sent_items(work: Work, intent: Intent, requests: Mapping[str, Request]) -> dict[str, Sent]:
    """Each item of an intent with its record as it is now and the revision that was sent."""
    found = records.load_many(work.db, work.connection_id, [one.record for one in intent.items])
    revisions = work.db.get_many(
        keys.document(work.connection_id, one.record, one.version, one.content)
        for one in intent.items
    )
    documents = {
        (item["record"], item["version"], item["content"]): DOCUMENT.validate_python(item["body"])
        for item in revisions.values()
    }
    return {
        one.bid: Sent(
            one,
            found[one.record],
            documents[one.record, one.version, one.content],
            requests[one.bid],
            intent.created_at,
        )
        for one in intent.items
        if one.bid in requests
    }


def read_answers(work: Work, sent: Mapping[str, Sent], answers: Answers) -> Verdict:
    """A result for every answer. Reads from QuickBooks only what a refusal makes necessary."""
    verdict = Verdict()
    for bid, answer in answers.items():
        one = sent[bid]
        if isinstance(answer, Fault):
            verdict.results[bid] = _refused(work, one, answer, verdict)
        else:
            verdict.results[bid] = _done(one.document, one.request, answer)
        result = verdict.results[bid]
        if isinstance(result, Done):
            verdict.completed += result.problem is None
            verdict.failed += result.problem is not None
    _remember_names(work, sent, answers)
    return verdict


def _done(document: Document, request: Request | None, obj: Mapping[str, Any]) -> Done:
    """QuickBooks drops a tax or a discount without a word where a preference is off: what it made
    of the document is compared with what was sent."""
    found = mapping.disagreement(document, obj)
    return Done(
        mapping.link_from_answer(document, request, obj),
        Reason(f"{found.field} {found.message}", found.cure, Who.BOOKKEEPER) if found else None,
    )


def _remember_names(work: Work, sent: Mapping[str, Sent], answers: Answers) -> None:
    by_entity: dict[str, list[dict[str, Any]]] = {}
    for bid, answer in answers.items():
        entity = sent[bid].item.entity
        if entity in names.ENTITIES and not isinstance(answer, Fault):
            by_entity.setdefault(entity, []).append(answer)
    for entity, objects in by_entity.items():
        names.store(work.db, work.connection_id, entity, objects)


def _refused(work: Work, sent: Sent, fault: Fault, verdict: Verdict) -> Result:
    if faults.stops_everything(fault):
        verdict.stopped = faults.explain(fault, sent.record.title)
    kind = faults.classify(fault, sent.request.operation)
    verdict.one_at_a_time |= kind is FaultClass.ONE_AT_A_TIME
    verdict.reconnect |= kind is FaultClass.RECONNECT
    if verdict.stopped:
        return Back(Status.PENDING, _reason(verdict.stopped))
    if kind is FaultClass.RECONNECT:
        return Back(Status.PENDING)
    if kind in (FaultClass.ONE_AT_A_TIME, FaultClass.TRANSIENT):
        verdict.again.append(sent.record.key)
        explanation = faults.explain(fault, sent.record.title, sent.request.operation)
        return Back(Status.PENDING, _reason(explanation))
    if kind is FaultClass.STALE and sent.record.link is not None:
        return _stale(work, sent, sent.record.link, fault, verdict)
    if kind is FaultClass.GONE and sent.record.link is not None:
        return _gone(work, sent, sent.record.link, fault, verdict)
    if kind is FaultClass.NAME_TAKEN:
        return _name_taken(work, sent, fault, verdict)
    if kind is FaultClass.NUMBER_TAKEN:
        found = find(work, sent)
        if found is not None:
            done = _done(sent.document, None, found)
            return done if identity.shows(sent.request, found) else replace(done, problem=OTHER)
    return _failed(sent, fault, verdict)


def _failed(sent: Sent, fault: Fault, verdict: Verdict) -> Back:
    verdict.failed += 1
    explanation = faults.explain(fault, sent.record.title, sent.request.operation)
    return Back(Status.FAILED, _reason(explanation))


def _reason(explanation: Explanation) -> Reason:
    tid = f" (intuit_tid {explanation.tid})" if explanation.tid else ""
    return Reason(explanation.what, explanation.cure, explanation.who, explanation.said + tid)


def _stale(work: Work, sent: Sent, link: Link, fault: Fault, verdict: Verdict) -> Result:
    """Somebody changed the object since we last saw it. Where the fields we own are as we wrote
    them, our update goes ahead with the new token; else a person decides."""
    found = _linked_object(work, link)
    if found is None:
        return _gone(work, sent, link, fault, verdict)
    newer = replace(link, sync_token=str(found["SyncToken"]))
    if link.owned_hash not in ("", mapping.owned_hash(link.entity, found)):
        verdict.failed += 1
        return Back(Status.FAILED, EDITED, link=newer)
    verdict.again.append(sent.record.key)
    return Back(Status.PENDING, link=newer)


def _gone(work: Work, sent: Sent, link: Link, fault: Fault, verdict: Verdict) -> Result:
    """What we wanted to change is gone, or something it refers to is. What was to be taken out of
    the books is out of them; else a person decides whether it is made again."""
    if _linked_object(work, link) is not None:
        return _failed(sent, fault, verdict)
    if sent.request.operation in ("void", "delete"):
        verdict.completed += 1
        return Done(None)
    verdict.failed += 1
    return Back(Status.FAILED, DELETED, gone=True)


def _linked_object(work: Work, link: Link) -> dict[str, Any] | None:
    conditions = [f"Id = {query.quote(link.id)}"]
    if link.entity in names.ENTITIES:
        conditions.append("Active in (true, false)")
    found = reading.query(work.books, query.select(link.entity, *conditions))
    return found[0] if found else None


def _name_taken(work: Work, sent: Sent, fault: Fault, verdict: Verdict) -> Result:
    """Taken since the last import: remember by whom, and decide again (link, or another name)."""
    field_name = "Name" if sent.item.entity == "Item" else "DisplayName"
    name = str(sent.request.body.get(field_name) or "")
    space = ["Item"] if sent.item.entity == "Item" else ["Customer", "Vendor", "Employee"]
    known = False
    for entity in space:
        found = reading.query(
            work.books,
            query.select(
                entity,
                f"{field_name} in {query.any_of((name, name + DELETED_SUFFIX))}",
                "Active in (true, false)",
            ),
        )
        names.store(work.db, work.connection_id, entity, found)
        known |= bool(found)
    if not known:
        return _failed(sent, fault, verdict)
    verdict.again.append(sent.record.key)
    return Back(Status.PENDING)


def find(work: Work, sent: Sent) -> dict[str, Any] | None:
    """The object that this item made in the books, if it is there: found by a narrow query on
    fields that can be queried, recognised by its marker."""
    context = context_of(work, sent)
    since = datetime.fromisoformat(sent.since) - CLOCK_DIFFERENCE
    for statement in identity.find_queries(sent.document, context, since):
        for obj in reading.query_all(work.books, statement):
            if identity.is_ours(sent.document, sent.record.key, obj, context) and not _is_anothers(
                work, sent.record, obj
            ):
                return obj
    return None


def _is_anothers(work: Work, record: Record, obj: Mapping[str, Any]) -> bool:
    """Whether the object is linked to another record already."""
    book = work.db.get(links.book_key(work.realm_id, record.kind, str(obj["Id"])))
    return book is not None and book["record"] != record.key


def context_of(work: Work, sent: Sent) -> mapping.Context:
    """What a document is recognised with: links of what it refers to, and its parents."""
    keys_needed = set(references(sent.document))
    referred = records.load_many(work.db, work.connection_id, keys_needed)
    parents = revisions.load_newest(
        work.db,
        work.connection_id,
        [referred[key] for key in mapping.needs(sent.document) if key in referred],
    )
    further = {key for one in parents.values() for key in references(one)}
    referred |= records.load_many(work.db, work.connection_id, further - keys_needed)
    links = {key: one.link for key, one in referred.items() if one.link}
    return work.context(links, parents, sent.item.name)


def look_up(work: Work, sent: Mapping[str, Sent]) -> dict[str, Result]:
    """Which of these writes are in the books, by bId. One read for all that were to be created, one
    for all that were to be changed: what is missing in the answer is not in the books now."""
    created = [one for one in sent.values() if one.request.operation == "create"]
    changed = [one for one in sent.values() if one.request.operation != "create"]
    return {
        one.item.bid: result
        for found in (_created(work, created), _changed(work, changed))
        for one, result in found
    }


def _created(work: Work, sent: list[Sent]) -> Iterator[tuple[Sent, Result]]:
    """Everything of the entity that was created since the first call, compared by its marker: no
    edit of number or date can hide it."""
    for entity in {one.item.entity for one in sent}:
        since = datetime.fromisoformat(min(one.since for one in sent)) - CLOCK_DIFFERENCE
        conditions = [f"MetaData.CreateTime >= {query.quote(since.isoformat(timespec='seconds'))}"]
        if entity in names.ENTITIES:
            conditions.append("Active in (true, false)")
        objects = list(reading.query_all(work.books, query.select(entity, *conditions)))
        for one in sent:
            context = context_of(work, one)
            for obj in objects:
                if identity.is_ours(
                    one.document, one.record.key, obj, context
                ) and not _is_anothers(work, one.record, obj):
                    yield one, _done(one.document, None, obj)
                    break


def _changed(work: Work, sent: list[Sent]) -> Iterator[tuple[Sent, Result]]:
    for entity in {one.item.entity for one in sent}:
        wanted = query.any_of(str(one.request.body["Id"]) for one in sent)
        conditions = [f"Id in {wanted}"]
        if entity in names.ENTITIES:
            conditions.append("Active in (true, false)")
        rows = reading.query_all(work.books, query.select(entity, *conditions))
        by_id = {str(obj["Id"]): obj for obj in rows}
        for one in sent:
            obj = by_id.get(str(one.request.body["Id"]))
            if identity.took_effect(one.request, obj):
                yield one, _done(one.document, one.request, obj) if obj else Done(None)


def requests_of(body: Mapping[str, Any]) -> dict[str, Request]:
    """The requests of a stored payload, by bId."""
    found: dict[str, Request] = {}
    for one in body["BatchItemRequest"]:
        entity = next(name for name in one if name not in ("bId", "operation", "optionsData"))
        operation: Operation = one["operation"]
        if one.get("optionsData") == "void":
            operation = "void"
        found[one["bId"]] = Request(entity, operation, one[entity])
    return found
