"""One order, all the way: signed webhook, event log, documents, run, QuickBooks, proof."""

import json

import pytest

from tests.workflow.conftest import Tenant
from tests.workflow.shop import encode, order_by

pytestmark = pytest.mark.e2e


def test_an_order_becomes_an_invoice_and_a_payment_and_the_books_agree(ready: Tenant) -> None:
    client, connection = ready.client, ready.connection
    shop = ready.add_shop()

    assert shop.deliver("orders/create", encode(order_by(1001))).status_code == 200
    [event] = client.await_events(connection, 1)
    assert (event["outcome"], event["reason"]) == ("translated", None)

    run = ready.sync()
    assert (run["status"], run["error"]) == ("completed", None)

    records = ready.records()
    assert {record["kind"] for record in records} == {"customer", "product", "invoice", "payment"}
    assert {record["status"] for record in records} == {"completed"}
    [invoice] = ready.company.objects("Invoice")
    assert str(invoice["TotalAmt"]) == "47.2"
    [linked] = [record["quickbooks"]["id"] for record in records if record["kind"] == "invoice"]
    assert linked == invoice["Id"]
    proof = client.get(f"{ready.path}/reconciliation")
    assert proof["agrees"] is True
    assert proof["differences"] == []


def test_a_repeated_delivery_and_a_second_run_change_nothing(ready: Tenant) -> None:
    shop = ready.add_shop()
    for _ in range(3):
        delivered = shop.deliver("orders/create", encode(order_by(1002)), delivery="same")
        assert delivered.status_code == 200
    ready.client.await_events(ready.connection, 1)

    ready.sync()
    before = json.dumps(ready.company.ledger(), sort_keys=True)
    ready.sync()

    assert len(ready.events()) == 1
    assert len(ready.company.objects("Invoice")) == 1
    assert json.dumps(ready.company.ledger(), sort_keys=True) == before


def test_a_delivery_with_a_wrong_signature_leaves_nothing(ready: Tenant) -> None:
    shop = ready.add_shop()

    answer = shop.deliver("orders/create", encode(order_by(1003)), signature="bm90IHRydWU=")

    assert answer.status_code == 401
    assert ready.events() == []
