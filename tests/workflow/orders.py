"""Paid orders as documents of our own form: a run has something of every common kind to send."""

from collections.abc import Iterable
from typing import Any

from tests.workflow.conftest import Tenant
from tests.workflow.shop import SOLD

SOURCE = "feed/orders"


def order(number: int, version: str = "1", note: str = "") -> list[dict[str, Any]]:
    """A customer of its own, a product of its own, an invoice over two of it, and its payment. All
    but the payment say the note."""
    name = f"{number}"
    common = {"source": SOURCE, "id": name, "version": version}
    sale = {"number": f"#{name}", "date": str(SOLD.date()), "currency": "USD", "customer": name}
    line = {"id": "1", "product": name, "quantity": "2", "unit_price": "10.00", "gross": "20.00"}
    lines = [{**line, "description": note}]
    return [
        {**common, "kind": "customer", "name": f"Buyer {name} {note}".strip()},
        {**common, "kind": "product", "name": f"Lamp {name} {note}".strip(), "unit_price": "10.00"},
        {**common, **sale, "kind": "invoice", "lines": lines, "total": "20.00"},
        {**common, **sale, "kind": "payment", "invoice": name, "amount": "20.00"},
    ]


def take(tenant: Tenant, documents: Iterable[dict[str, Any]]) -> None:
    """Hand documents in; none of them is refused."""
    answer = tenant.client.post(f"{tenant.path}/documents", {"documents": list(documents)})
    assert {one["status"] for one in answer["results"]} <= {"accepted", "unchanged"}, answer
