"""Exports the pending records of one kind: decides, sends in batches and settles, until nothing is
left or the time is up."""

from collections.abc import Sequence

from tillbook.domain.documents import Kind
from tillbook.errors import NeedsPerson, ReconnectNeeded, Throttled, TransientError
from tillbook.store import records, runs
from tillbook.usecases import exactly_once
from tillbook.usecases.exactly_once import Claim
from tillbook.usecases.read_answers import Verdict
from tillbook.usecases.recover_intents import (
    PAUSE_SECONDS,
    recover_intents,
    send_and_settle,
)
from tillbook.usecases.runs import progress
from tillbook.usecases.select_records import Selection, select_records
from tillbook.usecases.work import Progress, Work, note_calls, wait_for

# A record that is refused in a way that may pass is decided about anew so often in one go.
_TRIES = 4


def export_entity(work: Work, kind: Kind) -> Progress:
    """Drains what it can. Raises LeaseLost, ReconnectNeeded, and TransientError where QuickBooks
    does not answer for long."""
    try:
        wait = recover_intents(work)
        if wait is not None:
            return Progress(done=False, wait_seconds=wait)
        return _drain(work, kind)
    except Throttled as throttled:
        return Progress(done=False, wait_seconds=wait_for(throttled))
    finally:
        note_calls(work.ports, work.lease, work.books)


def _drain(work: Work, kind: Kind) -> Progress:
    run = runs.load(work.db, work.connection_id, work.lease.run_id)
    cursor = (run.cursors if run else {}).get(str(kind))
    size = work.settings.limits.batch_size
    carried: list[str] = []
    tries: dict[str, int] = {}
    ended = False
    count = 0
    while work.has_time():
        while not ended and len(carried) < 2 * size:
            page = records.pending(work.db, work.connection_id, kind, limit=2 * size, cursor=cursor)
            carried += [key for key in page.records if key not in carried]
            cursor, ended = page.cursor, page.cursor is None
        if not carried:
            return Progress(done=True, count=count)
        selection = select_records(work, carried, size)
        carried = selection.later
        verdict = _send(work, kind, selection.claims)
        _report(work, kind, selection)
        if verdict is None:
            return Progress(done=False, count=count, wait_seconds=PAUSE_SECONDS)
        count += verdict.completed + selection.linked
        if verdict.reconnect:
            raise ReconnectNeeded("QuickBooks no longer accepts this connection")
        if verdict.stopped:
            # What it is stands with the records: an exception's text may end up in a log.
            passes = TransientError if verdict.stopped.by_tillbook else NeedsPerson
            raise passes(f"QuickBooks refuses every write now: {verdict.stopped.name}")
        if verdict.one_at_a_time:
            size = 1
        for key in verdict.again:
            tries[key] = tries.get(key, 0) + 1
            if tries[key] < _TRIES:
                carried.append(key)
    if ended and not carried:
        return Progress(done=True, count=count)
    if not carried:
        # The next invocation goes on from here: what waits is not decided about again.
        runs.save_cursor(work.db, work.connection_id, work.lease.run_id, str(kind), cursor)
    return Progress(done=False, count=count)


def _send(work: Work, kind: Kind, claims: Sequence[Claim]) -> Verdict | None:
    """Intends, sends and settles one batch. None where its outcome is unclear for now."""
    if not claims:
        return Verdict()
    work.renew()
    now = work.now()
    body = exactly_once.payload(claims)
    intent = exactly_once.claim(
        work.lease, kind, claims, request_id=work.ports.new_sorted_id(), body=body, at=now
    )
    if not exactly_once.intend(work.db, work.ports.payloads, work.lease, intent, claims, body, now):
        # A record changed since it was decided about: decide about all of them again.
        return Verdict(again=[one.record.key for one in claims])
    return send_and_settle(work, intent, body)


def _report(work: Work, kind: Kind, selection: Selection) -> None:
    """What was decided; what was sent is told where it is settled."""
    progress(
        work.db,
        work.connection_id,
        work.lease.run_id,
        str(kind),
        linked=selection.linked,
        failed=selection.failed,
        skipped=selection.skipped,
        waiting=selection.waiting,
    )
    if selection.held:
        runs.add_held(work.db, work.connection_id, work.lease.run_id, selection.held)
