"""Measurements side by side, a process for each processor, two at most."""

import gc
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Pool:
    def __init__(self, processes: ProcessPoolExecutor) -> None:
        self._processes = processes

    def submit(self, task: Callable[_P, _T], /, *args: _P.args, **named: _P.kwargs) -> Future[_T]:
        return self._processes.submit(_without_collector, partial(task, *args, **named))


@contextmanager
def pool() -> Iterator[Pool]:
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as processes:
        yield Pool(processes)


def _without_collector(task: Callable[[], _T]) -> _T:
    """The stores and books in memory are millions of objects that no function of ours would have:
    looking through them for garbage is no part of what is measured."""
    gc.disable()
    try:
        return task()
    finally:
        gc.enable()
        gc.collect()
