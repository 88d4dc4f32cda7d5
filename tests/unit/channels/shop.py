"""A made-up shop: bodies of webhooks in the shape that Shopify sends, with amounts that foot.

It works amounts out in its own way, from prices and rates, and knows nothing of how they are read.
"""

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tillbook import channels
from tillbook.channels.delivery import Delivery, Documents, Translation
from tillbook.domain.documents import Document, Kind

SOURCE = "shopify/northwind-lamps.myshopify.com"
SECRET = "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"
Body = dict[str, Any]
ADDRESS: Body = {
    "first_name": "Ada",
    "last_name": "Brandt",
    "name": "Ada Brandt",
    "company": None,
    "address1": "12 Harbour Lane",
    "address2": None,
    "city": "Portland",
    "province": "Maine",
    "province_code": "ME",
    "zip": "04101",
    "country": "United States",
    "country_code": "US",
    "phone": "+12075550123",
}
CUSTOMER: Body = {
    "id": 7301446115602,
    "admin_graphql_api_id": "gid://shopify/Customer/7301446115602",
    "created_at": "2025-11-02T08:15:00-05:00",
    "updated_at": "2026-03-14T09:26:53-05:00",
    "first_name": "Ada",
    "last_name": "Brandt",
    "email": "ada.brandt@example.com",
    "phone": None,
    "state": "disabled",
    "tax_exempt": False,
    "currency": "USD",
    "default_address": {"id": 9011, "default": True, **ADDRESS},
}


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def both(amount: Decimal, shop: str = "USD", buyer: str | None = None, rate: str = "1") -> Body:
    return {
        "shop_money": {"amount": str(amount), "currency_code": shop},
        "presentment_money": {
            "amount": str(cents(amount * Decimal(rate))),
            "currency_code": buyer or shop,
        },
    }


@dataclass(frozen=True)
class Item:
    """A line: `rates` are (title, rate, whether the marketplace remits the tax)."""

    title: str = "Desk lamp"
    price: str = "40.00"
    quantity: int = 1
    discount: str = "0.00"
    rates: Sequence[tuple[str, str, bool]] = (("ME State Tax", "0.055", False),)
    variant: int | None = 44012800101
    product: int | None = 8120055001
    sku: str | None = "LAMP-01"
    variant_title: str | None = "Brass"
    extra: Body = field(default_factory=dict)


def taxes(net: Decimal, rates: Sequence[tuple[str, str, bool]], included: bool) -> list[Body]:
    whole = 1 + sum((Decimal(rate) for _, rate, _ in rates), Decimal(0)) if included else 1
    lines = []
    for title, rate, liable in rates:
        price = cents(net * Decimal(rate) / whole)
        lines.append(
            {
                "title": title,
                "rate": Decimal(rate),
                "price": str(price),
                "price_set": both(price),
                "channel_liable": liable,
            }
        )
    return lines


def line_item(item: Item, line_id: int, included: bool) -> Body:
    gross, discount = Decimal(item.price) * item.quantity, Decimal(item.discount)
    name = f"{item.title} - {item.variant_title}" if item.variant_title else item.title
    allocations = (
        [{"amount": item.discount, "amount_set": both(discount), "discount_application_index": 0}]
        if discount
        else []
    )
    return {
        "id": line_id,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line_id}",
        "variant_id": item.variant,
        "product_id": item.product,
        "title": item.title,
        "variant_title": item.variant_title,
        "name": name,
        "sku": item.sku,
        "vendor": "Northwind Lamps",
        "quantity": item.quantity,
        "current_quantity": item.quantity,
        "price": item.price,
        "price_set": both(Decimal(item.price)),
        "total_discount": "0.00",
        "gift_card": False,
        "taxable": bool(item.rates),
        "requires_shipping": True,
        "properties": [],
        "duties": [],
        "discount_allocations": allocations,
        "tax_lines": taxes(gross - discount, item.rates, included),
        **item.extra,
    }


def order(
    *items: Item,
    number: int = 1001,
    status: str = "paid",
    shipping: str | None = "5.00",
    shipping_rates: Sequence[tuple[str, str, bool]] = (),
    tip: str = "0.00",
    included: bool = False,
    **changes: Any,
) -> Body:
    """The body of orders/create: USD, placed on 14 March 2026 in the evening, shop time."""
    base = 5_600_000_000_000 + number
    lines = [
        line_item(item, base * 10 + index, included) for index, item in enumerate(items or [Item()])
    ]
    shipping_lines = []
    if shipping is not None:
        shipping_lines.append(
            {
                "id": base * 10 + 9,
                "title": "Standard",
                "code": "Standard",
                "price": shipping,
                "discounted_price": shipping,
                "discount_allocations": [],
                "tax_lines": taxes(Decimal(shipping), shipping_rates, included),
                "is_removed": False,
            }
        )
    goods = sum(Decimal(one["price"]) * one["quantity"] for one in lines)
    allocations = [each for one in lines for each in one["discount_allocations"]]
    discounts = sum((Decimal(each["amount"]) for each in allocations), Decimal("0.00"))
    tax_lines = [tax for one in (*lines, *shipping_lines) for tax in one["tax_lines"]]
    tax = sum((Decimal(one["price"]) for one in tax_lines), Decimal("0.00"))
    total = goods - discounts + Decimal(shipping or 0) + Decimal(tip)
    total += Decimal(0) if included else tax
    body: Body = {
        "id": base,
        "admin_graphql_api_id": f"gid://shopify/Order/{base}",
        "name": f"#{number}",
        "order_number": number,
        "number": number - 1000,
        "created_at": "2026-03-14T21:26:53-05:00",
        "processed_at": "2026-03-14T21:26:53-05:00",
        "updated_at": "2026-03-14T21:26:54-05:00",
        "cancelled_at": None,
        "cancel_reason": None,
        "closed_at": None,
        "confirmed": True,
        "test": False,
        "currency": "USD",
        "presentment_currency": "USD",
        "financial_status": status,
        "fulfillment_status": None,
        "taxes_included": included,
        "duties_included": False,
        "email": "ada.brandt@example.com",
        "contact_email": "ada.brandt@example.com",
        "phone": None,
        "note": None,
        "po_number": None,
        "payment_gateway_names": ["shopify_payments"] if status == "paid" else [],
        "payment_terms": None,
        "source_name": "web",
        "customer": copy.deepcopy(CUSTOMER),
        "billing_address": dict(ADDRESS),
        "shipping_address": dict(ADDRESS),
        "line_items": lines,
        "shipping_lines": shipping_lines,
        "discount_applications": [],
        "tax_lines": tax_lines,
        "refunds": [],
        "returns": [],
        "total_line_items_price": str(goods),
        "total_discounts": str(discounts),
        "subtotal_price": str(goods - discounts),
        "total_tax": str(tax),
        "total_tip_received": tip,
        "total_price": str(total),
        "current_subtotal_price": str(goods - discounts),
        "current_total_tax": str(tax),
        "current_total_price": str(total),
        "total_outstanding": "0.00" if status == "paid" else str(total),
        "original_total_duties_set": None,
        "original_total_additional_fees_set": None,
    }
    return {**body, **changes}


def refund(
    of: Body,
    units: Mapping[int, int] | None = None,
    *,
    number: int = 1,
    adjustments: Sequence[Body] = (),
    money: str | None = "all",
    at: str = "2026-03-16T10:00:00-05:00",
    **changes: Any,
) -> Body:
    """The body of refunds/create for units by line index; `money` is what is paid back."""
    items = []
    for index, quantity in (units or {}).items():
        sold = of["line_items"][index]
        allocated = (Decimal(one["amount"]) for one in sold["discount_allocations"])
        discount = sum(allocated, Decimal(0))
        tax = sum((Decimal(one["price"]) for one in sold["tax_lines"]), Decimal(0))
        subtotal = (Decimal(sold["price"]) * sold["quantity"] - discount) * quantity
        subtotal, tax = cents(subtotal / sold["quantity"]), cents(tax * quantity / sold["quantity"])
        items.append(
            {
                "id": sold["id"] * 10 + number,
                "line_item_id": sold["id"],
                "quantity": quantity,
                "restock_type": "return",
                "subtotal": subtotal,
                "total_tax": tax,
                "subtotal_set": both(subtotal),
                "total_tax_set": both(tax),
                "line_item": copy.deepcopy(sold),
            }
        )
    paid = sum((one["subtotal"] for one in items), Decimal(0))
    if not of["taxes_included"]:
        paid += sum(one["total_tax"] for one in items)
    paid -= sum(Decimal(one["amount"]) + Decimal(one["tax_amount"]) for one in adjustments)
    transactions = [
        {
            "id": of["id"] * 100 + number,
            "order_id": of["id"],
            "kind": "refund",
            "status": "success",
            "gateway": "shopify_payments",
            "amount": str(paid) if money == "all" else money,
            "currency": "USD",
            "test": False,
            "created_at": at,
            "processed_at": at,
            "amount_rounding": None,
        }
    ]
    body = {
        "id": 900_000_000_000 + of["order_number"] * 100 + number,
        "order_id": of["id"],
        "created_at": at,
        "processed_at": at,
        "note": None,
        "restock": True,
        "return": None,
        "duties": [],
        "total_duties_set": both(Decimal("0.00")),
        "refund_shipping_lines": [],
        "order_adjustments": list(adjustments),
        "refund_line_items": items,
        "transactions": transactions if money else [],
    }
    return {**body, **changes}


def adjusted(kind: str, amount: str, tax: str = "0.00", reason: str | None = None) -> Body:
    """An adjustment as Shopify signs it: a negative amount is paid back to the buyer."""
    return {
        "id": 401,
        "kind": kind,
        "reason": reason,
        "amount": amount,
        "tax_amount": tax,
        "amount_set": both(Decimal(amount)),
        "tax_amount_set": both(Decimal(tax)),
    }


def after(of: Body, *refunds: Body, at: str = "2026-03-16T10:00:01-05:00", **changes: Any) -> Body:
    """The order as orders/updated shows it after these refunds."""
    body = copy.deepcopy(of)
    body["refunds"] = [copy.deepcopy(one) for one in refunds]
    body["updated_at"] = at
    for one in refunds:
        for item in one["refund_line_items"]:
            line = next(x for x in body["line_items"] if x["id"] == item["line_item_id"])
            line["current_quantity"] -= item["quantity"]
            value = item["subtotal"] + (0 if of["taxes_included"] else item["total_tax"])
            body["current_total_price"] = str(Decimal(body["current_total_price"]) - value)
            tax = Decimal(body["current_total_tax"]) - item["total_tax"]
            body["current_total_tax"] = str(tax)
    return {**body, **changes}


def deliver(topic: str, body: Body | bytes, **headers: str) -> Delivery:
    """A delivery of this body, not signed."""
    raw = body if isinstance(body, bytes) else encode(body)
    named = {f"x-shopify-{name.replace('_', '-')}": value for name, value in headers.items()}
    return Delivery({"x-shopify-topic": topic, **named}, raw)


def encode(body: object) -> bytes:
    """JSON with Decimals as the numbers they are."""

    class Numbers(json.JSONEncoder):
        def default(self, o: object) -> object:
            return float(o) if isinstance(o, Decimal) else super().default(o)

    return json.dumps(body, cls=Numbers).encode()


def translate(topic: str, body: Body | bytes, **headers: str) -> Translation:
    return channels.translate("shopify", deliver(topic, body, **headers), SOURCE)


def documents(topic: str, body: Body | bytes, **headers: str) -> list[Document]:
    translation = translate(topic, body, **headers)
    assert isinstance(translation, Documents), translation
    return list(translation.documents)


def one(kind: Kind, topic: str, body: Body | bytes) -> Any:
    """The only document of this kind that the delivery becomes."""
    found = [document for document in documents(topic, body) if document.kind is kind]
    assert len(found) == 1, found
    return found[0]
