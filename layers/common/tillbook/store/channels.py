"""Channels: sources of events, each with a random id that is its address, and its secrets.

Two items: what intake reads (with the sealed secrets), and a listing under the connection that
outlives the channel, so that its events in the log can still be counted and translated.
"""

from dataclasses import dataclass
from enum import StrEnum

from tillbook.ports import Absent, Database, Delete, Equals, Item, Put, Table, Update
from tillbook.store import keys, pages


class ChannelKind(StrEnum):
    SHOPIFY = "shopify"
    FEED = "feed"


@dataclass(frozen=True)
class Channel:
    id: str
    connection_id: str
    kind: ChannelKind
    name: str
    source: str | None
    """Where its documents come from; None where each delivery says so."""
    created_at: str
    sealed_secrets: tuple[str, ...] = ()
    """Empty in listings."""
    deleted_at: str | None = None


def create(db: Database, channel: Channel) -> None:
    listing = _listing(channel)
    db.write(
        Put(
            keys.channel(channel.id),
            listing | {"secrets": list(channel.sealed_secrets)},
            when=(Absent(),),
        ),
        Put(keys.connection_channel(channel.connection_id, channel.id), listing),
    )


def load(db: Database, channel_id: str) -> Channel | None:
    """What intake needs; None once deleted."""
    item = db.get(keys.channel(channel_id))
    return from_item(item) if item else None


def load_listing(db: Database, connection_id: str, channel_id: str) -> Channel | None:
    item = db.get(keys.connection_channel(connection_id, channel_id))
    return from_item(item) if item else None


def list_channels(db: Database, connection_id: str, *, deleted: bool = False) -> list[Channel]:
    """Channels of a connection without their secrets."""
    partition = keys.connection(connection_id).partition
    found = map(from_item, pages.items(db, Table.CONNECTIONS, partition, "CHANNEL#"))
    return [channel for channel in found if deleted or channel.deleted_at is None]


def delete(db: Database, channel: Channel, at: str) -> None:
    db.write(
        Delete(keys.channel(channel.id)),
        Update(
            keys.connection_channel(channel.connection_id, channel.id),
            set={"deleted_at": at},
            when=(Equals("id", channel.id),),
        ),
    )


def from_item(item: Item) -> Channel:
    return Channel(
        id=item["id"],
        connection_id=item["connection"],
        kind=ChannelKind(item["kind"]),
        name=item["name"],
        source=item.get("source"),
        created_at=item["created_at"],
        sealed_secrets=tuple(item.get("secrets", ())),
        deleted_at=item.get("deleted_at"),
    )


def _listing(channel: Channel) -> Item:
    item: Item = {
        "id": channel.id,
        "connection": channel.connection_id,
        "kind": str(channel.kind),
        "name": channel.name,
        "created_at": channel.created_at,
    }
    if channel.source is not None:
        item["source"] = channel.source
    return item
