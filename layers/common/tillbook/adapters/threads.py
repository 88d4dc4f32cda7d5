"""Calls beside each other, each in a thread of its own."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any


class ThreadLanes:
    """Leaving it waits for every call: Lambda freezes a function that has answered, and a call
    that thaws minutes later would be one that everybody takes for dead."""

    def __init__(self, number: int) -> None:
        self._executor = ThreadPoolExecutor(number, thread_name_prefix="lane")
        self._under_way: set[Future[Any]] = set()

    def __enter__(self) -> "ThreadLanes":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._executor.shutdown(wait=True)

    @property
    def busy(self) -> int:
        return len(self._under_way)

    def submit(self, call: Callable[[], Any]) -> None:
        self._under_way.add(self._executor.submit(call))

    def has_answer(self) -> bool:
        return any(one.done() for one in self._under_way)

    def take(self) -> Any:
        done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
        first = done.pop()
        self._under_way.remove(first)
        return first.result()
