"""How many calls are let through: sliding windows and calls at once, on the emulator's clock."""

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from local.qbo.clock import Clock
from local.qbo.switches import Limits

_DAY = 86400.0

Key = tuple[str, ...]


class Throttle:
    """Calls within their windows, and those under way, against the limits."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self.clock = clock
        self.limits = limits
        self._calls: dict[Key, deque[datetime]] = {}
        self._running: Counter[Key] = Counter()
        self._lock = threading.Lock()

    def admit(self, realm: str, client_id: str, kind: str, *, count_refused: bool) -> bool:
        """Whether a call may pass; one that may is counted. `kind`: batch, report, email or ""."""
        with self._lock:
            now = self.clock.now()
            windows = self._windows(realm, client_id, kind)
            admitted = True
            for key, limit, seconds in windows:
                calls = self._calls.setdefault(key, deque())
                while calls and now - calls[0] >= timedelta(seconds=seconds):
                    calls.popleft()
                if limit is not None and len(calls) >= limit:
                    admitted = False
            if admitted or count_refused:
                for key, _, _ in windows:
                    self._calls[key].append(now)
            return admitted

    def count_items(self, realm: str, items: int) -> None:
        """Count the items of a batch, which has been counted as one call, as calls of their own."""
        with self._lock:
            calls = self._calls.setdefault(("realm", realm), deque())
            calls.extend([self.clock.now()] * (items - 1))

    @contextmanager
    def running(self, realm: str, client_id: str) -> Iterator[bool]:
        """While a call is under way; False when too many of the app's already are."""
        key = (realm, client_id)
        with self._lock:
            limit = self.limits.app_at_once
            fits = limit is None or self._running[key] < limit
            self._running[key] += fits
        try:
            yield fits
        finally:
            with self._lock:
                self._running[key] -= fits

    def _windows(
        self, realm: str, client_id: str, kind: str
    ) -> list[tuple[Key, int | None, float]]:
        limits = self.limits
        windows: list[tuple[Key, int | None, float]] = [
            (("realm", realm), limits.realm_per_minute, 60.0),
            (("app", realm, client_id), limits.app_per_second, 1.0),
        ]
        if kind == "batch":
            windows += [
                (("batch", realm, client_id), limits.app_batches_per_minute, 60.0),
                (("batches", realm), limits.realm_batches_per_minute, 60.0),
            ]
        elif kind == "report":
            windows.append((("reports", realm), limits.realm_reports_per_minute, 60.0))
        elif kind == "email":
            windows.append((("emails", realm), limits.realm_emails_per_day, _DAY))
        return windows
