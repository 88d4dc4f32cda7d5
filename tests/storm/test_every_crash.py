"""A process dies at every place where it can: before each write and each call, while QuickBooks
carries a call out, and between invocations. One effect each, books equal, counts add up."""

import pytest

from tests.storm import crashes
from tests.storm.crashes import Crash
from tests.storm.story import Counter, Way, points, tell_story, wrong_in_the_end

PARTS = 8
POINTS = points()


def test_the_story_touches_every_kind_in_every_way_and_is_right_when_nobody_dies() -> None:
    bench, _ = tell_story(crashes.Position().switches(), Counter())

    assert wrong_in_the_end(bench) == []
    done = bench.emulator.stats[bench.company.realm].by_operation
    for entity in ("Customer", "Item", "Invoice", "Payment", "CreditMemo", "RefundReceipt"):
        assert done[f"create {entity}"]
        assert done[f"update {entity}"]
    assert done["void Invoice"]
    for entity in ("Payment", "CreditMemo", "RefundReceipt"):
        assert done[f"delete {entity}"]
    assert len(POINTS) > 200


@pytest.mark.parametrize("part", range(PARTS))
def test_whoever_dies_wherever_the_next_run_completes_it(part: int) -> None:
    dying = [Crash(point, way=Way.NEW_RUN) for point in POINTS[part::PARTS]]

    assert crashes.failures(dying) == []


def test_what_was_not_answered_is_recognised_though_its_note_was_removed() -> None:
    assert crashes.failures(crashes.without_notes(POINTS)) == []


def test_who_was_only_slow_finds_the_lease_taken_and_writes_nothing() -> None:
    # Every sixth place here, all of them in `make storm`.
    assert crashes.failures(crashes.waking(POINTS[::6])) == []
