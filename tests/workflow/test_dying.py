"""Recovery as a person meets it: runs that died, were stopped, woke up too late, or were overtaken
by a deploy. One effect each, and the next run completes it."""

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from local.client import ApiError, wait_for
from local.cloud import LocalCloud
from local.cloud.processes import ROOT
from local.traps import Trap
from tests.workflow.books import check_one_effect_each
from tests.workflow.conftest import Tenant
from tests.workflow.orders import order, take

pytestmark = pytest.mark.e2e

ORDERS = (1, 2, 3)
SLOW = 1.0
"""Seconds that QuickBooks takes for a batch during which something dies."""
QUIET = 8 * 60 + 1
"""Seconds after which a run that says nothing is taken for dead."""
TRANSACTION, PUT = "dynamodb TransactWriteItems", "s3 PutObject"


@pytest.fixture
def sold(ready: Tenant) -> Tenant:
    """Three paid orders wait for their run."""
    take(ready, [document for number in ORDERS for document in order(number)])
    return ready


def start(tenant: Tenant) -> str:
    return str(tenant.client.post(f"{tenant.path}/runs")["id"])


def stop_execution(cloud: LocalCloud, run: str) -> None:
    machine: str = cloud.stack.names["SyncStateMachine"]
    cloud.stop_execution(machine.replace(":stateMachine:", ":execution:") + f":{run}")


def run_of(tenant: Tenant, run: str) -> dict[str, Any]:
    found: dict[str, Any] = tenant.client.get(f"{tenant.path}/runs/{run}")
    return found


def test_a_sandbox_killed_while_quickbooks_works_is_replaced_and_nothing_happens_twice(
    sold: Tenant, cloud: LocalCloud
) -> None:
    run = ""
    for entity in ("Customer", "Invoice"):
        sold.company.goes_wrong("normal", seconds=SLOW, operation="create", entity=entity)
        run = run or start(sold)
        sold.company.await_fault()
        assert cloud.kill("export_entity") >= 1

    ended = sold.client.await_run(sold.connection, run)
    assert (ended["status"], ended["error"]) == ("completed", None)
    check_one_effect_each(sold, ORDERS)


def test_a_run_that_was_stopped_holds_its_connection_for_a_while_and_the_next_one_completes_it(
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

    cloud.skip(QUIET)
    assert sold.sync()["status"] == "completed"

    ended = run_of(sold, dead)
    assert (ended["status"], ended["error"]) == ("failed", "Interrupted")
    assert ended["finished_at"] is not None
    check_one_effect_each(sold, ORDERS)


ASLEEP = {
    "before its intent": Trap("export_entity", TRANSACTION, "before", '#OPEN.*#RECORD#invoice"'),
    "with the answer": Trap("export_entity", PUT, "before", "answer-", nth=3),
    "while settling": Trap(
        "export_entity", TRANSACTION, "before", '^(?!.*#OPEN).*#RECORD#invoice"'
    ),
}
"""Where a function falls asleep with its invoices: customers and products have gone before."""


@dataclass
class Sleepers:
    """Functions that fall asleep; whatever becomes of a test, they wake up after it."""

    cloud: LocalCloud
    asleep: list[int] = field(default_factory=list)

    def await_one(self, tenant: Tenant, moment: str) -> str:
        """A run whose export sleeps."""
        self.cloud.kill("export_entity")  # so that a new one counts from the start
        trap = self.cloud.trap(replace(ASLEEP[moment], signal=signal.SIGSTOP))
        run = start(tenant)
        self.asleep.append(wait_for(lambda: trap.caught, "a function to fall asleep"))
        return run

    def wake(self) -> None:
        while self.asleep:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.asleep.pop(), signal.SIGCONT)


@pytest.fixture
def sleepers(cloud: LocalCloud) -> Iterator[Sleepers]:
    found = Sleepers(cloud)
    yield found
    found.wake()


@pytest.mark.parametrize("moment", ASLEEP)
def test_a_function_that_wakes_up_after_its_run_was_taken_over_changes_nothing(
    sold: Tenant, cloud: LocalCloud, sleepers: Sleepers, moment: str
) -> None:
    """Nothing of it counts. It cannot send any more: it would have ended, as every function does,
    before the quiet time was over."""
    dead = sleepers.await_one(sold, moment)
    stop_execution(cloud, dead)
    cloud.skip(QUIET)

    assert sold.sync()["status"] == "completed"
    check_one_effect_each(sold, ORDERS)
    lost = cloud.logs("export_entity").count('"error":"LeaseLost"')
    sleepers.wake()

    def stopped() -> bool | None:
        return cloud.logs("export_entity").count('"error":"LeaseLost"') > lost or None

    wait_for(stopped, "the old function to see that its lease was lost", seconds=20)
    check_one_effect_each(sold, ORDERS)
    assert run_of(sold, dead)["error"] == "Interrupted"
    assert sold.sync()["status"] == "completed"
    check_one_effect_each(sold, ORDERS)


def test_answers_lost_after_every_first_batch_of_a_kind_leave_one_effect_each(
    sold: Tenant,
) -> None:
    sold.company.goes_wrong("server_error", commits="no", operation="create", entity="Invoice")
    for entity in ("Customer", "Item", "Invoice", "Payment"):
        sold.company.goes_wrong("dropped", commits="yes", operation="create", entity=entity)

    assert sold.sync()["status"] == "completed"

    sold.company.await_fault()
    check_one_effect_each(sold, ORDERS)


@pytest.fixture
def next_release(cloud: LocalCloud, tmp_path: Path) -> Iterator[Path]:
    """The template of another release, whose export says so in its log; afterwards all is back."""
    for part in ("template.yaml", "statemachine", "functions", "layers"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    with (tmp_path / "functions" / "export_entity.py").open("a") as code:
        code.write(f'\nprint("{RELEASE}", flush=True)\n')
    yield tmp_path / "template.yaml"
    cloud.deploy(ROOT / "template.yaml")


RELEASE = "the next release"


def test_a_deploy_in_the_middle_of_a_run_lets_the_new_release_complete_it(
    sold: Tenant, cloud: LocalCloud, sleepers: Sleepers, next_release: Path
) -> None:
    run = sleepers.await_one(sold, "with the answer")

    cloud.deploy(next_release)

    ended = sold.client.await_run(sold.connection, run)
    assert (ended["status"], ended["error"]) == ("completed", None)
    assert RELEASE in cloud.logs("export_entity")
    check_one_effect_each(sold, ORDERS)
