"""What anyone may ask: whether Tillbook is well, and what its API looks like."""

from importlib.resources import files
from typing import Any, Protocol

from tillbook import __version__
from tillbook.api import problems
from tillbook.errors import TransientError
from tillbook.observability import report
from tillbook.ports import Database
from tillbook.store import keys


class Ports(Protocol):
    @property
    def database(self) -> Database: ...


def health(ports: Ports) -> dict[str, Any]:
    """200 where the tables can be read, else 503; never the reason, which is in the log."""
    body: dict[str, Any] = {"status": "ok", "version": __version__}
    try:
        ports.database.get(keys.connection("health"))
    except Exception as error:  # noqa: BLE001 - whatever it is, this is how it is told
        if not isinstance(error, TransientError):
            body["error_id"] = report(error)
        return problems.answer(
            503, body | {"status": "unwell", "dependencies": {"database": "unreachable"}}
        )
    return problems.answer(200, body | {"dependencies": {"database": "ok"}})


def openapi() -> dict[str, Any]:
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "max-age=300"},
        "body": (files("tillbook.api") / "openapi.json").read_text(encoding="utf-8"),
    }


def not_found() -> dict[str, Any]:
    return problems.answer(
        404, problems.details_of(problems.NOT_FOUND, "GET /openapi.json lists what there is.")
    )
