from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import MemoryDatabase
from tests.intuit import Rotation
from tests.world import World
from tillbook.errors import ReconnectNeeded, Throttled, TransientError
from tillbook.ports import Write
from tillbook.store import connections, notices, tokens
from tillbook.store.connections import State

HOUR = 3600
OVERSLEPT = tokens.LOCK.total_seconds() + 1
EVERY_ROTATION = pytest.mark.parametrize("rotation", Rotation)


@pytest.fixture
def world() -> World:
    world = World()
    world.connected()
    return world


def notices_of(world: World) -> list[str]:
    return [one.subject for one in notices.list_notices(world.database, "c1")[0]]


def test_a_fresh_token_is_used_without_asking_intuit(world: World) -> None:
    source = world.token_source()

    first, second = source.access_token(), source.access_token()

    assert first == second
    assert world.authorization_server.refreshes == 0


@EVERY_ROTATION
def test_a_token_is_renewed_before_it_expires(world: World, rotation: Rotation) -> None:
    world.authorization_server.rotation = rotation
    source = world.token_source()
    old = source.access_token()

    world.now.advance(HOUR - 599)
    new = source.access_token()

    assert new != old
    assert world.authorization_server.accepts(old, "9130350000000001") == 200


def test_a_rejected_token_is_renewed_although_it_should_live(world: World) -> None:
    source = world.token_source()
    rejected = source.access_token()

    assert source.renew(rejected) != rejected


def test_a_process_whose_token_was_rejected_takes_the_one_another_has_stored(world: World) -> None:
    mine, other = world.token_source(), world.token_source()
    rejected = mine.access_token()
    other.renew(rejected)
    refreshes = world.authorization_server.refreshes

    assert mine.renew(rejected) == other.access_token()
    assert world.authorization_server.refreshes == refreshes


@EVERY_ROTATION
def test_tokens_are_renewed_for_months(world: World, rotation: Rotation) -> None:
    world.authorization_server.rotation = rotation

    for _ in range(90):
        world.now.advance(24 * HOUR)
        token = world.token_source().access_token()
        assert world.authorization_server.accepts(token, "9130350000000001") == 200


def test_the_rotated_refresh_token_is_stored_before_its_access_token_is_used(world: World) -> None:
    world.authorization_server.rotation = Rotation.STRICT
    world.now.advance(HOUR)

    token = world.token_source().access_token()

    stored = world.secrets_of()
    assert stored.access_token == token
    assert stored.refresh_token == world.authorization_server.grants[0].newest


def test_a_second_refresher_waits_and_then_uses_the_token_of_the_first(world: World) -> None:
    world.now.advance(HOUR)
    second = world.token_source()
    seen: list[float] = []

    def meanwhile() -> None:
        with pytest.raises(Throttled) as waiting:
            second.access_token()
        seen.append(waiting.value.wait_seconds)

    world.authorization_server.before_refresh = meanwhile
    token = world.token_source().access_token()

    assert seen == [2.0]
    assert second.access_token() == token
    assert world.authorization_server.refreshes == 1


def test_a_second_refresher_uses_the_old_token_while_it_lives(world: World) -> None:
    old = world.token_source().access_token()
    world.now.advance(HOUR - 60)
    seen: list[str] = []
    world.authorization_server.before_refresh = lambda: seen.append(
        world.token_source().access_token()
    )

    new = world.token_source().access_token()

    assert seen == [old]
    assert new != old


def test_while_the_server_is_down_the_old_token_serves_as_long_as_it_lives(world: World) -> None:
    old = world.token_source().access_token()
    world.now.advance(HOUR - 60)
    world.authorization_server.down = True

    assert world.token_source().access_token() == old

    world.now.advance(60)
    with pytest.raises(TransientError):
        world.token_source().access_token()
    assert world.state_of() is State.CONNECTED


def test_a_server_that_was_down_is_asked_again_at_once(world: World) -> None:
    world.now.advance(HOUR)
    world.authorization_server.down = True
    with pytest.raises(TransientError):
        world.token_source().access_token()

    world.authorization_server.down = False

    assert world.token_source().access_token()


@EVERY_ROTATION
def test_a_refresher_whose_lock_ran_out_and_the_next_one_leave_a_live_token(
    world: World, rotation: Rotation
) -> None:
    world.authorization_server.rotation = rotation
    world.now.advance(25 * HOUR)
    winners: list[str] = []

    def slow() -> None:
        world.now.advance(OVERSLEPT)
        winners.append(world.token_source().access_token())

    world.authorization_server.before_refresh = slow
    token = world.token_source().access_token()

    assert world.authorization_server.accepts(token, "9130350000000001") == 200
    world.now.advance(25 * HOUR)
    assert world.token_source().access_token()
    assert world.state_of() is State.CONNECTED


def test_the_loser_keeps_its_token_as_an_alternate_which_saves_the_connection(
    world: World,
) -> None:
    """The server issued the loser's token last, so the winner's, which is stored, is dead."""
    world.authorization_server.rotation = Rotation.LATEST
    world.now.advance(HOUR)

    def overtake() -> None:
        world.now.advance(OVERSLEPT)
        world.token_source().access_token()

    world.authorization_server.before_refresh = overtake
    world.token_source().access_token()
    kept = world.secrets_of()
    assert kept.refresh_token not in world.authorization_server.grants[0].live
    assert kept.alternates == (world.authorization_server.grants[0].newest,)

    world.now.advance(HOUR)
    assert world.token_source().access_token()

    assert world.secrets_of().alternates == ()
    assert world.state_of() is State.CONNECTED


def test_a_refusal_while_another_refresher_is_at_work_is_no_reason_to_give_up(
    world: World,
) -> None:
    """Its lock ran out; the next one has its answer already and is about to store it."""
    intuit = world.authorization_server
    intuit.rotation = Rotation.STRICT
    old = world.secrets_of().refresh_token
    world.now.advance(HOUR)

    def another_begins() -> None:
        world.now.advance(OVERSLEPT)
        assert tokens.take_lock(world.database, "c1", 1, "another", world.now())
        intuit.refresh(old)

    intuit.before_refresh = another_begins
    with pytest.raises(Throttled):
        world.token_source().access_token()

    assert world.state_of() is State.CONNECTED
    assert notices_of(world) == []


class RacedDatabase(MemoryDatabase):
    """Lets another refresher finish just before the next write."""

    before_write: Callable[[], object] | None = None

    def write(self, *writes: Write) -> None:
        race, self.before_write = self.before_write, None
        if race is not None:
            race()
        super().write(*writes)


def test_a_token_that_was_renewed_since_we_looked_is_not_renewed_again() -> None:
    database = RacedDatabase()
    world = World(database=database)
    world.connected()
    world.now.advance(HOUR)
    database.before_write = lambda: world.token_source().access_token()

    token = world.token_source().access_token()

    assert token == world.secrets_of().access_token
    assert world.authorization_server.refreshes == 1


class BusyDatabase(MemoryDatabase):
    """Refuses the next write, as DynamoDB does when it is throttled."""

    busy = False

    def write(self, *writes: Write) -> None:
        if self.busy:
            self.busy = False
            raise TransientError("the tables are busy")
        super().write(*writes)


def test_tokens_are_kept_when_the_store_is_busy_after_the_refresh() -> None:
    """The only live token is in this process: it is stored at the second try."""
    database = BusyDatabase()
    world = World(database=database)
    world.connected()
    world.authorization_server.rotation = Rotation.STRICT
    world.now.advance(HOUR)
    world.authorization_server.after_refresh = lambda: setattr(database, "busy", True)

    token = world.token_source().access_token()

    assert world.secrets_of().access_token == token


@pytest.mark.feature("DEAR-155")
def test_tokens_that_intuit_knows_no_longer_need_a_person_who_is_told_once(world: World) -> None:
    world.authorization_server.end(world.authorization_server.grants[0])
    world.now.advance(HOUR)

    for _ in range(3):
        with pytest.raises(ReconnectNeeded, match="administrator"):
            world.token_source().access_token()

    assert world.state_of() is State.RECONNECT_NEEDED
    assert notices_of(world) == ["Reconnect needed"]
    assert world.authorization_server.refreshes == 1


def test_a_process_that_died_with_the_only_live_token_leaves_a_connection_to_reconnect(
    world: World,
) -> None:
    world.authorization_server.rotation = Rotation.STRICT
    world.authorization_server.lose_answers = 1
    world.now.advance(HOUR)
    with pytest.raises(TransientError):
        world.token_source().access_token()

    with pytest.raises(ReconnectNeeded):
        world.token_source().access_token()

    assert world.state_of() is State.RECONNECT_NEEDED
    assert notices_of(world) == ["Reconnect needed"]


def test_a_new_consent_makes_a_dead_connection_work_again(world: World) -> None:
    world.authorization_server.end(world.authorization_server.grants[0])
    world.now.advance(HOUR)
    with pytest.raises(ReconnectNeeded):
        world.token_source().access_token()

    world.connected()

    assert world.state_of() is State.CONNECTED
    assert world.token_source().access_token()


def test_a_refresher_that_was_given_up_for_dead_revives_the_connection(world: World) -> None:
    """A strict server has answered the sleeping refresher only."""
    world.authorization_server.rotation = Rotation.STRICT
    world.now.advance(HOUR)

    def another_is_refused() -> None:
        world.now.advance(OVERSLEPT)
        with pytest.raises(ReconnectNeeded):
            world.token_source().access_token()
        assert world.state_of() is State.RECONNECT_NEEDED

    world.authorization_server.after_refresh = another_is_refused
    world.token_source().access_token()

    assert world.state_of() is State.CONNECTED
    assert world.token_source().access_token()


def test_a_disconnected_connection_is_not_brought_back_by_a_refresher(world: World) -> None:
    world.now.advance(HOUR)
    found = connections.load(world.database, "c1")
    assert found is not None
    world.authorization_server.after_refresh = lambda: connections.disconnect(world.database, found)

    with pytest.raises(ReconnectNeeded):
        world.token_source().access_token()

    assert world.state_of() is State.DISCONNECTED
    assert tokens.load(world.database, "c1") is None


@given(
    rotation=st.sampled_from(Rotation),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["use", "renew", "wait", "other refreshes first", "other overtakes"]),
            st.integers(1, 30 * HOUR),
        ),
        max_size=25,
    ),
)
def test_whoever_refreshes_when_a_live_token_is_never_lost(
    rotation: Rotation, steps: list[tuple[str, int]]
) -> None:
    world = World()
    world.connected()
    intuit = world.authorization_server
    intuit.rotation = rotation
    source = world.token_source()

    def other() -> None:
        try:
            world.token_source().access_token()
        except (Throttled, ReconnectNeeded):
            return

    def overtake() -> None:
        world.now.advance(OVERSLEPT)
        other()

    for step, seconds in steps:
        if step == "wait":
            world.now.advance(seconds)
        elif step == "other refreshes first":
            intuit.before_refresh = other
        elif step == "other overtakes":
            intuit.after_refresh = overtake
        else:
            try:
                token = source.access_token()
                if step == "renew":
                    token = source.renew(token)
            except Throttled:
                continue
            assert intuit.accepts(token, "9130350000000001") == 200
    world.now.advance(HOUR)
    intuit.before_refresh = intuit.after_refresh = None

    assert intuit.accepts(world.token_source().access_token(), "9130350000000001") == 200
    assert world.state_of() is State.CONNECTED
