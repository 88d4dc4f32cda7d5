"""Routes for administrators: connections, settings and channels.

Scope admin. This function seals channel secrets and cannot open any.
"""

from typing import Any

from tillbook.api.administration import app
from tillbook.api.app import resolve
from tillbook.runtime import LambdaContext, services


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return resolve(app, event, context, services())
