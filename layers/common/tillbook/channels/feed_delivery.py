"""Signatures of a feed, by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, in base64 after
`v1,`; several may be given, one of which must match. Secrets are base64 after `whsec_`.

Source: https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from tillbook.channels.delivery import Delivery
from tillbook.errors import Unauthorised

TOLERANCE_SECONDS = 300
_SCHEME = "whsec_"


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
    """Raises Unauthorised for a wrong signature, and for one made more than five minutes before or
    after now: a delivery that somebody recorded cannot be sent again later."""
    headers = delivery.headers
    message, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not message or not timestamp or not given:
        raise Unauthorised(
            "The delivery is not signed: it needs the headers webhook-id, webhook-timestamp and "
            "webhook-signature."
        )
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise Unauthorised("webhook-timestamp is not a number of seconds since 1970.")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise Unauthorised(
            "The delivery was signed more than five minutes from now. Check the sender's clock; "
            "sign each attempt anew."
        )
    signed = f"{message}.{timestamp}.".encode(errors="replace") + delivery.body
    for secret in secrets:
        key = _key(secret)
        if key is None:
            continue
        expected = b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
        for signature in given.split():
            if hmac.compare_digest(expected, signature.encode(errors="replace")):
                return
    raise Unauthorised("The signature is not made with any secret of this channel.")


def is_secret(text: str) -> bool:
    """Whether a text is a secret as the specification wants it: whsec_ and 24 to 64 bytes."""
    key = _key(text)
    return text.startswith(_SCHEME) and key is not None and 24 <= len(key) <= 64


def _key(secret: str) -> bytes | None:
    try:
        key = base64.b64decode(secret.removeprefix(_SCHEME), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key or None


def identity(delivery: Delivery) -> bytes:
    """The sender's id of the message, which is signed; else the body."""
    return delivery.headers.get("webhook-id", "").encode(errors="replace") or delivery.body


def topic(delivery: Delivery) -> str:
    return "documents"
