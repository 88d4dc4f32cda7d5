"""The story of the day: which webhooks the shop sends, in this order, and what its till says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from local.demo.catalogue import (
    AMY,
    APRON,
    BEN,
    BOARD,
    GIFT_CARD,
    HONEY,
    JONAS,
    KETTLE,
    LENA,
    MUG,
    NOAH,
    OMAR,
    PRIYA,
    ROSA,
    SAM,
    TOWEL,
    YUKI,
    Article,
    Buyer,
)
from local.demo.shop import Body, Shop, Webhook

_ZERO = Decimal("0.00")
DOES_NOT_FOOT = "#1024"
FORGED = "#1022"
UNKNOWN_ORDER = "#0987"
"""An order from before the connection: its refund has nothing to refer to."""


@dataclass(frozen=True)
class Till:
    """What the shop says of its day, by its own adding up; nothing of Tillbook is asked."""

    received: Decimal
    """Money received less money paid back, by whatever gateway."""
    owed: Decimal
    """Sold and not paid yet."""
    tax: Decimal


@dataclass
class Day:
    morning: list[Webhook] = field(default_factory=list)
    afternoon: list[Webhook] = field(default_factory=list)
    orders: dict[str, Body] = field(default_factory=dict)
    """The orders that belong in the books, by number, as they are in the end."""
    refunds: list[Body] = field(default_factory=list)
    not_sent: dict[str, str] = field(default_factory=dict)
    """Documents that must not be in the books in the end, by title: their status."""

    @property
    def till(self) -> Till:
        sold = [one for one in self.orders.values() if one["financial_status"] != "voided"]
        open_ = [one for one in sold if one["financial_status"] == "pending"]
        total = {one["name"]: _sold(one, "total_price") for one in sold}
        back = [one["refund_line_items"][0] for one in self.refunds]
        paid_back = sum((Decimal(one["transactions"][0]["amount"]) for one in self.refunds), _ZERO)
        owed = sum((total[one["name"]] for one in open_), _ZERO)
        return Till(
            received=sum(total.values(), _ZERO) - owed - paid_back,
            owed=owed,
            tax=sum((_sold(one, "total_tax") for one in sold), _ZERO)
            - sum((one["total_tax"] for one in back), _ZERO),
        )


def _sold(order: Body, name: str) -> Decimal:
    """What was sold in the end: as ordered, or as edited. Refunds are counted by themselves."""
    edited = order["financial_status"] == "pending"
    return Decimal(order[f"current_{name}" if edited else name])


def day_of(shop: Shop) -> Day:
    """59 webhooks: 45 in the morning, 14 in the afternoon, when the morning is in the books."""
    day = Day()
    _master_data(shop, day)
    _plain_sales(shop, day)
    _sales_on_account(shop, day)
    late = _out_of_order(shop, day)
    _not_for_the_books(shop, day)
    _end_of_morning(shop, day)
    _afternoon(shop, day, late)
    return day


def _master_data(shop: Shop, day: Day) -> None:
    for index, article in enumerate((KETTLE, MUG, APRON, BOARD)):
        body = shop.product(article, index)
        day.morning.append(shop.webhook("products/create", body))
    for index, buyer in enumerate((AMY, NOAH, PRIYA)):
        body = shop.customer(buyer, 5 + index)
        day.morning.append(shop.webhook("customers/create", body, label=buyer.first))


_SALES: Sequence[tuple[int, Buyer | None, list[tuple[Article, int]], dict[str, Any]]] = (
    (1001, AMY, [(KETTLE, 1), (TOWEL, 2)], {"shipping": "6.90"}),
    (1002, NOAH, [(MUG, 4)], {}),
    (1003, PRIYA, [(BOARD, 1)], {"shipping": "9.50"}),
    (1004, JONAS, [(APRON, 2), (HONEY, 3)], {"percent_off": 10}),
    (1005, LENA, [(MUG, 2), (TOWEL, 1)], {"shipping": "6.90"}),
    (1006, ROSA, [(KETTLE, 1)], {}),
    (1007, OMAR, [(BOARD, 2)], {"percent_off": 15, "shipping": "9.50"}),
    (1008, None, [(HONEY, 2), (MUG, 1)], {"gateway": "cash", "tip": "2.00"}),
    (1009, SAM, [(TOWEL, 3)], {}),
    (1010, YUKI, [(APRON, 1), (MUG, 1), (TOWEL, 1)], {"percent_off": 5}),
    (1011, NOAH, [(GIFT_CARD, 1)], {}),
    (1012, AMY, [(BOARD, 1), (HONEY, 1)], {"percent_off": 12, "shipping": "9.50"}),
    (1013, None, [(HONEY, 1)], {"gateway": "cash"}),
    (1014, BEN, [(MUG, 6)], {"percent_off": 20, "shipping": "12.00"}),
)


def _plain_sales(shop: Shop, day: Day) -> None:
    """Sales with tax, discounts, shipping, a tip, a gift card; customers, guests and passers-by."""
    for index, (number, buyer, goods, more) in enumerate(_SALES):
        minute = 12 + 9 * index
        order = shop.order(number, buyer, goods, minute=minute, **more)
        day.orders[order["name"]] = order
        day.morning.append(shop.webhook("orders/create", order))
    for number in (1001, 1003, 1007):
        sent = shop.changed(day.orders[f"#{number}"], 150, fulfillment_status="fulfilled")
        day.morning.append(shop.webhook("orders/fulfilled", sent))


def _sales_on_account(shop: Shop, day: Day) -> None:
    """Orders that are to be paid by bank transfer."""
    for number, buyer, goods in (
        (1015, OMAR, [(KETTLE, 2)]),
        (1016, LENA, [(APRON, 1)]),
        (1017, JONAS, [(MUG, 3)]),
        (1018, YUKI, [(BOARD, 1)]),
        (1019, SAM, [(KETTLE, 1)]),
    ):
        minute = 140 + number - 1015
        order = shop.order(
            number, buyer, goods, minute=minute, gateway="Bank Deposit", status="pending"
        )
        day.orders[order["name"]] = order
        day.morning.append(shop.webhook("orders/create", order))


def _out_of_order(shop: Shop, day: Day) -> Webhook:
    """An update whose order comes hours later, and a refund that comes before its order. Answers
    the late webhook."""
    order = shop.order(1020, NOAH, [(KETTLE, 1), (HONEY, 2)], minute=180, shipping="6.90")
    updated = shop.changed(order, 184, note="Please leave at the door")
    day.orders[order["name"]] = updated
    day.morning.append(shop.webhook("orders/updated", updated))
    late = shop.webhook("orders/create", order)
    order = shop.order(1021, PRIYA, [(TOWEL, 4)], minute=186)
    day.orders[order["name"]] = order
    refund = shop.refund(order, 190)
    day.refunds.append(refund)
    label = "refund of #1021"
    day.morning.append(shop.webhook("refunds/create", refund, label=label))
    day.morning.append(shop.webhook("orders/create", order))
    return late


def _not_for_the_books(shop: Shop, day: Day) -> None:
    """What must be refused, ignored, failed, or has to wait."""
    forged = shop.order(1022, SAM, [(BOARD, 9)], minute=195)
    day.morning.append(shop.webhook("orders/create", forged, forged=True))
    test = {**shop.order(1023, SAM, [(MUG, 1)], minute=196), "test": True}
    day.morning.append(shop.webhook("orders/create", test))
    cart = {"id": 88, "line_items": [], "updated_at": shop.moment(197)}
    day.morning.append(shop.webhook("carts/update", cart, label="a cart"))
    odd = shop.order(1024, OMAR, [(APRON, 1), (MUG, 1)], minute=198)
    odd["total_price"] = str(Decimal(odd["total_price"]) + Decimal("1.10"))
    day.morning.append(shop.webhook("orders/create", odd))
    unknown = {**shop.order(987, LENA, [(TOWEL, 2)], minute=-9000), "name": UNKNOWN_ORDER}
    refund = shop.refund(unknown, 200)
    day.not_sent[f"refund R{refund['id']}"] = "pending"
    label = f"refund of {UNKNOWN_ORDER}"
    day.morning.append(shop.webhook("refunds/create", refund, label=label))


def _end_of_morning(shop: Shop, day: Day) -> None:
    """Orders are paid, cancelled, refunded in part; and as Shopify delivers at least once, some
    deliveries come again, as they were."""
    _replace(shop, day, day.morning, "orders/paid", shop.paid(day.orders["#1017"], 210))
    _replace(shop, day, day.morning, "orders/cancelled", shop.cancelled(day.orders["#1019"], 215))
    day.not_sent["invoice #1019"] = "skipped"
    _give_back(shop, day, day.morning, "#1005", 220)
    day.morning += [day.morning[index] for index in (7, 9, 7, 22)]


def _afternoon(shop: Shop, day: Day, late: Webhook) -> None:
    """What happens after the morning is in the books, most of it to what is there."""
    later = day.afternoon
    later.append(late)
    _replace(shop, day, later, "orders/paid", shop.paid(day.orders["#1016"], 300))
    _replace(shop, day, later, "orders/cancelled", shop.cancelled(day.orders["#1015"], 305))
    edited = shop.edited(day.orders["#1018"], 310, TOWEL, 2)
    _replace(shop, day, later, "orders/updated", edited)
    moved = shop.customer(NOAH, 315, phone="+1 510 555 0142")
    later.append(shop.webhook("customers/update", moved, label=NOAH.first))
    _give_back(shop, day, later, "#1002", 320)
    for number, buyer, goods in (
        (1025, AMY, [(MUG, 2), (HONEY, 1)]),
        (1026, YUKI, [(KETTLE, 1)]),
        (1027, ROSA, [(TOWEL, 2)]),
        (1028, None, [(HONEY, 4)]),
        (1029, JONAS, [(BOARD, 1), (APRON, 1)]),
    ):
        minute = 330 + number - 1025
        order = shop.order(number, buyer, goods, minute=minute, percent_off=number % 3 * 5)
        day.orders[order["name"]] = order
        later.append(shop.webhook("orders/create", order))
    later += [day.morning[7], later[-1]]


def _replace(shop: Shop, day: Day, sent: list[Webhook], topic: str, order: Body) -> None:
    """A newer state of an order, and the webhook that tells of it."""
    day.orders[order["name"]] = order
    sent.append(shop.webhook(topic, order))


def _give_back(shop: Shop, day: Day, sent: list[Webhook], number: str, minute: int) -> None:
    """A partial refund: its own webhook, and the order's next update."""
    refund = shop.refund(day.orders[number], minute)
    day.refunds.append(refund)
    sent.append(shop.webhook("refunds/create", refund, label=f"refund of {number}"))
    _replace(
        shop,
        day,
        sent,
        "orders/updated",
        shop.refunded(day.orders[number], minute + 1, refund),
    )
