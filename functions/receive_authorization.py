"""GET /quickbooks/callback: keeps what QuickBooks sent back with the browser, until the caller who
began completes it. Public; the state in the address is what makes it trustworthy."""

from typing import Any
from urllib.parse import urlencode

from tillbook.api import pages, problems
from tillbook.errors import BadInput, TillbookError
from tillbook.observability import log, report
from tillbook.runtime import services
from tillbook.usecases.park_authorization import Callback, park_authorization


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    query = event.get("queryStringParameters") or {}
    state, error = query.get("state", ""), query.get("error", "")
    callback = Callback(state, query.get("code", ""), query.get("realmId", ""), error)
    ports = services()
    try:
        consented = park_authorization(ports, callback)
    except BadInput:
        log("authorization_refused", level="warning")
        return pages.unusable()
    except TillbookError as failure:
        return problems.refuse(failure)
    except Exception as failure:  # noqa: BLE001 - a browser must not see a trace
        return problems.answer(500, problems.unexpected(report(failure)))
    log("authorization_parked", outcome="consented" if consented else "denied")
    if ports.console_url:
        answer = {"state": state} | ({} if consented else {"error": "access_denied"})
        return pages.redirect(f"{ports.console_url}/?{urlencode(answer)}")
    return pages.consented(state) if consented else pages.refused()
