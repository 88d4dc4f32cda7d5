"""Another app writes to the same company: QuickBooks allows 120 batches a minute to all apps
together, and tells nobody who uses them."""

import json
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from local.qbo import DEFAULT_REALM, Emulator, Latency, ManualClock
from local.qbo.in_process import EmulatorTransport
from tests.fakes import MemoryDatabase
from tillbook.adapters.http import http_client
from tillbook.adapters.quickbooks import QuickBooksBooks
from tillbook.domain.settings import Limits
from tillbook.errors import Throttled
from tillbook.store.rate_limiter import RateLimiter

BODY = json.dumps({"BatchItemRequest": [{"bId": "1", "Query": "select * from Term"}]}).encode()
MINUTE = 60


@dataclass
class Token:
    token: str

    def access_token(self) -> str:
        return self.token

    def renew(self, rejected: str) -> str:
        raise AssertionError("the emulated run is shorter than a token lives")


@dataclass
class Company:
    """Ours and a neighbour's batches on one company, minute by minute."""

    neighbour_per_minute: int
    neighbour_stops: int
    ours: Counter[int] = field(default_factory=Counter)
    refused: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = ManualClock()
        self.start = self.clock.now()
        self.emulator = Emulator(clock=self.clock, latency=Latency(0.5))
        self.emulator.seed("us")
        self.books = QuickBooksBooks(
            DEFAULT_REALM,
            http=http_client(EmulatorTransport(self.emulator)),
            base_url="https://quickbooks.example",
            tokens=Token(str(self.emulator.connect(DEFAULT_REALM)["access_token"])),
            limiter=RateLimiter(MemoryDatabase(), self.clock.now, self.clock.sleep),
            limits=Limits(),
            remaining=lambda: 300.0,
            now=self.clock.now,
        )
        self._neighbours = 0

    @property
    def seconds(self) -> float:
        return (self.clock.now() - self.start).total_seconds()

    def run(self, minutes: int) -> None:
        while self.seconds < minutes * MINUTE:
            self._neighbour_writes()
            try:
                self.books.admit()
            except Throttled as throttled:
                self.clock.advance(min(throttled.wait_seconds, 1.0))
                continue
            self._neighbour_writes()
            answer = self.books.batch(f"request-{self.clock.now().timestamp()}", BODY)
            if answer.status == 200:
                self.ours[int(self.seconds // MINUTE)] += 1
            else:
                assert answer.status == 429
                self.refused.append(self.seconds)

    def sent(self, start: int, end: int) -> float:
        """Batches a minute from one minute to another."""
        return sum(self.ours[minute] for minute in range(start, end)) / (end - start)

    def _neighbour_writes(self) -> None:
        """Three apps of it, so that none reaches the limit of a single app."""
        until = min(self.seconds, self.neighbour_stops * MINUTE)
        while self._neighbours < until * self.neighbour_per_minute / MINUTE:
            app = f"neighbour-{self._neighbours % 3}"
            self.emulator.throttle.admit(DEFAULT_REALM, app, "batch", count_refused=False)
            self._neighbours += 1


@pytest.fixture(autouse=True)
def same_pauses() -> None:
    """A pause is a few seconds longer at random."""
    random.seed(1)


@pytest.mark.parametrize("left", [30, 10])
def test_we_use_most_of_what_a_neighbour_leaves_and_are_seldom_refused(left: int) -> None:
    company = Company(neighbour_per_minute=120 - left, neighbour_stops=30)

    company.run(52)

    # The first minutes go into finding out; from then on a refusal each seven minutes or so.
    assert company.sent(5, 30) >= 0.65 * left
    assert len([moment for moment in company.refused if moment > 5 * MINUTE]) <= 5
    # No standstill is longer than the pause that Intuit asks for.
    assert all(company.ours[minute] + company.ours[minute + 1] for minute in range(30))
    # Once the neighbour is gone nothing is refused, and soon all of the limit is used.
    assert all(moment < 32 * MINUTE for moment in company.refused)
    assert company.sent(44, 52) >= 0.9 * 38


def test_a_company_of_our_own_is_used_to_the_full_without_a_refusal() -> None:
    company = Company(neighbour_per_minute=0, neighbour_stops=0)

    company.run(20)

    assert company.refused == []
    assert company.sent(0, 20) >= 0.95 * 38
