"""What every state machine does."""

from collections.abc import Callable

from tillbook.ports import Runs

RunsAndStarted = tuple[Runs, Callable[[], dict[str, dict[str, str]]]]
PAYLOAD = {"connection_id": "c-1", "run_id": "r-1", "direction": "both"}


def test_a_run_is_started_with_what_it_is_given(runs: RunsAndStarted) -> None:
    machine, started = runs

    machine.start("r-1", PAYLOAD)
    machine.start("r-2", PAYLOAD | {"run_id": "r-2"})

    assert started() == {"r-1": PAYLOAD, "r-2": PAYLOAD | {"run_id": "r-2"}}


def test_starting_a_run_again_changes_nothing(runs: RunsAndStarted) -> None:
    machine, started = runs
    machine.start("r-1", PAYLOAD)

    machine.start("r-1", dict(reversed(PAYLOAD.items())))

    assert started() == {"r-1": PAYLOAD}
