"""One counter per realm for everything that calls QuickBooks, so that all writers together stay
within its limits.

    window     calls that QuickBooks allows    counted in slots of
    minute     requests_per_minute             1 s
    second     requests_per_second             1/60 s
    batches    batches_per_minute              1 s

A call is counted in its slot, and allowed while the last 62 slots hold fewer calls than the limit.
A call therefore is more than a whole window, and a slot besides, after the one whose place it
takes: no window of a minute holds more than the limit, wherever it begins, even if one call travels
up to a second longer than another. Sustained, 60/62 = 96.8 % of the limit is used; after a quiet
minute all of it is there at once.

QuickBooks also counts all apps of a company together (500 calls and 120 batches a minute), and what
the others do is not known before it answers 429. Then everybody pauses, and the windows of a minute
allow a share of what they did when it became too much:

    minutes after the pause    0     1     2     4     6.5   8     10
    share of that              50 %  73 %  85 %  90 %  100 % 130 % 225 %    never below a tenth

This is the curve of RFC 9438 (CUBIC): soon back near what was too much, long just below it, so that
a neighbour who stays costs a 429 every seven minutes, then faster and faster, so that the whole
limit is used again some minutes after the neighbour has gone.

Source of the limits: "Limits and throttles" in Intuit's REST API features.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor
from typing import Any

from tillbook.domain.settings import Limits
from tillbook.errors import Throttled, TransientError
from tillbook.ports import Absent, Clock, ConditionFailed, Database, Equals, Item, Put
from tillbook.store import keys

_SLOTS = 60
_KEPT = _SLOTS + 2
# Writers that collide take turns; this many turns lost means that something is wrong.
_TURNS = 20
# Slept longer than computed, so that the turn has come whatever clock and sleep round off.
_TICK = 0.001
# Of the limit of a minute, however often QuickBooks answers 429.
_LEAST_SHARE = 0.1


@dataclass(frozen=True)
class _Window:
    name: str
    limit: int
    seconds: int

    @property
    def slot(self) -> float:
        """The length of a slot in seconds."""
        return self.seconds / _SLOTS


class RateLimiter:
    def __init__(self, database: Database, clock: Clock, sleep: Callable[[float], None]) -> None:
        self._db = database
        self._clock = clock
        self._sleep = sleep
        # What was written last, by realm: while nobody else writes, a call costs one write and no
        # read. If somebody did, the condition fails and the item is read. Threads share it.
        self._last: dict[str, Item] = {}

    def acquire(self, realm_id: str, limits: Limits, *, batch: bool, patience: float) -> None:
        """Counts one call, after waiting for its turn up to `patience` seconds. Raises Throttled
        with the seconds to wait where that is longer; then nothing was counted."""
        deadline = self._clock() + timedelta(seconds=patience)
        lost_turns = 0
        while lost_turns < _TURNS:
            item = self._last.get(realm_id) or self._db.get(keys.limits(realm_id)) or {}
            now = _seconds(self._clock())
            windows = _windows(limits, _share(item, now), batch=batch)
            wait = max(_wait(item, window, now) for window in windows)
            wait = max(wait, float(item.get("paused_until", 0)) - now)
            if wait > 0:
                if now + wait > _seconds(deadline):
                    raise Throttled(wait)
                self._sleep(wait + _TICK)
                continue
            counted = {window.name: _counted(item, window, now) for window in windows}
            if self._store(realm_id, item, {**item, **counted}):
                return
            lost_turns += 1
        raise TransientError("Too many writers call QuickBooks for one company at once.")

    def slow_down(self, realm_id: str, until: datetime, *, sent_at: datetime) -> None:
        """A call that was sent at `sent_at` was answered 429: nobody calls before `until`, or a
        later time that is known already, and less is allowed afterwards. Calls that were sent
        before the last pause was over tell nothing new about how much is too much."""
        for _ in range(_TURNS):
            item = self._last.get(realm_id) or self._db.get(keys.limits(realm_id)) or {}
            eased = {}
            if _seconds(sent_at) >= int(item.get("paused_until", 0)):
                eased = {"too_much": round(100 * _share(item, _seconds(sent_at)))}
            pause = max(int(item.get("paused_until", 0)), floor(_seconds(until)) + 1)
            if self._store(realm_id, item, {**item, **eased, "paused_until": pause}):
                return
        raise TransientError("Too many writers call QuickBooks for one company at once.")

    def _store(self, realm_id: str, before: Item, after: Item) -> bool:
        """False where another writer came first."""
        key = keys.limits(realm_id)
        version = before.get("version")
        item = {name: value for name, value in after.items() if name not in {"pk", "sk"}}
        item["version"] = (version or 0) + 1
        when = Absent() if version is None else Equals("version", version)
        self._last.pop(realm_id, None)  # whatever happens now, it is not what is stored
        try:
            self._db.write(Put(key, item, when=(when,)))
        except ConditionFailed:
            return False
        self._last[realm_id] = item
        return True


def _seconds(moment: datetime) -> float:
    return moment.astimezone(UTC).timestamp()


def _share(item: Item, now: float) -> float:
    """The part of a minute's limits that is allowed. `too_much` is the one, in percent, at which
    QuickBooks answered 429."""
    if "too_much" not in item:
        return 1.0
    minutes = max(0.0, now - float(item["paused_until"])) / 60
    growth = 0.9 - 0.4 * (1 - minutes / 4) ** 3
    return min(1.0, max(_LEAST_SHARE, growth * int(item["too_much"]) / 100))


def _windows(limits: Limits, share: float, *, batch: bool) -> list[_Window]:
    windows = [
        _Window("minute", max(1, floor(limits.requests_per_minute * share)), 60),
        _Window("second", limits.requests_per_second, 1),
    ]
    if batch:
        windows.append(_Window("batches", max(1, floor(limits.batches_per_minute * share)), 60))
    return windows


def _calls(item: Item, window: _Window, now: float) -> tuple[int, list[int]]:
    """The newest slot and the calls in each of the slots kept, oldest first. A clock that is behind
    another writer's counts in that one's slot."""
    stored: dict[str, Any] = item.get(window.name) or {"slot": 0, "calls": []}
    slot = max(floor(now / window.slot), int(stored["slot"]))
    passed = min(slot - int(stored["slot"]), _KEPT)
    calls = [0] * _KEPT + [int(count) for count in stored["calls"]] + [0] * passed
    return slot, calls[-_KEPT:]


def _wait(item: Item, window: _Window, now: float) -> float:
    """Seconds until so many calls have left the window that one more is allowed."""
    newest, calls = _calls(item, window, now)
    in_window = sum(calls)
    for passed, count in enumerate([0, *calls]):
        in_window -= count
        if in_window < window.limit:
            return 0.0 if passed == 0 else (newest + passed) * window.slot - now
    raise AssertionError("a limit is positive")


def _counted(item: Item, window: _Window, now: float) -> dict[str, Any]:
    slot, calls = _calls(item, window, now)
    calls[-1] += 1
    first = next(index for index, count in enumerate(calls) if count)
    return {"slot": slot, "calls": calls[first:]}
