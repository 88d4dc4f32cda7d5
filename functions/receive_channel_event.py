"""POST /channels/{channel_id}/events: keeps an authentic webhook in the event log, once.

Acknowledged only when it is stored; storing it is the only write. A duplicate is acknowledged too.
"""

from typing import Any

from tillbook.api import problems
from tillbook.api.requests import body_of, headers_of
from tillbook.errors import TillbookError
from tillbook.observability import log, report
from tillbook.runtime import services
from tillbook.usecases.receive_channel_event import receive_channel_event


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    channel = event["pathParameters"]["channel_id"]
    try:
        new = receive_channel_event(services(), channel, headers_of(event), body_of(event))
    except TillbookError as error:
        log("delivery_refused", level="warning", channel=channel, error=type(error).__name__)
        return problems.refuse(error)
    except Exception as error:  # noqa: BLE001 - the sender tries again and learns nothing
        return problems.answer(500, problems.unexpected(report(error)))
    outcome = "stored" if new else "duplicate"
    log("delivery_received", channel=channel, outcome=outcome)
    return problems.answer(200, {"result": outcome})
