"""What every state machine does."""

from collections.abc import Callable

from tillbook.ports import Runs

RunsAndEnd = tuple[Runs, Callable[[str], None]]
PAYLOAD = {"connection_id": "c-1", "run_id": "r-1", "direction": "both"}


def test_a_run_that_was_started_is_running(runs: RunsAndEnd) -> None:
    machine, _ = runs

    machine.start("r-1", PAYLOAD)

    assert machine.is_running("r-1")


def test_a_run_that_was_never_started_is_not_running(runs: RunsAndEnd) -> None:
    machine, _ = runs

    assert not machine.is_running("r-unknown")


def test_starting_a_run_again_changes_nothing(runs: RunsAndEnd) -> None:
    machine, end = runs
    machine.start("r-1", PAYLOAD)
    machine.start("r-1", dict(reversed(PAYLOAD.items())))
    end("r-1")

    machine.start("r-1", PAYLOAD)

    assert not machine.is_running("r-1")


def test_a_run_that_ended_is_not_running(runs: RunsAndEnd) -> None:
    machine, end = runs
    machine.start("r-1", PAYLOAD)
    machine.start("r-2", PAYLOAD | {"run_id": "r-2"})

    end("r-1")

    assert not machine.is_running("r-1")
    assert machine.is_running("r-2")
