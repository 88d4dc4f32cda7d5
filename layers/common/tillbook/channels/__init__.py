"""Channels: the check of a delivery's signature, and its translation into documents.

Pure: nothing here knows the time or reaches out. A channel is two modules: `*_delivery` has what
intake needs and loads nothing heavy; the other, loaded when something is translated, has
`translate`. Both are entered in `CHANNELS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tillbook.channels import feed_delivery, shopify_delivery
from tillbook.channels.delivery import Delivery, Translation


@dataclass(frozen=True)
class Channel:
    verify: Callable[[Delivery, Sequence[str], datetime], None]
    identity: Callable[[Delivery], bytes]
    topic: Callable[[Delivery], str]
    translate: Callable[[Delivery, str], Translation]
    title: Callable[[Delivery], str]


def _translate_shopify(delivery: Delivery, source: str) -> Translation:
    from tillbook.channels import shopify

    return shopify.translate(delivery, source)


def _title_shopify(delivery: Delivery) -> str:
    from tillbook.channels import shopify

    return shopify.title(delivery)


def _title_feed(delivery: Delivery) -> str:
    from tillbook.channels import feed

    return feed.title(delivery)


def _translate_feed(delivery: Delivery, source: str) -> Translation:
    from tillbook.channels import feed

    return feed.translate(delivery, source)


CHANNELS = {
    "shopify": Channel(
        shopify_delivery.verify,
        shopify_delivery.identity,
        shopify_delivery.topic,
        _translate_shopify,
        _title_shopify,
    ),
    "feed": Channel(
        feed_delivery.verify,
        feed_delivery.identity,
        feed_delivery.topic,
        _translate_feed,
        _title_feed,
    ),
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


def title(kind: str, delivery: Delivery) -> str:
    """How people name what a delivery is about, such as 'order #1024', as far as it can be read; ''
    where it cannot. Never a person's name. Never raises."""
    return CHANNELS[kind].title(delivery)
