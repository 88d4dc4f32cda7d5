"""The sample events: what each becomes, so that they show the rules of docs/channels.md."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from tests.unit.channels.shop import SECRET, translate
from tests.unit.channels.test_feed import SECRET as FEED_SECRET
from tillbook import channels
from tillbook.channels.delivery import Delivery, Documents, Ignored
from tillbook.domain.documents import Document, Payment, SalesDocument, title
from tillbook.errors import BadInput, Unauthorised

EVENTS = Path(__file__).parents[3] / "events"
SHOPIFY = EVENTS / "shopify"
INTAKE = EVENTS / "receive_channel_event"
TRANSLATION = EVENTS / "translate_event"
LAMP = "product LAMP-01"
ADA = "customer Ada Brandt"
SHARED = "customer Shopify customers (northwind-lamps.myshopify.com)"

DOCUMENTS = {
    "customers/create/company": "customer Quayside Hotel Ltd.",
    "customers/create/person": "customer Ines Okafor",
    "customers/update/married": "customer Ines Okafor-Lind",
    "products/create/two_variants": f"{LAMP}, product LAMP-02",
    "products/update/renamed": f"{LAMP}, product LAMP-02",
    "orders/create/paid_with_tax_and_shipping": (
        f"{ADA}, {LAMP}, product BULB-E27, invoice #1001 79.71 USD, payment #1001 79.71 USD"
    ),
    "orders/create/two_taxes_and_discount": (
        f"{ADA}, {LAMP}, product SHADE-L, invoice #1002 139.81 USD, payment #1002 139.81 USD"
    ),
    "orders/create/guest_by_email": (
        f"{ADA}, product SHADE-L, invoice #1003 24.52 USD, payment #1003 24.52 USD"
    ),
    "orders/create/guest_at_the_till": (
        f"{SHARED}, {LAMP}, invoice #1004 42.20 USD, payment #1004 42.20 USD"
    ),
    "orders/create/unpaid_on_terms": f"customer Gil Marsh, {LAMP}, invoice #1005 485.00 USD",
    "orders/paid/gift_card_sold_and_tip": (
        f"{ADA}, invoice #1006 53.00 USD, payment #1006 53.00 USD"
    ),
    "orders/create/prices_include_tax": (
        f"{ADA}, {LAMP}, invoice #1007 153.92 GBP, payment #1007 153.92 GBP"
    ),
    "orders/create/paid_in_euros": (
        f"{ADA}, {LAMP}, invoice #1008 47.20 USD, payment #1008 47.20 USD"
    ),
    "orders/create/tax_remitted_by_the_marketplace": (
        f"{ADA}, {LAMP}, invoice #1009 45.00 USD, payment #1009 45.00 USD"
    ),
    "orders/create/duties": f"{ADA}, {LAMP}, invoice #1010 55.20 USD, payment #1010 55.20 USD",
    "orders/create/long_names_and_emoji": (
        f"customer 🦊 Renée O'Neil: Sons, {LAMP}, invoice #1016 47.20 USD, payment #1016 47.20 USD"
    ),
    "orders/create/personal_data_withheld": (
        f"{SHARED}, {LAMP}, invoice #1017 47.20 USD, payment #1017 47.20 USD"
    ),
    "orders/updated/partially_paid": (
        f"{ADA}, {LAMP}, invoice #1018 89.40 USD, payment #1018 40.00 USD"
    ),
    "orders/updated/item_removed_by_an_edit": (
        f"{ADA}, {LAMP}, invoice #1019 89.40 USD, payment #1019 89.40 USD"
    ),
    "orders/fulfilled/shipped": (
        f"{ADA}, {LAMP}, product BULB-E27, invoice #1001 79.71 USD, payment #1001 79.71 USD"
    ),
    "orders/partially_fulfilled/one_parcel": (
        f"{ADA}, {LAMP}, product BULB-E27, invoice #1001 79.71 USD, payment #1001 79.71 USD"
    ),
    "orders/updated/partially_refunded": (
        f"{ADA}, {LAMP}, product BULB-E27, invoice #1001 79.71 USD, payment #1001 79.71 USD, "
        "refund R900000100101 14.56 USD"
    ),
    "orders/cancelled/before_payment": (
        f"{ADA}, {LAMP}, invoice #1020 89.40 USD cancelled, "
        "credit note R900000102001 84.40 USD cancelled"
    ),
    "orders/cancelled/after_payment": (
        f"{ADA}, {LAMP}, invoice #1021 89.40 USD, payment #1021 89.40 USD, "
        "refund R900000102101 89.40 USD"
    ),
    "refunds/create/two_units": "product BULB-E27, refund R900000100101 14.56 USD",
    "refunds/create/everything_with_shipping": (
        f"{LAMP}, product BULB-E27, refund R900000100102 79.71 USD"
    ),
    "refunds/create/amount_only": "refund R900000100103 5.00 USD",
    "refunds/create/restocking_charge": f"{LAMP}, refund R900000100104 36.20 USD",
    "refunds/create/prices_include_tax": f"{LAMP}, refund R900000100701 49.99 GBP",
    "refunds/create/goods_without_money": f"{LAMP}, credit note R900000102001 84.40 USD",
}
IGNORED = {
    "app/uninstalled/shop": "no more events",
    "customers/create/personal_data_withheld": "personal data",
    "customers/data_request/one": "within 30 days",
    "customers/redact/one": "within 30 days",
    "inventory_levels/update/count": "of no consequence",
    "order_transactions/create/capture": "taken from the order",
    "tender_transactions/create/card": "taken from the order",
    "orders/create/test_order": "a test",
    "orders/delete/id_only": "void it there",
    "orders/edited/differences": "orders/updated",
    "products/delete/id_only": "make it inactive",
    "refunds/create/pending_at_the_gateway": "has not paid",
    "shop/redact/left": "Delete the channel",
}
REFUSED = {
    "orders/create/date_without_zone": "processed_at: has no time zone",
    "orders/create/does_not_foot": "total_price: is 70.00, but the lines come to 76.32",
    "orders/create/negative_quantity": "line_items[0].quantity: is negative",
    "orders/create/unknown_currency": "currency: is refused: unknown currency 'XYZ'",
    "products/create/no_name_and_no_sku": "title: is missing",
    "refunds/create/does_not_foot": "transactions: pay back 20.00 USD",
}


def of_shopify(name: str) -> tuple[str, bytes]:
    return name.rpartition("/")[0], (SHOPIFY / f"{name}.json").read_bytes()


def in_short(document: Document) -> str:
    if isinstance(document, Payment):
        return f"{title(document)} {document.amount} {document.currency}"
    if isinstance(document, SalesDocument):
        status = "" if document.status == "open" else f" {document.status}"
        return f"{title(document)} {document.total} {document.currency}{status}"
    return title(document)


def test_every_sample_of_shopify_is_accounted_for() -> None:
    files = {str(file.relative_to(SHOPIFY).with_suffix("")) for file in SHOPIFY.rglob("*.json")}
    assert files == DOCUMENTS.keys() | IGNORED.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_sample_becomes_documents_that_foot(name: str) -> None:
    translation = translate(*of_shopify(name))
    assert isinstance(translation, Documents)
    assert ", ".join(map(in_short, translation.documents)) == DOCUMENTS[name]


@pytest.mark.parametrize("name", IGNORED)
def test_a_sample_is_ignored_with_a_reason(name: str) -> None:
    translation = translate(*of_shopify(name))
    assert isinstance(translation, Ignored)
    assert IGNORED[name] in translation.reason


@pytest.mark.parametrize("name", REFUSED)
def test_a_sample_is_refused_with_the_field_and_the_amounts(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        translate(*of_shopify(name))
    assert str(refused.value).startswith(REFUSED[name])


def intake(name: str) -> tuple[Delivery, datetime]:
    """A delivery as the HTTP API hands it over, and when."""
    event: dict[str, Any] = json.loads((INTAKE / f"{name}.json").read_text())
    body: str = event["body"]
    raw = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
    at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    return Delivery(event["headers"], raw), at


AUTHENTIC = [
    "shopify_order",
    "shopify_order_in_base64",
    "shopify_newer_headers",
    "shopify_not_json",
    "unknown_channel",
    "feed_documents",
]
FORGED = [
    "shopify_changed_body",
    "shopify_signature_not_ascii",
    "shopify_unsigned",
    "feed_signed_long_ago",
]


def test_every_sample_of_intake_is_accounted_for() -> None:
    assert {file.stem for file in INTAKE.glob("*.json")} == {*AUTHENTIC, *FORGED}


@pytest.mark.parametrize("name", AUTHENTIC)
def test_an_authentic_delivery_is_accepted(name: str) -> None:
    delivery, at = intake(name)
    kind = "feed" if name.startswith("feed") else "shopify"
    channels.verify(kind, delivery, [SECRET, FEED_SECRET], at)


@pytest.mark.parametrize("name", FORGED)
def test_a_delivery_that_is_not_authentic_is_refused(name: str) -> None:
    delivery, at = intake(name)
    kind = "feed" if name.startswith("feed") else "shopify"
    with pytest.raises(Unauthorised):
        channels.verify(kind, delivery, [SECRET, FEED_SECRET], at)


def test_the_bytes_are_the_same_in_base64_and_in_plain_text() -> None:
    assert intake("shopify_order")[0].body == intake("shopify_order_in_base64")[0].body


def test_messages_of_the_queue_name_these_deliveries_in_the_log() -> None:
    names = {
        hashlib.sha256(channels.identity(kind, intake(name)[0])).hexdigest()
        for kind, name in [("shopify", "shopify_order"), ("feed", "feed_documents")]
    }
    found = set()
    for file in TRANSLATION.glob("*.json"):
        for message in json.loads(file.read_text())["Records"]:
            for record in json.loads(message["body"]).get("Records", []):
                found.add(unquote_plus(record["s3"]["object"]["key"]).rpartition("/")[2])
    assert found == names
