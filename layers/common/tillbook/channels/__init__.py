"""Channels: the check of a delivery's signature, and its translation into documents.

Pure: nothing here knows the time or reaches out. A channel is a module with the four functions of
`Channel`, entered in `CHANNELS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tillbook.channels import feed as feed
from tillbook.channels import shopify as shopify
from tillbook.channels.delivery import Delivery, Translation


@dataclass(frozen=True)
class Channel:
    verify: Callable[[Delivery, Sequence[str], datetime], None]
    identity: Callable[[Delivery], bytes]
    topic: Callable[[Delivery], str]
    translate: Callable[[Delivery, str], Translation]


CHANNELS = {
    "shopify": Channel(shopify.verify, shopify.identity, shopify.topic, shopify.translate),
    "feed": Channel(feed.verify, feed.identity, feed.topic, feed.translate),
}


def verify(kind: str, delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
    """Raises Unauthorised unless the delivery is signed with one of the secrets.

    Several secrets are valid while one is being replaced. `now` is aware.
    """
    CHANNELS[kind].verify(delivery, secrets, now)


def identity(kind: str, delivery: Delivery) -> bytes:
    """The same for each repetition of a delivery, and for no other delivery of the channel."""
    return CHANNELS[kind].identity(delivery)


def topic(kind: str, delivery: Delivery) -> str:
    """A short name for lists, such as orders/create. Never raises for a verified delivery."""
    return CHANNELS[kind].topic(delivery)


def translate(kind: str, delivery: Delivery, source: str) -> Translation:
    """Documents of this source, or why there are none. Raises BadInput with a finding per field
    where the delivery cannot be translated; then nothing of it is taken."""
    return CHANNELS[kind].translate(delivery, source)
