"""A consent that is taken back in the middle of a run: everything waits, and goes on later."""

from typing import Any

import pytest

from local.client import ApiError
from tests.workflow.books import check_one_effect_each
from tests.workflow.conftest import Tenant
from tests.workflow.mailbox import Mailbox
from tests.workflow.shop import encode, order_by

pytestmark = pytest.mark.e2e

ORDERS = (3001, 3002)


def reconnect_notices(tenant: Tenant) -> list[dict[str, Any]]:
    listed = tenant.client.all(f"{tenant.path}/notices")
    return [one for one in listed if one["subject"] == "Reconnect needed"]


def test_a_consent_revoked_in_the_middle_waits_for_a_person_who_is_told_once(
    ready: Tenant, mailbox: Mailbox
) -> None:
    shop = ready.add_shop()
    for number in ORDERS:
        shop.deliver("orders/create", encode(order_by(number)))
    ready.client.await_events(ready.connection, len(ORDERS))
    ready.company.goes_wrong("revoked", operation="create", entity="Invoice")

    run = ready.sync()

    assert (run["status"], run["error"]) == ("failed", "ReconnectNeeded")
    assert ready.client.get(ready.path)["state"] == "reconnect needed"
    statuses = {record["kind"]: record["status"] for record in ready.records()}
    assert statuses["customer"] == statuses["product"] == "completed"
    assert statuses["invoice"] == statuses["payment"] == "pending"
    assert len(reconnect_notices(ready)) == 1
    ours = [text for text in mailbox.read() if ready.connection in text]
    [mail] = [text for text in ours if "connect it again" in text]
    assert "goes on from there" in mail

    with pytest.raises(ApiError, match="reconnect needed: connect it") as refused:
        ready.client.post(f"{ready.path}/runs")
    assert refused.value.status == 409
    assert len(reconnect_notices(ready)) == 1

    ready.client.connect(ready.connection, ready.company.realm)
    assert ready.sync()["status"] == "completed"
    check_one_effect_each(ready, ORDERS)


def test_access_tokens_that_expire_early_are_renewed_in_the_middle_of_a_run(
    ready: Tenant,
) -> None:
    """While importing, while exporting and while reconciling."""
    shop = ready.add_shop()
    shop.deliver("orders/create", encode(order_by(3101)))
    ready.client.await_events(ready.connection, 1)
    for operation in ("query", "batch", "report"):
        ready.company.goes_wrong("expired_token", operation=operation)

    assert ready.sync()["status"] == "completed"

    ready.company.await_fault()
    check_one_effect_each(ready, [3101])
