"""Errors as RFC 9457 problem details: what happened, which fields, and the cure.

Also used by the webhook intake, so it imports nothing heavy.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tillbook import errors

if TYPE_CHECKING:
    from tillbook.domain.checks import Finding

CONTENT_TYPE = "application/problem+json"
_URN = "urn:tillbook:problem:"


class Kind(NamedTuple):
    """What docs/api.md lists."""

    name: str
    status: int
    title: str


NOT_JSON = Kind("not-json", 400, "The body is not JSON")
UNAUTHORISED = Kind("unauthorised", 401, "The signature or token is missing or wrong")
FORBIDDEN = Kind("forbidden", 403, "Your token does not allow this")
NOT_FOUND = Kind("not-found", 404, "There is no such thing")
CONFLICT = Kind("conflict", 409, "Not possible in the present state")
RECONNECT_NEEDED = Kind("reconnect-needed", 409, "QuickBooks must be connected again")
NEEDS_PERSON = Kind("needs-person", 409, "A person has to act first")
TOO_LARGE = Kind("too-large", 413, "The body is too large")
UNSUPPORTED_MEDIA_TYPE = Kind("unsupported-media-type", 415, "The body is of no known type")
BAD_INPUT = Kind("bad-input", 422, "The input needs to be corrected")
UNEXPECTED = Kind("unexpected", 500, "Tillbook made a mistake")
TRY_AGAIN = Kind("try-again", 503, "Not possible at the moment")

# The first class that an error is an instance of counts.
_KINDS: tuple[tuple[type[errors.TillbookError], Kind], ...] = (
    (errors.BadInput, BAD_INPUT),
    (errors.Unauthorised, UNAUTHORISED),
    (errors.Forbidden, FORBIDDEN),
    (errors.NotFound, NOT_FOUND),
    (errors.Conflict, CONFLICT),
    (errors.TooLarge, TOO_LARGE),
    (errors.TransientError, TRY_AGAIN),
    (errors.ReconnectNeeded, RECONNECT_NEEDED),
    (errors.NeedsPerson, NEEDS_PERSON),
    (errors.LeaseLost, CONFLICT),
    (errors.TillbookError, UNEXPECTED),
)


def problem(error: errors.TillbookError) -> dict[str, Any]:
    """The details of an error of ours, whose text is fit for a caller."""
    kind = next(kind for of, kind in _KINDS if isinstance(error, of))
    details = details_of(kind, str(error))
    if isinstance(error, errors.BadInput):
        details["detail"] = _told(error.findings)
        details["errors"] = findings(error.findings)
    active_run = getattr(error, "active_run", None)
    if active_run is not None:
        details["active_run"] = active_run
    return details


def _told(found: "Iterable[Finding]") -> str:
    return " ".join(f"{one.field}: {one.message}" for one in found)


def findings(found: "Iterable[Finding]") -> list[dict[str, str]]:
    return [{"field": one.field, "message": one.message, "cure": one.cure} for one in found]


def unexpected(error_id: str) -> dict[str, Any]:
    """A mistake of ours. The id is in the log beside the trace."""
    details = details_of(
        UNEXPECTED,
        f"Nothing more is known here; the log has it under {error_id}. Trying again is safe.",
    )
    return details | {"error_id": error_id}


def details_of(kind: Kind, detail: str) -> dict[str, Any]:
    return {
        "type": f"{_URN}{kind.name}",
        "title": kind.title,
        "status": kind.status,
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
    is_problem = str(body.get("type", "")).startswith(_URN)
    content_type = CONTENT_TYPE if is_problem else "application/json"
    return {
        "statusCode": status,
        "headers": {"content-type": content_type, "cache-control": "no-store", **(headers or {})},
        "body": json.dumps(body),
    }


def refuse(error: errors.TillbookError) -> dict[str, Any]:
    details = problem(error)
    return answer(details["status"], details, headers_of(error))
