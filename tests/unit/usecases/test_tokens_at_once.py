"""Many want a token at the same moment: one call reaches the authorization server, and nobody
mistakes what the others do for the end of the consent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Semaphore

import httpx
import pytest

from local.qbo import DEFAULT_REALM, Switches
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.settings import Limits
from tillbook.errors import Throttled
from tillbook.store import connections, notices
from tillbook.store.connections import State
from tillbook.usecases.tokens import ConnectionTokens

MANY = 50
HOUR = 3600
PATIENCE = 30.0
ROTATIONS = pytest.mark.parametrize(
    "grace", [86400, 0], ids=["the old token lives on", "the old token dies"]
)


class Intuit:
    """A connection at an Intuit that rotates at every refresh, and its refreshes counted."""

    def __init__(self, grace: float) -> None:
        self.bench = Workbench(
            switches=Switches(refresh_rotation_seconds=0, refresh_grace_seconds=grace)
        )
        self.refreshes = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self.bench.http.event_hooks["request"] = [self._watch]

    def process(self) -> ConnectionTokens:
        services = self.bench.services
        return ConnectionTokens(
            services.database,
            services.vault,
            services.authorization_server,
            CONNECTION,
            now=services.now,
            new_id=services.new_id,
        )

    def accepts(self, token: str) -> bool:
        with self.bench.emulator.lock:
            access = self.bench.emulator.tokens.access.get(token)
            return access is not None and access.expires > self.bench.clock.now()

    def is_unharmed(self) -> bool:
        connection = connections.load(self.bench.db, CONNECTION)
        told = notices.list_notices(self.bench.db, CONNECTION)[0]
        return connection is not None and connection.state is State.CONNECTED and not told

    def _watch(self, request: httpx.Request) -> None:
        if request.url.path.endswith("/tokens/bearer"):
            self.refreshes += 1
            self.meanwhile()


def all_at_once(calls: list[Callable[[], str]]) -> list[str | Throttled]:
    """What each of them answers, when all of them start together."""
    start = Barrier(len(calls))

    def one(call: Callable[[], str]) -> str | Throttled:
        start.wait(PATIENCE)
        try:
            return call()
        except Throttled as wait:
            return wait

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


@ROTATIONS
def test_fifty_processes_cause_one_refresh_however_long_it_takes(grace: float) -> None:
    """The call of the one that refreshes stays under way until all others have had their turn."""
    intuit = Intuit(grace)
    intuit.bench.clock.advance(2 * HOUR)
    ended = Semaphore(0)

    def the_others_come() -> None:
        for _ in range(MANY - 1):
            assert ended.acquire(timeout=PATIENCE)

    intuit.meanwhile = the_others_come

    def call(process: ConnectionTokens) -> Callable[[], str]:
        def ask() -> str:
            try:
                return process.access_token()
            finally:
                ended.release()

        return ask

    processes = [intuit.process() for _ in range(MANY)]
    answers = all_at_once([call(process) for process in processes])

    [token] = [answer for answer in answers if isinstance(answer, str)]
    assert {answer.wait_seconds for answer in answers if isinstance(answer, Throttled)} == {2.0}
    assert intuit.accepts(token)
    again = all_at_once([process.access_token for process in processes])
    assert set(again) == {token}
    assert intuit.refreshes == 1
    assert intuit.is_unharmed()


@ROTATIONS
def test_while_one_refreshes_fifty_others_work_with_the_old_token(grace: float) -> None:
    intuit = Intuit(grace)
    old = intuit.process().access_token()
    intuit.bench.clock.advance(HOUR - 60)
    meanwhile: list[str | Throttled] = []
    intuit.meanwhile = lambda: meanwhile.extend(
        all_at_once([intuit.process().access_token for _ in range(MANY)])
    )

    new = intuit.process().access_token()

    assert meanwhile == [old] * MANY
    assert new != old
    assert intuit.refreshes == 1


@ROTATIONS
def test_fifty_processes_that_race_freely_harm_nothing(grace: float) -> None:
    intuit = Intuit(grace)

    for hours in range(1, 6):
        intuit.bench.clock.advance(HOUR)
        processes = [intuit.process() for _ in range(MANY)]
        first = all_at_once([process.access_token for process in processes])
        then = all_at_once([process.access_token for process in processes])

        tokens = {answer for answer in first if isinstance(answer, str)}
        assert len(tokens) == 1
        assert set(then) == tokens
        assert all(map(intuit.accepts, tokens))
        assert intuit.refreshes == hours
    assert intuit.is_unharmed()


@ROTATIONS
def test_fifty_threads_of_a_process_have_the_token_that_one_of_them_fetched(grace: float) -> None:
    intuit = Intuit(grace)
    process = intuit.process()
    old = process.access_token()
    intuit.bench.clock.advance(2 * HOUR)

    answers = all_at_once([process.access_token] * MANY)

    [token] = set(answers)
    assert isinstance(token, str)
    assert token != old
    assert intuit.accepts(token)
    assert intuit.refreshes == 1


@ROTATIONS
def test_fifty_threads_whose_token_was_rejected_cause_one_refresh(grace: float) -> None:
    intuit = Intuit(grace)
    process = intuit.process()
    rejected = process.access_token()

    answers = all_at_once([lambda: process.renew(rejected)] * MANY)

    [token] = set(answers)
    assert token != rejected
    assert intuit.refreshes == 1


@ROTATIONS
def test_batches_in_flight_whose_token_is_rejected_are_sent_again_with_one_new_token(
    grace: float,
) -> None:
    intuit = Intuit(grace)
    bench = intuit.bench
    books = bench.services.books(DEFAULT_REALM, intuit.process(), Limits(), lambda: 300.0)
    for _ in range(10):
        books.admit()
    bench.emulator.tokens.access.clear()

    def send(number: int) -> Callable[[], str]:
        return lambda: str(books.batch(f"request-{number}", b'{"BatchItemRequest":[]}').status)

    answers = all_at_once([send(number) for number in range(10)])

    assert "401" not in answers
    assert not [answer for answer in answers if isinstance(answer, Throttled)]
    assert intuit.refreshes == 1
    assert intuit.is_unharmed()
