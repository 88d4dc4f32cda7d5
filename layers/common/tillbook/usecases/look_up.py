"""What is in the books: the objects of writes whose answer was lost or whose number was taken.

Nothing is concluded from what is absent; that is decided where the time of the call is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tillbook.domain.documents import DOCUMENT, Document
from tillbook.domain.sync import Link, Reason
from tillbook.quickbooks import identity, mapping, query
from tillbook.quickbooks.context import Request
from tillbook.quickbooks.fault_table import Operation, Who
from tillbook.store import keys, links, records
from tillbook.store.intents import Intent, IntentItem
from tillbook.store.records import Record
from tillbook.usecases import work as reading
from tillbook.usecases.exactly_once import Done, Result
from tillbook.usecases.work import Work

# QuickBooks' clock and ours may differ by so much.
CLOCK_DIFFERENCE = timedelta(minutes=5)
_TOTAL = frozenset({"Line", "TxnTaxDetail", "TotalAmt"})


@dataclass(frozen=True)
class Sent:
    """One item as it was sent."""

    item: IntentItem
    record: Record
    document: Document
    request: Request
    since: str
    """When it was first sent."""


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


def done(sent: Sent, obj: Mapping[str, Any], *, as_left: bool = True) -> Done:
    """QuickBooks drops a tax or a discount without a word where a preference is off: what it made
    of the document is compared with what was sent. `as_left`: as our write left it."""
    link = mapping.link_from_answer(
        sent.document,
        sent.request,
        obj,
        sent.record.link,
        kept=sent.record.kept,
        as_left=as_left,
    )
    # Where a person edited what the total is made of, they are no sign of that.
    edited = link is not None and not _TOTAL.isdisjoint(link.edits)
    found = None if edited else mapping.disagreement(sent.document, obj)
    if found is None:
        return Done(link)
    return Done(link, Reason(f"{found.field} {found.message}", found.cure, Who.BOOKKEEPER))


def linked_object(work: Work, link: Link) -> dict[str, Any] | None:
    return reading.objects(work.books, link.entity, [link.id]).get(link.id)


def find(work: Work, sent: Sent) -> dict[str, Any] | None:
    """The object that this item made in the books, if it is there: found by a narrow query on
    fields that can be queried, recognised by its marker."""
    since = datetime.fromisoformat(sent.since) - CLOCK_DIFFERENCE
    for statement in identity.find_queries(sent.request, since):
        for obj in reading.query_all(work.books, statement):
            if _is_ours(work, sent, obj):
                return obj
    return None


def _is_ours(work: Work, sent: Sent, obj: Mapping[str, Any], *, just_made: bool = False) -> bool:
    return identity.is_ours(
        sent.document, sent.request, sent.record.key, obj, just_made=just_made
    ) and not _is_anothers(work, sent.record, obj)


def _is_anothers(work: Work, record: Record, obj: Mapping[str, Any]) -> bool:
    """Whether the object is linked to another record already."""
    book = work.db.get(links.book_key(work.realm_id, record.kind, str(obj["Id"])))
    return book is not None and book["record"] != record.key


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
        moment = query.quote(since.isoformat(timespec="seconds"))
        statement = query.select_any(entity, f"MetaData.CreateTime >= {moment}")
        objects = list(reading.query_all(work.books, statement))
        taken: set[str] = set()  # without their markers two may look the same
        for one in sent:
            for obj in objects:
                if obj["Id"] not in taken and _is_ours(work, one, obj, just_made=True):
                    taken.add(obj["Id"])
                    yield one, done(one, obj, as_left=str(obj.get("SyncToken")) == "0")
                    break


def _changed(work: Work, sent: list[Sent]) -> Iterator[tuple[Sent, Result]]:
    for entity in {one.item.entity for one in sent}:
        ids = [str(one.request.body["Id"]) for one in sent]
        by_id = reading.objects(work.books, entity, ids)
        for one in sent:
            obj = by_id.get(str(one.request.body["Id"]))
            if identity.took_effect(one.request, obj):
                yield one, _as_changed(one, obj) if obj else Done(None)


def _as_changed(sent: Sent, obj: Mapping[str, Any]) -> Done:
    """Each change counts the token up by one."""
    tokens = str(sent.request.body["SyncToken"]), str(obj["SyncToken"])
    next_one = all(map(str.isdecimal, tokens)) and int(tokens[1]) == int(tokens[0]) + 1
    return done(sent, obj, as_left=next_one)


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
