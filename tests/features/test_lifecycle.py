"""Pausing, deleting and coming back."""

import pytest

from local.qbo import DEFAULT_REALM
from tests.features import samples as make
from tests.features.desk import Desk


@pytest.mark.feature("DEAR-119")
@pytest.mark.parametrize("problem", ["an hour passes", "expired_token"])
def test_a_token_that_expired_is_renewed_and_the_run_goes_on(desk: Desk, problem: str) -> None:
    desk.send(*make.sale()[:3])
    desk.sync()
    link = desk.record(make.invoice())["quickbooks"]["id"]
    if problem == "expired_token":
        desk.bench.emulator.inject(problem)
    else:
        desk.bench.clock.advance(2 * 3600)

    desk.send(make.payment(), make.invoice(v=2, memo="Ring twice"))
    run = desk.sync_proven()

    assert run["status"] == "completed"
    assert desk.record(make.invoice())["quickbooks"]["id"] == link
    assert desk.see()["state"] == "connected"


@pytest.mark.feature(
    "DEAR-035",
    "ZOHO-081",
    "ZOHO-083",
    "ZOHO-084",
    note="Disconnecting is the pause: the tokens are revoked, everything else is kept, and a new "
    "consent goes on from there.",
)
def test_a_paused_connection_calls_nobody_and_goes_on_with_what_came_meanwhile(desk: Desk) -> None:
    desk.send(*make.sale()[:3])
    desk.sync_proven()
    settings = desk.see("/settings")
    link = desk.record(make.invoice())["quickbooks"]["id"]
    assert desk.do("POST", "/disconnect")["state"] == "disconnected"
    calls = desk.bench.emulator.stats[DEFAULT_REALM].requests

    desk.send(make.payment(), make.invoice(v=2, memo="Ring twice"))
    refused = desk.call("POST", "/runs")

    assert (refused.status, "connect it" in refused.body["detail"]) == (409, True)
    assert desk.bench.emulator.stats[DEFAULT_REALM].requests == calls
    waiting = [desk.record(one)["status"] for one in (make.payment(), make.invoice())]
    assert waiting == ["pending", "pending"]
    assert desk.see("/settings") == settings

    assert desk.consent().status == 200
    run = desk.sync_proven()

    assert run["counts"] == {"invoice": {"sent": 1}, "payment": {"sent": 1}}
    (invoice,) = desk.in_books("Invoice")
    assert (invoice["Id"], invoice["Balance"]) == (link, 0)


@pytest.mark.feature("ZOHO-087")
def test_after_a_connection_is_deleted_what_was_synced_can_still_be_read(desk: Desk) -> None:
    desk.send(*make.sale())
    desk.sync_proven()
    accounts = desk.see("/reference/accounts")

    assert desk.do("DELETE", "")["state"] == "deleted"

    assert desk.see("/reference/accounts") == accounts
    assert desk.record(make.customer())["status"] == "completed"
    assert desk.record(make.customer())["document"]["name"] == "Ana Souza"
    assert len(desk.in_books("Invoice")) == 1
