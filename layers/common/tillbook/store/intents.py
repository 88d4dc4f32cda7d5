"""Intents: what is about to be sent, stored before it is sent.

The payload's bytes are in the payload bucket; the intent holds their key and hash, the request id
under which they are sent, and per item what settling needs. An open intent lies in a partition of
its own; a settled one is moved to the history. An item is unsettled as long as its record still
names the intent.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tillbook.domain.documents import Kind
from tillbook.domain.money import parse_decimal
from tillbook.ports import Blobs, Database, Item, Table
from tillbook.store import keys, pages


@dataclass(frozen=True)
class IntentItem:
    """One item of a batch. `bid` and the intent's request id are its identity in QuickBooks."""

    bid: str
    record: str
    version: str
    content: str
    entity: str
    operation: str
    postings: tuple[tuple[str, Decimal], ...]
    month: str | None
    name: str | None = None


@dataclass(frozen=True)
class Intent:
    intent: str
    """Also the request id: at most 36 characters."""
    kind: Kind
    run: str
    payload: str
    payload_hash: str
    created_at: str
    sent_at: str
    """When it was last about to be handed to the network."""
    items: tuple[IntentItem, ...]
    ended_at: str | None = None
    """When that call was seen to end without telling everything. None where nobody saw it end: it
    is under way, or its process died."""
    earlier_dead_at: str | None = None
    """From when on no call before the last one can take effect; None where there was none."""
    repeated: bool = False
    """The last call was made when no earlier one could take effect any more."""
    faults: Mapping[str, str] = field(default_factory=dict)
    """What QuickBooks said of items that it left unclear one by one, by bId."""


def to_item(intent: Intent) -> Item:
    return {
        "intent": intent.intent,
        "kind": str(intent.kind),
        "run": intent.run,
        "payload": intent.payload,
        "payload_hash": intent.payload_hash,
        "created_at": intent.created_at,
        "sent_at": intent.sent_at,
        "items": [_item_to_item(item) for item in intent.items],
        "ended_at": intent.ended_at,
        "earlier_dead_at": intent.earlier_dead_at,
        "repeated": intent.repeated,
        "faults": dict(intent.faults),
    }


def _item_to_item(item: IntentItem) -> dict[str, Any]:
    return {
        "bid": item.bid,
        "record": item.record,
        "version": item.version,
        "content": item.content,
        "entity": item.entity,
        "operation": item.operation,
        "postings": [[account, str(amount)] for account, amount in item.postings],
        "month": item.month,
        "name": item.name,
    }


def from_item(item: Item) -> Intent:
    return Intent(
        intent=item["intent"],
        kind=Kind(item["kind"]),
        run=item["run"],
        payload=item["payload"],
        payload_hash=item["payload_hash"],
        created_at=item["created_at"],
        sent_at=item["sent_at"],
        items=tuple(_item_from_item(one) for one in item["items"]),
        ended_at=item.get("ended_at"),
        earlier_dead_at=item.get("earlier_dead_at"),
        repeated=item.get("repeated", False),
        faults=dict(item.get("faults", {})),
    )


def _item_from_item(item: dict[str, Any]) -> IntentItem:
    postings = tuple((row[0], parse_decimal(row[1])) for row in item["postings"])
    return IntentItem(**{**item, "postings": postings})


def payload_key(connection_id: str, intent_id: str) -> str:
    return f"{connection_id}/{intent_id}/request.json"


def answers_prefix(connection_id: str, intent_id: str) -> str:
    return f"{connection_id}/{intent_id}/answer-"


def answer_key(connection_id: str, intent_id: str, at: datetime) -> str:
    """Sorts by time."""
    return f"{answers_prefix(connection_id, intent_id)}{at:%Y%m%dT%H%M%S.%f}.json"


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def load_payload(payloads: Blobs, intent: Intent) -> bytes | None:
    """The bytes that were to be sent; None where they were kept no longer. What is not what was
    intended is never sent."""
    blob = payloads.get(intent.payload)
    if blob is None:
        return None
    if body_hash(blob.body) != intent.payload_hash:
        raise RuntimeError(f"the payload of intent {intent.intent} is not the one intended")
    return blob.body


def open_intents(db: Database, connection_id: str, kind: Kind | None = None) -> list[Intent]:
    """Intents whose outcome is not settled, oldest first."""
    partition = keys.open_intent(connection_id, "").partition
    found = map(from_item, pages.items(db, Table.SYNC, partition))
    wanted = [one for one in found if kind is None or one.kind is kind]
    return sorted(wanted, key=lambda intent: intent.created_at)
