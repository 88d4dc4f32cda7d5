"""Calls side by side without threads: what runs beside the main thread takes none of its time.

A call is carried out when it is submitted, on a clock of its own; its answer is there when the main
clock has come so far. So a run is the same each time, and as fast as its slowest part on the clock.
"""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...

    def advance(self, seconds: float) -> None: ...

    def set_back(self, moment: datetime) -> None: ...


class SimulatedLanes:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: list[tuple[datetime, int, Callable[[], Any]]] = []
        self._number = 0

    def __enter__(self) -> "SimulatedLanes":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for ends, _, _ in self._answers:
            self._wait_until(ends)

    @property
    def busy(self) -> int:
        return len(self._answers)

    def submit(self, call: Callable[[], Any]) -> None:
        begins = self._clock.now()
        answer = _outcome(call)
        self._number += 1
        self._answers.append((self._clock.now(), self._number, answer))
        self._answers.sort(key=lambda one: one[:2])
        self._clock.set_back(begins)

    def has_answer(self) -> bool:
        return bool(self._answers) and self._answers[0][0] <= self._clock.now()

    def take(self) -> Any:
        ends, _, answer = self._answers.pop(0)
        self._wait_until(ends)
        return answer()

    def _wait_until(self, moment: datetime) -> None:
        self._clock.advance(max(0.0, (moment - self._clock.now()).total_seconds()))


def _outcome(call: Callable[[], Any]) -> Callable[[], Any]:
    try:
        answer = call()
    except Exception as error:  # noqa: BLE001 - raised where the answer is taken
        failed = error

        def fail() -> Any:
            raise failed

        return fail
    return lambda: answer
