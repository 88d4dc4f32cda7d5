"""Webhooks: what changed in a company, told to the endpoints that apps have registered.

Every write leaves notices with its company. From there they become events, in deliveries that are
signed, sent, logged and, without an answer 200 within three seconds, sent again. Sending is a
function, so that a test needs no socket; time is the emulator's clock.
"""

import random
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.qbo.clock import Clock
from local.qbo.company import Company, Notice
from local.qbo.switches import Switches
from local.qbo.webhooks.payloads import Endpoint, Event, Header, as_uuid, encoded, headers, post
from local.qbo.webhooks.troubles import Trouble, Troubles
from local.qbo.wire.oauth import Tokens

ANSWER_SECONDS = 3
_RETRIES = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
_OLD_RETRIES = (1200, 1800, 3000)
_OLD_RETRIED = (0, 408, 500, 502, 503, 504)
_LOG_LENGTH = 5000

#: Sends a body with its headers to a URL and answers the HTTP status. Raises OSError.
Sender = Callable[[str, bytes, dict[str, str]], int]


@dataclass
class Delivery:
    """Events on their way to an endpoint, all of one company."""

    number: int
    endpoint: Endpoint
    events: tuple[Event, ...]
    due: datetime
    attempts: int = 0


@dataclass(frozen=True)
class Attempt:
    """One sending; status 0 stands for no answer in time."""

    delivery: int
    attempt: int
    time: str
    client_id: str
    url: str
    status: int
    events: tuple[str, ...]
    ids: tuple[str, ...]


class Webhooks:
    """Endpoints, what is still to be delivered, and what was."""

    def __init__(
        self,
        clock: Clock,
        switches: Switches,
        companies: Mapping[str, Company],
        tokens: Tokens,
        seed: int | None = None,
        sender: Sender = post,
    ) -> None:
        """`companies` is read anew each time, so it may grow."""
        self.sender = sender
        self.endpoints: list[Endpoint] = []
        #: What is still to be delivered, by number.
        self.queue: dict[int, Delivery] = {}
        self.log: deque[Attempt] = deque(maxlen=_LOG_LENGTH)
        self.troubles = Troubles()
        self._clock = clock
        self._switches = switches
        self._companies = companies
        self._tokens = tokens
        self._random = random.Random(seed)
        self._numbers = 0
        self._events = 0
        self._lock = threading.RLock()

    def register(self, endpoint: Endpoint) -> None:
        """Tell an app of changes from now on, in place of its earlier endpoint."""
        with self._lock:
            self.unregister(endpoint.client_id)
            self.endpoints.append(endpoint)
            for each in self._companies.values():
                self.watch(each)

    def unregister(self, client_id: str | None = None) -> None:
        """Forget an app's endpoint and what was still to be sent to it; None: every app's."""
        with self._lock:
            gone = [e for e in self.endpoints if client_id in (None, e.client_id)]
            self.endpoints = [each for each in self.endpoints if each not in gone]
            self.queue = {n: each for n, each in self.queue.items() if each.endpoint not in gone}

    def watch(self, company: Company) -> None:
        """Let a company note what changes, once somebody wants to know."""
        if self.endpoints and company.notices is None:
            company.notices = []

    def collect(self) -> None:
        """Make deliveries of what has changed in every company since the last time."""
        with self._lock:
            for company in list(self._companies.values()):
                with company.lock:
                    notices = company.notices or []
                    company.notices = [] if self.endpoints else None
                told = [self._event(company, each) for each in self._told(notices)]
                for endpoint in self.endpoints:
                    if told and self._tokens.connected(endpoint.client_id, company.realm):
                        self._queue(endpoint, [each for each in told if endpoint.wants(each)])

    def deliver(self) -> list[Attempt]:
        """Send everything that is due, in order; answers what was tried."""
        with self._lock:
            self.collect()
            failed = {each.endpoint.client_id for each in self.queue.values() if each.attempts}
            tried = []
            for delivery in self._due():
                client_id = delivery.endpoint.client_id
                held = self._switches.webhook_failure_holds and client_id in failed
                if delivery.number in self.queue and (not held or delivery.attempts):
                    tried.append(self._attempt(delivery))
                    if tried[-1].status != 200:
                        failed.add(client_id)
            self.log.extend(tried)
            return tried

    def _told(self, notices: list[Notice]) -> list[Notice]:
        """Without what changed along with something else, unless the switch tells that too."""
        own = {(each.entity, each.id, each.token) for each in notices if not each.linked}
        if not self._switches.webhook_tells_linked:
            return [each for each in notices if not each.linked]
        return [
            each
            for each in notices
            if not each.linked or (each.entity, each.id, each.token) not in own
        ]

    def _event(self, company: Company, notice: Notice) -> Event:
        self._events += 1
        value = f"{self._random.getrandbits(128):032x}"
        return Event(
            as_uuid(f"{value[:12]}4{value[13:16]}a{value[17:]}"),
            company.realm,
            notice.entity,
            notice.id,
            notice.operation,
            notice.when,
            self._events % 1000,
            notice.merged,
        )

    def _queue(self, endpoint: Endpoint, events: list[Event]) -> None:
        """Deliveries of an endpoint's events, with what shall go wrong with them."""
        now = self._clock.now()
        placed: list[tuple[datetime, Event]] = []
        last: list[tuple[datetime, Event]] = []
        for event in events:
            trouble = self.troubles.for_event(event)
            late = now + timedelta(seconds=trouble.seconds if trouble else 0)
            kind = trouble.kind if trouble else ""
            if kind == "hold":
                placed.append((late, event))
            elif kind == "reorder":
                last.append((now, event))
            elif kind != "drop":
                placed.append((now, event))
            if kind == "duplicate":
                last.append((late, event))
        group: list[Event] = []
        due = now
        for when, event in (*placed, *last):
            if group and (when != due or len(group) >= endpoint.together or event in group):
                self._put(endpoint, group, due)
                group = []
            due = when
            group.append(event)
        if group:
            self._put(endpoint, group, due)

    def _put(self, endpoint: Endpoint, events: list[Event], due: datetime) -> None:
        self._numbers += 1
        self.queue[self._numbers] = Delivery(self._numbers, endpoint, tuple(events), due)

    def _due(self) -> list[Delivery]:
        now = self._clock.now()
        return sorted(
            (each for each in self.queue.values() if each.due <= now),
            key=lambda each: (each.due, each.number),
        )

    def _attempt(self, delivery: Delivery) -> Attempt:
        endpoint = delivery.endpoint
        body = encoded(endpoint, delivery.events)
        sent: Header = headers(endpoint, body, self._clock.now(), delivery.number)
        delivery.attempts += 1
        started = self._clock.now()
        try:
            status = self.sender(endpoint.url, body, sent)
        except OSError:
            status = 0
        if (self._clock.now() - started).total_seconds() > ANSWER_SECONDS:
            status = 0
        if status == 200:
            del self.queue[delivery.number]
        else:
            self._again(delivery, status)
        return Attempt(
            delivery.number,
            delivery.attempts,
            started.isoformat(),
            endpoint.client_id,
            endpoint.url,
            status,
            tuple(f"{each.type} {each.object_id}" for each in delivery.events),
            tuple(each.id for each in delivery.events),
        )

    def _again(self, delivery: Delivery, status: int) -> None:
        now, count = self._clock.now(), delivery.attempts
        if self._switches.webhook_retries == "current":
            delay = _RETRIES[min(count, len(_RETRIES)) - 1]
        elif status in _OLD_RETRIED and count <= len(_OLD_RETRIES):
            delay = _OLD_RETRIES[count - 1]
        elif status in _OLD_RETRIED:
            self.unregister(delivery.endpoint.client_id)
            return
        else:
            del self.queue[delivery.number]
            return
        delivery.due = now + timedelta(seconds=delay)


class Worker:
    """Delivers from a thread of its own while a server runs."""

    def __init__(self, deliver: Callable[[], object], every: float = 0.1) -> None:
        """`every` is the pause between two looks, in real seconds."""
        self._deliver = deliver
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is sending."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(ANSWER_SECONDS + 1)

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            self._deliver()


__all__ = ["Attempt", "Delivery", "Endpoint", "Trouble", "Webhooks", "Worker"]
