"""What became of a call: its answers are read, what is known is settled, what is not is noted."""

from collections.abc import Mapping

from tillbook.domain.sync import Status
from tillbook.errors import NeedsPerson, ReconnectNeeded, TransientError
from tillbook.quickbooks.faults import Fault, classify
from tillbook.store.intents import Intent
from tillbook.usecases import exactly_once
from tillbook.usecases.exactly_once import Back, Done, Reply, Result
from tillbook.usecases.look_up import Sent, look_up
from tillbook.usecases.read_answers import Verdict, read_answers
from tillbook.usecases.runs import progress
from tillbook.usecases.work import Work


def settle_answers(
    work: Work, intent: Intent, sent: Mapping[str, Sent], reply: Reply, *, repeated: bool = False
) -> Verdict:
    """The verdict; `unclear` in it where something is left to recover. `sent` are the items that
    went, by bId. Raises LeaseLost, and what a read raises."""
    if reply.unsent is not None and not repeated:
        settle(work, intent, {bid: Back(Status.PENDING) for bid in sent})
        return Verdict()
    # A repetition of some items may be answered with the whole answer of the first call.
    answers = {
        bid: answer
        for bid, answer in reply.answers.items()
        if bid in sent and not (isinstance(answer, Fault) and classify(answer).is_unclear)
    }
    found: dict[str, Result] = {}
    try:
        if repeated:
            # A refusal is believed only after another look: the first call may have done it.
            refused = [bid for bid, answer in answers.items() if isinstance(answer, Fault)]
            found = look_up(work, {bid: sent[bid] for bid in refused})
        unread = {bid: answer for bid, answer in answers.items() if bid not in found}
        verdict = read_answers(work, sent, unread)
    except (TransientError, ReconnectNeeded, NeedsPerson):
        # What a refusal makes necessary to read cannot be read now: all of it is left to recover.
        exactly_once.note_unclear(work.db, work.lease, intent, reply)
        raise
    verdict.completed += len(found)
    closed = settle(work, intent, {**verdict.results, **found})
    if not closed:
        exactly_once.note_unclear(work.db, work.lease, intent, reply)
        verdict.unclear = True
    report(work, intent, sent=verdict.completed, failed=verdict.failed)
    return verdict


def report(work: Work, intent: Intent, **counts: int) -> None:
    """Adds to what the run tells of itself, whichever run sent the batch first."""
    progress(work.db, work.connection_id, work.lease.run_id, str(intent.kind), **counts)


def settle(work: Work, intent: Intent, results: Mapping[str, Result]) -> bool:
    return exactly_once.settle(work.db, work.lease, work.realm_id, intent, results, work.now())


def problems(results: Mapping[str, Result]) -> int:
    """How many took effect, but not as they were sent."""
    return sum(isinstance(one, Done) and one.problem is not None for one in results.values())
