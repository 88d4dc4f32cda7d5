"""Finishes what an earlier call or invocation left open; the rule is `exactly_once.recover`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tillbook.domain.documents import Kind
from tillbook.domain.sync import Reason, Status
from tillbook.errors import TransientError
from tillbook.quickbooks import batch, jsontext
from tillbook.quickbooks.fault_table import Who
from tillbook.store import intents, runs
from tillbook.store.intents import Intent, IntentItem
from tillbook.usecases import exactly_once
from tillbook.usecases.exactly_once import Back, Result
from tillbook.usecases.read_answers import look_up, requests_of, sent_items
from tillbook.usecases.settle_answers import problems, report, settle, settle_answers
from tillbook.usecases.work import Work, seconds_until

_TOO_OLD = Reason(
    "It was sent so long ago that what was sent is no longer kept, and QuickBooks never answered.",
    "Look whether it is in QuickBooks. If it is, skip it or start a run that adopts; if not, retry "
    "it.",
    Who.BOOKKEEPER,
)
GIVE_UP = timedelta(minutes=30)
"""The run ends when QuickBooks leaves a batch unclear for so long; the next one goes on."""


def recover_intents(work: Work, kind: Kind) -> int | None:
    """Settles open intents of a kind. Seconds to wait where one is still unclear, None when all are
    settled.

    Raises LeaseLost, Throttled, ReconnectNeeded, and TransientError where QuickBooks does not
    answer for a long time.
    """
    waits = [_recover(work, one) for one in intents.open_intents(work.db, work.connection_id, kind)]
    return min((wait for wait in waits if wait is not None), default=None)


def _recover(work: Work, intent: Intent) -> int | None:
    body = intents.load_payload(work.ports.payloads, intent)
    if body is None:
        # It lay open for longer than payloads are kept: nobody can tell any more what it was.
        settle(work, intent, {one.bid: Back(Status.FAILED, _TOO_OLD) for one in intent.items})
        return None
    requests = requests_of(jsontext.loads(body))
    sent = sent_items(work, intent, requests)

    def in_books(items: Sequence[IntentItem]) -> Mapping[str, Result]:
        found = look_up(work, {item.bid: sent[item.bid] for item in items})
        wrong = problems(found)
        report(work, intent, sent=len(found) - wrong, failed=wrong)
        return found

    def repeat(was: Intent, items: Sequence[IntentItem], trusted: bool) -> bool:
        work.books.admit()
        again = exactly_once.resend(work.db, work.lease, was, work.now(), trusted=trusted)
        if again is None:
            return False
        body = batch.encode([(item.bid, requests[item.bid]) for item in items])
        reply = exactly_once.send(
            work.ports.payloads, work.books, work.lease, again, body, work.now
        )
        went = {item.bid: sent[item.bid] for item in items}
        verdict = settle_answers(work, again, went, reply, repeated=True)
        if reply.unsent is not None:
            raise reply.unsent
        if (stop := verdict.stop()) is not None:
            raise stop
        return not verdict.unclear

    back_at = exactly_once.recover(
        work.db,
        work.lease,
        work.realm_id,
        intent,
        look_up=in_books,
        repeat=repeat,
        now=work.now,
        trust=timedelta(seconds=work.settings.trust_window_seconds),
    )
    if back_at is None:
        return None
    _give_up_in_time(work, intent)
    return seconds_until(back_at, work.now())


def _give_up_in_time(work: Work, intent: Intent) -> None:
    run = runs.load(work.db, work.connection_id, work.lease.run_id)
    begun = max((run and run.started_at) or intent.created_at, intent.created_at)
    if work.now() > datetime.fromisoformat(begun) + GIVE_UP:
        raise TransientError("QuickBooks has not answered a batch for half an hour")
