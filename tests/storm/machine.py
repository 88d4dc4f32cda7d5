"""An execution of the state machine, one invocation at a time, as `statemachine/` describes it:
what is retried, what ends the run, who may still close it."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import Any

from tests.fakes import MemoryRuns
from tests.storm.process import Call, Killed, Process
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Kind
from tillbook.errors import LeaseLost, TransientError
from tillbook.runtime import Services
from tillbook.store import proofs
from tillbook.usecases.export_entity import export_entity
from tillbook.usecases.import_reference import import_reference
from tillbook.usecases.lease import Lease
from tillbook.usecases.reconcile_books import reconcile_books
from tillbook.usecases.runs import begin_run, finish_run, plan_run, start_run, wants_sweep
from tillbook.usecases.step import step
from tillbook.usecases.sweep_connection import sweep_connection
from tillbook.usecases.work import open_work

HAND_OVER = Call("state machine", "hand-over", is_effect=True)
# Retries of a Task: of a sandbox that died, and of an error that passes; seconds before the first.
_DEATHS = (2, 10)
_TRANSIENTS = (5, 5)

Remaining = Callable[[], float]
Steps = Generator[str, None, Any]


class Execution:
    """One run. Iterating makes one invocation after the other, and waits between them; whoever
    stops iterating has stopped the execution."""

    def __init__(
        self,
        bench: Workbench,
        new_process: Callable[[], Process],
        tell: Callable[[str], None] = lambda _: None,
        *,
        reconciles: bool = True,
    ) -> None:
        """`new_process` makes a sandbox; one that lives is used again."""
        self.bench = bench
        self.run_id = ""
        self.error: str | None = None
        """The name of the exception that ended the run early."""
        self.proof: dict[str, Any] = {}
        self._new_process = new_process
        self._process: Process | None = None
        self._tell = tell
        self._reconciles = reconciles

    def __iter__(self) -> Iterator[str]:
        """Starts the run. Raises what `start_run` raises."""
        machine = self.bench.services.runs
        assert isinstance(machine, MemoryRuns)
        started = machine.started
        before = set(started)
        try:
            start_run(self._sandbox().services, CONNECTION, direction="both", started_by="alice")
        except Killed:
            self._tell("killed in start")
            yield "killed in start"
        for self.run_id in started.keys() - before:
            self._tell(f"run {self.run_id[-4:]} starts")
            yield from self._states()

    def _states(self) -> Steps:
        fence = 0
        try:
            fence = yield from self._task(
                "begin", lambda services, _: begin_run(services, CONNECTION, self.run_id)
            )
            yield from self._steps(Lease(CONNECTION, self.run_id, fence))
        except LeaseLost:
            self.error = "LeaseLost"
            self._tell("the lease is lost: nothing more is touched")
            return
        except (Exception, Killed) as problem:  # noqa: BLE001 - the state machine catches by name
            self.error = type(problem).__name__
            self._tell(f"ended early: {self.error}: {problem}")
        try:
            yield from self._task(
                "finish",
                lambda services, _: finish_run(
                    services, CONNECTION, self.run_id, fence, self.error
                ),
            )
        except (Exception, Killed) as problem:  # noqa: BLE001 - as above
            self.error = self.error or type(problem).__name__

    def _steps(self, lease: Lease) -> Steps:
        yield from self._loop(lease, "import", partial(_import, lease))
        kinds, sweep = yield from self._task("plan", _plan)
        for kind in map(Kind, kinds):
            yield from self._loop(lease, f"export {kind}", partial(_export, lease, kind))
        if sweep and self._reconciles:
            yield from self._loop(lease, "sweep", partial(_sweep, lease))
        if self._reconciles:
            yield from self._loop(lease, "reconcile", partial(_reconcile, lease))
            self.proof = proofs.load_proof(self.bench.db, CONNECTION) or {}

    def _loop(self, lease: Lease, name: str, work: Callable[[Services, Remaining], Any]) -> Steps:
        def one(services: Services, left: Remaining) -> Any:
            return step(services, lease, lambda: work(services, left))

        while not (progress := (yield from self._task(name, one))).done:
            self._wait(progress.wait_seconds)

    def _task(self, name: str, call: Callable[[Services, Remaining], Any]) -> Steps:
        deaths = transients = 0
        while True:
            process = self._sandbox()
            self._tell(name)
            process.invocation, process.run_id = call, self.run_id
            try:
                answer = call(process.services, process.remaining(self.bench.clock.now()))
                process.passes(HAND_OVER, lambda: None)
            except Killed:
                self._tell(f"killed in {name}")
                self._process = None
                yield f"killed in {name}"
                if deaths == _DEATHS[0]:
                    raise
                self._wait(_DEATHS[1] * 2**deaths)
                deaths += 1
            except TransientError as problem:
                self._tell(f"{name}: {type(problem).__name__}: {problem}")
                yield f"{name} failed"
                if transients == _TRANSIENTS[0]:
                    raise
                self._wait(_TRANSIENTS[1] * 2**transients)
                transients += 1
            else:
                yield name
                return answer

    def _sandbox(self) -> Process:
        if self._process is None or self._process.dead:
            self._process = self._new_process()
        return self._process

    def _wait(self, seconds: float) -> None:
        if seconds:
            self._tell(f"waits {seconds:g} s")
            self.bench.clock.advance(seconds)


def _import(lease: Lease, services: Services, left: Remaining) -> Any:
    return import_reference(services, lease, left)


def _plan(services: Services, _: Remaining) -> tuple[list[str], bool]:
    return plan_run(services, CONNECTION, "both"), wants_sweep(services, CONNECTION, "both")


def _export(lease: Lease, kind: Kind, services: Services, left: Remaining) -> Any:
    return export_entity(open_work(services, lease, left), kind)


def _sweep(lease: Lease, services: Services, left: Remaining) -> Any:
    return sweep_connection(services, lease, left)


def _reconcile(lease: Lease, services: Services, left: Remaining) -> Any:
    return reconcile_books(open_work(services, lease, left))


def run_to_end(execution: Execution) -> Execution:
    for _ in execution:
        pass
    return execution
