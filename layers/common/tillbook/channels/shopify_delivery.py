"""Shopify: webhooks over HTTPS, signed with the secret of an app or, for hooks made in the shop's
admin, of the shop. What intake needs of them, without the models of what they say.

Source: shopify.dev, "Verify webhook deliveries", "Structure of a webhook delivery", "Ignore
duplicate webhooks".
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from tillbook.channels.delivery import Delivery
from tillbook.errors import Unauthorised

_SIGNATURES = ("x-shopify-hmac-sha256", "shopify-hmac-sha256")


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
    """The signature is over the body alone and holds no time, so `now` plays no part: a delivery
    that is sent again is found by its identity, and what is stale by its version."""
    given = [delivery.headers[name] for name in _SIGNATURES if name in delivery.headers]
    if not given:
        raise Unauthorised("The delivery is not signed: X-Shopify-Hmac-Sha256 is missing.")
    for secret in secrets:
        digest = hmac.digest(secret.encode(), delivery.body, hashlib.sha256)
        expected = base64.b64encode(digest)
        for signature in given:
            # As bytes: text with other than ASCII characters cannot be compared.
            if secret and hmac.compare_digest(expected, signature.strip().encode(errors="replace")):
                return
    raise Unauthorised("The signature is not made with any secret of this channel.")


def identity(delivery: Delivery) -> bytes:
    """Shopify's webhook id, which repetitions keep; else event and topic; else the body."""
    if webhook := header(delivery, "webhook-id"):
        return webhook.encode(errors="replace")
    if event := header(delivery, "event-id"):
        return f"{event}\n{topic(delivery)}".encode(errors="replace")
    return delivery.body


def topic(delivery: Delivery) -> str:
    """Such as orders/create; `unknown` where the delivery does not say."""
    name = (header(delivery, "topic") or "unknown").lower()
    action = header(delivery, "action")
    return name if "/" in name or not action else f"{name}/{action.lower()}"


def header(delivery: Delivery, name: str) -> str | None:
    """Newer deliveries name their headers without X-."""
    value = delivery.headers.get(f"x-shopify-{name}") or delivery.headers.get(f"shopify-{name}")
    return value.strip() or None if value else None
