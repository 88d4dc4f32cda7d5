"""A refresh that ends at any of its steps: the process dies there, or an answer is lost.

The steps are the calls that a refresh makes to its ports, found by making one and writing them
down. Whatever ends it, the next process goes on. Only where the server has forgotten the old token
and the new one was not stored yet, nobody has a live one: then a person is told once, everything
waits, and a new consent posts it, once.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import pytest

from local.qbo import DEFAULT_REALM, Switches
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.errors import ReconnectNeeded, TransientError
from tillbook.store import connections, notices
from tillbook.store.connections import State
from tillbook.usecases.tokens import RECONNECT, ConnectionTokens

HOUR = 3600
DAY = 24 * HOUR
SHOP = (make.customer(), make.product(), make.invoice(), make.payment())
REFRESH = "oauth.refresh"


class Killed(BaseException):
    """Not an Exception: nothing may catch it and go on."""


class Steps:
    """The calls of one process to its ports, in order; at one of them something happens."""

    def __init__(self, at: int | None = None, when: str = "before", what: type = Killed) -> None:
        self.at = at
        self.when = when
        self.what = what
        self.taken: list[str] = []

    def port(self, name: str, real: Any) -> Any:
        return _Port(self, name, real)

    def take(self, name: str, call: Callable[[], Any]) -> Any:
        is_it = len(self.taken) == self.at
        self.taken.append(name)
        if is_it and self.when == "before":
            raise self.what("before")
        try:
            return call()
        finally:
            if is_it:
                raise self.what("after")


class _Port:
    def __init__(self, steps: Steps, name: str, real: Any) -> None:
        self._steps, self._name, self._real = steps, name, real

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._real, method)
        name = f"{self._name}.{method}"
        return lambda *args: self._steps.take(name, lambda: call(*args))


def process(bench: Workbench, steps: Steps) -> ConnectionTokens:
    services = bench.services
    return ConnectionTokens(
        steps.port("database", services.database),
        steps.port("vault", services.vault),
        steps.port("oauth", services.authorization_server),
        CONNECTION,
        now=services.now,
        new_id=services.new_id,
    )


def workbench(grace: float) -> Workbench:
    return Workbench(switches=Switches(refresh_rotation_seconds=0, refresh_grace_seconds=grace))


def state_of(bench: Workbench) -> State:
    found = connections.load(bench.db, CONNECTION)
    assert found is not None
    return found.state


def reconnect_notices(bench: Workbench) -> int:
    return [one.subject for one in notices.list_notices(bench.db, CONNECTION)[0]].count(RECONNECT)


def is_posted_once(bench: Workbench) -> bool:
    posted = {entity: len(bench.in_books(entity)) for entity in ("Invoice", "Payment")}
    unfinished = sum(n for status, n in bench.statuses().items() if status != "completed")
    return posted == {"Invoice": 1, "Payment": 1} and unfinished == 0


def is_accepted(bench: Workbench, token: str) -> bool:
    access = bench.emulator.tokens.access.get(token)
    return access is not None and access.expires > bench.clock.now()


@cache
def steps_of(refused: bool) -> tuple[str, ...]:
    """The calls of a refresh that succeeds, or of one whose consent is gone."""
    bench = workbench(0)
    bench.clock.advance(2 * HOUR)
    steps = Steps()
    if refused:
        bench.emulator.tokens.revoke_realm(DEFAULT_REALM)
        with pytest.raises(ReconnectNeeded):
            process(bench, steps).access_token()
    else:
        process(bench, steps).access_token()
    return tuple(steps.taken)


def every_step(*, refused: bool = False) -> pytest.MarkDecorator:
    places = [
        pytest.param(at, when, id=f"{when} {at + 1} {name}")
        for at, name in enumerate(steps_of(refused))
        for when in ("before", "after")
    ]
    return pytest.mark.parametrize("at, when", places)


def only_live_token_is_lost(at: int, when: str, grace: float) -> bool:
    """The server has rotated, it kept nothing of the old token, and nothing is stored."""
    names = steps_of(False)
    rotated = (names.index(REFRESH), "after")
    stored = (max(i for i, name in enumerate(names) if name == "database.write"), "after")
    before_after = ("before", "after")

    def order(place: tuple[int, str]) -> tuple[int, int]:
        return place[0], before_after.index(place[1])

    return grace == 0 and order(rotated) <= order((at, when)) < order(stored)


ROTATIONS = pytest.mark.parametrize("grace", [DAY, 0], ids=["grace", "no grace"])


def test_the_steps_are_those_we_think_of() -> None:
    writes_and_calls = [name for name in steps_of(False) if name in ("database.write", REFRESH)]

    assert writes_and_calls == ["database.write", REFRESH, "database.write"]


@ROTATIONS
@every_step()
def test_after_a_death_the_next_process_goes_on_or_a_person_is_told_once(
    at: int, when: str, grace: float
) -> None:
    bench = workbench(grace)
    bench.accept(*SHOP)
    bench.clock.advance(2 * HOUR)
    with pytest.raises(Killed):
        process(bench, Steps(at, when)).access_token()

    lost = only_live_token_is_lost(at, when, grace)
    if lost:
        for _ in range(2):
            with pytest.raises(Exception, match=r"Connect it again|reconnect needed"):
                bench.sync()
        assert state_of(bench) is State.RECONNECT_NEEDED
        assert bench.statuses()["pending"] >= len(SHOP)
        bench.connect()
    result = bench.sync()

    assert reconnect_notices(bench) == lost
    assert state_of(bench) is State.CONNECTED
    assert result.proof["agrees"]
    assert is_posted_once(bench)


@ROTATIONS
@every_step()
def test_while_the_lock_of_a_dead_refresher_lasts_the_old_token_serves(
    at: int, when: str, grace: float
) -> None:
    bench = workbench(grace)
    bench.clock.advance(HOUR - 9 * 60)
    with pytest.raises(Killed):
        process(bench, Steps(at, when)).access_token()

    for _ in range(7):
        assert is_accepted(bench, process(bench, Steps()).access_token())
        bench.clock.advance(59)
    assert reconnect_notices(bench) == 0


@ROTATIONS
@every_step()
def test_a_lost_answer_of_a_port_loses_no_token_that_has_arrived(
    at: int, when: str, grace: float
) -> None:
    """The process lives on: the tables are busy, or their answer is lost after the write."""
    bench = workbench(grace)
    bench.clock.advance(2 * HOUR)
    with suppress(TransientError):
        assert is_accepted(bench, process(bench, Steps(at, when, TransientError)).access_token())

    if (steps_of(False)[at], when) == (REFRESH, "after") and grace == 0:
        with pytest.raises(ReconnectNeeded):
            process(bench, Steps()).access_token()
        assert reconnect_notices(bench) == 1
    else:
        assert is_accepted(bench, process(bench, Steps()).access_token())
        assert reconnect_notices(bench) == 0


@every_step(refused=True)
def test_a_death_while_a_lost_consent_is_noted_tells_a_person_once(at: int, when: str) -> None:
    bench = workbench(0)
    bench.accept(*SHOP)
    bench.clock.advance(2 * HOUR)
    bench.emulator.tokens.revoke_realm(DEFAULT_REALM)
    with pytest.raises(Killed):
        process(bench, Steps(at, when)).access_token()

    with pytest.raises(Exception, match=r"Connect it again|reconnect needed"):
        bench.sync()

    assert state_of(bench) is State.RECONNECT_NEEDED
    assert reconnect_notices(bench) == 1
    bench.connect()
    bench.sync()
    assert is_posted_once(bench)
