import pytest

from tests.functions.api import Api


@pytest.fixture
def api() -> Api:
    return Api()
