"""Routes for administrators that talk to QuickBooks: authorize, complete, disconnect, delete.

Scope admin. The only function of the HTTP API that can open tokens.
"""

from typing import Any

from tillbook.api.app import resolve
from tillbook.api.quickbooks import app
from tillbook.runtime import LambdaContext, services


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return resolve(app, event, context, services())
