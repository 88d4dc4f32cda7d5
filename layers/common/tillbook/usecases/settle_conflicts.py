"""What people edited in QuickBooks: noted when it is seen, decided before it would be written over,
and expected by the proof where it stays.

    seen by the import, or by a stale token  ──►  link.edits: which fields, and what is there
    next revision  ──►  the object is read, policy per field  ──►  ours is sent
                                                              ├──►  theirs stays: record.kept
                                                              └──►  ask: failed, in words
                        retry: those edits are approved, ours is sent · skip: record.kept
    proof          ──►  what the ledger shows for kept records is what they post
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tillbook.domain.documents import Kind
from tillbook.domain.settings import Conflicts
from tillbook.domain.sync import Link, Reason, Status
from tillbook.errors import TransientError
from tillbook.ports import Delete
from tillbook.quickbooks import conflicts, mapping
from tillbook.quickbooks.context import Request
from tillbook.quickbooks.owned import POSTED
from tillbook.store import keys, records
from tillbook.store.records import Record
from tillbook.usecases import work as reading
from tillbook.usecases.exactly_once import write_held
from tillbook.usecases.work import Work

Amounts = Mapping[str, Decimal]
_ATTEMPTS = 6
_PEOPLE = {"CustomerRef": Kind.CUSTOMER, "VendorRef": Kind.VENDOR}


@dataclass(frozen=True)
class Settled:
    """A record and its request after the policy. Without a request nothing is sent; `failed` tells
    whether that is for a person to decide."""

    record: Record
    request: Request | None
    reason: Reason | None = None
    failed: bool = False


@dataclass(frozen=True)
class Kept:
    """A document that is in the books as a person made it there."""

    record: str
    title: str
    fields: tuple[str, ...]
    found: dict[str, Decimal]


def noted(record: Record, obj: Mapping[str, Any], policies: Conflicts) -> Record:
    """The record once its object was seen: the token, and what a person edited. Where the policy
    lets that stand, the proof expects it from now on."""
    if record.link is None or record.link.id != str(obj["Id"]):
        return record
    link = mapping.seen(record.link, obj)
    after = replace(record, link=link, edited=bool(link.edits))
    if record.status is Status.SENDING:
        return after  # it may be our own change
    posted = conflicts.edited_fields(link) & POSTED
    stays = {one for one in posted if policies.policy(link.entity, one) == "theirs"}
    return replace(after, kept=tuple(sorted({*record.kept, *stays})))


def edited_objects(work: Work, edited: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """The objects of these records as they are now, by record key; one query for each entity. What
    is gone is missing: QuickBooks will say so when it is sent."""
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    for record in edited:
        if record.link is not None:
            wanted[record.link.entity][record.link.id] = record.key
    found: dict[str, dict[str, Any]] = {}
    for entity, by_id in wanted.items():
        objects = reading.objects(work.books, entity, by_id)
        found |= {by_id[id]: obj for id, obj in objects.items()}
    return found


def settle(
    work: Work,
    record: Record,
    link: Link,
    request: Request,
    obj: Mapping[str, Any],
    referred: Mapping[str, Record],
) -> Settled:
    """What becomes of the change of a record whose object a person edited. Record and link have
    noted the object as it is now."""
    called = {
        (one.kind, one.link.id): one.name or one.title for one in referred.values() if one.link
    }

    def name_of(field: str, object_id: str) -> str:
        if field in _PEOPLE:
            return called.get((_PEOPLE[field], object_id), "")
        account = work.company.accounts.get(object_id)
        return account.name if account else ""

    decision = conflicts.decide(request, link, obj, work.settings.conflicts, name_of)
    if decision.problem is not None:
        return Settled(replace(record, edited=True), None, decision.problem, failed=True)
    after = replace(record, kept=decision.kept, overwritten=decision.overwritten)
    if decision.request is None:
        fields = ", ".join(conflicts.word(link.entity, one) for one in decision.kept)
        left = Reason(
            f"It was cancelled, but is left in QuickBooks as it was edited there ({fields}), as "
            "settings.conflicts says."
        )
        return Settled(after, None, left)
    return Settled(after, decision.request)


def undisputed(record: Record) -> Record:
    """A record of which everything is sent as Tillbook has it."""
    return replace(record, kept=(), overwritten=())


def kept_records(work: Work) -> dict[str, Record]:
    """Those of which a person's edits stay. Raises LeaseLost."""
    listed = records.kept_keys(work.db, work.connection_id)
    found = records.load_many(work.db, work.connection_id, listed)
    for key in listed:
        if key not in found or not records.is_kept(found[key]):
            write_held(work.db, work.lease, [Delete(keys.kept(work.connection_id, key))])
            found.pop(key, None)
    return found


def accept_kept(
    work: Work, kept: dict[str, Record], month: str, found: Mapping[str, Amounts]
) -> list[Kept]:
    """Takes what the ledger of a month shows for kept records as what they post: record and
    projection in one transaction. `found` is by record; what belongs to this month and is not
    found posts nothing, as long as no other month shows it. Answers those that are in it, and
    leaves the records as they are now in `kept`. Raises LeaseLost."""
    accepted = []
    for key, record in kept.items():
        if key not in found and record.posted_month != month:
            continue
        after: Record | None = record
        for _ in range(_ATTEMPTS):
            after = _accept(work, record, found.get(key, {}), month if key in found else None)
            again = None if after else records.load(work.db, work.connection_id, key)
            if again is None or not records.is_kept(again):
                break
            record = again
        else:
            raise TransientError("a record keeps changing while the proof is made")
        if after is not None:
            kept[key] = after
            entity = mapping.ENTITY[after.kind]
            fields = tuple(conflicts.word(entity, one) for one in after.kept)
            accepted.append(Kept(key, after.title, fields, dict(after.postings)))
    return accepted


def _accept(work: Work, record: Record, shown: Amounts, month: str | None) -> Record | None:
    """The record that posts what is shown; None if it changed meanwhile."""
    postings = tuple((account, shown[account]) for account in sorted(shown) if shown[account])
    month = month or record.posted_month
    if dict(postings) == dict(record.postings) and month == record.posted_month:
        return record
    after = replace(record, postings=postings, posted_month=month)
    done = write_held(
        work.db,
        work.lease,
        [
            records.save(work.connection_id, record, after, work.now()),
            *records.projected(work.connection_id, [(record, after)]),
        ],
    )
    return after if done else None
