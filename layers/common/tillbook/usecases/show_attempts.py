"""What was sent for a record, and what QuickBooks answered, as the payload bucket keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tillbook.domain.sync import Attempt
from tillbook.ports import Blobs
from tillbook.quickbooks import jsontext
from tillbook.store import intents


@dataclass(frozen=True)
class ShownAttempt:
    attempt: Attempt
    payload: dict[str, Any] | None
    answer: dict[str, Any] | None
    """None where there was no answer to read, or it has expired."""


def show_attempts(
    payloads: Blobs, connection_id: str, attempts: Sequence[Attempt]
) -> list[ShownAttempt]:
    """The newest first. Only the record's own part of each batch is shown."""
    return [_show(payloads, connection_id, one) for one in reversed(attempts)]


def _show(payloads: Blobs, connection_id: str, attempt: Attempt) -> ShownAttempt:
    blob = payloads.get(intents.payload_key(connection_id, attempt.intent))
    payload = _item(blob.body, "BatchItemRequest", attempt.bid) if blob else None
    answer = None
    for key in payloads.keys(intents.answers_prefix(connection_id, attempt.intent)):
        blob = payloads.get(key)
        answer = (_item(blob.body, "BatchItemResponse", attempt.bid) if blob else None) or answer
    return ShownAttempt(attempt, payload, answer)


def _item(body: bytes, name: str, bid: str) -> dict[str, Any] | None:
    try:
        items = jsontext.loads(body)[name]
    except (ValueError, KeyError, TypeError):
        return None  # a fault of the whole call, in whatever form
    return next((one for one in items if one.get("bId") == bid), None)
