"""Exactly once: claim, intend, send, settle, recover.

    claim    ──► records that are pending, with the request that each becomes
    intend   ──► payload bytes ► bucket;  one transaction {lease, intent, records 'sending'}
             ═══ from here on the batch may be in QuickBooks, whatever happens to us ═══
    send     ──► POST batch?requestid=<intent>      same id, same bytes, whoever repeats it
    settle   ──► answer ► bucket;  transactions {lease, records, links, projection};
                 the last one closes the intent
    recover  ──► for an intent that is open and that nobody is sending: what did QuickBooks do?

         sent_at                  ended_at                                   dead_at
    ────────┼────────────────────────┼──────────────── 120 s ──────────────────┼──────────►
            │ the call is under way  │ its answer was lost; it may commit yet  │ it never will
            └─ nobody saw it end: ───┤                                         │
               sent_at + 300 s       │ what is in the books is adopted         │ what is absent is
                                     │                                         │ sent again

    crash before intend     nothing was sent: the records are pending as before
    crash after intend      the intent is open: the next invocation or run recovers it
    crash while settling    settled records no longer name the intent; the rest is recovered
    a zombie wakes up       its run no longer holds the lease: every transaction of it fails

An item's identity in QuickBooks is (request id, bId). A new one is used only after a definite
refusal, or where the item is absent although its repetition cannot commit any more either.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tillbook.domain.documents import Document, Kind
from tillbook.domain.sync import Reason, Status
from tillbook.errors import AnswerLost, NeedsPerson, ReconnectNeeded, TransientError
from tillbook.ports import Blobs, Books, Clock, Database, Delete, Equals, Put, Write
from tillbook.quickbooks import batch, faults
from tillbook.quickbooks.fault_table import FaultClass, Who
from tillbook.quickbooks.faults import Fault
from tillbook.quickbooks.mapping import Request
from tillbook.store import intents, keys, records
from tillbook.store.intents import Intent, IntentItem
from tillbook.store.projection import Postings
from tillbook.store.records import Record
from tillbook.usecases.lease import Lease, write_held
from tillbook.usecases.settle_records import Back, Done, Result, settle_records

__all__ = ["Back", "Claim", "Done", "Lease", "Result", "write_held"]

COMMITS_WITHIN = timedelta(seconds=120)
"""QuickBooks ends a request after so long: a call that it has then not committed never will be."""
LONGEST_LIFE = timedelta(seconds=300)
"""Of a function that sends: until then a call may leave it whose end nobody sees."""
PAUSE = timedelta(seconds=5)
"""Before what was repeated on trust, and is unclear again, is looked at once more."""
_FRUITLESS = 3
"""After so many identities that led nowhere the run ends; the next one goes on."""
_FAILS = Reason(
    "QuickBooks failed at it twice without saying what became of it; it is not in the books.",
    "Look at its words and at the document, then retry it, or enter it by hand and skip it.",
    Who.BOOKKEEPER,
)


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
class Reply:
    """How a call ended. An item without an answer is unclear, and so is one whose fault says so."""

    ended_at: datetime
    answers: Mapping[str, "dict[str, object] | Fault"]
    unsent: TransientError | ReconnectNeeded | NeedsPerson | None = None
    """It surely had no effect, and why."""


def claim(
    lease: Lease, kind: Kind, claims: Sequence[Claim], *, request_id: str, at: datetime
) -> tuple[Intent, bytes]:
    """The intent to send these claims, one identity for each, fixed from now on; and its bytes."""
    body = batch.encode([(str(n), one.request) for n, one in enumerate(claims, start=1)])
    items = tuple(
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
    )
    intent = Intent(
        intent=request_id,
        kind=kind,
        run=lease.run_id,
        payload=intents.payload_key(lease.connection_id, request_id),
        payload_hash=intents.body_hash(body),
        created_at=at.isoformat(),
        sent_at=at.isoformat(),
        items=items,
    )
    return intent, body


def intend(
    db: Database,
    payloads: Blobs,
    lease: Lease,
    intent: Intent,
    claims: Sequence[Claim],
    body: bytes,
    now: datetime,
) -> bool:
    """Stores the intent before anything is sent, and renews the lease. False if a record changed
    meanwhile: nothing was stored, claim again. Raises LeaseLost."""
    # The bucket outlives the tables: it also says whose each item is.
    payloads.put(intent.payload, body, {"records": " ".join(one.record for one in intent.items)})
    writes: list[Write] = [_open(lease, intent)]
    for one in claims:
        sending = replace(one.record, status=Status.SENDING, intent=intent.intent, reason=None)
        writes.append(records.save(lease.connection_id, one.record, sending, now))
    return write_held(db, lease, writes, renew_at=now)


def send(
    payloads: Blobs, books: Books, lease: Lease, intent: Intent, body: bytes, now: Clock
) -> Reply:
    """Sends the batch, in its turn (`books.admit`), and answers what became of each item.

    A fault of the whole call that says for certain that nothing was executed is the answer of
    every item.
    """
    try:
        answer = books.batch(intent.intent, body)
    except AnswerLost:
        return Reply(now(), {})
    except (TransientError, ReconnectNeeded, NeedsPerson) as reason:
        return Reply(now(), {}, reason)
    ended_at = now()
    try:
        payloads.put(intents.answer_key(lease.connection_id, intent.intent, ended_at), answer.body)
    except TransientError:
        return Reply(ended_at, {})  # an answer that is not kept was not heard
    whole = faults.parse(answer.status, answer.body, answer.tid)
    if whole is None:
        try:
            return Reply(ended_at, batch.decode(answer.body, answer.tid))
        except ValueError:
            return Reply(ended_at, {})  # it says neither what was done nor what was refused
    if faults.classify(whole).is_unclear:
        return Reply(ended_at, {})
    return Reply(ended_at, {item.bid: whole for item in intent.items})


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
    settle_records(db, lease, realm_id, intent, known, results, now)
    if len(known) < len(intent.items) and unsettled(db, lease, intent):
        return False
    closed = {**intents.to_item(intent), "closed_at": now.isoformat()}
    key = keys.intent(lease.connection_id, intent.intent)
    write_held(db, lease, [Delete(_open(lease, intent).key), Put(key, closed)])
    return True


def recover(
    db: Database,
    lease: Lease,
    realm_id: str,
    intent: Intent,
    *,
    look_up: Callable[[Sequence[IntentItem]], Mapping[str, Result]],
    repeat: Callable[[Intent, Sequence[IntentItem], bool], bool],
    now: Clock,
    trust: timedelta,
) -> datetime | None:
    """Finds out about an intent that nobody is sending. None when it is settled; else when to come
    back. `look_up` tells what of it is in the books; `repeat` sends items again (the intent, what
    of it, whether on trust), settles them and tells whether all are. Raises LeaseLost, and
    TransientError where QuickBooks has told nothing for long."""
    left = unsettled(db, lease, intent)
    looked_at = now()  # what commits while we look may be missed
    found = look_up([item for item, _ in left])
    if settle(db, lease, realm_id, intent, found, now()):
        return None
    absent = [(item, record) for item, record in left if item.bid not in found]
    # The owner trusts QuickBooks to know the request id until then, even if the call takes long.
    trusted = now() + COMMITS_WITHIN < datetime.fromisoformat(intent.created_at) + trust
    if not trusted and looked_at < (dead := dead_at(intent)):
        return dead
    if intent.repeated:  # absent in spite of it: its old identity leads nowhere
        results = {item.bid: _given_up(intent, item, record) for item, record in absent}
        settle(db, lease, realm_id, intent, results, now())
        if any(_absent(record, _FRUITLESS) for _, record in absent):
            raise TransientError("QuickBooks leaves the same documents unclear again and again")
        return None
    closed = repeat(intent, [item for item, _ in absent], trusted)
    return None if closed else now() + PAUSE


def dead_at(intent: Intent) -> datetime:
    """From when on no call that was made for this intent can take effect any more."""
    if intent.ended_at is not None:
        dead = datetime.fromisoformat(intent.ended_at) + COMMITS_WITHIN
    else:
        dead = datetime.fromisoformat(intent.sent_at) + LONGEST_LIFE + COMMITS_WITHIN
    earlier = intent.earlier_dead_at
    return max(dead, datetime.fromisoformat(earlier)) if earlier else dead


def resend(
    db: Database, lease: Lease, intent: Intent, now: datetime, *, trusted: bool
) -> Intent | None:
    """Notes, before the call, that an intent is sent again. None where somebody else was faster: an
    invocation that is retried while it still runs has the same lease. Raises LeaseLost."""
    again = replace(
        intent,
        sent_at=now.isoformat(),
        ended_at=None,
        earlier_dead_at=dead_at(intent).isoformat(),
        repeated=not trusted,
    )
    return again if write_held(db, lease, [_open(lease, again, was=intent)]) else None


def note_unclear(db: Database, lease: Lease, intent: Intent, reply: Reply) -> None:
    """Remembers when a call ended that left items unclear, and what QuickBooks said of them. Raises
    LeaseLost."""
    said = {
        bid: answer.said
        for bid, answer in reply.answers.items()
        if isinstance(answer, Fault) and faults.classify(answer) is FaultClass.UNCLEAR
    }
    ended = replace(intent, ended_at=reply.ended_at.isoformat(), faults={**intent.faults, **said})
    write_held(db, lease, [_open(lease, ended, was=intent)])


def unsettled(db: Database, lease: Lease, intent: Intent) -> list[tuple[IntentItem, Record]]:
    """Items whose record still names the intent, and the records."""
    found = records.load_many(db, lease.connection_id, [item.record for item in intent.items])
    return [
        (item, found[item.record])
        for item in intent.items
        if item.record in found and found[item.record].intent == intent.intent
    ]


def _given_up(intent: Intent, item: IntentItem, record: Record) -> Back:
    """A new identity is safe now. Where QuickBooks failed at this item alone, and under another
    identity before, sending it for ever would not help."""
    said = intent.faults.get(item.bid)
    if said is not None and _absent(record, 1):
        return Back(Status.FAILED, replace(_FAILS, said=said), absent=True)
    return Back(Status.PENDING, absent=True)


def _absent(record: Record, times: int) -> bool:
    """Whether its last identities, so many, led nowhere."""
    last = [attempt.outcome for attempt in record.attempts[-times:]]
    return last == ["absent"] * times


def _open(lease: Lease, intent: Intent, was: Intent | None = None) -> Put:
    """The open intent; in place of what it was, if that is still there."""
    key = keys.open_intent(lease.connection_id, intent.intent)
    when = (Equals("sent_at", was.sent_at),) if was else ()
    return Put(key, intents.to_item(intent), when=when)
