"""The clock of one local cloud: the machine's, and the time that was skipped.

Where a state machine is not made to wait, functions and QuickBooks must still find that the time
has passed: what they wait for happens by their clocks. All processes look at one file that says how
far they are ahead. Only the standard library is used here, because the AWS endpoints run in an
environment of their own.
"""

from __future__ import annotations

import fcntl
import os
import time
from datetime import UTC, datetime
from pathlib import Path

FILE = "clock"
"""In the run directory: the seconds skipped so far."""

_WIDTH = 20
"""Written over in place, so that nobody reads a half of it."""


class SharedClock:
    """One clock in every process that names the same file."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def ahead(self) -> float:
        """Seconds by which this clock is ahead of the machine's."""
        return float(os.pread(self._file, _WIDTH, 0) or b"0")

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.ahead()

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def skip(self, seconds: float) -> None:
        """Move on without waiting.

        Raises:
            ValueError: `seconds` is negative; nothing here has ever seen time go back.
        """
        if seconds < 0:
            raise ValueError("seconds: a clock can only be moved forwards")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            os.pwrite(self._file, f"{self.ahead() + seconds:<{_WIDTH}.3f}".encode(), 0)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
