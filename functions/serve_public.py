"""GET /health and GET /openapi.json, for anyone."""

from typing import Any

from tillbook.api import public
from tillbook.runtime import services


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    match event["rawPath"].rpartition("/")[2]:
        case "health":
            return public.health(services())
        case "openapi.json":
            return public.openapi()
        case _:
            return public.not_found()
