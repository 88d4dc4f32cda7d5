"""What handlers without a resolver read from an HTTP API event (payload format 2.0)."""

import base64
from typing import Any

from tillbook.errors import TooLarge

MAX_BODY_BYTES = 4 * 1024 * 1024


def body_of(event: dict[str, Any]) -> bytes:
    """The bytes as they were sent: signatures are over these. Raises TooLarge over 4 MB."""
    text = str(event.get("body") or "")
    body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge("The body is over 4 MB. Send less at once.")
    return body


def headers_of(event: dict[str, Any]) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}


def public_url(event: dict[str, Any], configured: str | None) -> str:
    """The address under which callers reach this API, without a slash at its end."""
    if configured:
        return configured.rstrip("/")
    context = event["requestContext"]
    stage = context.get("stage", "$default")
    path = "" if stage == "$default" else f"/{stage}"
    return f"https://{context['domainName']}{path}"
