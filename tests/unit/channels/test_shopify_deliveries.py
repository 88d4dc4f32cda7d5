"""Signature, identity, topic, and the topics that are no orders or refunds."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.channels.shop import (
    ADDRESS,
    CUSTOMER,
    SECRET,
    SOURCE,
    deliver,
    documents,
    encode,
    one,
    order,
    translate,
)
from tillbook import channels
from tillbook.channels.delivery import Delivery, Ignored
from tillbook.domain.documents import Kind
from tillbook.errors import BadInput, Unauthorised

NOW = datetime(2026, 3, 15, 2, 27, tzinfo=UTC)
# As Shopify writes it: escaped slashes and characters, so that parsing and dumping changes it.
BODY = '{"id":1,"note":"caf\\u00e9 \\/ naïve","total_price":"47.20"}'.encode()
PRODUCT: dict[str, Any] = {
    "id": 8120055001,
    "title": "Desk lamp",
    "updated_at": "2026-03-01T12:00:00-05:00",
    "variants": [
        {"id": 44012800101, "title": "Brass", "sku": "LAMP-01", "price": "40.00", "taxable": True},
        {"id": 44012800102, "title": "Black", "sku": "", "price": "40.00", "taxable": False},
    ],
}


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def verify(header: str, body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,)) -> None:
    delivery = Delivery({"x-shopify-hmac-sha256": header}, body)
    channels.verify("shopify", delivery, secrets, NOW)


def test_a_signature_over_the_raw_bytes_is_accepted() -> None:
    verify(sign(BODY))
    channels.verify("shopify", Delivery({"shopify-hmac-sha256": sign(BODY)}, BODY), [SECRET], NOW)


def test_a_signature_made_by_openssl_is_accepted() -> None:
    # printf body | openssl dgst -sha256 -hmac key -binary | base64
    verify("UVquEztDXUAAlWcx9orlz164XU8NxqVG0r/NNZXsGuE=", b"body", ("key",))


def test_any_of_several_secrets_will_do_while_one_is_replaced() -> None:
    verify(sign(BODY), secrets=("new", SECRET))


@pytest.mark.parametrize(
    "header", ["", "x", "ä", "\udcff", sign(BODY, "other"), sign(BODY)[:-2], sign(BODY + b" ")]
)
def test_a_wrong_signature_is_refused(header: str) -> None:
    with pytest.raises(Unauthorised):
        verify(header)


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_accepted(secrets: tuple[str, ...]) -> None:
    with pytest.raises(Unauthorised):
        verify(sign(BODY, ""), secrets=secrets)


def test_an_unsigned_delivery_is_refused() -> None:
    with pytest.raises(Unauthorised, match="not signed"):
        channels.verify("shopify", deliver("orders/create", BODY), [SECRET], NOW)


def test_a_delivery_is_known_by_its_webhook_id() -> None:
    first = deliver("orders/create", b"a", webhook_id="w1", event_id="e")
    again = deliver("orders/create", b"b", webhook_id="w1", event_id="e")
    assert channels.identity("shopify", first) == channels.identity("shopify", again) == b"w1"


def test_without_one_it_is_known_by_event_and_topic_else_by_its_body() -> None:
    created = deliver("orders/create", b"a", event_id="e")
    paid = deliver("orders/paid", b"a", event_id="e")
    assert channels.identity("shopify", created) != channels.identity("shopify", paid)
    assert channels.identity("shopify", deliver("orders/create", b"a")) == b"a"
    odd = deliver("orders/create", b"a", webhook_id="\udcff")
    assert channels.identity("shopify", odd)


def test_newer_deliveries_name_their_headers_without_x() -> None:
    headers = {"shopify-topic": "orders", "shopify-action": "create", "shopify-webhook-id": "w"}
    delivery = Delivery(headers, encode(order()))
    assert channels.topic("shopify", delivery) == "orders/create"
    assert channels.identity("shopify", delivery) == b"w"
    assert not isinstance(channels.translate("shopify", delivery, SOURCE), Ignored)


def test_a_delivery_without_topic_is_refused_with_the_cure() -> None:
    with pytest.raises(BadInput, match=r"X-Shopify-Topic: is missing"):
        channels.translate("shopify", Delivery({}, encode(order())), SOURCE)
    assert channels.topic("shopify", Delivery({}, b"")) == "unknown"


@pytest.mark.parametrize(
    "topic, says",
    [
        ("orders/delete", "void it there"),
        ("orders/edited", "orders/updated"),
        ("products/delete", "make it inactive"),
        ("customers/delete", "make it inactive"),
        ("order_transactions/create", "taken from the order"),
        ("tender_transactions/create", "taken from the order"),
        ("draft_orders/create", "no sale yet"),
        ("customers/data_request", "within 30 days"),
        ("customers/redact", "within 30 days"),
        ("shop/redact", "Delete the channel"),
        ("app/uninstalled", "no more events"),
        ("inventory_levels/update", "of no consequence"),
    ],
)
def test_other_topics_are_ignored_with_a_reason(topic: str, says: str) -> None:
    translation = translate(topic, b'{"id": 1}')
    assert isinstance(translation, Ignored)
    assert says in translation.reason


def test_a_customer_webhook_becomes_a_customer() -> None:
    found = one(Kind.CUSTOMER, "customers/update", {**CUSTOMER, "tax_exempt": True})
    assert (found.id, found.name, found.email) == (
        "7301446115602",
        "Ada Brandt",
        "ada.brandt@example.com",
    )
    assert found.billing_address.city == ADDRESS["city"]
    assert (found.phone, found.tax_exempt) == (ADDRESS["phone"], True)


def test_a_customer_webhook_beats_an_order_of_the_same_moment() -> None:
    direct = one(Kind.CUSTOMER, "customers/update", CUSTOMER)
    of_order = one(Kind.CUSTOMER, "orders/create", order())
    assert of_order.model_copy(update={"version": direct.version}) == direct
    assert of_order.version < direct.version
    undated = one(Kind.CUSTOMER, "orders/create", order(customer={**CUSTOMER, "updated_at": None}))
    assert undated.version < of_order.version


def test_a_customer_without_any_data_is_ignored() -> None:
    translation = translate("customers/create", {"id": 4, "updated_at": CUSTOMER["updated_at"]})
    assert isinstance(translation, Ignored)
    assert "personal data" in translation.reason


def test_a_customer_without_id_is_refused() -> None:
    with pytest.raises(BadInput, match="id: is missing"):
        translate("customers/create", {**CUSTOMER, "id": None})


def test_a_product_becomes_one_product_per_variant() -> None:
    found = documents("products/update", PRODUCT)
    assert [(d.id, d.name, d.sku, d.taxable, str(d.unit_price)) for d in found] == [  # type: ignore[union-attr]
        ("44012800101", "Desk lamp - Brass", "LAMP-01", True, "40.00"),
        ("44012800102", "Desk lamp - Black", None, False, "40.00"),
    ]


def test_a_single_variant_goes_by_the_products_title() -> None:
    variant = {**PRODUCT["variants"][0], "title": "Default Title"}
    body = {**PRODUCT, "variants": [variant]}
    assert one(Kind.PRODUCT, "products/create", body).name == "Desk lamp"


def test_any_product_webhook_beats_what_orders_tell() -> None:
    product = one(Kind.PRODUCT, "products/create", {**PRODUCT, "variants": PRODUCT["variants"][:1]})
    sold = one(Kind.PRODUCT, "orders/create", order())
    assert (product.id, product.name) == (sold.id, sold.name)
    assert sold.version < product.version


def test_a_product_without_name_goes_by_its_sku_and_without_both_is_refused() -> None:
    nameless = {**PRODUCT, "title": "  ", "variants": PRODUCT["variants"][:1]}
    assert one(Kind.PRODUCT, "products/create", nameless).name == "LAMP-01"
    with pytest.raises(BadInput, match=r"title: is missing, and variants\[1\] has no SKU"):
        translate("products/create", {**PRODUCT, "title": None})


def test_a_product_without_variants_is_ignored() -> None:
    assert isinstance(translate("products/create", {**PRODUCT, "variants": []}), Ignored)


def test_where_the_body_has_no_time_that_of_the_trigger_counts() -> None:
    body = {**CUSTOMER, "updated_at": None}
    at = "2026-03-14T14:26:54.110521905Z"
    found = documents("customers/update", body, triggered_at=at)
    assert found[0].version == "2026-03-14T14:26:54.110521Z-1"
    for illegible in ("", "soon"):
        with pytest.raises(BadInput, match="updated_at"):
            translate("customers/update", body, triggered_at=illegible)


def test_versions_compare_as_time_does_across_zones() -> None:
    times = [
        "2026-03-14T09:26:53-05:00",
        "2026-03-14T14:26:53.5+00:00",
        "2026-03-14T23:26:54+09:00",
    ]
    bodies = [{**CUSTOMER, "updated_at": time} for time in times]
    versions = [one(Kind.CUSTOMER, "customers/update", body).version for body in bodies]
    assert versions == sorted(set(versions))


def test_of_one_second_the_later_state_of_an_order_is_newer() -> None:
    states = [
        order(status="pending"),
        order(status="authorized"),
        order(status="partially_paid", total_outstanding="1.00"),
        order(status="paid"),
        order(status="paid", cancelled_at="2026-03-14T21:26:54-05:00"),
    ]
    versions = [one(Kind.INVOICE, "orders/updated", body).version for body in states]
    assert versions == sorted(set(versions))
