"""Finishes what an earlier invocation began: for every open intent, what did QuickBooks do?

    first sent  ├──── trust window ────┤
                what is in the books is adopted; the rest is repeated, same id and same bytes:
                QuickBooks answers what it answered, or does it now

    last sent   ├──── a call may still commit ────┤
                     what is in the books         │ what is absent now is surely absent:
                     is adopted                   │ send it, under its old identity

A refusal of a repetition is believed only after another look: the first call may have done it.
"""

import math
from datetime import datetime, timedelta

from tillbook.domain.sync import Status
from tillbook.errors import Throttled, TransientError
from tillbook.quickbooks import batch, jsontext
from tillbook.quickbooks.faults import Fault
from tillbook.store import intents, runs
from tillbook.store.intents import Intent
from tillbook.usecases import exactly_once
from tillbook.usecases.exactly_once import COMMIT_LIMIT, Back, Done, Result
from tillbook.usecases.read_answers import (
    Verdict,
    look_up,
    read_answers,
    requests_of,
    sent_items,
)
from tillbook.usecases.runs import progress
from tillbook.usecases.work import Work

# The longest that one call to QuickBooks is waited for.
CALL_LIMIT = timedelta(seconds=120)
# How long to wait before an unclear batch is sent again.
PAUSE_SECONDS = 5
GIVE_UP = timedelta(minutes=30)
"""The run ends when QuickBooks leaves a batch unclear for so long; the next one goes on."""


def recover_intents(work: Work) -> int | None:
    """Settles open intents. Seconds to wait where one is still unclear, None when all are settled.

    Raises LeaseLost, Throttled, ReconnectNeeded, and TransientError where QuickBooks does not
    answer for a long time.
    """
    for intent in intents.open_intents(work.db, work.connection_id):
        wait = _recover(work, intent)
        if wait is not None:
            started = datetime.fromisoformat(intent.created_at)
            run = runs.load(work.db, work.connection_id, work.lease.run_id)
            begun = datetime.fromisoformat((run and run.started_at) or intent.created_at)
            if work.now() > max(started, begun) + GIVE_UP:
                raise TransientError("QuickBooks has not answered a batch for half an hour")
            return wait
    return None


def _recover(work: Work, intent: Intent) -> int | None:
    left = exactly_once.unsettled(work.db, work.lease, intent)
    body = intents.load_payload(work.ports.payloads, intent)
    requests = requests_of(jsontext.loads(body))
    sent = sent_items(work, intent, requests)
    results = look_up(work, {one.bid: sent[one.bid] for one in left})
    closed = settle(work, intent, results)
    problems = sum(isinstance(one, Done) and one.problem is not None for one in results.values())
    report(work, intent, sent=len(results) - problems, failed=problems)
    if closed:
        return None
    absent = [one.bid for one in left if one.bid not in results]
    now = work.now()
    trust = timedelta(seconds=work.settings.trust_window_seconds)
    if not exactly_once.may_repeat(intent, now, trust, CALL_LIMIT):
        if not exactly_once.cannot_commit_any_more(intent, now):
            until = datetime.fromisoformat(intent.sent_at) + COMMIT_LIMIT
            return max(1, math.ceil((until - now).total_seconds()))
        if intent.sent_at != intent.created_at and not _trusted_last(intent, trust):
            # Surely absent, and its old identity leads nowhere: decide about it anew.
            settle(work, intent, {bid: Back(Status.PENDING) for bid in absent})
            return None
    again = exactly_once.resend(work.db, work.lease, intent, now)
    repeated = batch.encode([(bid, requests[bid]) for bid in absent])
    verdict = send_and_settle(work, again, repeated, repeated=True)
    return PAUSE_SECONDS if verdict is None else None


def _trusted_last(intent: Intent, trust: timedelta) -> bool:
    """Whether the last call was made on trust: it was not the one after the long wait."""
    last = datetime.fromisoformat(intent.sent_at)
    return last < datetime.fromisoformat(intent.created_at) + trust


def send_and_settle(
    work: Work, intent: Intent, body: bytes, *, repeated: bool = False
) -> Verdict | None:
    """The verdict, or None where something is still unclear. Raises ReconnectNeeded when nothing
    was executed, which leaves the intent open, and Throttled before anything is sent: an intent
    that was never sent is closed then, so that nobody has to look for it in the books."""
    try:
        answers = exactly_once.send(
            work.ports.payloads, work.books, work.lease, intent, body, work.now()
        )
    except Throttled:
        if not repeated:
            settle(work, intent, {one.bid: Back(Status.PENDING) for one in intent.items})
        raise
    sent = sent_items(work, intent, requests_of(jsontext.loads(body)))
    # A repetition of some items may be answered with the whole answer of the first call.
    answers = {bid: answer for bid, answer in answers.items() if bid in sent}
    refused = {bid for bid, answer in answers.items() if isinstance(answer, Fault)}
    done = look_up(work, {bid: sent[bid] for bid in refused}) if repeated and refused else {}
    unread = {bid: answer for bid, answer in answers.items() if bid not in done}
    verdict = read_answers(work, sent, unread)
    verdict.completed += len(done)
    closed = settle(work, intent, {**verdict.results, **done})
    report(work, intent, sent=verdict.completed, failed=verdict.failed)
    return verdict if closed else None


def report(work: Work, intent: Intent, **counts: int) -> None:
    """Adds to what the run tells of itself, whichever run sent the batch first."""
    progress(work.db, work.connection_id, work.lease.run_id, str(intent.kind), **counts)


def settle(work: Work, intent: Intent, results: dict[str, Result]) -> bool:
    return exactly_once.settle(work.db, work.lease, work.realm_id, intent, results, work.now())
