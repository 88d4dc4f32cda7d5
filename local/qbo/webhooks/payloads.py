"""What a webhook carries: events in both of Intuit's forms, signed, and how they are posted."""

import base64
import hashlib
import hmac
import http.client
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from local.qbo import checked
from local.qbo.clock import pacific
from local.qbo.jsonio import dumps

_SEND_SECONDS = 3.0
_CHANGES = ("created", "updated", "deleted")
_MERGED = (*_CHANGES, "merged")
_VOID = (*_CHANGES, "void")
_EMAILED = (*_CHANGES, "emailed")

Header = dict[str, str]

#: What the developer portal offers, by entity.
EVENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("Account", "Class", "Customer", "Department", "Employee", "Item", "PaymentMethod"),
        _MERGED,
    ),
    **dict.fromkeys(("Term", "Vendor"), _MERGED),
    **dict.fromkeys(
        ("CreditMemo", "Invoice", "Payment", "RefundReceipt", "SalesReceipt"),
        (*_VOID, "emailed"),
    ),
    **dict.fromkeys(("Estimate", "PurchaseOrder"), _EMAILED),
    **dict.fromkeys(("BillPayment", "Purchase", "Transfer"), _VOID),
    **dict.fromkeys(
        ("Bill", "Deposit", "InventoryAdjustment", "JournalEntry", "TaxAgency", "VendorCredit"),
        _CHANGES,
    ),
    "CompanyCurrency": ("created", "updated"),
    "Preferences": ("updated",),
}
_LEGACY = {
    "created": "Create",
    "updated": "Update",
    "deleted": "Delete",
    "merged": "Merge",
    "void": "Void",
    "emailed": "Emailed",
}


@dataclass(frozen=True)
class Event:
    """One change of one object. `merged` is the id of what went into it; `nanos` tell apart."""

    id: str
    realm: str
    entity: str
    object_id: str
    operation: str
    when: datetime
    nanos: int = 0
    merged: str = ""

    @property
    def type(self) -> str:
        return f"qbo.{self.entity.lower()}.{self.operation}.v1"


@dataclass(frozen=True)
class Endpoint:
    """Where an app wants to be told of what. `together` events of a company go in one delivery."""

    client_id: str
    url: str
    verifier: str
    events: frozenset[tuple[str, str]]
    payload: str = "cloudevents"
    together: int = 1

    @classmethod
    def from_values(cls, values: dict[str, Any], client_id: str) -> "Endpoint":
        """From plain values: `url`, `verifier`, `entities` (by name a list of operations), ….

        Raises ValueError naming what is wrong.
        """
        checked.known(values, "client_id", "url", "verifier", "entities", "payload", "together")
        url = checked.text("url", values.get("url", ""))
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("url: give where to post to, https://… or http://…")
        payload = str(values.get("payload", "cloudevents"))
        if payload not in ("cloudevents", "legacy"):
            raise ValueError("payload: use cloudevents or legacy")
        together = checked.whole("together", values.get("together", 1), 1)
        return cls(
            checked.text("client_id", values.get("client_id", client_id)),
            url,
            checked.text("verifier", values.get("verifier", "")),
            _chosen(values.get("entities")),
            payload,
            together,
        )

    def wants(self, event: Event) -> bool:
        return (event.entity, event.operation) in self.events

    def values(self) -> dict[str, Any]:
        """As it was registered, entity by entity."""
        chosen = {
            name: [each for each in offered if (name, each) in self.events]
            for name, offered in EVENTS.items()
        }
        return {
            "client_id": self.client_id,
            "url": self.url,
            "verifier": self.verifier,
            "entities": {name: each for name, each in chosen.items() if each},
            "payload": self.payload,
            "together": self.together,
        }


def _chosen(entities: Any) -> frozenset[tuple[str, str]]:
    if entities is None:
        entities = {name: list(offered) for name, offered in EVENTS.items()}
    if not isinstance(entities, dict):
        raise ValueError('entities: give {"Invoice": ["created", …], …}')
    chosen = set()
    for name, operations in entities.items():
        offered = EVENTS.get(name)
        if offered is None:
            raise ValueError(f"entities: {name} has no events; use {', '.join(sorted(EVENTS))}")
        for each in checked.texts(f"entities.{name}", operations):
            if each not in offered:
                raise ValueError(f"entities: {name} is {', '.join(offered)}, not {each}")
            chosen.add((name, each))
    return frozenset(chosen)


def encoded(endpoint: Endpoint, events: tuple[Event, ...]) -> bytes:
    """The body of a delivery, in the form that the endpoint takes."""
    if endpoint.payload == "legacy":
        entities = [_legacy(each) for each in events]
        told: Any = {
            "eventNotifications": [
                {"realmId": events[0].realm, "dataChangeEvent": {"entities": entities}}
            ]
        }
    else:
        told = [_cloud_event(endpoint, each) for each in events]
    return dumps(told).encode()


def _cloud_event(endpoint: Endpoint, event: Event) -> dict[str, Any]:
    when = event.when.astimezone(UTC)
    app = base64.urlsafe_b64encode(hashlib.sha256(endpoint.client_id.encode()).digest()).decode()
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": f"intuit.{app}",
        "type": event.type,
        "datacontenttype": "application/json",
        "time": f"{when:%Y-%m-%dT%H:%M:%S.%f}{event.nanos:03}Z",
        "intuitentityid": event.object_id,
        "intuitaccountid": event.realm,
        "data": {"deletedid": event.merged} if event.merged else {},
    }


def _legacy(event: Event) -> dict[str, Any]:
    told = {
        "name": event.entity,
        "id": event.object_id,
        "operation": _LEGACY[event.operation],
        "lastUpdated": _offset_without_colon(event.when),
    }
    return {**told, "deletedId": event.merged} if event.merged else told


def signature(verifier: str, body: bytes) -> str:
    """The value of `intuit-signature`: HMAC-SHA256 over the raw body, in base64."""
    return base64.b64encode(hmac.digest(verifier.encode(), body, "sha256")).decode()


def headers(endpoint: Endpoint, body: bytes, now: datetime, number: int) -> Header:
    """The headers of a delivery; `number` stands in its id."""
    digest = hashlib.sha256(f"{endpoint.client_id} {number}".encode()).hexdigest()
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "intuit_notification_server/0.1",
        "intuit-signature": signature(endpoint.verifier, body),
        "intuit-created-time": _offset_without_colon(now),
        "intuit-t-id": as_uuid(digest[:32]),
        "intuit-notification-schema-version": "0.1",
    }


def as_uuid(digits: str) -> str:
    """32 hexadecimal digits in the form of a UUID."""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _offset_without_colon(when: datetime) -> str:
    return f"{pacific(when):%Y-%m-%dT%H:%M:%S%z}"


def post(url: str, body: bytes, sent: Header) -> int:
    """POST over HTTP; answers the status. Raises OSError when no answer comes in three seconds."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_SEND_SECONDS)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, sent)
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()
