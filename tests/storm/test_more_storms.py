"""As many storms again, so that two workers share them."""

import pytest

from tests.storm.storm import failure

STORMS = range(700, 1400)
PARTS = 14


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_the_books_show_the_newest_of_everything_once(part: int) -> None:
    assert [found for seed in STORMS[part::PARTS] if (found := failure(seed))] == []
