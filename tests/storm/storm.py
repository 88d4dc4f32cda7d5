"""A storm: everything that can go wrong at once, drawn from a seed. The same seed is the same
storm, call by call: time, ids and chance are its own."""

import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.storm import books, people
from tests.storm.books import Newest
from tests.storm.machine import Execution, run_to_end
from tests.storm.process import Call, Fate, Killed, Process
from tests.storm.weather import DEATHS, Deed, Ordinal, Weather
from tests.storm.zombies import Zombies
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, key_of
from tillbook.domain.settings import Limits
from tillbook.errors import Conflict, TillbookError, TransientError
from tillbook.store import connections
from tillbook.store.connections import State
from tillbook.usecases.runs import RunActive

# Longer than a lease: whoever was quiet for so long is taken for dead.
_TAKEN_FOR_DEAD = (9 * 60, 15 * 60)
_RETRIES = 3
_CONSENTS = 10


@dataclass
class Storm:
    seed: int
    timeline: list[str] = field(default_factory=list)
    accepted: list[Document] = field(default_factory=list)
    never_sent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.weather = Weather(self.random)
        self.bench = _bench(self.weather)
        self.people = people.People(self.bench, self.random, self.tell)
        self.zombies = Zombies(self.bench)
        self._calls = dict.fromkeys(Ordinal, 0)
        self._depth = self._runs = 0
        self._logged = len(self.bench.emulator.log)
        self._ends = False
        self.tell(f"request ids {self.weather.position}")
        self.tell(f"latency {self.weather.latency.base} s, batches of {self.weather.batch_size}")

    def tell(self, what: str) -> None:
        """Adds to the timeline, after the requests that QuickBooks has had meanwhile."""
        log = self.bench.emulator.log
        for entry in list(log)[self._logged :]:
            calls = ", ".join(
                f"{one['operation']} {one['entity']} x{one['count']}" for one in entry.calls
            )
            self.timeline.append(
                f"{entry.time[11:23]}          {entry.method} {entry.path.rsplit('/', 1)[-1]} "
                f"{calls} {entry.requestid[-6:]} -> {entry.status} {entry.note}".rstrip()
            )
        self._logged = len(log)
        self.timeline.append(f"{self.bench.clock.now():%m-%d %H:%M:%S.%f}"[:-3] + f" {what}")

    # The storm

    def problems(self) -> list[str]:
        """What is wrong with the books in the end; what breaks the storm itself, too."""
        try:
            return self._problems()
        except Exception:  # noqa: BLE001 - whatever it is, its seed and timeline tell
            return traceback.format_exc().splitlines()[-12:]

    def _problems(self) -> list[str]:
        """Rages, calms down, and looks at what is left."""
        random.seed(self.seed)  # what the product draws itself, such as jitter
        for _ in range(self.weather.runs):
            self._deliver(self.weather.some_deliveries())
            for fault in self.weather.faults():
                self.tell(f"QuickBooks will fail: {fault}")
                self.bench.emulator.inject(**fault)
            self._run()
            if self.weather.people and self.random.random() < 0.5:
                self.people.act()
            self._jump(self.random.choice((0, 5, 60, 600, 4000)))
        self._ends = True
        self.tell("the storm is over")
        self.bench.emulator.injections.clear()
        self._deliver(self.weather.deliveries)
        self._settle()
        found = [*self.zombies.wrote, *self.people.wrong(self.newest)]
        for _ in range(_RETRIES):  # what is made again may make work for what refers to it
            if self.people.has_to_act():
                self.people.press_retry()
                self._settle()
        found += books.wrong(self.bench, self.newest, never_sent=self.never_sent)
        if not self.proof.get("agrees"):
            found.append(f"the proof does not agree: {self.proof.get('differences')}")
        return found

    @property
    def newest(self) -> Newest:
        return books.newest_of(self.accepted)

    def _settle(self) -> None:
        self.proof = books.settle(self.bench, self._calm_run)

    def _calm_run(self) -> Execution:
        self._reconnect()
        return run_to_end(Execution(self.bench, lambda: Process(self.bench), self.tell))

    def _reconnect(self) -> None:
        """Where QuickBooks refused even a new token, a person consents again."""
        connection = connections.load(self.bench.db, CONNECTION)
        if connection is not None and connection.state is State.RECONNECT_NEEDED:
            self._consent()

    def _consent(self) -> None:
        """What goes wrong may befall the consent too: a person tries again."""
        for _ in range(_CONSENTS):
            self.tell("a person connects it again")
            try:
                self.bench.connect()
            except (Conflict, TransientError) as refused:
                self.tell(f"refused: {refused}")
            else:
                return

    def _run(self) -> None:
        """One execution; where a process of it dies, it may be stopped."""
        self._note_never_sent()
        self._reconnect()
        self._runs += 1
        try:
            for step in Execution(self.bench, self._process, self.tell, reconciles=False):
                if step.startswith("killed") and self.random.random() < 0.4:
                    self.tell("the execution is stopped")
                    return
        except RunActive:
            self.tell("another run is under way")
            self._jump(self.random.randint(*_TAKEN_FOR_DEAD))
        finally:
            self._runs -= 1

    def _process(self) -> Process:
        process = Process(self.bench, late_by=float(self.random.randint(30, 110)))
        process.watch = partial(self._watch, process)
        return process

    def _deliver(self, documents: list[Document]) -> None:
        if documents:
            named = ", ".join(
                f"{one.kind} {one.id} v{int(one.version)}"
                + (" cancelled" if books.is_cancelled(one) else "")
                for one in documents
            )
            self.tell(f"arrive: {named}")
            self.bench.accept(*documents)
            self.accepted += documents
            if self._runs:
                self._note_never_sent()

    def _jump(self, seconds: float) -> None:
        if seconds:
            self.tell(f"{seconds:g} s pass")
            self.bench.clock.advance(seconds)

    def _note_never_sent(self) -> None:
        """What is cancelled before any run could see it."""
        unseen = {key_of(one) for one in self.accepted} - self._seen
        self._seen |= unseen
        newest = self.newest
        self.never_sent |= {key for key in unseen if books.is_cancelled(newest[key])}

    _seen: set[str] = field(default_factory=set)

    # What happens at a call

    def _watch(self, process: Process, call: Call) -> Fate:
        deed = self._deed(call)
        if deed is None or self._ends:
            return Fate.LIVES
        if deed in DEATHS:
            self.tell(f"{deed.value} {call}")
            if deed is Deed.DIES_LATE and call.is_send:
                return Fate.LATE
            return Fate.BEFORE if deed is Deed.DIES_BEFORE else Fate.AFTER
        deeds: dict[Deed, Callable[[Process, Call], None]] = {
            Deed.DOCUMENTS: lambda *_: self._deliver(self.weather.some_deliveries()),
            Deed.PERSON: lambda *_: self.people.act(),
            Deed.TWICE: self._twice,
            Deed.OTHER_RUN: self._other_run,
            Deed.ZOMBIE: self._zombie,
            Deed.JUMP: lambda *_: self._jump(self.random.randint(1, 250)),
        }
        beside = process.beside or self._depth
        if beside and deed not in (Deed.DOCUMENTS, Deed.PERSON):
            return Fate.LIVES  # time does not pass for one call alone
        self.tell(f"{deed.value} {call}")
        self._depth += 1
        try:
            deeds[deed](process, call)
        finally:
            self._depth -= 1
        if deed is Deed.ZOMBIE and call.is_send:
            return Fate.BEFORE
        return Fate.LIVES

    def _deed(self, call: Call) -> Deed | None:
        counted = [Ordinal.ANY]
        counted += [Ordinal.EFFECT] if call.is_effect else []
        counted += [Ordinal.SEND] if call.is_send else []
        found = None
        for ordinal in counted:
            self._calls[ordinal] += 1
            found = self.weather.deeds.get((ordinal, self._calls[ordinal])) or found
        return found

    def _twice(self, process: Process, call: Call) -> None:
        """An invocation whose answer was lost on the way to the state machine is made again, while
        the first one still runs, with the same fencing number."""
        if process.invocation is not None:
            other = self._process()
            try:
                process.invocation(other.services, other.remaining(self.bench.clock.now()))
            except (TillbookError, Killed) as problem:
                self.tell(f"the second invocation: {type(problem).__name__}: {problem}")

    def _other_run(self, process: Process, call: Call) -> None:
        self._run()

    def _zombie(self, process: Process, call: Call) -> None:
        def others() -> None:
            self._jump(self.random.randint(*_TAKEN_FOR_DEAD))
            self._run()

        self.zombies.hang(process, others)
        self.tell(f"it wakes up before {call}")


def _bench(weather: Weather) -> Workbench:
    options: dict[str, Any] = {
        "switches": weather.position.switches(weather.numbers),
        "latency": weather.latency,
    }
    return books.open_shop(
        imported=weather.imported, bench=options, limits=Limits(batch_size=weather.batch_size)
    )


def failure(seed: int) -> str | None:
    """What is wrong after a storm, and how to see it again."""
    found = Storm(seed).problems()
    return "\n    ".join((f"make storm SEED={seed}", *found)) if found else None
