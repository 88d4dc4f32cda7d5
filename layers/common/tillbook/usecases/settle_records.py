"""What an answer leaves behind: the record, its link, its pointer and its part of the projection,
in transactions that hold the lease."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tillbook.domain.sync import Attempt, AttemptOutcome, Link, Reason, Status
from tillbook.errors import TransientError
from tillbook.ports import Database, Delete, Write
from tillbook.store import records
from tillbook.store.intents import Intent, IntentItem
from tillbook.store.records import Record
from tillbook.usecases.lease import Lease, write_held

# Three writes a record, and room for the lease and the accounts of the projection, in the writes of
# a transaction. Records of many months and accounts need more room: they are settled by halves.
_SETTLED_AT_ONCE = 15
_MOST_WRITES = 100
_ATTEMPTS = 6
_ATTEMPTS_KEPT = 5


@dataclass(frozen=True)
class Done:
    """It took effect. No link where the object is gone or was never made. `problem` is what a
    person has to mend where QuickBooks made something else of it than was sent."""

    link: Link | None
    problem: Reason | None = None


@dataclass(frozen=True)
class Back:
    """It surely did not take effect: pending again, or failed until a person acts. `link` replaces
    what we know of the object (a newer SyncToken), if given; `gone` if there is none; `absent`
    where nothing was refused, but it never came to the books."""

    status: Status
    reason: Reason | None = None
    link: Link | None = None
    gone: bool = False
    absent: bool = False


Result = Done | Back


def settle_records(
    db: Database,
    lease: Lease,
    realm_id: str,
    intent: Intent,
    items: Sequence[IntentItem],
    results: Mapping[str, Result],
    now: datetime,
) -> None:
    """Writes what became of these items. What is settled already is left alone. Raises
    LeaseLost."""
    for start in range(0, len(items), _SETTLED_AT_ONCE):
        _settle(db, lease, realm_id, intent, items[start : start + _SETTLED_AT_ONCE], results, now)


def _settle(
    db: Database,
    lease: Lease,
    realm_id: str,
    intent: Intent,
    items: Sequence[IntentItem],
    results: Mapping[str, Result],
    now: datetime,
) -> None:
    connection_id = lease.connection_id
    for _ in range(_ATTEMPTS):
        found = records.load_many(db, connection_id, [item.record for item in items])
        writes: list[Write] = []
        changes: list[tuple[Record, Record]] = []
        for item in items:
            before = found[item.record]
            if before.intent != intent.intent:
                continue
            after = _settled(before, intent, item, results[item.bid])
            writes.append(records.save(connection_id, before, after, now))
            if after.status is not Status.PENDING:
                writes.append(Delete(records.pointer(connection_id, before)))
            if after.link and after.link.id != (before.link.id if before.link else None):
                writes.append(records.put_book(realm_id, connection_id, after, after.link))
            changes.append((before, after))
        writes += records.projected(connection_id, changes)
        if len(writes) >= _MOST_WRITES and len(items) > 1:
            half = len(items) // 2
            for part in (items[:half], items[half:]):
                _settle(db, lease, realm_id, intent, part, results, now)
            return
        if not writes or write_held(db, lease, writes):
            return
    raise TransientError("records keep changing while their answers are stored")


def _settled(record: Record, intent: Intent, item: IntentItem, result: Result) -> Record:
    """The record once the answer to its item is known. A revision that came while this one was
    being sent stays pending."""
    attempt = Attempt(intent.intent, item.bid, intent.sent_at, item.operation, _outcome(result))
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


def _outcome(result: Result) -> AttemptOutcome:
    if isinstance(result, Done):
        return "done"
    return "absent" if result.absent else "refused"
