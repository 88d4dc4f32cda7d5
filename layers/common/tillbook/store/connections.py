"""Connections: one QuickBooks company each, owned by one organisation.

A company (realm) is claimed by at most one connection. The claim is an item of its own, written in
the transaction that connects and removed in the one that deletes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from tillbook.ports import (
    Absent,
    AnyOf,
    Database,
    Delete,
    Equals,
    Item,
    Put,
    Table,
    Update,
    Write,
)
from tillbook.store import keys, pages


class State(StrEnum):
    """`reconnect needed`: QuickBooks no longer accepts our tokens, a person must consent again."""

    CREATED = "created"
    CONNECTED = "connected"
    RECONNECT_NEEDED = "reconnect needed"
    DISCONNECTED = "disconnected"
    DELETED = "deleted"


@dataclass(frozen=True)
class Connection:
    id: str
    organisation: str
    name: str
    state: State
    created_at: str
    created_by: str
    realm_id: str | None = None
    company_name: str | None = None
    country: str | None = None
    currency: str | None = None
    """Home currency of the company."""
    connected_at: str | None = None
    connected_by: str | None = None


def from_item(item: Item) -> Connection:
    known = {name: item[name] for name in _FIELDS if name in item}
    return Connection(**known | {"state": State(item["state"])})


def to_item(connection: Connection) -> Item:
    values = {name: getattr(connection, name) for name in _FIELDS}
    return {name: value for name, value in values.items() if value is not None} | {
        "state": str(connection.state)
    }


def create(db: Database, connection: Connection) -> None:
    db.write(
        Put(keys.connection(connection.id), to_item(connection), when=(Absent(),)),
        Put(
            keys.organisation_connection(connection.organisation, connection.id),
            {"connection": connection.id},
        ),
        Put(keys.listed_connection(connection.id), {"connection": connection.id}),
    )


@dataclass(frozen=True)
class Listed:
    connection: str
    swept_at: str | None
    """When its last sweep began."""


def list_all(db: Database) -> Iterator[Listed]:
    """Every connection of every organisation that was not deleted."""
    for item in pages.items(db, Table.CONNECTIONS, keys.listed_connection("").partition):
        yield Listed(item["connection"], item.get("swept_at"))


def note_sweep(db: Database, connection_id: str, now: datetime) -> None:
    noted = {"connection": connection_id, "swept_at": now.isoformat()}
    db.write(Update(keys.listed_connection(connection_id), set=noted))


def load(db: Database, connection_id: str) -> Connection | None:
    item = db.get(keys.connection(connection_id))
    return from_item(item) if item else None


def list_connections(
    db: Database, organisation: str, *, limit: int = 50, cursor: str | None = None
) -> tuple[list[Connection], str | None]:
    """Those of one organisation, deleted ones left out, in order of id."""
    partition = keys.organisation_connection(organisation, "").partition
    page = db.query(Table.CONNECTIONS, partition, prefix="CONNECTION#", limit=limit, cursor=cursor)
    ids = [str(item["connection"]) for item in page.items]
    found = db.get_many(keys.connection(one) for one in ids)
    in_order = (found.get(keys.connection(one)) for one in ids)
    return [from_item(item) for item in in_order if item], page.cursor


def rename(db: Database, connection_id: str, name: str) -> Connection:
    """Raises ConditionFailed where the connection was deleted meanwhile."""
    return from_item(
        db.update(
            Update(keys.connection(connection_id), set={"name": name}, when=_alive(connection_id))
        )
    )


def connect(connection: Connection) -> list[Write]:
    """Takes the realm and writes the connection as connected. Conditions: the realm is free or
    already ours (write 0), and the connection is still there (write 1)."""
    if connection.realm_id is None:
        raise ValueError("a connected connection has a realm")
    return [
        Put(
            keys.realm(connection.realm_id),
            {"connection": connection.id},
            when=(AnyOf((Absent(), Equals("connection", connection.id))),),
        ),
        Update(
            keys.connection(connection.id),
            set=to_item(connection),
            when=_alive(connection.id),
        ),
    ]


def change_state(connection_id: str, before: State, after: State) -> Update:
    """A move that happens only from the state it was meant for."""
    return Update(
        keys.connection(connection_id),
        set={"state": str(after)},
        when=(Equals("state", str(before)),),
    )


def disconnect(db: Database, connection: Connection) -> None:
    """Forgets the tokens; the company stays claimed, so that only it can be connected again."""
    db.write(
        change_state(connection.id, connection.state, State.DISCONNECTED),
        Delete(keys.tokens(connection.id)),
    )


def delete(db: Database, connection: Connection, channel_ids: Sequence[str], at: str) -> None:
    """Forgets tokens and channel secrets and frees the company. What was synced is kept."""
    writes: list[Write] = [
        change_state(connection.id, connection.state, State.DELETED),
        Delete(keys.organisation_connection(connection.organisation, connection.id)),
        Delete(keys.listed_connection(connection.id)),
        Delete(keys.tokens(connection.id)),
    ]
    if connection.realm_id is not None:
        writes.append(
            Delete(
                keys.realm(connection.realm_id),
                when=(AnyOf((Absent(), Equals("connection", connection.id))),),
            )
        )
        freed = {"connection": connection.id, "at": at}
        writes.append(Put(keys.freed(connection.realm_id), freed))
    for channel_id in channel_ids:
        writes.append(Delete(keys.channel(channel_id)))
        writes.append(
            Update(keys.connection_channel(connection.id, channel_id), set={"deleted_at": at})
        )
    db.write(*writes)


@dataclass(frozen=True)
class Freed:
    """The connection that had a company last, and when it was deleted."""

    connection: str
    at: datetime


def freed(db: Database, realm_id: str) -> Freed | None:
    item = db.get(keys.freed(realm_id))
    return Freed(item["connection"], datetime.fromisoformat(item["at"])) if item else None


def _alive(connection_id: str) -> tuple[AnyOf | Equals, ...]:
    alive = (state for state in State if state is not State.DELETED)
    return (
        Equals("id", connection_id),
        AnyOf(tuple(Equals("state", str(state)) for state in alive)),
    )


_FIELDS = tuple(field.name for field in fields(Connection))
