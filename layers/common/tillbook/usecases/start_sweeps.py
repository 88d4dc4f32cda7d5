"""Starts the daily sweep of every connection whose time has come."""

from collections.abc import Callable
from datetime import timedelta

from tillbook.errors import Conflict, NotFound, TransientError
from tillbook.store import connections, keys
from tillbook.store.connections import State
from tillbook.usecases.runs import SWEEP, Ports, start_run

# Looked at once an hour: a day later it is time again, whatever the minute was.
EVERY = timedelta(hours=23)
_AT_ONCE = 100
_RESERVE_SECONDS = 10.0


def start_sweeps(ports: Ports, seconds_left: Callable[[], float]) -> int:
    """How many were started. Where a run is under way, or something else is in the way, the next
    call tries again."""
    before = (ports.now() - EVERY).isoformat()
    due = [
        one.connection
        for one in connections.list_all(ports.database)
        if one.swept_at is None or one.swept_at < before
    ]
    started = 0
    for start in range(0, len(due), _AT_ONCE):
        wanted = [keys.connection(one) for one in due[start : start + _AT_ONCE]]
        for item in ports.database.get_many(wanted).values():
            if item["state"] != State.CONNECTED:
                continue
            if seconds_left() < _RESERVE_SECONDS:
                return started
            try:
                start_run(ports, item["id"], direction=SWEEP, started_by="schedule")
            except (Conflict, NotFound, TransientError):
                continue
            started += 1
    return started
