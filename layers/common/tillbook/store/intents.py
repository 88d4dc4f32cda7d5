"""Intents: what is about to be sent, stored before it is sent.

The payload's bytes are in the payload bucket; the intent holds their key and hash, the request id
under which they are sent, and per item what settling needs. An open intent lies in a partition of
its own; a settled one is moved to the history. An item is unsettled as long as its record still
names the intent.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tillbook.domain.documents import Kind
from tillbook.domain.money import parse_decimal
from tillbook.ports import Blobs, Database, Item, Table
from tillbook.store import keys


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
    """When it was last handed to the network: until then plus the call's time limit, plus what
    QuickBooks may take, the call may still take effect."""
    items: tuple[IntentItem, ...]


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


def load_payload(payloads: Blobs, intent: Intent) -> bytes:
    """The bytes that were to be sent. What is not what was intended is never sent."""
    blob = payloads.get(intent.payload)
    if blob is None or body_hash(blob.body) != intent.payload_hash:
        raise RuntimeError(f"the payload of intent {intent.intent} is not the one intended")
    return blob.body


def open_intents(db: Database, connection_id: str) -> list[Intent]:
    """Intents whose outcome is not settled, oldest first."""
    partition = keys.open_intent(connection_id, "").partition
    intents = [from_item(item) for item in db.query(Table.SYNC, partition).items]
    return sorted(intents, key=lambda intent: intent.created_at)
