"""What goes wrong, in words that say who does what; and what Tillbook mends by itself."""

import pytest

from local.qbo import DEFAULT_REALM, Limits
from local.qbo.people.bookkeeper import post
from tests.features import samples as make
from tests.features.desk import SECOND, Desk
from tests.workbench import Workbench
from tillbook.errors import ReconnectNeeded

EDITED = (
    "It was edited in QuickBooks after Tillbook wrote it. "
    'Description: "Cobalt" there, Tillbook would write "Dark blue".'
)


# Changed in QuickBooks meanwhile


@pytest.mark.feature(
    "DEAR-050",
    "DEAR-051",
    "DEAR-067",
    note="Whoever changed it decides, by retry or skip; where nothing that is ours was changed, "
    "Tillbook goes on by itself.",
)
def test_an_item_that_was_changed_meanwhile_is_named_so_and_a_retry_sends_it(desk: Desk) -> None:
    desk.send(make.product())
    desk.sync()
    item = desk.object_of(make.product())["Id"]
    desk.bench.by_hand("update", "Item", Id=item, Description="Cobalt")

    desk.send(make.product(v=2, description="Dark blue"))
    run = desk.sync("export")  # not told by the import, it meets fault 5010

    record = desk.record(make.product())
    assert run["counts"]["product"] == {"failed": 1}
    assert (record["status"], record["reason"]) == ("failed", EDITED)
    assert "Retry it to write Tillbook's version" in record["cure"]
    assert desk.object_of(make.product())["Description"] == "Cobalt"

    desk.move(make.product(), "retry")
    desk.sync("export")

    assert desk.record(make.product())["status"] == "completed"
    assert desk.object_of(make.product())["Description"] == "Dark blue"


# Numbers, names and texts


@pytest.mark.feature("DEAR-133")
def test_a_number_that_is_taken_is_told_with_the_invoice_that_has_it(desk: Desk) -> None:
    company = desk.bench.company
    customer = post(company, "Customer", {"DisplayName": "Cool Cars"}).id
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    taken = post(
        company,
        "Invoice",
        {"CustomerRef": {"value": customer}, "DocNumber": "#1001", "Line": [line]},
    )

    desk.send(make.customer(), make.product(), make.invoice())
    desk.sync_proven()

    record = desk.record(make.invoice())
    assert record["status"] == "failed"
    assert f"already used in QuickBooks: Invoice with id {taken.id}" in record["reason"]
    assert "settings.number_prefix" in record["cure"]


@pytest.mark.feature("INF-074")
def test_a_number_that_is_too_long_is_stopped_before_it_is_sent_with_the_limit(desk: Desk) -> None:
    desk.send(make.customer(), make.product(), make.invoice(number="1" * 30))
    desk.sync()

    record = desk.record(make.invoice())
    assert record["reason"] == "number has 30 characters; QuickBooks takes 1 to 21."
    assert record["cure"] == "Shorten it at its source."
    assert record["attempts"] == []

    desk.send(make.invoice(v=2, number="1" * 21))
    desk.sync_proven()

    assert desk.record(make.invoice())["status"] == "completed"


# What waits for something else


@pytest.mark.feature("DEAR-135", "DEAR-136", "DEAR-152")
def test_a_sale_waits_for_its_product_by_name_and_follows_it_in_the_same_run(desk: Desk) -> None:
    desk.send(*make.sale())
    desk.move(make.product(), "skip", "not sure about it")

    desk.sync()

    invoice = desk.record(make.invoice())
    assert (invoice["status"], invoice["attempts"]) == ("pending", [])
    assert invoice["reason"] == "Waiting for product MUG-B, which was skipped."
    assert desk.in_books("Invoice") == []

    desk.move(make.product(), "retry")
    run = desk.sync_proven()

    assert run["counts"]["product"] == run["counts"]["invoice"] == {"sent": 1}
    assert desk.record(make.payment())["status"] == "completed"


@pytest.mark.feature("DEAR-146")
def test_what_was_made_inactive_is_active_again_and_the_sale_succeeds(desk: Desk) -> None:
    desk.send(*make.sale())
    desk.sync()
    item = desk.object_of(make.product())["Id"]
    desk.bench.by_hand("deactivate", "Item", Id=item)
    second = make.invoice(id="o2", number="#1002")
    desk.send(second)
    desk.sync()
    record = desk.record(second)
    assert record["status"] == "failed"
    assert "was made inactive" in record["reason"]

    desk.bench.by_hand("update", "Item", Id=item, Active=True, Name="Blue mug")
    desk.do("POST", "/records/retry-failed")
    desk.sync_proven()

    assert desk.record(second)["status"] == "completed"


# Closed periods


@pytest.fixture
def closed(desk: Desk) -> Desk:
    """A desk whose sale lies in a period that is closed."""
    desk.close_books("2026-03-31")
    desk.send(make.customer(), make.product(), make.invoice())
    desk.sync()
    assert "in a period that is closed" in desk.record(make.invoice())["reason"]
    return desk


@pytest.mark.feature("DEAR-138", "INV-029")
def test_once_the_books_are_open_again_the_same_sale_succeeds(closed: Desk) -> None:
    closed.close_books(None)
    closed.do("POST", "/records/retry-failed")

    closed.sync_proven()

    assert closed.record(make.invoice())["status"] == "completed"


@pytest.mark.feature("INV-030")
def test_exports_that_begin_after_the_closing_date_leave_the_sale_out(closed: Desk) -> None:
    closed.configure(export_from="2026-04-01")
    closed.do("POST", "/records/retry-failed")

    run = closed.sync_proven()

    record = closed.record(make.invoice())
    assert (run["status"], record["status"]) == ("completed", "skipped")
    assert "before 2026-04-01, from which on documents are exported" in record["reason"]


# What Tillbook mends by itself


@pytest.mark.feature("INV-032")
def test_one_name_at_a_time_is_tried_again_by_itself(desk: Desk) -> None:
    desk.bench.emulator.inject("one_name_at_a_time", operation="create", count=3)
    desk.send(*make.sale())

    run = desk.sync_proven()

    assert run["status"] == "completed"
    assert desk.records("?status=completed&kind=invoice")


@pytest.mark.feature("INV-033", note="Nobody has to sign out: the next run is the retry.")
def test_one_name_at_a_time_for_long_is_over_with_the_next_run(desk: Desk) -> None:
    desk.bench.emulator.inject("one_name_at_a_time", entity="Customer", count=4)
    desk.send(*make.sale())
    desk.sync()
    assert desk.record(make.customer())["status"] == "pending"

    run = desk.sync_proven()

    assert run["status"] == "completed"
    assert desk.record(make.invoice())["status"] == "completed"


@pytest.mark.feature("INF-078")
def test_a_burst_of_orders_against_a_quickbooks_that_throttles_loses_none() -> None:
    desk = Desk(Workbench(limits=Limits(app_batches_per_minute=3, realm_batches_per_minute=3)))
    orders = [make.invoice(id=f"o{n}", number=f"#{n}") for n in range(150)]
    desk.send(make.customer(), make.product(), *orders)

    run = desk.sync_proven()

    assert desk.bench.emulator.stats[DEFAULT_REALM].throttled > 0
    assert run["status"] == "completed"
    assert sorted(one["DocNumber"] for one in desk.in_books("Invoice")) == sorted(
        one.number for one in orders
    )


# Lost access


@pytest.mark.feature("DEAR-155")
@pytest.mark.feature(
    "DEAR-156",
    "DEAR-036",
    note="A run says that the company is to be connected again; the address to do it comes from "
    "authorize.",
)
def test_access_that_was_revoked_in_quickbooks_pauses_everything_until_it_is_given_again(
    desk: Desk,
) -> None:
    desk.send(*make.sale()[:3])
    desk.sync()
    link = desk.record(make.invoice())["quickbooks"]["id"]
    desk.in_quickbooks("disconnect")
    desk.send(make.payment(), make.invoice(v=2, memo="Ring twice"))

    with pytest.raises(ReconnectNeeded):
        desk.sync()

    assert desk.see()["state"] == "reconnect needed"
    assert desk.see("/runs")["items"][0]["error"] == "ReconnectNeeded"
    waiting = [desk.record(one)["status"] for one in (make.payment(), make.invoice())]
    assert waiting == ["pending", "pending"]
    refused = desk.call("POST", "/runs")
    assert (refused.status, "connect it" in refused.body["detail"]) == (409, True)

    desk.bench.emulator.seed("us", realm=SECOND)
    assert desk.consent(SECOND).status == 409
    assert desk.consent().status == 200
    desk.sync_proven()

    (invoice,) = desk.in_books("Invoice")
    assert (invoice["Id"], invoice["Balance"]) == (link, 0)
    assert "Ring twice" in invoice["PrivateNote"]
