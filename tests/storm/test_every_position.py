"""The same deaths, whatever QuickBooks does with request ids: nobody outside Intuit knows."""

from itertools import combinations

import pytest

from tests.storm import crashes
from tests.storm.crashes import PAIRWISE, POSITIONS
from tests.storm.story import points

# Every second place here, all of them in every position in `make storm`.
CRASHES = list(crashes.spread(points()[::2]))


def test_the_positions_played_hold_every_pair_of_settings() -> None:
    def pairs(positions: list[crashes.Position]) -> set[object]:
        return {
            pair
            for one in positions
            for pair in combinations(sorted(map(str, vars(one).items())), 2)
        }

    assert pairs(PAIRWISE) == pairs(POSITIONS)


@pytest.mark.parametrize("position", PAIRWISE, ids=str)
def test_whoever_dies_wherever_the_state_that_is_tried_again_completes_it(
    position: crashes.Position,
) -> None:
    assert crashes.failures(one for one in CRASHES if one.position == position) == []
