"""Channels of a connection: add, list and remove."""

import base64
import re
from dataclasses import dataclass
from typing import Protocol

from tillbook.channels import feed
from tillbook.domain.checks import Finding
from tillbook.errors import BadInput, Conflict, NotFound
from tillbook.ports import ConditionFailed, HasClock, HasDatabase, HasVault, Purpose
from tillbook.store import channels as store
from tillbook.store.channels import Channel, ChannelKind
from tillbook.store.connections import Connection
from tillbook.usecases.authorise import NOT_FOUND
from tillbook.usecases.connections import clean_name

# All are removed in the one transaction that deletes the connection.
MOST_CHANNELS = 40
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com")
_PREFIX = "whsec_"


class Ports(HasDatabase, HasVault, HasClock, Protocol):
    """What this reaches."""


@dataclass(frozen=True)
class NewChannel:
    kind: ChannelKind
    name: str
    secret: str | None = None
    """Given by Shopify; for a feed ours, unless the sender has one."""
    shop: str | None = None
    """Shopify: the shop's own domain. Without it any shop of the app may deliver here."""


def add_channel(
    ports: Ports, connection: Connection, new: NewChannel, *, channel_id: str, generated: str
) -> tuple[Channel, str | None]:
    """The channel, and the secret if it is the generated one: it is shown this once.

    `channel_id` is the address and `generated` a secret for signing: both random. Raises BadInput
    and Conflict (too many).
    """
    name = clean_name(new.name)
    findings = [*_check_secret(new), *_check_shop(new)]
    if findings:
        raise BadInput(*findings)
    if len(store.list_channels(ports.database, connection.id)) >= MOST_CHANNELS:
        raise Conflict(f"A connection has at most {MOST_CHANNELS} channels. Remove one first.")
    secret = new.secret or generated
    channel = Channel(
        id=channel_id,
        connection_id=connection.id,
        kind=new.kind,
        name=name,
        source=_source(new, name),
        created_at=ports.now().isoformat(),
        sealed_secrets=(ports.vault.seal(secret.encode(), Purpose.CHANNEL, channel_id),),
    )
    store.create(ports.database, channel)
    return channel, None if new.secret else generated


def remove_channel(ports: Ports, connection: Connection, channel_id: str) -> None:
    """Its address answers 404 from now on; what it delivered is kept."""
    channel = store.load_listing(ports.database, connection.id, channel_id)
    if channel is None or channel.deleted_at is not None:
        raise NotFound(NOT_FOUND)
    try:
        store.delete(ports.database, channel, ports.now().isoformat())
    except ConditionFailed:
        raise NotFound(NOT_FOUND) from None


def feed_secret(random: bytes) -> str:
    """A secret as Standard Webhooks writes it: 'whsec_' and base64 of 24 to 64 bytes."""
    return _PREFIX + base64.b64encode(random).decode()


def _check_secret(new: NewChannel) -> list[Finding]:
    if new.kind is ChannelKind.SHOPIFY:
        if not (new.secret or "").strip():
            return [
                Finding(
                    "secret",
                    "is missing.",
                    "Give the client secret of the Shopify app, or the secret shown under "
                    "Settings, Notifications, Webhooks of the shop.",
                )
            ]
    elif new.secret is not None:
        return feed.check_secret(new.secret)
    return []


def _check_shop(new: NewChannel) -> list[Finding]:
    if new.shop is None:
        return []
    if new.kind is not ChannelKind.SHOPIFY:
        return [Finding("shop", "is for Shopify channels only.", "Leave it out.")]
    if not _SHOP.fullmatch(new.shop.strip().lower()):
        return [
            Finding(
                "shop",
                "is not a shop's own domain.",
                "Give the one that ends in .myshopify.com, not the address that customers see.",
            )
        ]
    return []


def _source(new: NewChannel, name: str) -> str | None:
    """Documents are identified within their source, so it must not change with each delivery."""
    if new.kind is ChannelKind.SHOPIFY:
        return f"shopify/{new.shop.strip().lower()}" if new.shop else None
    return f"feed/{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'feed'}"
