"""The adapter of QuickBooks against a QuickBooks that checks and throttles."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import pytest

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, Emulator, ManualClock
from local.qbo.in_process import EmulatorTransport
from tests.fakes import MemoryDatabase
from tillbook.adapters.http import http_client
from tillbook.adapters.quickbooks import QuickBooksBooks
from tillbook.domain.settings import Limits
from tillbook.errors import AnswerLost, ReconnectNeeded, Throttled, TransientError
from tillbook.ports import Answer, Write
from tillbook.store.rate_limiter import RateLimiter


@dataclass
class Consent:
    """Tokens of a consent, renewed as often as asked."""

    emulator: Emulator
    token: str = ""
    rejected: list[str] = field(default_factory=list)
    withdrawn: bool = False

    def access_token(self) -> str:
        self.token = self.token or self._issue()
        return self.token

    def renew(self, rejected: str) -> str:
        self.rejected.append(rejected)
        if self.withdrawn:
            raise ReconnectNeeded("Connect QuickBooks again.")
        self.token = self._issue()
        return self.token

    def _issue(self) -> str:
        return str(self.emulator.connect(DEFAULT_REALM)["access_token"])


class World:
    def __init__(self, limits: Limits | None = None) -> None:
        self.clock = ManualClock()
        self.emulator = Emulator(clock=self.clock, seed=1)
        self.emulator.seed("us")
        self.tokens = Consent(self.emulator)
        self.database = MemoryDatabase()
        self.seconds_left = 300.0
        self.limits = limits or Limits()
        self.http = http_client(EmulatorTransport(self.emulator))
        self.books = self.open()

    def open(self) -> QuickBooksBooks:
        return QuickBooksBooks(
            DEFAULT_REALM,
            http=self.http,
            base_url="https://quickbooks.example",
            tokens=self.tokens,
            limiter=RateLimiter(self.database, self.clock.now, self.clock.sleep),
            limits=self.limits,
            remaining=lambda: self.seconds_left,
            now=self.clock.now,
        )

    def send(self, request_id: str, body: bytes) -> Answer:
        """One batch in its turn."""
        self.books.admit()
        return self.books.batch(request_id, body)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    with made.http:
        yield made


def customer(name: str) -> bytes:
    item = {"bId": "1", "operation": "create", "Customer": {"DisplayName": name}}
    return json.dumps({"BatchItemRequest": [item]}).encode()


def test_a_read_answers_what_quickbooks_says(world: World) -> None:
    answer = world.books.get("query", {"query": "select * from CompanyInfo"})

    assert answer.status == 200
    assert b"QueryResponse" in answer.body
    assert answer.tid
    assert answer.retry_after is None


def test_a_fault_is_an_answer(world: World) -> None:
    answer = world.books.get("query", {"query": "select nonsense"})

    assert answer.status == 400
    assert b"Fault" in answer.body


def test_a_batch_repeated_with_its_request_id_takes_effect_once(world: World) -> None:
    body = customer("Jane Doe")

    first = world.send("0f3a2c26b46b68ffc68ff99b453c1d30", body)
    second = world.send("0f3a2c26b46b68ffc68ff99b453c1d30", body)

    assert first.status == 200
    assert first.body == second.body
    assert b"Fault" not in first.body


def test_an_expired_token_is_renewed_once_and_the_same_request_sent_again(world: World) -> None:
    world.books.get("preferences")
    old = world.tokens.token
    world.clock.advance(3700)

    answer = world.send("request-1", customer("Jane Doe"))

    assert answer.status == 200
    assert world.tokens.rejected == [old]
    assert [entry.status for entry in world.emulator.log][-2:] == [401, 200]


def test_a_renewed_token_that_is_rejected_too_is_an_answer(world: World) -> None:
    world.emulator.inject("expired_token", count=None)

    answer = world.books.get("preferences")

    assert answer.status == 401
    assert len(world.tokens.rejected) == 1
    assert len(world.emulator.log) == 2


def test_a_consent_that_was_withdrawn_needs_a_new_one(world: World) -> None:
    world.emulator.inject("revoked", count=None)
    world.tokens.withdrawn = True

    with pytest.raises(ReconnectNeeded):
        world.send("request-1", customer("Jane Doe"))


def test_both_sendings_count_against_the_limits(world: World) -> None:
    world.limits = Limits(batches_per_minute=1)
    world.books = world.open()
    world.emulator.inject("expired_token", count=1)

    with pytest.raises(Throttled):
        world.send("request-1", customer("Jane Doe"))

    assert [entry.status for entry in world.emulator.log] == [401]


@pytest.mark.parametrize("commits", ["no", "yes"])
def test_a_lost_answer_of_a_batch_is_told_apart(world: World, commits: str) -> None:
    world.emulator.inject("dropped", commits=commits, count=1)

    with pytest.raises(AnswerLost):
        world.send("request-1", customer("Jane Doe"))

    again = world.send("request-1", customer("Jane Doe"))
    assert again.status == 200
    assert b"Fault" not in again.body


def test_a_lost_answer_of_a_read_passes_by_itself(world: World) -> None:
    world.emulator.inject("dropped", count=1)

    with pytest.raises(TransientError) as failure:
        world.books.get("preferences")

    assert not isinstance(failure.value, AnswerLost)


@pytest.mark.parametrize("injected, status", [("server_error", 500), ("unavailable", 503)])
def test_an_error_of_the_server_is_an_answer(world: World, injected: str, status: int) -> None:
    world.emulator.inject(injected, count=1)

    assert world.send("request-1", customer("Jane Doe")).status == status


def test_a_429_stops_every_writer_of_the_realm(world: World) -> None:
    world.emulator.inject("throttled", count=1)
    other = world.open()

    answer = world.send("request-1", customer("Jane Doe"))

    assert answer.status == 429
    with pytest.raises(Throttled) as refusal:
        other.get("preferences")
    assert 50 <= refusal.value.wait_seconds <= 70
    assert len(world.emulator.log) == 1


def test_a_429_is_answered_although_it_could_not_be_noted(world: World) -> None:
    """Whoever sent the batch has to know that its outcome is unclear."""
    world.emulator.inject("throttled", count=1)
    world.books.admit()

    def busy(*writes: Write) -> None:
        raise TransientError("the tables are busy")

    world.database.write = busy  # type: ignore[method-assign]

    assert world.books.batch("request-1", customer("Jane Doe")).status == 429


def test_quickbooks_never_has_to_throttle_us(world: World) -> None:
    other = world.open()
    world.seconds_left = 900.0
    start = world.clock.now()

    for number in range(120):
        books = world.books if number % 3 else other
        while True:
            try:
                books.admit()
                books.batch(f"request-{number}", customer(f"Customer {number}"))
                break
            except Throttled as throttled:
                world.clock.advance(throttled.wait_seconds)
        books.get("query", {"query": "select * from Customer maxresults 1"})

    minutes = (world.clock.now() - start).total_seconds() / 60
    assert {entry.status for entry in world.emulator.log} == {200}
    assert 120 / minutes >= 0.95 * 38


def test_nothing_is_sent_when_no_time_is_left_for_the_answer(world: World) -> None:
    world.seconds_left = 5.5

    with pytest.raises(TransientError, match="No time is left"):
        world.send("request-1", customer("Jane Doe"))

    assert len(world.emulator.log) == 0


def test_a_batch_that_is_sent_long_after_its_turn_came_still_ends_in_time(world: World) -> None:
    seen: list[httpx.Request] = []
    world.http.event_hooks["request"] = [seen.append]
    world.books.admit()
    world.seconds_left = 40.0

    world.books.batch("request-1", customer("Jane Doe"))

    timeout = seen[0].extensions["timeout"]
    assert timeout["connect"] + timeout["write"] + timeout["read"] <= 35
    world.seconds_left = 5.0
    with pytest.raises(TransientError, match="No time is left"):
        world.books.batch("request-2", customer("John Doe"))
    assert len(seen) == 1


def test_a_turn_is_not_taken_when_no_time_is_left_to_use_it(world: World) -> None:
    world.seconds_left = 5.5

    with pytest.raises(TransientError, match="No time is left"):
        world.books.admit()

    assert world.database.writes == 0


def test_a_batch_waits_for_no_turn_of_its_own(world: World) -> None:
    world.limits = Limits(batches_per_minute=2)
    world.books = world.open()
    world.books.admit()
    world.books.admit()
    start = world.clock.now()

    with pytest.raises(Throttled):
        world.books.admit()
    for number in range(2):
        world.books.batch(f"request-{number}", customer(f"Customer {number}"))

    assert world.clock.now() == start


def test_batches_are_in_flight_side_by_side(world: World) -> None:
    bodies = {f"request-{number}": customer(f"Customer {number}") for number in range(10)}
    for _ in bodies:
        world.books.admit()

    with ThreadPoolExecutor(len(bodies)) as threads:
        answers = list(threads.map(world.books.batch, bodies.keys(), bodies.values()))

    assert {answer.status for answer in answers} == {200}
    assert len(world.emulator.company().all("Customer")) >= len(bodies)
    assert len({entry.requestid for entry in world.emulator.log}) == len(bodies)


def test_requests_say_who_we_are_and_which_version_we_speak(world: World) -> None:
    seen: list[httpx.Request] = []
    world.http.event_hooks["request"] = [seen.append]

    world.books.get("query", {"query": "select * from Item where Name = 'A&B#1'"})
    world.send("request-1", customer("Jane Doe"))

    read, batch = seen
    assert read.url.path == f"/v3/company/{DEFAULT_REALM}/query"
    assert read.url.params["query"] == "select * from Item where Name = 'A&B#1'"
    assert read.url.params["minorversion"] == "75"
    assert batch.url.params["requestid"] == "request-1"
    assert batch.headers["content-type"] == "application/json"
    assert batch.headers["accept"] == "application/json"
    assert batch.headers["user-agent"].startswith("Tillbook/")
    assert batch.headers["authorization"] == f"Bearer {world.tokens.token}"
    assert DEMO_CLIENT_ID not in str(batch.headers)
