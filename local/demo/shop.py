"""A Shopify shop as its webhooks show it: orders, refunds, customers and products that foot.

Nothing here is left to chance: the same day gives the same webhooks, byte for byte. Prices exclude
tax. Money is text and rates are numbers, as in Shopify's own bodies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from local.demo.catalogue import Article, Buyer
from local.qbo.jsonio import dumps

DOMAIN = "tidewater-supply.myshopify.com"
TAX_NAME, TAX_RATE = "California", Decimal("0.08")

Body = dict[str, Any]
_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Webhook:
    """One delivery. `id` is what repetitions keep; `forged`: not signed with the shop's secret."""

    topic: str
    id: str
    at: str
    body: bytes
    label: str
    """What it is about, as people call it."""
    forged: bool = False


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


class Shop:
    """Makes the bodies of one day; `moment` turns minutes since opening into Shopify's times."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self._opening = datetime.combine(day, time(8), zone)
        self._long_ago = (self._opening - timedelta(days=30)).isoformat()

    def moment(self, minute: int) -> str:
        return (self._opening + timedelta(minutes=minute)).isoformat()

    def webhook(self, topic: str, body: Body, *, label: str = "", forged: bool = False) -> Webhook:
        """Slashes are escaped as Shopify escapes them, so only the raw bytes bear the signature."""
        what = label or str(body.get("name") or body.get("title") or topic)
        raw = dumps(body).replace("/", "\\/").encode()
        at = str(body.get("updated_at") or body["created_at"])
        return Webhook(topic, f"{topic}-{body['id']}-{at}".replace("/", "-"), at, raw, what, forged)

    def product(self, article: Article, minute: int) -> Body:
        variant = {
            "id": article.id,
            "title": "Default Title",
            "sku": article.sku,
            "price": str(article.price),
            "taxable": article.taxable,
            "updated_at": self.moment(minute),
        }
        return {
            "id": article.id - 1000,
            "title": article.title,
            "updated_at": self.moment(minute),
            "variants": [variant],
        }

    def customer(self, buyer: Buyer, minute: int | None = None, phone: str | None = None) -> Body:
        """`minute` is when the customer last changed; long ago if left out."""
        return {
            "id": buyer.id,
            "first_name": buyer.first,
            "last_name": buyer.last,
            "email": buyer.email,
            "phone": phone,
            "tax_exempt": False,
            "updated_at": self._long_ago if minute is None else self.moment(minute),
            "default_address": buyer.address,
        }

    def order(
        self,
        number: int,
        buyer: Buyer | None,
        goods: Sequence[tuple[Article, int]],
        *,
        minute: int,
        percent_off: int = 0,
        shipping: str = "0.00",
        tip: str = "0.00",
        gateway: str = "shopify_payments",
        status: str = "paid",
    ) -> Body:
        """An order as created. The buyer may be a passer-by, of whom nothing is known."""
        lines = [
            _line(number, index, article, count, percent_off)
            for index, (article, count) in enumerate(goods)
        ]
        if Decimal(tip):
            lines.append(_tip_line(number, tip))
        postage: list[Body] = []
        if Decimal(shipping):
            postage = [{"id": number * 10, "title": "Standard", "price": shipping, "tax_lines": []}]
        order: Body = {
            "id": 5_000_000 + number,
            "name": f"#{number}",
            "order_number": number,
            "email": buyer.email if buyer else "",
            "created_at": self.moment(minute),
            "processed_at": self.moment(minute),
            "updated_at": self.moment(minute),
            "currency": "USD",
            "presentment_currency": "USD",
            "taxes_included": False,
            "test": False,
            "financial_status": status,
            "payment_gateway_names": [gateway],
            "customer": self.customer(buyer) if buyer and buyer.id else None,
            "billing_address": buyer.address if buyer else None,
            "shipping_address": buyer.address if buyer and postage else None,
            "line_items": lines,
            "shipping_lines": postage,
            "refunds": [],
            "total_tip_received": tip,
        }
        amounts = totals(order)
        return {
            **order,
            **amounts,
            "current_total_price": amounts["total_price"],
            "current_total_tax": amounts["total_tax"],
            "total_outstanding": "0.00" if status == "paid" else amounts["total_price"],
        }

    def changed(self, order: Body, minute: int, **changes: Any) -> Body:
        """The order as a later webhook shows it."""
        return {**order, "updated_at": self.moment(minute), **changes}

    def paid(self, order: Body, minute: int) -> Body:
        return self.changed(order, minute, financial_status="paid", total_outstanding="0.00")

    def cancelled(self, order: Body, minute: int) -> Body:
        return self.changed(
            order,
            minute,
            cancelled_at=self.moment(minute),
            cancel_reason="customer",
            financial_status="voided",
            total_outstanding="0.00",
            current_total_price="0.00",
            current_total_tax="0.00",
        )

    def edited(self, order: Body, minute: int, article: Article, count: int) -> Body:
        """One more line in an unpaid order: Shopify keeps the totals as ordered beside the new."""
        line = _line(order["order_number"], len(order["line_items"]), article, count, 0)
        lines = [*order["line_items"], line]
        now = totals({**order, "line_items": lines})
        return self.changed(
            order,
            minute,
            line_items=lines,
            current_total_price=now["total_price"],
            current_total_tax=now["total_tax"],
            total_outstanding=now["total_price"],
        )

    def refund(self, order: Body, minute: int, index: int = 0, units: int = 1) -> Body:
        """Money back for units of one undiscounted line."""
        line = order["line_items"][index]
        goods = Decimal(line["price"]) * units
        tax = cents(goods * TAX_RATE) if line["tax_lines"] else _ZERO
        returned = {
            "id": order["id"] * 10 + index,
            "line_item_id": line["id"],
            "quantity": units,
            "restock_type": "return",
            "subtotal": goods,
            "total_tax": tax,
            "line_item": line,
        }
        money = {
            "id": order["id"] * 10 + 5,
            "kind": "refund",
            "status": "success",
            "gateway": order["payment_gateway_names"][0],
            "amount": str(goods + tax),
            "currency": "USD",
        }
        return {
            "id": order["id"] * 10,
            "order_id": order["id"],
            "created_at": self.moment(minute),
            "processed_at": self.moment(minute),
            "note": "Arrived damaged",
            "refund_line_items": [returned],
            "order_adjustments": [],
            "refund_shipping_lines": [],
            "transactions": [money],
        }

    def refunded(self, order: Body, minute: int, refund: Body) -> Body:
        """The order after a partial refund."""
        back = Decimal(refund["transactions"][0]["amount"])
        item = refund["refund_line_items"][0]
        lines = [
            {**line, "current_quantity": line["quantity"] - item["quantity"]}
            if line["id"] == item["line_item_id"]
            else line
            for line in order["line_items"]
        ]
        return self.changed(
            order,
            minute,
            line_items=lines,
            refunds=[refund],
            financial_status="partially_refunded",
            current_total_price=str(Decimal(order["total_price"]) - back),
            current_total_tax=str(Decimal(order["total_tax"]) - item["total_tax"]),
        )


def totals(order: Mapping[str, Any]) -> dict[str, str]:
    """Shopify's totals of an order, from its lines."""
    goods, off, tax = _ZERO, _ZERO, _ZERO
    for line in order["line_items"]:
        if "tip_payment_gateway" in line:
            continue
        goods += Decimal(line["price"]) * line["quantity"]
        off += sum((Decimal(one["amount"]) for one in line["discount_allocations"]), _ZERO)
        tax += sum((Decimal(one["price"]) for one in line["tax_lines"]), _ZERO)
    postage = sum((Decimal(one["price"]) for one in order["shipping_lines"]), _ZERO)
    return {
        "total_line_items_price": str(goods),
        "total_discounts": str(off),
        "subtotal_price": str(goods - off),
        "total_tax": str(tax),
        "total_price": str(goods - off + postage + tax + Decimal(order["total_tip_received"])),
    }


def _line(number: int, index: int, article: Article, count: int, percent_off: int) -> Body:
    gross = article.price * count
    off = cents(gross * percent_off / 100)
    tax = cents((gross - off) * TAX_RATE)
    taxed = {"title": TAX_NAME, "rate": TAX_RATE, "price": str(tax)}
    return {
        "id": number * 100 + index,
        "product_id": article.id - 1000,
        "variant_id": article.id,
        "sku": article.sku,
        "title": article.title,
        "quantity": count,
        "current_quantity": count,
        "price": str(article.price),
        "taxable": article.taxable,
        "gift_card": article.gift_card,
        "discount_allocations": [{"amount": str(off)}] if off else [],
        "tax_lines": [taxed] if article.taxable else [],
    }


def _tip_line(number: int, tip: str) -> Body:
    return {
        "id": number * 100 + 99,
        "title": "Tip",
        "quantity": 1,
        "current_quantity": 1,
        "price": tip,
        "taxable": False,
        "tip_payment_gateway": "cash",
        "discount_allocations": [],
        "tax_lines": [],
    }
