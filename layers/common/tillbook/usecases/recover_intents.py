"""Finishes what an earlier invocation began: for every open intent, what did QuickBooks do?

first sent  ├──── trust window ────┤
            repeat: same id, same bytes; QuickBooks answers what it answered, or does it now

last sent   ├──── a call may still commit ────┤
                 look up, adopt what is there │ what is absent now is surely absent:
                                              │ send it, under its old identity
"""

from datetime import datetime, timedelta

from tillbook.errors import TransientError
from tillbook.quickbooks import batch, jsontext
from tillbook.store import intents, runs
from tillbook.store.intents import Intent
from tillbook.usecases import exactly_once
from tillbook.usecases.exactly_once import COMMIT_LIMIT, Result
from tillbook.usecases.read_answers import (
    Verdict,
    read_answers,
    requests_of,
    sent_items,
    took_effect,
)
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
    body = intents.load_payload(work.ports.payloads, intent)
    left = exactly_once.unsettled(work.db, work.lease, intent)
    requests = requests_of(jsontext.loads(body))
    now = work.now()
    trust = timedelta(seconds=work.settings.trust_window_seconds)
    if not left:
        settle(work, intent, {})
        return None
    sent = sent_items(work, intent, requests)
    if exactly_once.may_repeat(intent, now, trust, CALL_LIMIT):
        return _send_again(work, intent, body)
    results: dict[str, Result] = {}
    for item in left:
        result = took_effect(work, sent[item.bid])
        if result is not None:
            results[item.bid] = result
    settle(work, intent, results)
    absent = [item.bid for item in left if item.bid not in results]
    if not absent:
        return None
    if not exactly_once.cannot_commit_any_more(intent, now):
        until = datetime.fromisoformat(intent.sent_at) + COMMIT_LIMIT
        return max(1, round((until - now).total_seconds()))
    return _send_again(work, intent, batch.encode([(bid, requests[bid]) for bid in absent]))


def _send_again(work: Work, intent: Intent, body: bytes) -> int | None:
    again = exactly_once.resend(work.db, work.lease, intent, work.now())
    verdict = send_and_settle(work, again, body)
    return PAUSE_SECONDS if verdict is None else None


def send_and_settle(work: Work, intent: Intent, body: bytes) -> Verdict | None:
    """The verdict, or None where something is still unclear. Raises Throttled before anything is
    sent, and ReconnectNeeded when nothing was executed; both leave the intent open."""
    answers = exactly_once.send(
        work.ports.payloads, work.books, work.lease, intent, body, work.now()
    )
    sent = sent_items(work, intent, requests_of(jsontext.loads(body)))
    verdict = read_answers(work, sent, answers)
    return verdict if settle(work, intent, verdict.results) else None


def settle(work: Work, intent: Intent, results: dict[str, Result]) -> bool:
    return exactly_once.settle(work.db, work.lease, work.realm_id, intent, results, work.now())
