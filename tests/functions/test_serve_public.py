import json
import re

import pytest

from tests.functions.api import Api, routes
from tests.world import World
from tillbook import __version__
from tillbook.api import openapi
from tillbook.errors import TransientError
from tillbook.ports import Item, Key


def test_health_tells_the_version_and_that_the_tables_are_read() -> None:
    answer = Api().call("GET", "/health")

    assert answer.status == 200
    assert answer.body == {
        "status": "ok",
        "version": __version__,
        "dependencies": {"database": "ok"},
    }


class _Unreachable:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def get(self, key: Key) -> Item | None:
        raise self.error


@pytest.mark.parametrize("error", [TransientError("busy"), RuntimeError("secret")])
def test_health_is_503_without_a_reason_when_the_tables_cannot_be_read(error: Exception) -> None:
    world = World()
    world.database = _Unreachable(error)  # type: ignore[assignment]

    answer = Api(world).call("GET", "/health")

    assert answer.status == 503
    assert answer.body["dependencies"] == {"database": "unreachable"}
    assert "secret" not in json.dumps(answer.body)


def test_the_openapi_document_is_served_as_the_routes_make_it() -> None:
    answer = Api().call("GET", "/openapi.json")

    assert answer.status == 200
    assert openapi.FILE.read_text() == openapi.text(), "run python -m tillbook.api.openapi"
    assert answer.body == openapi.document()


def test_the_openapi_document_describes_every_route_of_the_template_and_no_other() -> None:
    described = {
        (method.upper(), _unnamed(path))
        for path, methods in openapi.document()["paths"].items()
        for method in methods
    }

    assert described == {(method, _unnamed(path)) for method, path, _ in routes()}


def test_every_reference_in_the_openapi_document_leads_somewhere() -> None:
    document = openapi.document()
    schemas = document["components"]["schemas"]

    referred = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))

    assert referred <= schemas.keys()
    assert {"Document", "Invoice", "Problem"} <= referred | schemas.keys()


def _unnamed(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)
