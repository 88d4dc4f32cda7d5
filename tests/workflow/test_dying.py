"""Whatever dies and whenever: one effect each, and the next run completes it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.client import ApiError, wait_for
from local.cloud import LocalCloud
from tests.workflow.books import check_one_effect_each
from tests.workflow.conftest import Tenant
from tests.workflow.shop import encode, order_by

pytestmark = pytest.mark.e2e

ORDERS = range(2001, 2004)
SLOW = 1.5
"""Seconds that QuickBooks takes for a batch during which something dies."""


@pytest.fixture
def sold(ready: Tenant) -> Tenant:
    """Three paid orders wait for their run."""
    shop = ready.add_shop()
    for number in ORDERS:
        shop.deliver("orders/create", encode(order_by(number)))
    ready.client.await_events(ready.connection, len(ORDERS))
    return ready


def start(tenant: Tenant) -> str:
    return str(tenant.client.post(f"{tenant.path}/runs")["id"])


def stop_execution(cloud: LocalCloud, run: str) -> None:
    machine: str = cloud.stack.names["SyncStateMachine"]
    cloud.stop_execution(machine.replace(":stateMachine:", ":execution:") + f":{run}")


def let_the_quiet_time_pass(cloud: LocalCloud, tenant: Tenant) -> None:
    """Eight minutes that a test does not have: the lease's end is moved into the past."""
    cloud.boto("dynamodb").update_item(
        TableName=cloud.stack.names["ConnectionsTable"],
        Key={"pk": {"S": f"CONNECTION#{tenant.connection}"}, "sk": {"S": "LEASE"}},
        UpdateExpression="SET #until = :past",
        ConditionExpression="attribute_exists(#until)",
        ExpressionAttributeNames={"#until": "until"},
        ExpressionAttributeValues={
            ":past": {"S": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
        },
    )


def run_of(tenant: Tenant, run: str) -> dict[str, Any]:
    found: dict[str, Any] = tenant.client.get(f"{tenant.path}/runs/{run}")
    return found


def test_sandboxes_killed_in_the_middle_of_batches_are_replaced_and_nothing_happens_twice(
    sold: Tenant, cloud: LocalCloud
) -> None:
    run = ""
    for entity in ("Customer", "Invoice", "Payment"):
        sold.company.goes_wrong("normal", seconds=SLOW, operation="create", entity=entity)
        run = run or start(sold)
        sold.company.await_fault()
        assert cloud.kill("export_entity") >= 1

    ended = sold.client.await_run(sold.connection, run)
    assert (ended["status"], ended["error"]) == ("completed", None)
    check_one_effect_each(sold, ORDERS)


def test_a_run_that_died_holds_its_connection_for_a_while_and_the_next_one_completes_it(
    sold: Tenant, cloud: LocalCloud
) -> None:
    sold.company.goes_wrong("normal", seconds=SLOW, operation="create", entity="Invoice")
    dead = start(sold)
    sold.company.await_fault()
    stop_execution(cloud, dead)
    cloud.kill("export_entity")

    with pytest.raises(ApiError) as refused:
        start(sold)
    assert refused.value.status == 409
    assert refused.value.problem["active_run"] == dead

    let_the_quiet_time_pass(cloud, sold)
    assert sold.sync()["status"] == "completed"

    ended = run_of(sold, dead)
    assert (ended["status"], ended["error"]) == ("failed", "Interrupted")
    assert ended["finished_at"] is not None
    check_one_effect_each(sold, ORDERS)


def test_a_function_that_lives_on_after_its_run_was_taken_over_changes_nothing(
    sold: Tenant, cloud: LocalCloud
) -> None:
    sold.company.goes_wrong("normal", seconds=2 * SLOW, operation="create", entity="Invoice")
    dead = start(sold)
    sold.company.await_fault()
    stop_execution(cloud, dead)
    let_the_quiet_time_pass(cloud, sold)
    lost = cloud.logs("export_entity").count('"error":"LeaseLost"')

    assert sold.sync()["status"] == "completed"
    check_one_effect_each(sold, ORDERS)

    def stopped() -> bool | None:
        return cloud.logs("export_entity").count('"error":"LeaseLost"') > lost or None

    wait_for(stopped, "the old function to see that its lease was lost", seconds=20)
    check_one_effect_each(sold, ORDERS)
    assert run_of(sold, dead)["error"] == "Interrupted"


def test_answers_lost_after_every_first_batch_of_a_kind_leave_one_effect_each(
    sold: Tenant,
) -> None:
    sold.company.goes_wrong("server_error", commits="no", operation="create", entity="Invoice")
    for entity in ("Customer", "Item", "Invoice", "Payment"):
        sold.company.goes_wrong("dropped", commits="yes", operation="create", entity=entity)

    assert sold.sync()["status"] == "completed"

    sold.company.await_fault()
    check_one_effect_each(sold, ORDERS)
