"""A thousand storms more, so that two workers share them."""

import pytest

from tests.storm.storm import failure

STORMS = range(1000, 2000)
PARTS = 20


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_the_books_show_the_newest_of_everything_once(part: int) -> None:
    assert [found for seed in STORMS[part::PARTS] if (found := failure(seed))] == []
