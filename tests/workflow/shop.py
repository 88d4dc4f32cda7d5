"""The made-up shop of the workflow tests: what its webhooks carry."""

import copy
from typing import Any

from tests.unit.channels.shop import ADDRESS, CUSTOMER, SECRET, Body, Item, encode, order, refund

DOMAIN = "northwind-lamps.myshopify.com"

__all__ = ["DOMAIN", "SECRET", "Item", "encode", "order", "order_by", "person", "refund"]


def person(number: int, first: str, last: str, email: str | None, **changes: Any) -> Body:
    """A customer as the shop knows them."""
    names = {"first_name": first, "last_name": last}
    address = {**ADDRESS, **names, "name": f"{first} {last}"}
    return {
        **copy.deepcopy(CUSTOMER),
        "id": 7_000_000_000_000 + number,
        **names,
        "email": email,
        "default_address": {"id": 9_000_000 + number, "default": True, **address},
        **changes,
    }


def order_by(number: int, buyer: Body | None = None, *items: Item, **changes: Any) -> Body:
    """A paid order of one lamp at 40.00 with 2.20 tax and 5.00 shipping, by a buyer of its own."""
    buyer = buyer or person(number, "Buyer", f"No {number}", f"buyer{number}@example.com")
    address = dict(buyer["default_address"])
    return order(
        *items,
        number=number,
        customer=buyer,
        email=buyer["email"],
        contact_email=buyer["email"],
        billing_address=address,
        shipping_address=address,
        **changes,
    )
