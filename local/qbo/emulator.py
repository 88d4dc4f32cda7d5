"""The emulator as a whole: companies, apps, tokens, limits, faults on demand, the request log."""

import itertools
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.qbo.clock import Clock, ManualClock, SystemClock, stamp_millis
from local.qbo.company import Company
from local.qbo.entities import ENTITIES
from local.qbo.profiles import PROFILES
from local.qbo.state.storage import Storage
from local.qbo.switches import Latency, Limits, Switches
from local.qbo.webhooks.deliveries import Webhooks
from local.qbo.wire.injection import Injection, Injections
from local.qbo.wire.oauth import SCOPE, App, Grant, Tokens
from local.qbo.wire.requestids import RequestIds
from local.qbo.wire.throttle import Throttle

DEFAULT_REALM = "9341450000000001"
DEMO_CLIENT_ID = "demo-client-id"
DEMO_CLIENT_SECRET = "demo-client-secret"  # noqa: S105 - opens nothing but this emulator
_REALM = re.compile(r"[0-9]{1,20}")
_LOG_LENGTH = 20000


def check_realm(realm: str) -> str:
    """A realm, if it can be one. Raises ValueError."""
    if not _REALM.fullmatch(realm):
        raise ValueError(f"realm: give up to 20 digits, as {DEFAULT_REALM}")
    return realm


@dataclass
class LogEntry:
    """One request as it was answered."""

    number: int
    time: str
    method: str
    path: str
    realm: str = ""
    client_id: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    requestid: str = ""
    status: int = 0
    note: str = ""


@dataclass
class Stats:
    """Counters of one company. Reads are queries, reads by id, reports and CDC."""

    requests: int = 0
    reads: int = 0
    writes: int = 0
    batches: int = 0
    batch_items: int = 0
    replayed: int = 0
    throttled: int = 0
    refused: int = 0
    tokens: int = 0
    by_operation: dict[str, int] = field(default_factory=dict)

    def count(self, operation: str) -> None:
        self.by_operation[operation] = self.by_operation.get(operation, 0) + 1


@dataclass
class Deferred:
    """A write whose answer was lost and that happens later."""

    realm: str
    due: datetime
    run: Callable[[], None]


class Emulator:
    """QuickBooks Online in memory. `create_app` makes it speak HTTP.

    `seed` fixes the tokens that are issued, so that runs can be repeated.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        switches: Switches | None = None,
        limits: Limits | None = None,
        latency: Latency | None = None,
        *,
        seed: int | None = None,
        public_url: str = "",
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.switches = switches or Switches()
        self.limits = limits or Limits()
        self.latency = latency or Latency()
        self.public_url = public_url
        self.injections = Injections()
        self.lock = threading.RLock()
        self.apps: dict[str, App] = {}
        self.storage: Storage | None = None
        self._seed = seed
        self.add_app(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
        self.reset()

    def reset(self) -> None:
        """Forget companies, tokens, faults and the log; keep apps, clock, switches, limits."""
        with self.lock:
            self.companies: dict[str, Company] = {}
            self.requestids: dict[str, RequestIds] = {}
            self.stats: dict[str, Stats] = {}
            self.tokens = Tokens(self.clock, self.switches, self._seed)
            self.throttle = Throttle(self.clock, self.limits)
            self.webhooks = Webhooks(
                self.clock, self.switches, self.companies, self.tokens, self._seed
            )
            self.injections.clear()
            self.deferred: list[Deferred] = []
            self.log: deque[LogEntry] = deque(maxlen=_LOG_LENGTH)
            self._numbers = itertools.count(1)
        if self.storage is not None:
            self.storage.reset(self)

    def add_app(
        self, client_id: str, secret: str, redirect_uris: tuple[str, ...] | None = None
    ) -> None:
        """Register a client of the API; redirect_uris of None accepts any."""
        self.apps[client_id] = App(client_id, secret, redirect_uris)

    def seed(self, profile: str = "us", realm: str = DEFAULT_REALM, name: str = "") -> Company:
        """Make a company from a profile, in place of one with the same realm.

        Raises ValueError for an unknown profile, and for a realm that is no number.
        """
        check_realm(realm)
        found = PROFILES.get(profile)
        if found is None:
            raise ValueError(f"profile: {profile!r} is unknown; use one of {', '.join(PROFILES)}")
        company = Company(realm, self.clock, self.switches, ENTITIES)
        place = profile.partition("_")[0].upper()
        found(company, name or f"Sandbox Company_{place}_{len(self.companies) + 1}")
        ids = RequestIds(company)
        self.adopt(company, ids)
        if self.storage is not None:
            self.storage.add(company, ids)
            self.storage.save(self)
        return company

    def adopt(self, company: Company, ids: RequestIds) -> None:
        """Serve a company, in place of one with the same realm."""
        with self.lock:
            self.companies[company.realm] = company
            self.webhooks.watch(company)
            self.deferred = [each for each in self.deferred if each.realm != company.realm]
            self.requestids[company.realm] = ids
            self.stats[company.realm] = Stats()

    def save(self) -> None:
        """Keep what calls to OAuth or the control plane have changed, if there is a file."""
        if self.storage is not None:
            self.storage.save(self)

    def company(self, realm: str = DEFAULT_REALM) -> Company:
        """A company. Raises KeyError."""
        return self.companies[realm]

    def inject(self, answer: str = "server_error", **how: Any) -> Injection:
        """Let something go wrong; see `Injection` for the settings. Raises ValueError."""
        injection = Injection.from_values({"answer": answer, **how})
        self.injections.add(injection)
        return injection

    def connect(
        self, realm: str = DEFAULT_REALM, client_id: str = DEMO_CLIENT_ID
    ) -> dict[str, object]:
        """Tokens for a company without the walk through the consent page."""
        with self.lock:
            issued = self.tokens.issue(Grant(client_id, realm, SCOPE))
        self.save()
        return issued

    def run_due(self) -> None:
        """Carry out the writes whose time has come although their answers were lost."""
        with self.lock:
            now = self.clock.now()
            due = [each for each in self.deferred if each.due <= now]
            self.deferred = [each for each in self.deferred if each.due > now]
        for each in sorted(due, key=lambda each: each.due):
            each.run()

    def deliver_webhooks(self) -> None:
        """Send the webhooks that are due, if any app wants them."""
        if self.webhooks.endpoints:
            self.webhooks.deliver()

    def wait(self, calls: int) -> None:
        """Let the emulated time of an answer pass."""
        seconds = self.latency.base + self.latency.per_item * calls
        if seconds > 0:
            self.clock.sleep(seconds)

    def number(self) -> int:
        return next(self._numbers)

    def note(self, entry: LogEntry) -> None:
        entry.time = entry.time or stamp_millis(self.clock.now())
        self.log.append(entry)


__all__ = ["DEFAULT_REALM", "DEMO_CLIENT_ID", "DEMO_CLIENT_SECRET", "Emulator", "ManualClock"]
