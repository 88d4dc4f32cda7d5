"""Lanes: calls side by side, simulated for tests and in threads for Lambda."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from threading import Event
from typing import Any

import pytest

from tests.lanes import SimulatedLanes
from tests.workbench import WorkbenchClock
from tillbook.adapters.threads import ThreadLanes
from tillbook.ports import Lanes

MakeLanes = Callable[[int], AbstractContextManager[Lanes[Any]]]


@pytest.fixture(params=["simulated", "threads"])
def lanes(request: pytest.FixtureRequest) -> MakeLanes:
    if request.param == "threads":
        return ThreadLanes
    return lambda number: SimulatedLanes(WorkbenchClock())


def test_every_call_is_answered_once(lanes: MakeLanes) -> None:
    with lanes(3) as open_lanes:
        for number in range(3):
            open_lanes.submit(partial(int, number))
        assert open_lanes.busy == 3
        assert sorted(open_lanes.take() for _ in range(3)) == [0, 1, 2]
        assert open_lanes.busy == 0


def test_nothing_is_there_to_take_before_a_call_was_submitted(lanes: MakeLanes) -> None:
    with lanes(1) as open_lanes:
        assert not open_lanes.has_answer()


def test_what_a_call_raises_is_raised_where_its_answer_is_taken(lanes: MakeLanes) -> None:
    def fail() -> None:
        raise ValueError("it failed")

    with lanes(2) as open_lanes:
        open_lanes.submit(fail)
        with pytest.raises(ValueError, match="it failed"):
            open_lanes.take()
        open_lanes.submit(lambda: "next")
        assert open_lanes.take() == "next"


def test_calls_under_way_have_ended_when_the_lanes_are_left(lanes: MakeLanes) -> None:
    ended: list[int] = []
    with lanes(2) as open_lanes:
        open_lanes.submit(lambda: ended.append(1))
        open_lanes.submit(lambda: ended.append(2))
    assert sorted(ended) == [1, 2]


def test_threads_run_beside_each_other() -> None:
    met = Event()
    with ThreadLanes(2) as open_lanes:
        open_lanes.submit(lambda: met.wait(10))
        open_lanes.submit(met.set)
        assert {open_lanes.take(), open_lanes.take()} == {None, True}


def test_simulated_calls_take_the_time_of_the_longest_one() -> None:
    clock = WorkbenchClock()
    begun = clock.now()

    def slept(seconds: int) -> int:
        clock.sleep(seconds)
        return seconds

    with SimulatedLanes(clock) as open_lanes:
        for seconds in (5, 2, 9):
            open_lanes.submit(partial(slept, seconds))
        assert not open_lanes.has_answer()
        assert [open_lanes.take() for _ in range(3)] == [2, 5, 9]
    assert (clock.now() - begun).total_seconds() == 9
