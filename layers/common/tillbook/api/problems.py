"""Errors as RFC 9457 problem details: what happened, which fields, and the cure.

Also used by the webhook intake, so it imports nothing heavy.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tillbook import errors

if TYPE_CHECKING:
    from tillbook.domain.checks import Finding

CONTENT_TYPE = "application/problem+json"

# The first class that an error is an instance of counts.
_TABLE: tuple[tuple[type[errors.TillbookError], int, str, str], ...] = (
    (errors.BadInput, 422, "bad-input", "The input needs to be corrected"),
    (errors.Unauthorised, 401, "unauthorised", "The signature or token is missing or wrong"),
    (errors.Forbidden, 403, "forbidden", "Your token does not allow this"),
    (errors.NotFound, 404, "not-found", "There is no such thing"),
    (errors.Conflict, 409, "conflict", "Not possible in the present state"),
    (errors.TooLarge, 413, "too-large", "The body is too large"),
    (errors.TransientError, 503, "try-again", "Not possible at the moment"),
    (errors.ReconnectNeeded, 409, "reconnect-needed", "QuickBooks must be connected again"),
    (errors.NeedsPerson, 409, "needs-person", "A person has to act first"),
    (errors.LeaseLost, 409, "conflict", "Not possible in the present state"),
    (errors.TillbookError, 500, "unexpected", "Tillbook made a mistake"),
)


def problem(error: errors.TillbookError) -> dict[str, Any]:
    """The details of an error of ours, whose text is fit for a caller."""
    _, status, name, title = next(row for row in _TABLE if isinstance(error, row[0]))
    details = details_of(status, name, title, str(error))
    if isinstance(error, errors.BadInput):
        details["detail"] = "; ".join(finding.message for finding in error.findings)
        details["errors"] = findings(error.findings)
    active_run = getattr(error, "active_run", None)
    if active_run is not None:
        details["active_run"] = active_run
    return details


def findings(found: "Iterable[Finding]") -> list[dict[str, str]]:
    return [{"field": one.field, "message": one.message, "cure": one.cure} for one in found]


def unexpected(error_id: str) -> dict[str, Any]:
    """A mistake of ours. The id is in the log beside the trace."""
    return details_of(
        500,
        "unexpected",
        "Tillbook made a mistake",
        f"Nothing more is known here; the log has it under {error_id}. Trying again is safe.",
    ) | {"error_id": error_id}


def details_of(status: int, name: str, title: str, detail: str) -> dict[str, Any]:
    return {
        "type": f"urn:tillbook:problem:{name}",
        "title": title,
        "status": status,
        "detail": detail,
    }


def headers_of(error: errors.TillbookError) -> dict[str, str]:
    if isinstance(error, errors.Throttled):
        return {"retry-after": str(max(1, round(error.wait_seconds)))}
    if isinstance(error, errors.TransientError):
        return {"retry-after": "5"}
    return {}


def answer(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A response for API Gateway, for handlers that have no resolver."""
    is_problem = str(body.get("type", "")).startswith("urn:tillbook:problem:")
    content_type = CONTENT_TYPE if is_problem else "application/json"
    return {
        "statusCode": status,
        "headers": {"content-type": content_type, "cache-control": "no-store", **(headers or {})},
        "body": json.dumps(body),
    }


def refuse(error: errors.TillbookError) -> dict[str, Any]:
    details = problem(error)
    return answer(details["status"], details, headers_of(error))
