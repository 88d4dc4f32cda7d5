"""The batch endpoint: up to 30 writes in one call, each with its own answer.

An item's identity in QuickBooks is (request id, bId); the same items give the same bytes, so that a
retry repeats exactly what was sent. Source: Intuit, "Batch operations".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tillbook.quickbooks import jsontext
from tillbook.quickbooks.context import Body, Request
from tillbook.quickbooks.faults import Fault, from_answer

MOST_ITEMS = 30
BID_LENGTH = 10


def encode(items: Sequence[tuple[str, Request]]) -> bytes:
    """The body of a batch call. Raises ValueError for what QuickBooks would refuse as a whole."""
    ids = [bid for bid, _ in items]
    if not 0 < len(items) <= MOST_ITEMS:
        raise ValueError(f"a batch holds 1 to {MOST_ITEMS} items, not {len(items)}")
    if len(set(ids)) != len(ids) or any(not 0 < len(bid) <= BID_LENGTH for bid in ids):
        raise ValueError(f"each item of a batch needs its own id of 1 to {BID_LENGTH} characters")
    body = {"BatchItemRequest": [_item(bid, request) for bid, request in items]}
    return jsontext.dumps(body).encode()


def decode(body: bytes, tid: str | None = None) -> dict[str, dict[str, Any] | Fault]:
    """Answers by bId: the object, or its fault, which carries the call's intuit_tid. A bId that is
    missing got no answer, which means that it is unknown whether it took effect.

    Raises ValueError where the body is no batch answer; `faults.parse` explains those.
    """
    answer = jsontext.loads(body)
    items = answer.get("BatchItemResponse") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise ValueError("the answer holds no BatchItemResponse")
    return {item["bId"]: _answer(item, tid) for item in items if "bId" in item}


def _item(bid: str, request: Request) -> Body:
    """A void travels as an update with an option; there is no operation of that name here."""
    if request.operation == "void":
        return {
            "bId": bid,
            "operation": "update",
            "optionsData": "void",
            request.entity: request.body,
        }
    return {"bId": bid, "operation": request.operation, request.entity: request.body}


def _answer(item: Mapping[str, Any], tid: str | None) -> dict[str, Any] | Fault:
    if fault := from_answer(item, tid=tid):
        return fault
    objects = [value for name, value in item.items() if name != "bId" and isinstance(value, dict)]
    return objects[0] if objects else Fault(detail="QuickBooks answered this item with nothing.")
