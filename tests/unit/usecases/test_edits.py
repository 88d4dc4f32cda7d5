"""What people did in QuickBooks to objects of ours, and what becomes of the next revision."""

from dataclasses import replace

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, Kind
from tillbook.domain.sync import Status
from tillbook.store import records
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.import_reference import import_reference
from tillbook.usecases.move_records import move_record
from tillbook.usecases.runs import begin_run, finish_run, plan_run, start_run

SALE = (make.customer(), make.product(), make.invoice())


@pytest.fixture
def bench() -> Workbench:
    """An invoice is in the books, and the import has seen it there."""
    bench = Workbench()
    bench.accept(*SALE)
    bench.sync()
    bench.clock.advance(3600)
    bench.sync()
    return bench


def invoice_id(bench: Workbench) -> str:
    (invoice,) = bench.in_books("Invoice")
    return str(invoice["Id"])


def move(bench: Workbench, document: Document, how: str) -> None:
    key = bench.record(document).key
    move_record(bench.services, CONNECTION, key, how, actor="alice", why="it was wrong")


def retry(bench: Workbench, document: Document) -> None:
    move(bench, document, "retry")


def begin(bench: Workbench) -> Lease:
    """A run that has imported, and has not exported yet."""
    run = start_run(bench.services, CONNECTION, direction="both", started_by="alice")
    lease = Lease(CONNECTION, run.run, begin_run(bench.services, CONNECTION, run.run))
    while not import_reference(bench.services, lease, lambda: 300.0).done:
        pass
    return lease


def complete(bench: Workbench, lease: Lease) -> None:
    for kind in plan_run(bench.services, CONNECTION, "both"):
        while not bench.export(lease, Kind(kind)).done:
            pass
    finish_run(bench.services, CONNECTION, lease.run_id, lease.fence, None)


def test_a_retry_writes_our_version_over_an_edit_that_the_import_saw(bench: Workbench) -> None:
    bench.by_hand("update", "Invoice", Id=invoice_id(bench), DocNumber="BY-HAND-1")
    bench.accept(make.invoice(v=2, memo="deliver on Monday"))
    bench.sync()
    assert bench.record(make.invoice()).status is Status.FAILED

    retry(bench, make.invoice())
    bench.sync()

    assert bench.record(make.invoice()).status is Status.COMPLETED
    assert bench.in_books("Invoice")[0]["DocNumber"] == "#1001"


def test_a_retry_writes_our_version_over_an_edit_made_while_the_run_was_under_way(
    bench: Workbench,
) -> None:
    bench.accept(make.invoice(v=2, memo="deliver on Monday"))
    lease = begin(bench)
    bench.by_hand("update", "Invoice", Id=invoice_id(bench), DocNumber="BY-HAND-1")
    complete(bench, lease)
    assert "edited in QuickBooks" in bench.reason(make.invoice())

    retry(bench, make.invoice())
    bench.sync()

    assert bench.record(make.invoice()).status is Status.COMPLETED
    assert bench.in_books("Invoice")[0]["DocNumber"] == "#1001"


def test_what_was_deleted_in_quickbooks_is_made_again_only_on_request(bench: Workbench) -> None:
    bench.by_hand("delete", "Invoice", Id=invoice_id(bench))
    bench.accept(make.invoice(v=2, memo="deliver on Monday"))

    bench.sync()

    assert bench.record(make.invoice()).status is Status.FAILED
    assert "was deleted in QuickBooks" in bench.reason(make.invoice())
    bench.accept(make.invoice(v=3, memo="deliver on Tuesday"))
    bench.sync()
    assert bench.in_books("Invoice") == []

    retry(bench, make.invoice())
    result = bench.sync()

    (invoice,) = bench.in_books("Invoice")
    assert "Tuesday" in invoice["PrivateNote"]
    assert result.proof["agrees"]


def test_what_was_deleted_in_quickbooks_and_is_skipped_is_expected_no_more(
    bench: Workbench,
) -> None:
    bench.by_hand("delete", "Invoice", Id=invoice_id(bench))
    bench.accept(make.invoice(v=2, memo="deliver on Monday"))
    assert not bench.sync().proof["agrees"]

    move(bench, make.invoice(), "skip")

    assert bench.sync().proof["agrees"]
    move(bench, make.invoice(), "retry")
    assert bench.sync().proof["agrees"]
    assert len(bench.in_books("Invoice")) == 1


def test_the_cancellation_of_what_was_deleted_in_quickbooks_is_done(bench: Workbench) -> None:
    bench.by_hand("delete", "Invoice", Id=invoice_id(bench))
    bench.accept(make.invoice(v=2, status="cancelled"))

    result = bench.sync()

    assert bench.record(make.invoice()).status is Status.COMPLETED
    assert result.proof["agrees"]


@pytest.mark.parametrize("memo", ["", "deliver on Monday"])
def test_an_invoice_that_is_there_under_its_number_is_adopted_only_as_it_is(
    bench: Workbench, memo: str
) -> None:
    """Its record was lost with the table, and a newer revision may have come since."""
    invoice = make.invoice(v=2, memo=memo)
    lost = replace(bench.record(make.invoice()), link=None, sent_content=None)
    before = bench.record(make.invoice())
    bench.db.write(records.save(CONNECTION, before, lost, bench.clock.now()))
    bench.accept(invoice)
    if not memo:
        retry(bench, invoice)

    bench.sync()

    found = bench.record(invoice)
    assert len(bench.in_books("Invoice")) == 1
    assert found.link is not None
    assert found.status is (Status.FAILED if memo else Status.COMPLETED)

    if memo:
        retry(bench, invoice)
        bench.sync()
    assert bench.record(invoice).status is Status.COMPLETED
    assert memo in bench.in_books("Invoice")[0]["PrivateNote"]


def test_a_change_to_a_number_that_is_taken_is_refused_and_nothing_counts_as_sent(
    bench: Workbench,
) -> None:
    bench.accept(make.invoice(id="o2", number="#1002"))
    bench.sync()

    bench.accept(make.invoice(v=2, number="#1002"))
    bench.sync()

    record = bench.record(make.invoice())
    assert (record.status, record.sent_version) == (Status.FAILED, make.version(1))
    assert "#1002" in bench.reason(make.invoice())
    assert {one["DocNumber"] for one in bench.in_books("Invoice")} == {"#1001", "#1002"}


def test_what_a_person_deleted_and_the_shop_cancelled_needs_nobody_and_the_proof_agrees() -> None:
    bench = Workbench()
    bench.accept(make.customer(), make.product(), make.invoice(), make.payment(amount="10.00"))
    bench.sync()
    bench.by_hand("delete", "Payment", Id=bench.in_books("Payment")[0]["Id"])
    bench.accept(make.payment(v=2, amount="11.00"))
    bench.clock.advance(900)
    assert not bench.sync().proof["agrees"]
    assert bench.record(make.payment()).status is Status.FAILED

    bench.accept(make.payment(v=3, amount="11.00", status="cancelled"))
    bench.clock.advance(900)
    proof = bench.sync().proof

    assert bench.record(make.payment()).status is Status.SKIPPED
    assert proof["agrees"]
