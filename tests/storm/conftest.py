"""What is there when the storms begin stays: looking through it again and again takes a tenth of
the time."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def nothing_old_is_looked_through() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
