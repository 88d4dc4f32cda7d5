"""Time as the emulator sees it: the machine's own, or one that a test owns.

QuickBooks answers in US Pacific time whatever the company's zone. The offset is computed from the
rule in force since 2007, so that no time zone database is needed.
"""

import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Protocol

#: The last instant that a clock can be set to; what follows from it is in reach of a date.
LAST = datetime(9000, 1, 1, tzinfo=UTC)
_STANDARD = timezone(timedelta(hours=-8))
_DAYLIGHT = timezone(timedelta(hours=-7))


class Clock(Protocol):
    """What the emulator asks of a clock; instants are aware and in UTC."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...

    def advance(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock, plus whatever it was advanced by."""

    def __init__(self, file: Path | None = None) -> None:
        """`file` holds the seconds by which a clock that others share is ahead; it may be empty."""
        self._ahead = timedelta()
        self._file = file

    @property
    def ahead(self) -> timedelta:
        """What it was advanced by."""
        return self._ahead

    def now(self) -> datetime:
        shared = float(self._file.read_bytes() or b"0") if self._file else 0.0
        return datetime.now(UTC) + self._ahead + timedelta(seconds=shared)

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        if seconds > 0:
            time.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """Move into the future without waiting."""
        self._ahead += timedelta(seconds=_forward(seconds))


class ManualClock:
    """A clock that moves only when told to; waiting moves it instead of passing time."""

    def __init__(self, start: datetime = datetime(2026, 10, 1, 16, 0, tzinfo=UTC)) -> None:
        if start.tzinfo is None:
            raise ValueError("start: give the time with its zone")
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._move(max(seconds, 0))

    def advance(self, seconds: float) -> None:
        self._move(_forward(seconds))

    def _move(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)


def _forward(seconds: float) -> float:
    if seconds < 0:
        raise ValueError("seconds: a clock can only be moved forwards")
    return seconds


def pacific(instant: datetime) -> datetime:
    """The same instant on a clock in California."""
    starts, ends = _daylight_saving(instant.year)
    return instant.astimezone(_DAYLIGHT if starts <= instant < ends else _STANDARD)


@cache
def _daylight_saving(year: int) -> tuple[datetime, datetime]:
    """When it begins and ends in a year: second Sunday of March, first of November, at two."""
    starts = datetime(year, 3, 8, 10, tzinfo=UTC)
    starts += timedelta(days=(6 - starts.weekday()) % 7)
    ends = datetime(year, 11, 1, 9, tzinfo=UTC)
    return starts, ends + timedelta(days=(6 - ends.weekday()) % 7)


def stamp(instant: datetime) -> str:
    """The form of MetaData: seconds and offset, `2026-08-16T13:45:18-07:00`."""
    return pacific(instant).isoformat(timespec="seconds")


def stamp_millis(instant: datetime) -> str:
    """The form of an answer's `time`: milliseconds and offset."""
    return pacific(instant).isoformat(timespec="milliseconds")


def parse_instant(text: str, without_offset: str = "pacific") -> datetime | None:
    """An ISO date or date-time; one without an offset is in `pacific` time, or in `utc`.

    None for what is none, and for the first and last year that there are, which have no day
    before or after them to be moved to by a zone.
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if not 1 < value.year < 9999:
        return None
    if value.tzinfo is None and without_offset == "utc":
        value = value.replace(tzinfo=UTC)
    elif value.tzinfo is None:
        offset = pacific(value.replace(tzinfo=UTC)).utcoffset() or timedelta()
        value = value.replace(tzinfo=timezone(offset))
    return value.astimezone(UTC)
