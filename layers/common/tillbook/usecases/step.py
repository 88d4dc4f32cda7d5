"""One step of a run, whose run says what it waits for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from tillbook.errors import TransientError
from tillbook.ports import HasClock, HasDatabase
from tillbook.store import runs
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.work import Progress

# The state machine tries again what passes by itself, the last time after about so long.
_TRIED_AGAIN = timedelta(minutes=2)
_WAITS = "QuickBooks asks to wait, or has not said yet what became of a batch"


class Ports(HasDatabase, HasClock, Protocol):
    """What this reaches."""


def step(ports: Ports, lease: Lease, work: Callable[[], Progress]) -> Progress:
    """What `work` answers and raises; its next call to QuickBooks ends the waiting."""
    try:
        progress = work()
    except TransientError as problem:
        _say(ports, lease, f"{problem}; trying again", _TRIED_AGAIN)
        raise
    if progress.wait_seconds:
        _say(ports, lease, _WAITS, timedelta(seconds=progress.wait_seconds))
    return progress


def _say(ports: Ports, lease: Lease, what: str, how_long: timedelta) -> None:
    until = ports.now() + how_long
    runs.wait(ports.database, lease.connection_id, lease.run_id, what, until)
