"""What happens when two things happen to one connection at once."""

from collections.abc import Callable

import pytest

from tests.fakes import MemoryDatabase
from tests.world import REALM, REDIRECT_URI, World, admin
from tillbook.errors import BadInput, Conflict, NotFound
from tillbook.ports import Write
from tillbook.store import connections, settings, tokens
from tillbook.store.connections import Connection, State
from tillbook.usecases import authorization
from tillbook.usecases.authorise import Scope
from tillbook.usecases.connections import (
    delete_connection,
    disconnect,
    find_connection,
    rename_connection,
)
from tillbook.usecases.park_authorization import Callback, park_authorization
from tillbook.usecases.settings import change_settings

CLAIMS = {"sub": "alice", "organisation": "acme", "scope": "admin"}


class RacedDatabase(MemoryDatabase):
    """Lets something else happen just before the next write."""

    before_write: Callable[[], object] | None = None

    def write(self, *writes: Write) -> None:
        race, self.before_write = self.before_write, None
        if race is not None:
            race()
        super().write(*writes)


@pytest.fixture
def database() -> RacedDatabase:
    return RacedDatabase()


@pytest.fixture
def world(database: RacedDatabase) -> World:
    return World(database=database)


def parked(world: World, found: Connection, state: str, realm: str = REALM) -> str:
    """A consent that waits for its completion."""
    authorization.begin_authorization(world, found, admin(), state, REDIRECT_URI)
    code = world.authorization_server.consent(realm, REDIRECT_URI)
    park_authorization(world, Callback(state, code, realm, ""))
    return state


def complete(world: World, found: Connection, state: str) -> Connection:
    return authorization.complete_authorization(
        world, found, admin(), state, remaining=lambda: 60.0
    )


def test_of_two_connections_that_claim_a_company_at_once_one_gets_it(
    world: World, database: RacedDatabase
) -> None:
    first, second = world.connection(), world.connection(connection_id="c2")
    parked(world, first, "first")
    parked(world, second, "second")
    # The race is on at the second write: the first one uses the state up.
    database.before_write = lambda: setattr(
        database, "before_write", lambda: complete(world, second, "second")
    )

    with pytest.raises(Conflict, match="connected already"):
        complete(world, first, "first")

    assert (world.state_of("c1"), world.state_of("c2")) == (State.CREATED, State.CONNECTED)
    assert tokens.load(database, "c1") is None


def test_of_two_completions_of_one_state_one_succeeds(
    world: World, database: RacedDatabase
) -> None:
    found = world.connection()
    parked(world, found, "state")
    database.before_write = lambda: complete(world, found, "state")

    with pytest.raises(BadInput, match="used"):
        complete(world, found, "state")

    assert world.state_of() is State.CONNECTED


def test_of_two_callbacks_with_one_state_the_first_is_kept(
    world: World, database: RacedDatabase
) -> None:
    found = world.connection()
    authorization.begin_authorization(world, found, admin(), "state", REDIRECT_URI)
    code = world.authorization_server.consent(REALM, REDIRECT_URI)
    database.before_write = lambda: park_authorization(world, Callback("state", code, REALM, ""))

    with pytest.raises(BadInput):
        park_authorization(world, Callback("state", "stolen", REALM, ""))

    assert complete(world, found, "state").state is State.CONNECTED


def test_settings_saved_while_connecting_are_not_lost(
    world: World, database: RacedDatabase
) -> None:
    found = world.connection()
    parked(world, found, "state")
    chosen = settings.load(database, "c1").model_copy(update={"number_prefix": "W-"})
    database.before_write = lambda: setattr(
        database, "before_write", lambda: change_settings(database, "c1", chosen)
    )

    with pytest.raises(Conflict, match="meanwhile"):
        complete(world, found, "state")

    assert settings.load(database, "c1").number_prefix == "W-"
    assert world.connected().state is State.CONNECTED
    assert settings.load(database, "c1").number_prefix == "W-"
    assert settings.load(database, "c1").export_from is not None


def test_a_connection_deleted_while_it_is_being_connected_stays_deleted(
    world: World, database: RacedDatabase
) -> None:
    found = world.connection()
    parked(world, found, "state")
    database.before_write = lambda: setattr(
        database, "before_write", lambda: delete_connection(world, found)
    )

    with pytest.raises(Conflict):
        complete(world, found, "state")

    assert world.state_of() is State.DELETED
    assert tokens.load(database, "c1") is None
    assert world.connected(connection_id="c2").state is State.CONNECTED


def test_a_connection_whose_state_moves_while_it_is_deleted_is_deleted(
    world: World, database: RacedDatabase
) -> None:
    found = world.connected()
    database.before_write = lambda: connections.disconnect(database, found)

    parting = delete_connection(world, found)

    assert parting.state is State.DELETED
    assert world.connected(connection_id="c2").realm_id == REALM


def test_a_connection_deleted_meanwhile_is_not_disconnected_to_life(
    world: World, database: RacedDatabase
) -> None:
    found = world.connected()
    database.before_write = lambda: delete_connection(world, found)

    disconnect(world, found)

    assert world.state_of() is State.DELETED


def test_a_connection_deleted_meanwhile_is_not_renamed(
    world: World, database: RacedDatabase
) -> None:
    found = world.connection()
    database.before_write = lambda: delete_connection(world, found)

    with pytest.raises(Conflict):
        rename_connection(database, found, "Other")


def test_disconnecting_what_is_disconnected_changes_nothing(world: World) -> None:
    disconnect(world, world.connected())
    found = connections.load(world.database, "c1")
    assert found is not None

    parting = disconnect(world, found)

    assert (parting.state, parting.revoked) == (State.DISCONNECTED, None)


def test_what_was_never_connected_cannot_be_disconnected(world: World) -> None:
    with pytest.raises(Conflict, match="never connected"):
        disconnect(world, world.connection())


def test_a_deleted_connection_can_be_read_and_nothing_else(world: World) -> None:
    delete_connection(world, world.connected())

    found, _ = find_connection(world.database, CLAIMS, Scope.READ, "c1")

    assert found.state is State.DELETED
    for scope in (Scope.OPERATE, Scope.ADMIN):
        with pytest.raises(Conflict):
            find_connection(world.database, CLAIMS, scope, "c1")


def test_a_connection_of_nobody_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        find_connection(world.database, CLAIMS, Scope.READ, "unknown")
