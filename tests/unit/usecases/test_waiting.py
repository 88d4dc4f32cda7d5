"""Nothing waits for ever, or without anyone being told."""

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Kind
from tillbook.domain.settings import ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.store import notices
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.work import Progress

NAMES = (make.customer(), make.product())


@pytest.fixture
def bench() -> Workbench:
    return Workbench()


def test_a_refusal_that_never_passes_does_not_keep_the_run_busy(bench: Workbench) -> None:
    bench.emulator.inject("inventory_lock", entity="Invoice", operation="create", count=None)
    bench.accept(*NAMES, make.invoice())

    result = bench.sync()

    assert result.run.batches < 10
    assert bench.record(make.invoice()).status is Status.PENDING
    assert "another transaction with stock items" in bench.reason(make.invoice())


def test_money_for_an_invoice_that_was_cancelled_before_it_was_sent_does_not_wait_for_it(
    bench: Workbench,
) -> None:
    bench.accept(*NAMES, make.invoice(status="cancelled"))
    bench.sync()
    bench.accept(make.payment(), make.refund(), make.credit_note(customer="c1"))

    result = bench.sync()

    statuses = bench.statuses()
    assert (statuses["completed"], statuses["pending"], statuses["skipped"]) == (6, 0, 1)
    assert bench.in_books("Payment")[0]["Line"] == []
    assert result.proof["agrees"]


def test_people_are_told_of_what_fails_when_an_unclear_batch_is_repeated(bench: Workbench) -> None:
    bench.accept(*NAMES)
    bench.sync()
    bench.accept(make.invoice())
    bench.emulator.inject("dropped", commits="no", operation="batch", count=1)
    lose = bench.export

    def deactivate_after(lease: Lease, kind: Kind) -> Progress:
        """A person makes the customer inactive while the answer is lost."""
        progress: Progress = lose(lease, kind)
        if progress.wait_seconds:
            bench.by_hand("deactivate", "Customer", Id=bench.in_books("Customer")[0]["Id"])
        return progress

    bench.export = deactivate_after  # type: ignore[method-assign]
    result = bench.sync()

    assert bench.record(make.invoice()).status is Status.FAILED
    assert result.run.counts["invoice"] == {"failed": 1}
    assert result.run.status == "completed with failures"


def test_what_was_sent_is_counted_though_its_answer_was_lost(bench: Workbench) -> None:
    bench.accept(*NAMES, make.invoice())
    for skip in (0, 1, 2):
        bench.emulator.inject("dropped", commits="yes", operation="batch", count=1, skip=skip)

    counts = bench.sync().run.counts

    assert {kind: count["sent"] for kind, count in counts.items()} == {
        "customer": 1,
        "product": 2,
        "invoice": 1,
    }


def test_people_are_told_once_that_documents_wait_for_a_setting() -> None:
    bench = Workbench(connection_settings=ConnectionSettings(export_from=make.DAY))
    bench.accept(*NAMES, make.invoice(), make.payment())

    bench.sync()
    bench.sync()

    assert "settings.tax_code" in bench.reason(make.invoice())
    told, _ = notices.list_notices(bench.db, CONNECTION)
    assert ["wait until you act" in one.text for one in told] == [True]
