import pytest

from tests.features.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
