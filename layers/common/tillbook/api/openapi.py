"""The OpenAPI document, made from the routes: `python -m tillbook.api.openapi` writes it."""

import json
import re
from pathlib import Path
from typing import Any

from tillbook import __version__
from tillbook.api import administration, operations, quickbooks
from tillbook.api.app import App
from tillbook.api.models import Problem
from tillbook.domain.documents import DOCUMENT

FILE = Path(__file__).with_name("openapi.json")
_SCHEMAS = "#/components/schemas/{model}"
_DESCRIPTION = (
    "Posts what happens in sales channels to QuickBooks Online exactly once, and proves that the "
    "books agree. Errors are problem details (RFC 9457). Lists page by cursor. Money is text."
)
_PROBLEM = {
    "description": "What went wrong, where, and the cure",
    "content": {"application/problem+json": {"schema": {"$ref": _SCHEMAS.format(model="Problem")}}},
}

_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "Claims: organisation, and scope of read, operate or admin; each includes "
    "those before it.",
}


def document() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for app in (operations.app, administration.app, quickbooks.app):
        described = _describe(app)
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                _finish(path, method, operation)
            paths.setdefault(path, {}).update(methods)
        schemas |= described["components"]["schemas"]
    for replaced in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(replaced, None)
    schemas |= _own_schemas()
    documents = schemas["DocumentsRequest"]["properties"]["documents"]
    documents["items"] = {"$ref": _SCHEMAS.format(model="Document")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tillbook", "version": __version__, "description": _DESCRIPTION},
        "paths": dict(sorted((paths | _PUBLIC).items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"token": _TOKEN},
        },
    }


def _finish(path: str, method: str, operation: dict[str, Any]) -> None:
    """Errors are problems whatever their status; an operation is called as its function is."""
    for replaced in ("422", "500"):
        operation["responses"].pop(replaced, None)
    operation["responses"]["default"] = _PROBLEM
    operation["security"] = [{"token": []}]
    generated = re.sub(r"\W", "_", path) + f"_{method}"
    operation["operationId"] = operation["operationId"].removesuffix(generated)


def text() -> str:
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _describe(app: App) -> dict[str, Any]:
    schema = app.get_openapi_schema(title="Tillbook", version=__version__)
    found: dict[str, Any] = schema.model_dump(mode="json", by_alias=True, exclude_none=True)
    return found


def _own_schemas() -> dict[str, Any]:
    """The form of documents, whose elements the route takes one by one, and of problems."""
    found: dict[str, Any] = {}
    for name, schema in (
        ("Document", DOCUMENT.json_schema(ref_template=_SCHEMAS)),
        ("Problem", Problem.model_json_schema(ref_template=_SCHEMAS)),
    ):
        found |= schema.pop("$defs", {})
        found[name] = schema
    return found


def _public(summary: str, responses: dict[str, str], **more: Any) -> dict[str, Any]:
    described = {status: {"description": text} for status, text in responses.items()}
    return {"summary": summary, "tags": ["public"], "responses": described, "security": []} | more


def _query(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]


_PUBLIC: dict[str, Any] = {
    "/channels/{channel_id}/events": {
        "post": _public(
            "Deliver a webhook",
            {
                "200": "In the event log; a duplicate is acknowledged too",
                "401": "The signature is missing or wrong; nothing was stored",
                "404": "There is no such channel",
                "413": "The body is over 4 MB",
            },
            parameters=[
                {
                    "name": "channel_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                }
            ],
            requestBody={"content": {"application/json": {}}, "required": True},
        )
    },
    "/quickbooks/callback": {
        "get": _public(
            "Where QuickBooks sends the browser after the consent",
            {
                "303": "On to the console, with the state",
                "200": "A page that says how to finish",
                "400": "The state is wrong, used or expired",
            },
            parameters=_query("state", "code", "realmId", "error"),
        )
    },
    "/health": {
        "get": _public(
            "Version and dependencies", {"200": "Well", "503": "The tables cannot be read"}
        )
    },
    "/openapi.json": {"get": _public("This document", {"200": "OpenAPI 3.1"})},
}


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
