"""The ports of the parts, which stay the same where the state is kept.

Addresses get into what is stored: the URL of a queue, a webhook's address at a shop.
"""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import TextIO

from local.cloud.processes import LocalCloudError, free_port


class Ports:
    """Free ports by the name of the part; those of the last time where `data` has them."""

    def __init__(self, data: Path | None) -> None:
        """
        Raises:
            LocalCloudError: `data` cannot be a directory, or another local cloud uses it.
        """
        self._file = _locked(data / "ports.json") if data else None
        known = self._file.read() if self._file else ""
        self._last: dict[str, int] = json.loads(known or "{}")
        self._taken: dict[str, int] = {}

    def take(self, part: str) -> int:
        self._taken[part] = free_port(self._last.get(part, 0))
        return self._taken[part]

    def keep(self) -> None:
        """Remember the ports in use for the next time."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps(self._taken))
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _locked(path: Path) -> TextIO:
    """The file, open and this process's own until it is closed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        raise LocalCloudError(
            f"{path.parent} cannot keep the state: {error.strerror}. Name another directory."
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise LocalCloudError(
            f"Another local cloud keeps its state in {path.parent}. Stop it, or name another one."
        ) from error
    file.seek(0)
    return file
