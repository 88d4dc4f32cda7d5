"""Nothing waits for ever, or without anyone being told."""

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import Workbench
from tillbook.domain.sync import Status

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
