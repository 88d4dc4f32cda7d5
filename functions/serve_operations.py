"""Routes to read connections and to operate them: documents, events, runs, records, notices.

Scope read or operate. This function can open neither tokens nor channel secrets.
"""

from typing import Any

from tillbook.api.app import resolve
from tillbook.api.operations import app
from tillbook.runtime import LambdaContext, services


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return resolve(app, event, context, services())
