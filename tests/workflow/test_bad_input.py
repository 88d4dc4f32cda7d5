"""What arrives broken, odd or out of order, through the public surface, all the way."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from local.client import Shop, wait_for
from local.cloud import LocalCloud
from tests.workflow.books import check_one_effect_each
from tests.workflow.conftest import Tenant
from tests.workflow.shop import Item, encode, order_by, person, refund_of
from tests.workflow.stock import logged_events

pytestmark = pytest.mark.e2e

EVENTS = Path(__file__).parents[2] / "events" / "shopify"
FOUR_MB = 4 * 1024 * 1024
WHOLE = encode(order_by(4000))
BROKEN = {
    "no JSON at all": ("orders/create", b"<html>503</html>", "is not JSON"),
    "nothing": ("orders/create", b"", "is not JSON"),
    "cut off": ("orders/create", WHOLE[: len(WHOLE) // 2], "is not JSON"),
    "no text": ("orders/create", b"\xff\xfe\x00\x01", "is not"),
    "a list": ("orders/create", b"[]", "is not an object"),
    "wrong types": (
        "orders/create",
        encode({**order_by(4001), "line_items": "two lamps"}),
        "line_items: is not a list",
    ),
    "unknown currency": (
        "orders/create",
        encode({**order_by(4002), "currency": "XYZ"}),
        "unknown currency 'XYZ'",
    ),
    "amounts that do not add up": (
        "orders/create",
        encode({**order_by(4003), "total_price": "40.00"}),
        "total_price: is 40.00, but the lines come to 47.20",
    ),
    "a date without zone": (
        "orders/create",
        encode({**order_by(4004), "processed_at": "2026-03-14T21:26:53"}),
        "processed_at: has no time zone",
    ),
    "a negative quantity": (
        "orders/create",
        encode(order_by(4005, None, Item(quantity=-2))),
        "quantity: is negative",
    ),
    "a product without name or SKU": (
        "products/create",
        (EVENTS / "products" / "create" / "no_name_and_no_sku.json").read_bytes(),
        "title: is missing",
    ),
}


def deliver(tenant: Tenant, shop: Shop, orders: Sequence[dict[str, Any]]) -> None:
    """Deliver orders and wait until they are translated."""
    before = len(tenant.events())
    for body in orders:
        assert shop.deliver("orders/create", encode(body)).status_code == 200
    events = tenant.client.await_events(tenant.connection, before + len(orders))
    assert {event["outcome"] for event in events[: len(orders)]} == {"translated"}


def test_what_cannot_be_translated_fails_with_a_reason_and_a_cure_and_stops_nothing_else(
    ready: Tenant,
) -> None:
    shop = ready.add_shop()
    for name, (topic, body, _) in BROKEN.items():
        assert shop.deliver(topic, body, delivery=name).status_code == 200, name
    shop.deliver("orders/create", encode(order_by(4010)), delivery="good")

    events = ready.client.await_events(ready.connection, len(BROKEN) + 1)
    shown = {
        detail["headers"]["x-shopify-webhook-id"]: detail
        for detail in (ready.client.get(f"{ready.path}/events/{one['id']}") for one in events)
    }
    assert shown.pop("good")["outcome"] == "translated"
    for name, (_, _, reason) in BROKEN.items():
        assert shown[name]["outcome"] == "failed", name
        assert reason in shown[name]["reason"], name
        assert shown[name]["cure"], name

    assert ready.sync()["status"] == "completed"
    check_one_effect_each(ready, [4010])


def test_what_nobody_signed_or_is_too_large_or_for_nobody_leaves_nothing(
    ready: Tenant, cloud: LocalCloud
) -> None:
    shop = ready.add_shop()
    nowhere = Shop("x", shop.url.replace(shop.channel, "0" * len(shop.channel)), shop.secret, "x")
    body = encode(order_by(4020))

    assert shop.deliver("orders/create", body, signature="").status_code == 401
    assert shop.deliver("orders/create", body, signature="bm90IHRydWU=").status_code == 401
    assert shop.deliver("orders/create", body + b" " * FOUR_MB).status_code == 413
    assert nowhere.deliver("orders/create", body).status_code == 404

    assert logged_events(cloud, ready.connection) == set()


def test_odd_names_and_names_that_two_share_reach_the_books(ready: Tenant) -> None:
    shop = ready.add_shop()
    long = "Loooong " * 125  # 1,000 characters
    buyers = [
        person(1, long, long, "long@example.com"),
        person(2, "🦊 Renée", "O'Neil: Sons\t\n", "renee@example.com"),
        person(3, "Kim", "Lee", "kim.one@example.com"),
        person(4, "Kim", "Lee", "kim.two@example.com"),
        person(5, "KIM", "lee", None),
        person(6, "", "", "nameless@example.com"),
    ]
    things = [
        Item(long, sku="X" * 255, variant=1, product=1),
        Item("Lamp: 💡 “bright”\tand\nlong", sku=None, variant=2, product=2),
        Item("Shade", sku="S-1", variant=3, product=3),
        Item("Shade", sku="S-2", variant=4, product=4),
        Item("shade", sku=None, variant=5, product=5),
        Item("", sku=None, variant=None, product=None, variant_title=None),
    ]
    orders = [
        order_by(4030 + number, buyer, thing)
        for number, (buyer, thing) in enumerate(zip(buyers, things, strict=True))
    ]
    deliver(ready, shop, orders)

    assert ready.sync()["status"] == "completed"

    check_one_effect_each(ready, range(4030, 4036))
    assert len(ready.company.objects("Customer")) == len(buyers)
    lees = [
        one
        for one in ready.company.objects("Customer")
        if one["DisplayName"].casefold().startswith("kim lee")
    ]
    assert len(lees) == 3
    mails = {one.get("PrimaryEmailAddr", {}).get("Address") for one in lees}
    assert mails == {"kim.one@example.com", "kim.two@example.com", None}


def test_a_refund_for_an_order_that_nobody_knows_waits_for_it_and_then_goes(
    ready: Tenant,
) -> None:
    sold = order_by(4050)
    shop = ready.add_shop()
    shop.deliver("refunds/create", encode(refund_of(sold, {0: 1})))
    ready.client.await_events(ready.connection, 1)

    assert ready.sync()["status"] == "completed"
    [waiting] = ready.records("refund")
    assert waiting["status"] == "pending"
    assert waiting["reason"].startswith("Waiting for the invoice it refers to")
    assert ready.company.objects("RefundReceipt") == []

    deliver(ready, shop, [sold])
    assert ready.sync()["status"] == "completed"

    [gone] = ready.records("refund")
    assert (gone["status"], gone["reason"]) == ("completed", None)
    assert len(ready.company.objects("RefundReceipt")) == 1
    check_one_effect_each(ready, [4050])


def test_what_a_setting_was_missing_for_goes_once_the_setting_is_mended(ready: Tenant) -> None:
    ready.configure(tax_code=None)
    shop = ready.add_shop()
    deliver(ready, shop, [order_by(4060)])
    ready.sync()
    [held] = ready.records("invoice")
    assert held["status"] != "completed"
    assert held["cure"]

    ready.configure(tax_code="2")
    ready.client.post(f"{ready.path}/records/retry-failed")
    assert ready.sync()["status"] == "completed"

    check_one_effect_each(ready, [4060])


def test_events_translated_again_change_nothing(ready: Tenant) -> None:
    shop = ready.add_shop()
    deliver(ready, shop, [order_by(4070)])
    shop.deliver("orders/create", b"{")
    first = ready.client.await_events(ready.connection, 2)
    ready.sync()

    for event in first:
        ready.client.post(f"{ready.path}/events/{event['id']}/replay")
    before = {event["id"]: event["translated_at"] for event in first}

    def again() -> list[dict[str, Any]] | None:
        events = ready.events()
        return events if all(one["translated_at"] > before[one["id"]] for one in events) else None

    second = wait_for(again, "both events to be translated again", pause=0.2)
    assert {one["id"]: one["outcome"] for one in second} == {
        one["id"]: one["outcome"] for one in first
    }
    assert ready.sync()["counts"] == {}
    check_one_effect_each(ready, [4070])
