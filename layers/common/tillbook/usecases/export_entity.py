"""Exports the pending records of one kind: decides, sends in batches and settles, until nothing is
left or the time is up.

    decide   │ batch 1 │ batch 2 │ batch 3 │           │ batch 4 │
    send     ┊         │ ─── batch 1 ───── │           ┊
             ┊         ┊         │ ─── batch 2 ───── │ ┊
    settle   ┊         ┊         ┊         │ batch 1 │ │ batch 2 │

While batches are under way the next is decided about and the last is settled, all by one thread;
only the calls themselves run beside each other. What a batch under way touches, no other batch
does. Name lists are sent one batch at a time.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from tillbook.domain.documents import Kind
from tillbook.domain.sync import NAME_LISTS
from tillbook.errors import (
    NeedsPerson,
    ReconnectNeeded,
    Throttled,
    TillbookError,
    TransientError,
)
from tillbook.ports import Lanes
from tillbook.store import intents, records, runs
from tillbook.store.intents import Intent
from tillbook.usecases import exactly_once
from tillbook.usecases.adopt import adopt
from tillbook.usecases.exactly_once import Claim, Reply
from tillbook.usecases.look_up import Sent
from tillbook.usecases.recover_intents import recover_intents
from tillbook.usecases.runs import progress
from tillbook.usecases.select_records import Selection, select_records
from tillbook.usecases.settle_answers import settle_answers
from tillbook.usecases.work import Progress, Work, note_calls, wait_for

# A record that is refused in a way that may pass is decided about anew so often in one go.
_TRIES = 4


def export_entity(work: Work, kind: Kind) -> Progress:
    """Drains what it can. Raises LeaseLost, ReconnectNeeded, NeedsPerson, and TransientError where
    QuickBooks does not answer for long."""
    try:
        wait = recover_intents(work, kind)
        if wait is not None and kind in NAME_LISTS:
            return Progress(done=False, wait_seconds=wait)
        most = 1 if kind in NAME_LISTS else work.settings.limits.batches_in_flight
        with work.ports.lanes(most) as lanes:
            line = _Line(work, kind, lanes, most)
            done = line.drain()
        if not (done or line.held_up) or not intents.open_intents(
            work.db, work.connection_id, kind
        ):
            return Progress(done=done, count=line.count)
        wait = recover_intents(work, kind)
        if wait is None:
            # What was absent is pending again, and may lie before the place we have come to.
            runs.save_cursor(work.db, work.connection_id, work.lease.run_id, str(kind), None)
        return Progress(done=False, count=line.count, wait_seconds=wait or 0)
    except Throttled as throttled:
        return Progress(done=False, wait_seconds=wait_for(throttled))
    finally:
        note_calls(work.ports, work.lease, work.books)


@dataclass(frozen=True)
class _Flight:
    """A batch under way, as it comes back."""

    intent: Intent
    claims: tuple[Claim, ...]
    reply: Reply


@dataclass
class _Line:
    """The records of one kind on their way to the books, in one invocation."""

    work: Work
    kind: Kind
    lanes: Lanes[_Flight]
    most: int
    """Batches under way at a time."""
    count: int = 0
    size: int = field(init=False)
    cursor: str | None = field(init=False)
    ended: bool = False
    carried: list[str] = field(default_factory=list)
    """Records that were read and not sent yet."""
    tries: dict[str, int] = field(default_factory=dict)
    touched: dict[str, frozenset[str]] = field(default_factory=dict)
    """By intent under way."""
    held_up: bool = False
    """Nothing more is sent before it is known what became of a batch of names."""
    stopped_by: TillbookError | None = None
    """Nothing more is sent; what is under way is settled, and then this is raised."""
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        run = runs.load(self.work.db, self.work.connection_id, self.work.lease.run_id)
        self.cursor = (run.cursors if run else {}).get(str(self.kind))
        self.size = self.work.settings.limits.batch_size

    def drain(self) -> bool:
        """True when nothing is left to decide about. A lane that is free is used first, so that
        settling and deciding happen while calls are under way."""
        ready: list[Claim] = []
        landed: list[_Flight] = []
        while True:
            if self.lanes.has_answer():
                landed.append(self.lanes.take())
            elif len(ready) > self.size:  # smaller batches are asked for meanwhile
                self.carried[:0] = [claim.record.key for claim in ready]
                ready = []
            elif ready and self._goes_on() and self.lanes.busy < self.most:
                with self._stopping():
                    self._send(ready)
                ready = []
            elif landed:
                self._land(landed.pop(0))
            elif not ready and self._has_more():
                with self._stopping():
                    ready = self._decide()
                if not ready and self.carried and self.lanes.busy:
                    landed.append(self.lanes.take())  # what is left waits for what it touches
            elif self.lanes.busy:
                landed.append(self.lanes.take())
            else:
                break
        if self.stopped_by is not None:
            raise self._what_is_left_of(self.stopped_by)
        if self.ended and not self.carried and not ready:
            return True
        if not self.carried and not ready:
            # The next invocation goes on from here: what waits is not decided about again.
            self._save_cursor()
        return False

    def _land(self, flight: _Flight) -> None:
        with self._stopping():
            self._settle(flight)
        del self.touched[flight.intent.intent]

    def _has_more(self) -> bool:
        return self._goes_on() and bool(self.carried or not self.ended)

    def _what_is_left_of(self, reason: TillbookError) -> TillbookError:
        """While the last calls were under way, some of the wait for the next turn has passed."""
        if isinstance(reason, Throttled) and self.stopped_at is not None:
            passed = (self.work.now() - self.stopped_at).total_seconds()
            return Throttled(max(0.0, reason.wait_seconds - passed))
        return reason

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """Where nothing more can be sent, what is under way is settled all the same."""
        try:
            yield
        except (TransientError, ReconnectNeeded, NeedsPerson) as reason:
            self._stop(reason)

    def _stop(self, reason: TillbookError) -> None:
        if self.stopped_by is None:
            self.stopped_by, self.stopped_at = reason, self.work.now()

    def _goes_on(self) -> bool:
        return self.stopped_by is None and not self.held_up and self.work.has_time()

    def _decide(self) -> list[Claim]:
        """The claims of the next batch; none where what is left waits for a batch under way."""
        work = self.work
        while not self.ended and len(self.carried) < 2 * self.size:
            page = records.pending(
                work.db, work.connection_id, self.kind, limit=2 * self.size, cursor=self.cursor
            )
            if work.marks:
                self.count += adopt(work, page.records)
            self.carried += [key for key in page.records if key not in self.carried]
            self.cursor, self.ended = page.cursor, page.cursor is None
        if not self.carried:
            return []
        under_way = set().union(*self.touched.values())
        selection = select_records(work, self.carried, self.size, under_way)
        self.carried = selection.later
        self.count += selection.linked
        self._report(selection)
        return selection.claims

    def _send(self, claims: list[Claim]) -> None:
        """Intends a batch in its turn, and sends it off."""
        work = self.work
        work.books.admit()
        now = work.now()
        intent, body = exactly_once.claim(
            work.lease, self.kind, claims, request_id=work.ports.new_sorted_id(), at=now
        )
        payloads = work.ports.payloads
        if not exactly_once.intend(work.db, payloads, work.lease, intent, claims, body, now):
            # A record changed since it was decided about: decide about all of them again.
            self._again(claim.record.key for claim in claims)
            return
        self.touched[intent.intent] = frozenset().union(*(claim.touched for claim in claims))
        self.lanes.submit(partial(self._call, intent, tuple(claims), body))

    def _call(self, intent: Intent, claims: tuple[Claim, ...], body: bytes) -> _Flight:
        work = self.work
        reply = exactly_once.send(
            work.ports.payloads, work.books, work.lease, intent, body, work.now
        )
        return _Flight(intent, claims, reply)

    def _settle(self, flight: _Flight) -> None:
        sent = {
            item.bid: Sent(
                item, claim.record, claim.document, claim.request, flight.intent.created_at
            )
            for item, claim in zip(flight.intent.items, flight.claims, strict=True)
        }
        verdict = settle_answers(self.work, flight.intent, sent, flight.reply)
        self.count += verdict.completed
        if (reason := flight.reply.unsent or verdict.stop()) is not None:
            self._stop(reason)
        self.held_up |= verdict.unclear and self.kind in NAME_LISTS
        if verdict.one_at_a_time:
            self.size = self.most = 1
        self._again(verdict.again)

    def _again(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.tries[key] = self.tries.get(key, 0) + 1
            if self.tries[key] < _TRIES:
                self.carried.append(key)

    def _report(self, selection: Selection) -> None:
        """What was decided; what was sent is told where it is settled."""
        db, connection_id, run_id = self.work.db, self.work.connection_id, self.work.lease.run_id
        progress(
            db,
            connection_id,
            run_id,
            str(self.kind),
            linked=selection.linked,
            failed=selection.failed,
            skipped=selection.skipped,
            waiting=selection.waiting,
        )
        if selection.held:
            runs.add_held(db, connection_id, run_id, selection.held)

    def _save_cursor(self) -> None:
        work = self.work
        runs.save_cursor(
            work.db, work.connection_id, work.lease.run_id, str(self.kind), self.cursor
        )
