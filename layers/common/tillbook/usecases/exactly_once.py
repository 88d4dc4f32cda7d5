"""Exactly once: claim, intend, send, settle, recover.

    claim    ──► records that are pending, with the request that each becomes
    intend   ──► payload bytes ► bucket;  one transaction {lease check, intent, records 'sending'}
             ═══ from here on the batch may be in QuickBooks, whatever happens to us ═══
    send     ──► POST batch?requestid=<intent>      same id, same bytes, whoever repeats it
    settle   ──► answer ► bucket;  transactions {lease check, record, link, projection};
                 the last one closes the intent
    recover  ──► for each intent found open: what did QuickBooks do with it?

    crash before intend     nothing was sent: the records are pending as before
    crash after intend      the next run finds the intent open and recovers it
    answer lost             the same: repeated under the same identity while QuickBooks surely knows
                            the request id (the trust window), looked up in the books afterwards,
                            and sent again only when it is absent and can no longer commit
    crash while settling    settled records no longer name the intent; the rest is recovered
    a zombie wakes up       its fencing number is old, every transaction of it fails

An item's identity in QuickBooks is (request id, bId). A new one is used only after a definite
refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from tillbook.domain.documents import Document, Kind
from tillbook.domain.sync import Attempt, Link, Reason, Status
from tillbook.errors import AnswerLost, LeaseLost, TransientError
from tillbook.ports import Blobs, Books, ConditionFailed, Database, Delete, Put, Write
from tillbook.quickbooks import batch, faults
from tillbook.quickbooks.faults import Fault
from tillbook.quickbooks.mapping import Request
from tillbook.store import intents, keys, projection, records, runs
from tillbook.store.intents import Intent, IntentItem
from tillbook.store.projection import Postings
from tillbook.store.records import Record

# QuickBooks ends a request after 120 s; the function that sent it ends after at most 300 s.
COMMIT_LIMIT = timedelta(seconds=120 + 300)
# Three writes a record, and room for the lease and the accounts of the projection, in the writes of
# a transaction. Records of many months and accounts need more room: they are settled by halves.
_SETTLED_AT_ONCE = 15
_MOST_WRITES = 100
_ATTEMPTS = 6
_ATTEMPTS_KEPT = 5


@dataclass(frozen=True)
class Lease:
    """Who may write for a connection, proven in every transaction."""

    connection_id: str
    run_id: str
    fence: int


@dataclass(frozen=True)
class Claim:
    """A pending record and the request that its newest revision becomes."""

    record: Record
    document: Document
    request: Request
    postings: Postings
    name: str | None = None
    touched: frozenset[str] = frozenset()
    """What no other item may touch while this one is under way: its record, the name it takes, the
    document it settles."""


@dataclass(frozen=True)
class Done:
    """It took effect. No link where the object is gone or was never made. `problem` is what a
    person has to mend where QuickBooks made something else of it than was sent."""

    link: Link | None
    problem: Reason | None = None


@dataclass(frozen=True)
class Back:
    """It definitely did not take effect: pending again, or failed until a person acts. `link`
    replaces what we know of the object (a newer SyncToken), if given; `gone` if there is none."""

    status: Status
    reason: Reason | None = None
    link: Link | None = None
    gone: bool = False


Result = Done | Back


def claim(
    lease: Lease, kind: Kind, claims: Sequence[Claim], *, request_id: str, body: bytes, at: datetime
) -> Intent:
    """The intent to send these claims: one identity for each, fixed from now on."""
    return Intent(
        intent=request_id,
        kind=kind,
        run=lease.run_id,
        payload=intents.payload_key(lease.connection_id, request_id),
        payload_hash=intents.body_hash(body),
        created_at=at.isoformat(),
        sent_at=at.isoformat(),
        items=tuple(
            IntentItem(
                bid=str(number),
                record=one.record.key,
                version=one.record.version,
                content=one.record.content,
                entity=one.request.entity,
                operation=one.request.operation,
                postings=one.postings,
                month=one.record.date[:7] or None,
                name=one.name,
            )
            for number, one in enumerate(claims, start=1)
        ),
    )


def payload(claims: Sequence[Claim]) -> bytes:
    return batch.encode([(str(n), one.request) for n, one in enumerate(claims, start=1)])


def intend(
    db: Database,
    payloads: Blobs,
    lease: Lease,
    intent: Intent,
    claims: Sequence[Claim],
    body: bytes,
    now: datetime,
) -> bool:
    """Stores the intent before anything is sent. False if a record changed meanwhile: nothing was
    stored, claim again. Raises LeaseLost."""
    connection_id = lease.connection_id
    payloads.put(intent.payload, body)
    writes: list[Write] = [
        Put(keys.open_intent(connection_id, intent.intent), intents.to_item(intent))
    ]
    for one in claims:
        sending = replace(one.record, status=Status.SENDING, intent=intent.intent, reason=None)
        writes.append(records.save(connection_id, one.record, sending, now))
    return write_held(db, lease, writes)


def send(
    payloads: Blobs, books: Books, lease: Lease, intent: Intent, body: bytes, now: datetime
) -> dict[str, dict[str, object] | Fault]:
    """Sends the batch and answers what became of each item; what is missing is unclear.

    Throttled is raised before anything is sent. A fault of the whole call that says for certain
    that nothing was executed is the answer of every item.
    """
    try:
        books.admit()
        answer = books.batch(intent.intent, body)
    except AnswerLost:
        return {}
    payloads.put(intents.answer_key(lease.connection_id, intent.intent, now), answer.body)
    whole = faults.parse(answer.status, answer.body, answer.tid)
    if whole is None:
        try:
            results = batch.decode(answer.body, answer.tid)
        except ValueError:
            return {}  # it says neither what was done nor what was refused
        return {
            bid: result
            for bid, result in results.items()
            if not (isinstance(result, Fault) and is_unclear(result))
        }
    if is_unclear(whole):
        return {}
    return {item.bid: whole for item in intent.items}


def is_unclear(fault: Fault) -> bool:
    """It may have taken effect; a throttled write counts as unclear too."""
    return faults.classify(fault).is_unclear


def settle(
    db: Database,
    lease: Lease,
    realm_id: str,
    intent: Intent,
    results: Mapping[str, Result],
    now: datetime,
) -> bool:
    """Writes what became of items; closes the intent, and answers True, when none is left.

    Repeating it changes nothing, since a settled record no longer names the intent. Raises
    LeaseLost.
    """
    known = [item for item in intent.items if item.bid in results]
    for start in range(0, len(known), _SETTLED_AT_ONCE):
        chunk = known[start : start + _SETTLED_AT_ONCE]
        _settle_chunk(db, lease, realm_id, intent, chunk, results, now)
    if len(known) < len(intent.items) and unsettled(db, lease, intent):
        return False
    closed = {**intents.to_item(intent), "closed_at": now.isoformat()}
    write_held(
        db,
        lease,
        [
            Delete(keys.open_intent(lease.connection_id, intent.intent)),
            Put(keys.intent(lease.connection_id, intent.intent), closed),
        ],
    )
    return True


def unsettled(db: Database, lease: Lease, intent: Intent) -> list[IntentItem]:
    """Items whose record still names the intent."""
    found = records.load_many(db, lease.connection_id, [item.record for item in intent.items])
    return [
        item
        for item in intent.items
        if item.record in found and found[item.record].intent == intent.intent
    ]


def may_repeat(intent: Intent, now: datetime, trust_window: timedelta, limit: timedelta) -> bool:
    """QuickBooks surely knows the request id still when a repetition arrives: it was first sent
    within the trust window, even if the repetition takes as long as a call may."""
    return now + limit < datetime.fromisoformat(intent.created_at) + trust_window


def cannot_commit_any_more(intent: Intent, now: datetime) -> bool:
    """No call that was made for this intent can still take effect."""
    return now >= datetime.fromisoformat(intent.sent_at) + COMMIT_LIMIT


def resend(db: Database, lease: Lease, intent: Intent, now: datetime) -> Intent:
    """Notes, before the call, that the intent is being sent again. Raises LeaseLost."""
    again = replace(intent, sent_at=now.isoformat())
    write_held(
        db,
        lease,
        [Put(keys.open_intent(lease.connection_id, intent.intent), intents.to_item(again))],
    )
    return again


def _settle_chunk(
    db: Database,
    lease: Lease,
    realm_id: str,
    intent: Intent,
    chunk: Sequence[IntentItem],
    results: Mapping[str, Result],
    now: datetime,
) -> None:
    connection_id = lease.connection_id
    for _ in range(_ATTEMPTS):
        found = records.load_many(db, connection_id, [item.record for item in chunk])
        writes: list[Write] = []
        posted: list[tuple[str | None, Postings, int]] = []
        for item in chunk:
            before = found[item.record]
            if before.intent != intent.intent:
                continue
            after = _settled(before, intent, item, results[item.bid])
            writes.append(records.save(connection_id, before, after, now))
            if after.status is not Status.PENDING:
                writes.append(Delete(records.pointer(connection_id, before)))
            if after.link and after.link.id != (before.link.id if before.link else None):
                writes.append(records.put_book(realm_id, connection_id, after, after.link))
            if after.postings != before.postings or after.posted_month != before.posted_month:
                posted.append((before.posted_month, before.postings, -1))
                posted.append((after.posted_month, after.postings, +1))
        writes += projection.additions(connection_id, posted)
        if len(writes) >= _MOST_WRITES and len(chunk) > 1:
            half = len(chunk) // 2
            for part in (chunk[:half], chunk[half:]):
                _settle_chunk(db, lease, realm_id, intent, part, results, now)
            return
        if not writes or write_held(db, lease, writes):
            return
    raise TransientError("records keep changing while their answers are stored")


def _settled(record: Record, intent: Intent, item: IntentItem, result: Result) -> Record:
    """The record once the answer to its item is known. A revision that came while this one was
    being sent stays pending."""
    outcome: Literal["done", "refused"] = "done" if isinstance(result, Done) else "refused"
    attempt = Attempt(intent.intent, item.bid, intent.sent_at, item.operation, outcome)
    attempts = (*record.attempts, attempt)[-_ATTEMPTS_KEPT:]
    free = replace(record, intent=None, attempts=attempts)
    if isinstance(result, Back):
        newer = record.content != item.content
        return replace(
            free,
            status=Status.PENDING if newer else result.status,
            reason=None if newer else result.reason,
            link=None if result.gone else result.link or record.link,
            edited=record.edited or result.gone,
        )
    done = Status.FAILED if result.problem else Status.COMPLETED
    return replace(
        free,
        status=done if record.content == item.content else Status.PENDING,
        reason=result.problem,
        sent_version=item.version,
        sent_content=item.content,
        link=result.link,
        name=item.name or record.name,
        postings=item.postings,
        posted_month=item.month,
        edited=False,
    )


def write_held(db: Database, lease: Lease, writes: Sequence[Write]) -> bool:
    """Writes all or nothing, as long as the lease is held. False if a condition failed and nothing
    was written. Raises LeaseLost."""
    held = runs.holds(lease.connection_id, lease.run_id, lease.fence)
    try:
        db.write(held, *writes)
    except ConditionFailed as failure:
        if 0 in failure.failed:
            raise LeaseLost("another run took this connection over") from None
        return False
    return True
