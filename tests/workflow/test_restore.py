"""What Tillbook forgot, or never knew: tables from a backup, a connection made anew, two owners.
What is in QuickBooks is found there, and nothing is doubled."""

import pytest

from local.client import ApiError, Client
from local.cloud import LocalCloud
from tests.workflow.backup import Backup
from tests.workflow.books import check_one_effect_each
from tests.workflow.conftest import Tenant
from tests.workflow.orders import order, take
from tests.workflow.shop import OPENING, encode, order_by
from tests.workflow.stock import check_nothing_is_lost

pytestmark = pytest.mark.e2e

SINCE_THE_BACKUP = 10 * 60
"""Seconds of which the tables know nothing after a restore."""


@pytest.mark.parametrize("handed_in", ["before", "after"])
def test_tables_restored_to_ten_minutes_ago(
    ready: Tenant, cloud: LocalCloud, handed_in: str
) -> None:
    """What was exported since is found in the books, whether it is handed in again before the next
    run or after it."""
    take(ready, order(1))
    assert ready.sync()["status"] == "completed"
    backup = Backup(cloud, ready)
    since = order(1, version="2", note="changed") + order(2)
    take(ready, since)
    assert ready.sync()["status"] == "completed"
    cloud.skip(SINCE_THE_BACKUP)

    backup.restore()
    if handed_in == "after":
        assert ready.sync()["status"] == "completed"
    take(ready, since)
    assert ready.sync()["status"] == "completed"

    check_one_effect_each(ready, (1, 2))
    [changed] = [one for one in ready.company.objects("Invoice") if one["DocNumber"] == "#1"]
    assert changed["Line"][0]["Description"] == "changed"


def test_what_a_shop_told_since_the_backup_is_told_again_by_the_log(
    ready: Tenant, cloud: LocalCloud
) -> None:
    shop = ready.add_shop()
    shop.deliver("orders/create", encode(order_by(1)))
    ready.client.await_events(ready.connection, 1)
    backup = Backup(cloud, ready)
    shop.deliver("orders/create", encode(order_by(2)))
    ready.client.await_events(ready.connection, 2)
    assert ready.sync()["status"] == "completed"
    cloud.skip(2 * SINCE_THE_BACKUP)

    backup.restore()
    assert ready.client.sync(ready.connection, "sweep")["status"] == "completed"
    ready.client.await_events(ready.connection, 2)
    assert ready.sync()["status"] == "completed"

    check_one_effect_each(ready, (1, 2))


def test_tables_restored_to_the_middle_of_a_run(ready: Tenant, cloud: LocalCloud) -> None:
    """They name a run that holds the lease, and an intent that is open, and both ended long ago."""
    take(ready, order(1) + order(2))
    ready.company.goes_wrong("normal", seconds=1.0, operation="create", entity="Invoice")
    run = ready.client.post(f"{ready.path}/runs")["id"]
    ready.company.await_fault()
    backup = Backup(cloud, ready)
    assert ready.client.await_run(ready.connection, run)["status"] == "completed"
    cloud.skip(SINCE_THE_BACKUP)

    backup.restore()

    assert ready.sync()["status"] == "completed"
    check_one_effect_each(ready, (1, 2))


def test_a_connection_deleted_and_made_again_for_the_same_company(
    ready: Tenant, cloud: LocalCloud
) -> None:
    take(ready, order(1) + order(2))
    assert ready.sync()["status"] == "completed"
    ready.client.request("DELETE", ready.path)

    again = Tenant(ready.client, ready.client.create_connection("Again"), ready.company)
    again.client.connect(again.connection, again.company.realm)
    again.configure(export_from=str(OPENING), tax_code="2")
    take(again, order(1) + order(2) + order(3))
    assert again.sync()["status"] == "completed"

    check_one_effect_each(again, (1, 2, 3))
    check_nothing_is_lost(cloud, again.connection)


def test_a_connection_disconnected_and_connected_again(ready: Tenant) -> None:
    take(ready, order(1))
    assert ready.sync()["status"] == "completed"
    ready.client.post(f"{ready.path}/disconnect")
    take(ready, order(1) + order(2))

    ready.client.connect(ready.connection, ready.company.realm)
    assert ready.sync()["status"] == "completed"

    check_one_effect_each(ready, (1, 2))


def test_a_company_is_not_connected_by_two_organisations(ready: Tenant, cloud: LocalCloud) -> None:
    take(ready, order(1))
    assert ready.sync()["status"] == "completed"
    other = Client(cloud.api_url, cloud.token("another-organisation"), cloud.time)
    connection = other.create_connection("Mine")

    with pytest.raises(ApiError) as refused:
        other.connect(connection, ready.company.realm)

    assert refused.value.status == 409
    assert ready.connection not in str(refused.value), "nobody learns of others' connections"
    assert other.get(f"/connections/{connection}")["state"] == "created"
    with pytest.raises(ApiError, match="409"):
        other.post(f"/connections/{connection}/runs")
    other.close()
    assert ready.sync()["status"] == "completed"
    check_one_effect_each(ready, (1,))
