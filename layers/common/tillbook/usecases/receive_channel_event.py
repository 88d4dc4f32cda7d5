"""Intake: a webhook is acknowledged once it is in the event log, and that is all that happens.

Whatever is authentic is kept, even what cannot be read: it fails later, in translation, with a
reason, instead of being sent again for hours.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Protocol

from tillbook import channels
from tillbook.channels.delivery import Delivery
from tillbook.errors import NotFound, Unauthorised
from tillbook.ports import Blob, HasClock, HasDatabase, HasEventLog, HasVault, Purpose
from tillbook.store import channels as store
from tillbook.store.channels import Channel, ChannelKind

# S3 keeps 2 KB of metadata; the rest of it (ids, topic, time) needs a third at most.
_MAX_HEADER_BYTES = 1400
_KEPT = ("x-shopify-", "shopify-", "webhook-")
_SHOP = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")


class Ports(HasDatabase, HasEventLog, HasVault, HasClock, Protocol):
    """What this reaches."""


def receive_channel_event(
    ports: Ports, channel_id: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """True if the delivery is new, False if the log had it already.

    Raises NotFound (no such channel) and Unauthorised (wrong or missing signature); nothing is
    stored then.
    """
    channel = store.load(ports.database, channel_id)
    if channel is None:
        raise NotFound("There is no such channel. Take the webhook's address from its connection.")
    delivery = Delivery({name.lower(): value for name, value in headers.items()}, body)
    secrets = [
        ports.vault.open(sealed, Purpose.CHANNEL, channel.id).decode()
        for sealed in channel.sealed_secrets
    ]
    now = ports.now()
    channels.verify(channel.kind, delivery, secrets, now)
    identity = hashlib.sha256(channels.identity(channel.kind, delivery)).hexdigest()
    metadata = {
        "connection": channel.connection_id,
        "channel-kind": channel.kind,
        "source": _source(channel, delivery),
        "topic": channels.topic(channel.kind, delivery)[:100],
        "received-at": now.isoformat(),
        "headers": _kept_headers(delivery.headers),
    }
    return ports.event_log.put_if_absent(f"{channel.id}/{identity}", body, metadata)


def delivery_of(blob: Blob) -> Delivery:
    """The delivery as it was received, without its signature."""
    return Delivery(json.loads(blob.metadata["headers"]), blob.body)


def _source(channel: Channel, delivery: Delivery) -> str:
    """A Shopify shop names itself in each delivery; it must be the channel's shop, if that was
    given (apps sign for all of their shops with one secret)."""
    if channel.kind != ChannelKind.SHOPIFY:
        return channel.source or channel.kind
    headers = delivery.headers
    shop = headers.get("x-shopify-shop-domain") or headers.get("shopify-shop-domain") or ""
    source = f"{ChannelKind.SHOPIFY}/{shop.lower()}"
    if not _SHOP.fullmatch(shop.lower()) or channel.source not in (None, source):
        raise Unauthorised(
            "The delivery names another shop than the channel's, or none. Correct the channel's "
            "shop, or send to the channel of that shop."
        )
    return source


def _kept_headers(headers: Mapping[str, str]) -> str:
    kept: dict[str, str] = {}
    size = 0
    for name, value in sorted(headers.items()):
        signature = "hmac" in name or name == "webhook-signature"
        if signature or not name.startswith(_KEPT):
            continue
        # Percent-encoded in the metadata: at worst three bytes for one.
        needed = len(name) + 3 * len(value.encode()) + 16
        if size + needed <= _MAX_HEADER_BYTES:
            kept[name] = value
            size += needed
    return json.dumps(kept, separators=(",", ":"))
