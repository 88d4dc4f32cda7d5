"""What `make bench` rests on, on a small scale: a figure must not come from a run that is not as
the product runs, or from a history that does not fit together."""

from datetime import timedelta

import pytest

from bench import line, orders, plain
from bench.history import fill
from bench.line import Loss
from bench.machine import execute
from local.qbo import Latency
from tests.workbench import CONNECTION, WorkbenchClock
from tillbook.errors import TransientError
from tillbook.usecases.take_stock import take_stock


@pytest.fixture
def company() -> line.Line:
    return line.Line()


def test_a_run_goes_through_the_states_of_the_real_state_machine(company: line.Line) -> None:
    execution = company.run("import")
    assert execution.states["ImportReference"] >= 1
    assert execution.states["ExportEntity"] == 0
    assert execution.states["FinishRun"] == 1
    billed = {one.function: one for one in execution.invocations}
    assert billed["ImportReferenceFunction"].memory_mb == 1024
    assert billed["ImportReferenceFunction"].gb_seconds > 0


def test_a_task_that_is_tried_again_is_counted_again(
    company: line.Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([TransientError("busy"), TransientError("busy")])

    def plan(event: object, context: object) -> dict[str, object]:
        for problem in answers:
            raise problem
        return {"kinds": []}

    monkeypatch.setattr("functions.plan_run.handler", plan)
    begun = company.bench.clock.now()
    execution = company.run("both")
    assert execution.states["PlanRun"] == 3
    assert company.bench.clock.now() - begun > timedelta(seconds=15)


def test_an_execution_that_fails_says_by_which_error(company: line.Line) -> None:
    clock = company.bench.clock
    assert isinstance(clock, WorkbenchClock)
    strangers = {"connection_id": CONNECTION, "run_id": "nobody", "direction": "both"}
    assert execute(company.bench.services, clock, strangers).error


def test_a_copied_history_adds_up_and_is_proven_by_a_sweep(company: line.Line) -> None:
    through = orders.warm(3)
    company.accept(orders.documents(through, new_names=False))
    company.run()
    fill(company, through, 9)
    company.bench.clock.advance(3600)
    company.run("sweep")  # raises where the books do not agree
    stock = take_stock(company.bench.services, CONNECTION)
    assert stock.adds_up
    assert stock.records["completed"] == 2 * 3 * 10 + len(orders.known())
    assert len(company.bench.company.all("Invoice")) == 30


def test_a_double_and_a_gap_are_counted_by_number() -> None:
    def left(took_effect: bool, resends: bool) -> plain.Plain:
        return plain.measure(
            60, new_names=False, in_batches=False, loss=Loss(took_effect), resends=resends
        )

    again = left(took_effect=True, resends=True)
    assert again.doubled == again.books.invoices - 60 > 0
    assert again.missing == 0
    onward = left(took_effect=True, resends=False)
    assert (onward.doubled, onward.missing) == (0, 60 - onward.books.payments)
    assert onward.missing > 0
    gaps = left(took_effect=False, resends=False)
    assert gaps.missing == 120 - gaps.books.invoices - gaps.books.payments > onward.missing


def test_calls_side_by_side_share_the_processor_of_their_function() -> None:
    fast = line.Line(Latency(0.0, 0.0))
    measured = fast.measure(orders.documents(orders.warm(120), new_names=False), 120)
    assert measured.most_at_once <= 10
    busy = measured.own_seconds + measured.store_seconds
    assert measured.emulated_seconds == pytest.approx(busy, rel=0.2)
