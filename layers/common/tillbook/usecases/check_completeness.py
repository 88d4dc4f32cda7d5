"""Nothing lost, as far as a run looks: what came since the last look, and what is not in the books.

A sweep counts everything (`sweep_connection`). Another run follows what happened since: each
outcome of an event names documents, and each of these has its record. What is not in the books is
known without reading all records: what is pending has a pointer; what failed or was skipped is set
aside, an item each, as its record changes, and their sums are kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tillbook.domain.documents import Kind
from tillbook.domain.money import round_money
from tillbook.domain.sync import KINDS_IN_ORDER, NAME_LISTS, Outcome, Status
from tillbook.ports import Database, Delete, Write
from tillbook.store import events, history, keys, proofs, records
from tillbook.store.proofs import Aside, Count, Sums
from tillbook.store.records import Record, shown_status
from tillbook.usecases.exactly_once import write_held
from tillbook.usecases.take_stock import Missing
from tillbook.usecases.work import Work

# The index of what happened is a little behind the table.
RECORDS_OVERLAP = timedelta(minutes=2)
# It lists outcomes by when the event was received, which is before it was translated. What waited
# for longer is left to the sweep.
EVENTS_OVERLAP = timedelta(minutes=15)
_AT_ONCE = 40
_POINTERS = 200


@dataclass(frozen=True)
class Check:
    shown: dict[str, Any]
    """As the proof shows it."""
    adds_up: bool
    touched: set[str]
    """Months in which a record was posted that has changed since the last look."""
    count: Count
    """To be stored with the proof: what comes next is looked at from here on."""


def check_completeness(work: Work, count: Count | None) -> Check:
    """`count` is the last count of everything, if there was one. Raises LeaseLost."""
    began = work.now()
    count = count or Count(work.lease.run_id, "", "", {}, {})
    changed = {
        item["record"]: records.from_item(item)
        for item in history.since(
            work.db, f"{work.connection_id}#RECORD", _before(count.checked_at, RECORDS_OVERLAP)
        )
    }
    outcomes = [
        events.from_item(item)
        for item in history.since(
            work.db, f"{work.connection_id}#EVENT", _before(count.checked_at, EVENTS_OVERLAP)
        )
    ]
    named = {str(one["record"]) for event in outcomes for one in event.documents} | changed.keys()
    found = changed | records.load_many(
        work.db, work.connection_id, (named | set(count.lost)) - changed.keys()
    )
    lost = tuple(sorted((named | set(count.lost)) - found.keys()))
    since = count.checked_at
    count = replace(_set_aside(work, count, changed.values()), lost=lost)
    if count.run == work.lease.run_id and count.everything_at:
        stock = count.stock
        counted = f"everything at {count.everything_at}"
    else:
        by_outcome = dict.fromkeys((*map(str, Outcome), "queued"), 0)
        for event in outcomes:
            by_outcome[str(event.outcome)] += 1
        by_status = dict.fromkeys((str(one) for one in Status if one is not Status.SENDING), 0)
        for key in named & found.keys():
            by_status[str(shown_status(found[key]))] += 1
        stock = {
            "events_in_log": len(outcomes),
            "events": by_outcome,
            "documents": len(named),
            "records": by_status,
            "expired": 0,
        }
        counted = f"since {since}" if since else "everything that the history lists"
        count = replace(count, checked_at=began.isoformat())
    adds_up = (
        not lost
        and stock["events_in_log"] == sum(stock["events"].values())
        and stock["documents"] == sum(stock["records"].values())
    )
    pending = list(_pending(work))
    shown = {
        **stock,
        "lost": list(lost),
        "not_in_books": [asdict(one) for one in not_in_books(count.aside, pending)],
        "adds_up": adds_up,
        "counted": counted,
        "everything_at": count.everything_at or None,
    }
    touched = {one.posted_month for one in changed.values() if one.posted_month}
    return Check(shown, adds_up, touched, count)


def aside(record: Record) -> Aside | None:
    """What is accepted, has an amount and is in no book though nobody is to send it."""
    one = _unbooked(record)
    return one if one and one.status in (Status.FAILED, Status.SKIPPED) else None


def not_in_books(sums: Sums, pending: Iterable[Aside]) -> Iterator[Missing]:
    """How many and how much, by kind, status and currency."""
    everything = dict(sums)
    for one in pending:
        proofs.add_to(everything, one, +1)
    for name, (number, amount) in sorted(everything.items()):
        kind, status, currency = name.split("#")
        shown = str(round_money(amount, currency or "USD"))
        yield Missing(kind, status, number, shown, currency)


def _unbooked(record: Record) -> Aside | None:
    """What has an amount and is not in the books in any form."""
    if record.total is None or record.link is not None:
        return None
    status = str(shown_status(record))
    return Aside(record.key, str(record.kind), status, record.currency or "", record.total)


def _before(moment: str, overlap: timedelta) -> str:
    return (datetime.fromisoformat(moment) - overlap).isoformat() if moment else ""


def _set_aside(work: Work, count: Count, changed: Iterable[Record]) -> Count:
    """Follows records that changed. The items and their sums are written together, so that doing
    it again adds nothing."""
    by_key = {one.key: one for one in changed if one.total is not None}
    known = {
        item["record"]: proofs.aside_from(item)
        for item in work.db.get_many(keys.aside(work.connection_id, key) for key in by_key).values()
    }
    moved = [key for key, one in sorted(by_key.items()) if aside(one) != known.get(key)]
    for start in range(0, len(moved), _AT_ONCE):
        sums = dict(count.aside)
        writes: list[Write] = []
        for key in moved[start : start + _AT_ONCE]:
            before, after = known.get(key), aside(by_key[key])
            if before:
                proofs.add_to(sums, before, -1)
            if after:
                proofs.add_to(sums, after, +1)
                writes.append(proofs.put_aside(work.connection_id, after))
            else:
                writes.append(Delete(keys.aside(work.connection_id, key)))
        count = replace(count, aside=sums)
        writes.append(proofs.save_count(work.connection_id, count))
        write_held(work.db, work.lease, writes)
    return count


def _pending(work: Work) -> Iterator[Aside]:
    for kind in KINDS_IN_ORDER:
        if kind not in NAME_LISTS:
            for record in pending_records(work.db, work.connection_id, Kind(kind)):
                if one := _unbooked(record):
                    yield one


def pending_records(db: Database, connection_id: str, kind: Kind) -> Iterator[Record]:
    """As their pointers say."""
    cursor: str | None = None
    while True:
        page = records.pending(db, connection_id, kind, limit=_POINTERS, cursor=cursor)
        for record in records.load_many(db, connection_id, page.records).values():
            if shown_status(record) is Status.PENDING:
                yield record
        cursor = page.cursor
        if cursor is None:
            return
