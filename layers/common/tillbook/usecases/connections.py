"""Connections: create, find, rename, disconnect and delete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tillbook.domain.checks import Finding
from tillbook.errors import BadInput, Conflict, NotFound, TransientError
from tillbook.ports import (
    ConditionFailed,
    Database,
    HasAuthorizationServer,
    HasClock,
    HasDatabase,
    HasIds,
    HasVault,
    InvalidGrant,
)
from tillbook.store import channels, tokens
from tillbook.store import connections as store
from tillbook.store.connections import Connection, State
from tillbook.usecases.authorise import NOT_FOUND, Caller, Scope, authorise

_ATTEMPTS = 5
_NAME_LENGTH = 100


class CreatePorts(HasDatabase, HasClock, HasIds, Protocol):
    """What this reaches."""


class Ports(HasDatabase, HasVault, HasAuthorizationServer, HasClock, Protocol):
    """What this reaches."""


@dataclass(frozen=True)
class Parting:
    """How a connection ended. `revoked` is None where there was nothing to revoke."""

    state: State
    revoked: bool | None

    @property
    def message(self) -> str:
        if self.revoked is None:
            return "There were no tokens to revoke."
        if self.revoked:
            return "QuickBooks has revoked Tillbook's access to the company."
        return (
            "Tillbook has forgotten its tokens, but QuickBooks did not confirm that they are "
            "revoked. Remove Tillbook in QuickBooks under Apps, My apps to be sure."
        )


def find_connection(
    db: Database, claims: Mapping[str, Any], scope: Scope, connection_id: str
) -> tuple[Connection, Caller]:
    """The connection, if the caller may use it so. What was deleted can only be read.

    Raises Forbidden, NotFound (somebody else's too) and Conflict.
    """
    caller = authorise(claims, scope)
    connection = store.load(db, connection_id)
    if connection is None:
        raise NotFound(NOT_FOUND)
    authorise(claims, scope, connection.organisation)
    if connection.state is State.DELETED and scope is not Scope.READ:
        raise Conflict("This connection was deleted. Create another one.")
    return connection, caller


def create_connection(ports: CreatePorts, caller: Caller, name: str) -> Connection:
    connection = Connection(
        id=ports.new_id(),
        organisation=caller.organisation,
        name=clean_name(name),
        state=State.CREATED,
        created_at=ports.now().isoformat(),
        created_by=caller.subject,
    )
    store.create(ports.database, connection)
    return connection


def rename_connection(db: Database, connection: Connection, name: str) -> Connection:
    try:
        return store.rename(db, connection.id, clean_name(name))
    except ConditionFailed:
        raise Conflict("This connection was deleted meanwhile.") from None


def disconnect(ports: Ports, connection: Connection) -> Parting:
    """Revokes the tokens. The company stays the connection's own and can be connected again.
    Raises Conflict for a connection that never had one."""
    if connection.state is State.CREATED:
        raise Conflict("This connection was never connected, so there is nothing to disconnect.")
    return _part(ports, connection, lambda found: store.disconnect(ports.database, found))


def delete_connection(ports: Ports, connection: Connection) -> Parting:
    """Revokes the tokens, removes the channels and frees the company for another connection.
    Synced data and links are kept."""
    db = ports.database
    at = ports.now().isoformat()

    def remove(found: Connection) -> None:
        listed = channels.list_channels(db, found.id)
        store.delete(db, found, [channel.id for channel in listed], at)

    return _part(ports, connection, remove)


def clean_name(name: str, field: str = "name") -> str:
    """A name as people read it. Raises BadInput for one that is empty or over 100 characters."""
    clean = " ".join(name.split())
    if not clean or len(clean) > _NAME_LENGTH:
        raise BadInput(
            Finding(field, "is empty or over 100 characters.", "Give a name of 1 to 100.")
        )
    return clean


def _part(ports: Ports, connection: Connection, end: Callable[[Connection], None]) -> Parting:
    """Revokes first: tokens that we forget unrevoked could never be revoked later."""
    revoked = _revoke(ports, connection.id)
    found: Connection | None = connection
    for _ in range(_ATTEMPTS):
        if found is None:
            raise NotFound(NOT_FOUND)
        if found.state is State.DELETED:
            break  # somebody was faster; nothing brings it back
        try:
            end(found)
        except ConditionFailed:
            found = store.load(ports.database, connection.id)
            continue
        break
    else:
        raise TransientError("The connection keeps changing; try again.")
    ended = store.load(ports.database, connection.id)
    return Parting(ended.state if ended else State.DELETED, revoked)


def _revoke(ports: Ports, connection_id: str) -> bool | None:
    stored = tokens.load(ports.database, connection_id)
    if stored is None:
        return None
    secrets = tokens.unseal(ports.vault, connection_id, stored.sealed)
    try:
        ports.authorization_server.revoke(secrets.refresh_token)
    except InvalidGrant:
        return True  # it was refused already, which is what we want of it
    except TransientError:
        return False
    return True
