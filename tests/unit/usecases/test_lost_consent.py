"""A consent that is taken back in the middle of a run, and clocks that differ."""

from datetime import timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.qbo import DEFAULT_REALM, Switches
from tests.intuit import Rotation
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tests.world import REALM, World
from tillbook.errors import ReconnectNeeded, Throttled
from tillbook.store import connections, notices
from tillbook.store.connections import State
from tillbook.usecases.tokens import RECONNECT, ConnectionTokens, consent_lost

HOUR = 3600
SHOP = (make.customer(), make.product(), make.invoice(), make.payment(), make.refund())
POSTED = {"Customer": 1, "Invoice": 1, "Payment": 1, "RefundReceipt": 1}
# More than any run of these documents makes.
MOST_CALLS = 60


def state_of(bench: Workbench) -> State:
    found = connections.load(bench.db, CONNECTION)
    assert found is not None
    return found.state


def reconnect_notices(bench: Workbench) -> int:
    return [one.subject for one in notices.list_notices(bench.db, CONNECTION)[0]].count(RECONNECT)


def posted(bench: Workbench) -> dict[str, int]:
    return {entity: len(bench.in_books(entity)) for entity in POSTED}


class Revoking:
    """Takes the consent back right before, or right after, one of the calls to the company."""

    def __init__(self, bench: Workbench, at: int, when: str) -> None:
        self.bench, self.at, self.when = bench, at, when
        self.calls = 0
        bench.http.event_hooks = {"request": [self.before], "response": [self.after]}

    def before(self, request: httpx.Request) -> None:
        if "/v3/company/" in request.url.path:
            self.calls += 1
            self._revoke("before")

    def after(self, response: httpx.Response) -> None:
        if "/v3/company/" in response.request.url.path:
            self._revoke("after")

    def _revoke(self, when: str) -> None:
        if (self.calls, when) == (self.at, self.when):
            self.bench.emulator.tokens.revoke_realm(DEFAULT_REALM)


@pytest.mark.parametrize("when", ["before", "after"])
def test_wherever_in_a_run_the_consent_is_taken_back_a_new_one_goes_on(when: str) -> None:
    """Every call of a run in turn, until the run ends before it is reached."""
    for at in range(1, MOST_CALLS):
        bench = Workbench(switches=Switches(refresh_rotation_seconds=0, refresh_grace_seconds=0))
        bench.accept(*SHOP)
        revoking = Revoking(bench, at, when)
        try:
            bench.sync()
        except ReconnectNeeded:
            assert state_of(bench) is State.RECONNECT_NEEDED
            assert reconnect_notices(bench) == 1
            assert bench.statuses()["failed"] == bench.statuses()["skipped"] == 0
        else:
            # It was the run's last call, or there was no such call.
            assert revoking.calls <= at
            if revoking.calls < at:
                return
        bench.http.event_hooks = {}

        bench.connect()
        result = bench.sync()

        assert posted(bench) == POSTED
        assert bench.statuses()["pending"] == 0
        assert result.proof["agrees"]
    raise AssertionError("the run never ended")


def test_a_consent_that_quickbooks_no_longer_honours_is_told_once() -> None:
    """Our tokens are in order, but the company is closed to them."""
    bench = Workbench()
    services = bench.services

    found = [
        consent_lost(bench.db, CONNECTION, services.new_id(), bench.clock.now()) for _ in range(3)
    ]

    assert found == [True, False, False]
    assert state_of(bench) is State.RECONNECT_NEEDED
    assert reconnect_notices(bench) == 1


def test_a_token_that_is_refused_after_the_loss_was_noted_needs_the_same_consent() -> None:
    bench = Workbench()
    services = bench.services
    consent_lost(bench.db, CONNECTION, services.new_id(), bench.clock.now())
    bench.emulator.tokens.revoke_realm(DEFAULT_REALM)
    bench.clock.advance(2 * HOUR)
    source = ConnectionTokens(
        bench.db,
        services.vault,
        services.authorization_server,
        CONNECTION,
        now=services.now,
        new_id=services.new_id,
    )

    for _ in range(2):
        with pytest.raises(ReconnectNeeded):
            source.access_token()

    assert reconnect_notices(bench) == 1


# Clocks that differ


def process(world: World, ahead: float) -> ConnectionTokens:
    """A process whose clock is so many seconds ahead of Intuit's."""
    return ConnectionTokens(
        world.database,
        world.vault,
        world.authorization_server,
        "c1",
        now=lambda: world.now() + timedelta(seconds=ahead),
        new_id=world.new_id,
    )


def connected(rotation: Rotation) -> World:
    world = World()
    world.connected()
    world.authorization_server.rotation = rotation
    return world


@pytest.mark.parametrize("ahead", [-300.0, 300.0])
def test_a_clock_five_minutes_off_does_not_take_over_from_a_refresher_at_work(
    ahead: float,
) -> None:
    world = connected(Rotation.STRICT)
    world.now.advance(2 * HOUR)
    waited: list[float] = []

    def another_comes() -> None:
        world.now.advance(20)
        with pytest.raises(Throttled) as wait:
            process(world, ahead).access_token()
        waited.append(wait.value.wait_seconds)

    world.authorization_server.before_refresh = another_comes

    token = process(world, 0).access_token()

    assert world.authorization_server.accepts(token, REALM) == 200
    assert world.authorization_server.refreshes == 1
    assert world.state_of() is State.CONNECTED
    assert 2.0 <= waited[0] <= 420.0


@pytest.mark.parametrize(
    "writer, reader",
    [(-300.0, 0.0), (0.0, -300.0), (0.0, 0.0), (0.0, 300.0), (300.0, 0.0), (300.0, 300.0)],
)
@pytest.mark.parametrize("age", range(45 * 60, 61 * 60, 60))
def test_a_token_is_never_handed_out_after_its_end_by_clocks_five_minutes_apart(
    writer: float, reader: float, age: float
) -> None:
    world = connected(Rotation.DAILY)
    world.now.advance(2 * HOUR)
    process(world, writer).access_token()
    world.now.advance(age)

    token = process(world, reader).access_token()

    assert world.authorization_server.accepts(token, REALM) == 200


@settings(max_examples=60)
@given(
    rotation=st.sampled_from([Rotation.STRICT, Rotation.LATEST, Rotation.DAILY]),
    steps=st.lists(
        st.tuples(
            st.sampled_from([-150.0, 0.0, 150.0]),
            st.sampled_from(["use", "renew", "another comes"]),
            st.sampled_from([0, 1, 60, 400, 3000, HOUR, 30 * HOUR]),
        ),
        max_size=20,
    ),
)
def test_processes_whose_clocks_differ_by_five_minutes_lose_no_token(
    rotation: Rotation, steps: list[tuple[float, str, int]]
) -> None:
    world = connected(rotation)
    intuit = world.authorization_server

    def another_comes() -> None:
        for ahead in (-150.0, 150.0):
            world.now.advance(30)
            try:
                process(world, ahead).access_token()
            except Throttled:
                continue

    for ahead, step, seconds in steps:
        world.now.advance(seconds)
        source = process(world, ahead)
        if step == "another comes":
            intuit.before_refresh = another_comes
        token = source.access_token()
        if step == "renew":
            token = source.renew(token)
        assert intuit.accepts(token, REALM) == 200
    assert world.state_of() is State.CONNECTED
    assert notices.list_notices(world.database, "c1")[0] == []


@pytest.mark.parametrize("ahead", [-300.0, 300.0])
def test_a_run_whose_clock_is_five_minutes_off_posts_everything_once(ahead: float) -> None:
    bench = Workbench(switches=Switches(refresh_rotation_seconds=0, refresh_grace_seconds=0))
    bench.accept(*SHOP)
    bench.sync()
    vars(bench.services)["now"] = lambda: bench.clock.now() + timedelta(seconds=ahead)
    bench.accept(
        make.invoice(v=2, lines=(make.line(), make.shipping("6.00"))),
        make.invoice(id="o2", number="#1002"),
    )
    for _ in range(3):
        bench.clock.advance(HOUR)
        result = bench.sync()

    assert result.proof["agrees"]
    assert posted(bench) == {**POSTED, "Invoice": 2}
    assert bench.statuses()["pending"] == 0
