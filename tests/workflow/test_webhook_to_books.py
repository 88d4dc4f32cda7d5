"""One order, all the way: signed webhook, event log, documents, run, QuickBooks, proof."""

import json
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.workflow.conftest import Tenant

pytestmark = pytest.mark.e2e

SECRET = "shpss_0123456789abcdef"
SHOP = "corner.myshopify.com"


def order(number: int, **changes: Any) -> dict[str, Any]:
    """A paid order of two mugs at 10.00 with 1.60 sales tax and free shipping."""
    return {
        "id": 820_000 + number,
        "name": f"#{number}",
        "order_number": number,
        "email": "mira@example.org",
        "created_at": "2026-10-20T12:00:00-07:00",
        "processed_at": "2026-10-20T12:00:00-07:00",
        "updated_at": "2026-10-20T12:00:05-07:00",
        "currency": "USD",
        "presentment_currency": "USD",
        "taxes_included": False,
        "financial_status": "paid",
        "test": False,
        "subtotal_price": "20.00",
        "current_subtotal_price": "20.00",
        "total_line_items_price": "20.00",
        "total_discounts": "0.00",
        "total_tax": "1.60",
        "current_total_tax": "1.60",
        "total_price": "21.60",
        "current_total_price": "21.60",
        "total_outstanding": "0.00",
        "payment_gateway_names": ["shopify_payments"],
        "customer": {
            "id": 7001,
            "first_name": "Mira",
            "last_name": "Okafor",
            "email": "mira@example.org",
        },
        "line_items": [
            {
                "id": 9001,
                "product_id": 5001,
                "variant_id": 6001,
                "sku": "MUG-1",
                "title": "Mug",
                "quantity": 2,
                "current_quantity": 2,
                "price": "10.00",
                "taxable": True,
                "total_discount": "0.00",
                "tax_lines": [{"title": "California", "rate": 0.08, "price": "1.60"}],
                "discount_allocations": [],
            }
        ],
        "tax_lines": [{"title": "California", "rate": 0.08, "price": "1.60"}],
        "shipping_lines": [],
        "refunds": [],
        "discount_codes": [],
        **changes,
    }


@pytest.fixture
def ready(tenant: Tenant) -> Tenant:
    """Everything dated in 2026 is exported, with California's tax."""
    path = f"/connections/{tenant.connection}/settings"
    settings = tenant.client.get(path)
    tenant.client.put(path, {**settings, "export_from": "2026-01-01", "tax_code": "2"})
    return tenant


def test_an_order_becomes_an_invoice_and_a_payment_and_the_books_agree(
    ready: Tenant, cloud: LocalCloud
) -> None:
    client, connection = ready.client, ready.connection
    shop = client.add_shop(connection, SECRET, SHOP)

    assert shop.deliver("orders/create", order(1001), delivery="first").status_code == 200
    [event] = client.await_events(connection, 1)
    assert (event["outcome"], event["reason"]) == ("translated", None)

    run = client.sync(connection)
    assert (run["status"], run["error"]) == ("completed", None)

    records = {
        record["kind"]: record for record in client.all(f"/connections/{connection}/records")
    }
    assert {kind: record["status"] for kind, record in records.items()} == dict.fromkeys(
        ("customer", "product", "invoice", "payment"), "completed"
    )
    [invoice] = ready.company.objects("Invoice")
    assert str(invoice["TotalAmt"]) == "21.6"
    assert records["invoice"]["quickbooks"]["id"] == invoice["Id"]
    proof = client.get(f"/connections/{connection}/reconciliation")
    assert proof["agrees"] is True
    assert proof["differences"] == []

    assert SECRET not in cloud.logs()
    assert "Mira" not in cloud.logs()
    assert "mira@example.org" not in cloud.logs()


def test_a_repeated_delivery_and_a_second_run_change_nothing(ready: Tenant) -> None:
    client, connection = ready.client, ready.connection
    shop = client.add_shop(connection, SECRET, SHOP)
    for _ in range(3):
        assert shop.deliver("orders/create", order(1002), delivery="same").status_code == 200
    client.await_events(connection, 1)

    client.sync(connection)
    before = json.dumps(ready.company.ledger(), sort_keys=True)
    client.sync(connection)

    assert len(list(client.all(f"/connections/{connection}/events"))) == 1
    assert len(ready.company.objects("Invoice")) == 1
    assert json.dumps(ready.company.ledger(), sort_keys=True) == before


def test_a_delivery_with_a_wrong_signature_leaves_nothing(ready: Tenant) -> None:
    shop = ready.client.add_shop(ready.connection, SECRET, SHOP)

    answer = shop.deliver("orders/create", order(1003), signature="bm90IHRoZSByaWdodCBvbmU=")

    assert answer.status_code == 401
    assert list(ready.client.all(f"/connections/{ready.connection}/events")) == []


def test_no_function_makes_a_call_that_its_role_forbids(ready: Tenant, cloud: LocalCloud) -> None:
    feed = ready.client.add_feed(ready.connection)
    feed.deliver({"documents": []})
    ready.client.sync(ready.connection)

    refused, _ = cloud.permission_findings()

    assert [str(finding) for finding in refused] == []
