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
from tests.workflow.conftest import Tenant, new_tenant
from tests.workflow.orders import order, take
from tests.workflow.stock import sync_items

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("forgetful_quickbooks")]

TRANSACTION, PUT = "dynamodb TransactWriteItems", "s3 PutObject"
WRITE, READ = r"dynamodb (Put|Update|\w+Write)\w*", "dynamodb (Query|GetItem)"

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
WHAT_STATES_WRITE = {
    "begin_run": "LEASE",
    "import_reference": '"IMPORT"',
    "sweep_connection": "#PROOF.*COUNT",
    "reconcile_books": "#PROOF.*PROOF",
    "finish_run": "#RUN",
}
"""What shows that it has done its work."""
STATES = {
    "before it writes": Moment(
        [
            *(Trap(state, WRITE, "before", what) for state, what in WHAT_STATES_WRITE.items()),
            Trap("plan_run", READ, "before", "#OPEN"),
        ]
    ),
    "when it has written": Moment(
        [
            *(Trap(state, WRITE, "after", what) for state, what in WHAT_STATES_WRITE.items()),
            Trap("plan_run", READ, "after", "#PENDING#payment"),
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
    assert len(tenant.company.objects("Customer")) == len(numbers)
    ours = [one for one in tenant.company.objects("Item") if one["Name"].startswith("Lamp")]
    assert len(ours) == len(numbers)
    left = [one for one in sync_items(cloud, tenant.connection) if one["pk"].endswith("#OPEN")]
    assert left == []


@pytest.fixture(scope="module")
def shop(cloud: LocalCloud, control: httpx.Client) -> Iterator[Tenant]:
    """One company, to which each kill adds an order: a doubled document is never overlooked."""
    with new_tenant(cloud, control) as tenant:
        take(tenant, order(FIRST))
        assert tenant.sync()["status"] == "completed"
        yield tenant


FIRST = 100


@pytest.mark.parametrize("moment", EXPORTS)
def test_an_export_that_dies(shop: Tenant, cloud: LocalCloud, moment: str) -> None:
    """With an order that is new and one that was changed."""
    newest = FIRST + len(shop.company.objects("Invoice"))
    take(shop, order(newest) + order(newest - 1, version="2", note="changed"))

    run_into(cloud, shop, EXPORTS[moment])

    check_all_is_done(cloud, shop, range(FIRST, newest + 1))
    invoices = {one["DocNumber"]: one for one in shop.company.objects("Invoice")}
    assert invoices[f"#{newest - 1}"]["Line"][0]["Description"] == "changed"


@pytest.mark.parametrize("moment", STATES)
def test_a_run_of_which_every_state_dies(ready: Tenant, cloud: LocalCloud, moment: str) -> None:
    """The first run of a connection: it imports everything, and counts everything too."""
    take(ready, order(1) + order(2))

    run_into(cloud, ready, STATES[moment])

    check_all_is_done(cloud, ready, (1, 2))
