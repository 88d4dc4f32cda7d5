"""A day that touches every kind in every way: created, updated, voided, deleted, and cancelled
before anybody saw it. A process may be killed anywhere in it; then the story is told to its end.

Nothing in the books would refuse a double: what is paid is less than what is owed, and numbers may
come twice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import partial

from local.qbo import Switches
from tests.storm import books
from tests.storm.books import DAY
from tests.storm.machine import Execution, run_to_end
from tests.storm.process import Call, Fate, Process
from tests.storm.zombies import Zombies
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, Line, key_of
from tillbook.errors import Conflict
from tillbook.usecases.move_records import retry_failed

invoice = partial(make.invoice, date=DAY)
payment = partial(make.payment, date=DAY)
refund = partial(make.refund, date=DAY)
credit_note = partial(make.credit_note, date=DAY)


def shipped(amount: str) -> tuple[Line, ...]:
    return make.line(), make.shipping(amount)


MORNING: tuple[Document, ...] = (
    make.customer(),
    make.product(),
    invoice(),
    invoice(id="o2", number="#1002"),
    invoice(id="o3", number="#1003", status="cancelled"),
    invoice(id="o4", number="#1004", lines=shipped("7.00")),
    payment(amount="10.00"),
    payment(id="o4", amount="11.00"),
    refund(),
    refund(id="r2", order="o4").model_copy(update={"number": "#1004-R1"}),
    credit_note(order="o4"),
    credit_note(id="n2", order="o2").model_copy(update={"number": "#1002-C1"}),
)
EVENING: tuple[Document, ...] = (
    make.customer(v=2, phone="+1 555 0100"),
    make.product(v=2, unit_price=Decimal("13.00")),
    invoice(v=2, lines=shipped("6.00")),
    invoice(id="o2", number="#1002", v=2, status="cancelled"),
    payment(v=2, amount="12.00"),
    payment(id="o4", v=2, amount="11.00", status="cancelled"),
    refund(v=2, memo="damaged"),
    refund(id="r2", v=2, order="o4", status="cancelled").model_copy(update={"number": "#1004-R1"}),
    credit_note(v=2, order="o4", memo="late"),
    credit_note(id="n2", order="o2", v=2, status="cancelled").model_copy(
        update={"number": "#1002-C1"}
    ),
)
# Longer than a lease is good for without being renewed.
_TAKEN_FOR_DEAD = 15 * 60
NEVER_SENT = frozenset({key_of(invoice(id="o3"))})


class Way(Enum):
    """How it goes on after a kill."""

    RETRY = "the state is tried again, under the same fencing number"
    NEW_RUN = "the execution is stopped, and another run takes the dead one's lease over"
    WAKES_UP = "it was not dead: another run takes its lease over, and then it goes on"


@dataclass(frozen=True)
class Point:
    """A place to die: which call, and how."""

    number: int
    call: Call
    fate: Fate
    reads: bool = False
    """Whether reads were counted."""

    def __str__(self) -> str:
        return f"{self.number} {self.call} {self.fate.name.lower()}"


@dataclass
class Counter:
    """Counts the calls that matter, and kills at one of them. Counts on afterwards, for nothing."""

    point: Point | None = None
    reads: bool = False
    """Whether reads are places to die too."""
    calls: list[Call] = field(default_factory=list)

    def __call__(self, call: Call) -> Fate:
        if not (call.is_effect or self.reads):
            return Fate.LIVES
        self.calls.append(call)
        if self.point is None or len(self.calls) != self.point.number:
            return Fate.LIVES
        assert call == self.point.call, "the story is not the same every time"
        return self.point.fate


def points(*, everything: bool = False) -> list[Point]:
    """All places to die. An effect that was carried out is the same state of the world as the next
    one not being carried out: with `everything`, both are listed, and so are reads."""
    counter = Counter(reads=everything)
    tell_story(Switches(duplicate_sales_doc_number="accept"), counter)
    fates = (Fate.BEFORE, Fate.AFTER) if everything else (Fate.BEFORE,)
    return [
        Point(number, call, fate, reads=everything)
        for number, call in enumerate(counter.calls, start=1)
        for fate in ((Fate.BEFORE, Fate.AFTER, Fate.LATE) if call.is_send else fates)
    ]


def tell_story(
    switches: Switches,
    watch: Counter,
    way: Way = Way.RETRY,
    *,
    late_by: float = 60.0,
    meanwhile: Callable[[Workbench], None] = lambda _: None,
) -> tuple[Workbench, list[str]]:
    """The whole day, and what a zombie wrote in it. `meanwhile` is done once, after the kill."""
    bench = books.open_shop(bench={"switches": switches})
    zombies = Zombies(bench)

    def others() -> None:
        bench.clock.advance(_TAKEN_FOR_DEAD)
        run_to_end(Execution(bench, lambda: Process(bench)))

    def process() -> Process:
        made = Process(bench, late_by=late_by)

        def at(call: Call) -> Fate:
            fate = watch(call)
            if fate is Fate.LIVES or way is not Way.WAKES_UP or made.beside:
                return fate
            zombies.hang(made, others)
            return Fate.BEFORE if call.is_send else Fate.LIVES

        made.watch = at
        return made

    for documents in (MORNING, EVENING):
        bench.accept(*documents)
        while not _ends(bench, Execution(bench, process), way, meanwhile):
            bench.clock.advance(_TAKEN_FOR_DEAD)
    return bench, zombies.wrote


def _ends(
    bench: Workbench, execution: Execution, way: Way, meanwhile: Callable[[Workbench], None]
) -> bool:
    """False where it was killed and is not to go on."""
    try:
        for step in execution:
            if step.startswith("killed"):
                meanwhile(bench)
                if way is Way.NEW_RUN:
                    return False
    except Conflict:  # it hung before it began
        return False
    return bool(execution.run_id)


def wrong_in_the_end(bench: Workbench, *, person: bool = False) -> list[str]:
    """What is wrong when all is quiet and, with `person`, somebody has retried what had failed."""

    def run() -> Execution:
        return run_to_end(Execution(bench, lambda: Process(bench)))

    proof = books.settle(bench, run)
    if person:
        retry_failed(bench.services, CONNECTION, kind=None, actor="alice", why="as we sent it")
        proof = books.settle(bench, run)
    found = books.wrong(bench, books.newest_of((*MORNING, *EVENING)), never_sent=NEVER_SENT)
    if not proof.get("agrees"):
        found.append(f"the proof does not agree: {proof.get('differences')}")
    return found
