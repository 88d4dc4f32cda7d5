"""The made-up shop of the workflow tests: what its webhooks carry."""

import copy
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.channels import shop
from tests.unit.channels.shop import ADDRESS, CUSTOMER, SECRET, Body, Item, encode

DOMAIN = "northwind-lamps.myshopify.com"
SOLD = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)
"""When everything is sold: lately, since each month of a connection's time is read by each run."""
OPENING = SOLD.date() - timedelta(days=2)
"""Exports begin here; a day of the shop may be another one than in UTC."""

__all__ = ["DOMAIN", "OPENING", "SECRET", "Item", "encode", "order_by", "person", "refund_of"]


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
    return shop.order(
        *items,
        number=number,
        created_at=SOLD.isoformat(),
        processed_at=SOLD.isoformat(),
        updated_at=SOLD.isoformat(),
        customer=buyer,
        email=buyer["email"],
        contact_email=buyer["email"],
        billing_address=address,
        shipping_address=address,
        **changes,
    )


def refund_of(sold: Body, units: Mapping[int, int]) -> Body:
    """A refund of so many units by line, a day after the sale."""
    return shop.refund(sold, units, at=(SOLD + timedelta(days=1)).isoformat())
