"""`requestid`: a write that was answered is answered the same again, not carried out again."""

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from local.qbo import faults
from local.qbo.company import Company

#: A request id, alone or with the ids of one or all items of its batch.
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer as it was sent."""

    status: int
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is kept, compressed: by default all of them are kept for ever."""

    status: int
    packed: bytes
    at: datetime

    def unpacked(self) -> Stored:
        return Stored(self.status, zlib.decompress(self.packed).decode(), self.at)


class RequestIds:
    """What one company remembers of the writes it has answered."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._clock = company.clock
        self._switches = company.switches
        self.kept: dict[Key, Kept] = {}
        self._running: dict[str, int] = {}
        self._idle = threading.Condition(threading.RLock())

    def recall(self, key: Key) -> Stored | None:
        """The answer given before, while it is remembered."""
        kept = self.kept.get(key)
        if kept is None or self._is_over(kept):
            return None
        return kept.unpacked()

    def remember(self, key: Key, status: int, body: str, *, refused: bool) -> bool:
        """Keep an answer; a refusal only where the switch says so.

        Within a unit of work of the company it is kept together with what was written, or not
        at all.
        """
        if refused and not self._switches.requestid_replays_failures:
            return False
        with self._company.lock:
            self._assign(key, Kept(status, zlib.compress(body.encode(), 1), self._clock.now()))
            # They are in the order of their times, so the oldest ones are first.
            for each in [*takewhile(lambda one: self._is_over(self.kept[one]), self.kept)]:
                self._assign(each, None)
        return True

    def _is_over(self, kept: Kept) -> bool:
        retention = self._switches.requestid_retention
        return retention is not None and (
            self._clock.now() - kept.at >= timedelta(seconds=retention)
        )

    def _assign(self, key: Key, kept: Kept | None) -> None:
        before = self.kept.pop(key, None)
        self._put(key, kept)
        self._company.undo.add(lambda: self._put(key, before))
        self._company.undo.changed("answer", key)

    def _put(self, key: Key, kept: Kept | None) -> None:
        if kept is None:
            self.kept.pop(key, None)
        else:
            self.kept[key] = kept

    @contextmanager
    def running(self, requestid: str) -> Iterator[None]:
        """While a call with this id is carried out. Raises fault 600 where the switch says so."""
        self.begin(requestid)
        try:
            yield
        finally:
            self.end(requestid)

    def is_running(self, requestid: str) -> bool:
        with self._idle:
            return requestid in self._running

    def begin(self, requestid: str) -> None:
        """Start a call; wait for, refuse or ignore another one that runs, by the switch."""
        mode = self._switches.requestid_while_running
        with self._idle:
            if requestid in self._running and mode == "error":
                raise faults.duplicate_request()
            while requestid in self._running and mode == "wait":
                self._idle.wait(120)
            self.enter(requestid)

    def enter(self, requestid: str) -> None:
        """Note that a call runs, whatever else does."""
        with self._idle:
            self._running[requestid] = self._running.get(requestid, 0) + 1

    def end(self, requestid: str) -> None:
        with self._idle:
            left = self._running.get(requestid, 1) - 1
            if left:
                self._running[requestid] = left
            else:
                self._running.pop(requestid, None)
            self._idle.notify_all()
