"""Everything that can go wrong at once, drawn from seeds. `make storm SEED=123` shows one of them
with its timeline; `make storm` plays 100,000."""

import pytest

from tests.storm.storm import Storm, failure

STORMS = range(700)
PARTS = 14


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_the_books_show_the_newest_of_everything_once(part: int) -> None:
    assert [found for seed in STORMS[part::PARTS] if (found := failure(seed))] == []


def test_the_same_seed_is_the_same_storm() -> None:
    first, second = Storm(7), Storm(7)

    assert first.problems() == second.problems()
    assert first.timeline == second.timeline
