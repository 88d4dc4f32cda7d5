"""Deaths at chosen moments: a sandbox that comes to a trap gets a signal there and then.

A trap names an AWS call of a function. It lies as a file in the run directory; a sandbox looks for
it right before and right after each of its calls, and sends itself the signal. The functions' code
knows nothing of it, and what dies is a process, not a mock of one. A trap strikes once.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

DIRECTORY = "traps"
"""In the run directory."""


@dataclass(frozen=True)
class Trap:
    """Where a function gets a signal."""

    function: str
    """The name of its file."""
    call: str
    """A regular expression for the whole of ``dynamodb TransactWriteItems``."""
    when: str = "before"
    """``before`` the call is sent, or ``after`` its answer came."""
    about: str = ""
    """A regular expression that the outline of the call's parameters, as JSON, must contain."""
    nth: int = 1
    """Of the calls that one process makes."""
    signal: int = signal.SIGKILL


class SetTrap:
    """A trap that lies in wait, seen by whoever set it."""

    def __init__(self, run: Path, trap: Trap) -> None:
        self.trap = trap
        name = f"{trap.function}.{uuid.uuid4().hex}"
        self._path = run / DIRECTORY / f"{name}.json"
        self._sprung = run / DIRECTORY / f"{name}.sprung"
        self._path.parent.mkdir(exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(trap)))
        draft.rename(self._path)

    @property
    def caught(self) -> int | None:
        """The id of the process that got the signal; None while nobody came by."""
        return int(self._sprung.read_text()) if self._sprung.exists() else None

    def lift(self) -> None:
        """Take the trap away, if it still lies there."""
        self._path.unlink(missing_ok=True)


class Traps:
    """What a sandbox asks at each of its calls."""

    def __init__(self, run: Path, function: str) -> None:
        self._directory = run / DIRECTORY
        self._pattern = f"{function}.*.json"
        self._passed: dict[Path, int] = {}

    def pass_by(self, when: str, call: str, about: str) -> None:
        """Return, unless a trap for this call lies here."""
        for path in self._directory.glob(self._pattern):
            with contextlib.suppress(FileNotFoundError):  # somebody else was caught
                trap = Trap(**json.loads(path.read_text()))
                if _fits(trap, when, call, about):
                    self._passed[path] = self._passed.get(path, 0) + 1
                    if self._passed[path] == trap.nth:
                        _spring(path, trap.signal)


def _fits(trap: Trap, when: str, call: str, about: str) -> bool:
    return (
        trap.when == when
        and re.fullmatch(trap.call, call) is not None
        and re.search(trap.about, about) is not None
    )


def _spring(path: Path, number: int) -> None:
    """Only one process gets the signal: the one that takes the file away."""
    mine = path.with_suffix(f".{os.getpid()}")
    path.rename(mine)
    mine.write_text(str(os.getpid()))
    mine.rename(path.with_suffix(".sprung"))
    os.kill(os.getpid(), number)
