"""The ports of the parts, which stay the same where the state is kept.

Addresses get into what is stored: the URL of a queue, a webhook's address at a shop.
"""

from __future__ import annotations

import json
from pathlib import Path

from local.cloud.processes import free_port


class Ports:
    """Free ports by the name of the part; those of the last time where `data` has them."""

    def __init__(self, data: Path | None) -> None:
        self._path = data / "ports.json" if data else None
        known = self._path is not None and self._path.exists()
        self._last: dict[str, int] = (
            json.loads(self._path.read_text()) if self._path and known else {}
        )
        self._taken: dict[str, int] = {}

    def take(self, part: str) -> int:
        self._taken[part] = free_port(self._last.get(part, 0))
        return self._taken[part]

    def keep(self) -> None:
        """Remember the ports in use for the next time."""
        if self._path is not None:
            self._path.write_text(json.dumps(self._taken))
