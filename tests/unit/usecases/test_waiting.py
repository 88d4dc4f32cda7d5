"""Nothing waits for ever, or without anyone being told."""

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.settings import ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.store import notices

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


def test_people_are_told_once_that_documents_wait_for_a_setting() -> None:
    bench = Workbench(connection_settings=ConnectionSettings(export_from=make.DAY))
    bench.accept(*NAMES, make.invoice(), make.payment())

    bench.sync()
    bench.sync()

    assert "settings.tax_code" in bench.reason(make.invoice())
    told, _ = notices.list_notices(bench.db, CONNECTION)
    assert ["wait until you act" in one.text for one in told] == [True]
