"""Webhooks in any order, each sent three times, give the same books."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.channels import shop
from tests.unit.channels.shop import Item
from tests.workbench import Workbench

Delivery = tuple[str, bytes, str]
LAMP = Item()
SHADE = Item("Shade", "12.00", 3, discount="6.00", variant=44012800102, sku="SHADE-02")
TIMES = 3


def a_day_of_the_shop() -> list[Delivery]:
    """Orders paid and unpaid, edited, cancelled and refunded; each webhook with its id."""
    paid = shop.order(LAMP, SHADE, number=1001)
    unpaid = shop.order(SHADE, number=1002, status="pending")
    noted = {**unpaid, "note": "leave it at the door", "updated_at": "2026-03-15T08:00:00-05:00"}
    settled = {
        **noted,
        "financial_status": "paid",
        "total_outstanding": "0.00",
        "payment_gateway_names": ["shopify_payments"],
        "updated_at": "2026-03-15T09:00:00-05:00",
    }
    dropped = shop.order(LAMP, number=1003, status="pending")
    cancelled = {
        **dropped,
        "cancelled_at": "2026-03-15T10:00:00-05:00",
        "cancel_reason": "customer",
        "financial_status": "voided",
        "updated_at": "2026-03-15T10:00:00-05:00",
    }
    refund = shop.refund(paid, {1: 1})
    customer = {**shop.CUSTOMER, "phone": "+12075550199", "updated_at": "2026-03-17T08:00:00-05:00"}
    bodies: Sequence[tuple[str, dict[str, Any]]] = [
        ("orders/create", paid),
        ("orders/paid", paid),
        ("orders/create", unpaid),
        ("orders/updated", noted),
        ("orders/paid", settled),
        ("orders/create", dropped),
        ("orders/cancelled", cancelled),
        ("refunds/create", refund),
        ("orders/updated", shop.after(paid, refund, financial_status="partially_refunded")),
        ("customers/update", customer),
    ]
    return [
        (topic, shop.encode(body), f"delivery-{number}")
        for number, (topic, body) in enumerate(bodies)
    ]


def books_after(deliveries: Sequence[Delivery], pauses: Sequence[int]) -> dict[str, Any]:
    """What QuickBooks shows when these arrive in this order, with a run after each pause."""
    bench = Workbench()
    channel = bench.add_shop()
    for number, delivery in enumerate(deliveries):
        bench.deliver(channel, *delivery)
        if number in pauses:
            bench.sync()
    proof = bench.sync().proof
    assert proof["agrees"]
    assert proof["completeness"]["adds_up"]
    invoices = [one for one in bench.in_books("Invoice") if one["TotalAmt"]]
    return {
        "balances": {name: amount for name, amount in bench.company.balances().items() if amount},
        "statuses": bench.statuses() | {"skipped": 0, "completed": 0},
        "invoices": {one["DocNumber"]: one["TotalAmt"] for one in invoices},
        "notes": sorted(one["PrivateNote"] for one in invoices),
        "phones": [one.get("PrimaryPhone") for one in bench.in_books("Customer")],
        "payments": sorted(one["TotalAmt"] for one in bench.in_books("Payment")),
        "refunds": sorted(one["TotalAmt"] for one in bench.in_books("RefundReceipt")),
    }


IN_ORDER = a_day_of_the_shop()


@cache
def expected() -> dict[str, Any]:
    return books_after(IN_ORDER, pauses=())


def test_the_day_in_order_shows_what_the_shop_sold() -> None:
    books = expected()

    assert books["invoices"].keys() == {"#1001", "#1002"}
    assert len(books["payments"]) == 2
    assert len(books["refunds"]) == 1
    assert sum(books["balances"].values()) == Decimal(0)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.permutations([delivery for delivery in IN_ORDER for _ in range(TIMES)]),
    st.sets(st.integers(0, TIMES * len(IN_ORDER) - 1), max_size=2),
)
def test_any_order_and_repetition_gives_the_same_books(
    deliveries: list[Delivery], pauses: set[int]
) -> None:
    assert books_after(deliveries, sorted(pauses)) == expected()
