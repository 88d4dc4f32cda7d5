"""kill -9 of the real process at every step of a run: the next one goes on, and nothing is doubled.

What dies is retried by the state machine as AWS would retry it. QuickBooks remembers no request id
here and runs a second call beside the first: nothing but Tillbook itself keeps a document from
being sent twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from local.cloud import LocalCloud
from local.traps import Trap
from tests.workflow.books import check_one_effect_each
from tests.workflow.conftest import Tenant
from tests.workflow.orders import order, take
from tests.workflow.stock import sync_items

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("forgetful_quickbooks")]

TRANSACTION, UPDATE = "dynamodb TransactWriteItems", "dynamodb UpdateItem"
KEEP, QUERY, PUT = "dynamodb PutItem", "dynamodb Query", "s3 PutObject"

INTENT = '#OPEN.*#RECORD#{kind}"'
"""The transaction that stores an intent and marks its records."""
SETTLING = '^(?!.*#OPEN).*#RECORD#{kind}"'
CLOSING = "#OPEN.*#INTENT"
NOTE = "^(?!.*#(RECORD|INTENT)).*#OPEN"
"""What became of a call is noted on its intent, or that it is made again."""

NAMES = {"customer": "Customer", "product": "Item"}
SALES = {"invoice": "Invoice", "payment": "Payment"}


@pytest.fixture(scope="module")
def forgetful_quickbooks(control: httpx.Client) -> Iterator[None]:
    usual = control.get("switches").raise_for_status().json()
    worst = {"requestid_retention": 0, "requestid_while_running": "execute"}
    control.post("switches", json=worst).raise_for_status()
    yield
    back = {name: usual[name] for name in worst}
    control.post("switches", json=back).raise_for_status()


@dataclass(frozen=True)
class Moment:
    """Where a run dies, once or more."""

    traps: Sequence[Trap]
    faults: Sequence[dict[str, Any]] = ()
    """What goes wrong in QuickBooks before that."""


def exporting(
    call: str,
    when: str,
    about: str,
    kinds: Mapping[str, str] = NAMES,
    *,
    met_again: bool = False,
    **fault: Any,
) -> Moment:
    """Once for each of these kinds. A sandbox that takes over may meet the same call again before
    it comes to the next kind; then the second one kills it."""
    trap = Trap("export_entity", call, when)
    return Moment(
        [
            replace(trap, about=about.format(kind=kind), nth=2 if met_again and n else 1)
            for n, kind in enumerate(kinds)
        ],
        [{**fault, "operation": "create", "entity": one} for one in kinds.values() if fault],
    )


EXPORTS = {
    "before the payload is kept": exporting(PUT, "before", "request.json", met_again=True),
    "before the intent": exporting(TRANSACTION, "before", INTENT, SALES),
    "after the intent, so that nothing was sent": exporting(TRANSACTION, "after", INTENT, SALES),
    "in flight, and QuickBooks never commits": exporting(
        TRANSACTION, "before", NOTE, met_again=True, answer="dropped", commits="no"
    ),
    "in flight, and QuickBooks commits": exporting(
        TRANSACTION, "before", NOTE, SALES, answer="dropped", commits="yes"
    ),
    "in flight, and QuickBooks commits late": exporting(
        TRANSACTION, "before", NOTE, SALES, answer="dropped", commits="later", delay=110
    ),
    "when it was noted that the answer is lost": exporting(
        TRANSACTION, "after", NOTE, answer="dropped", commits="later", delay=110
    ),
    "when the answer is there": exporting(PUT, "before", "answer-"),
    "when the answer is kept": exporting(PUT, "after", "answer-"),
    "before it is settled": exporting(TRANSACTION, "before", SETTLING, SALES),
    "when it is settled": exporting(TRANSACTION, "after", SETTLING, SALES),
    "before the intent is closed": exporting(TRANSACTION, "before", CLOSING, met_again=True),
    "when the intent is closed": exporting(TRANSACTION, "after", CLOSING),
}
STATES = {
    "before it writes": Moment(
        [
            Trap("begin_run", UPDATE, "before", "LEASE"),
            Trap("import_reference", KEEP, "before", "COMPANY"),
            Trap("plan_run", QUERY, "before", "#OPEN"),
            Trap("reconcile_books", KEEP, "before", "#PROOF"),
            Trap("finish_run", UPDATE, "before", "LEASE"),
        ]
    ),
    "when it has written": Moment(
        [
            Trap("begin_run", UPDATE, "after", "LEASE"),
            Trap("import_reference", KEEP, "after", "COMPANY"),
            Trap("plan_run", QUERY, "after", "#PENDING#payment"),
            Trap("reconcile_books", KEEP, "after", "#PROOF"),
        ]
    ),
    "before it answers": Moment(
        [
            Trap("begin_run", UPDATE, "after", "#RUN"),
            Trap("import_reference", TRANSACTION, "after", "#RUN"),
            Trap("reconcile_books", TRANSACTION, "after", "#RUN"),
            Trap("finish_run", UPDATE, "after", "#RUN"),
        ]
    ),
}


def run_into(cloud: LocalCloud, tenant: Tenant, moment: Moment) -> None:
    """A run that completes although it dies wherever the moment says."""
    for fault in moment.faults:
        tenant.company.goes_wrong(**fault)
    traps = [cloud.trap(trap) for trap in moment.traps]
    try:
        ended = tenant.sync()
        assert [trap.trap for trap in traps if trap.caught is None] == []
        assert (ended["status"], ended["error"]) == ("completed", None)
    finally:
        for trap in traps:
            trap.lift()


def check_all_is_done(cloud: LocalCloud, tenant: Tenant, numbers: Sequence[int]) -> None:
    check_one_effect_each(tenant, numbers)
    left = [one for one in sync_items(cloud, tenant.connection) if one["pk"].endswith("#OPEN")]
    assert left == []


@pytest.mark.parametrize("moment", EXPORTS)
def test_an_export_that_dies(ready: Tenant, cloud: LocalCloud, moment: str) -> None:
    take(ready, order(1) + order(2))

    run_into(cloud, ready, EXPORTS[moment])

    check_all_is_done(cloud, ready, (1, 2))


@pytest.mark.parametrize("moment", STATES)
def test_a_run_of_which_every_state_dies(ready: Tenant, cloud: LocalCloud, moment: str) -> None:
    take(ready, order(1) + order(2))

    run_into(cloud, ready, STATES[moment])

    check_all_is_done(cloud, ready, (1, 2))
