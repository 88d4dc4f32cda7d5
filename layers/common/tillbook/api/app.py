"""What the three APIs share: the resolver, problem details for every error, and the caller.

A route is a plain function; the ports are in the resolver's context, put there by `resolve`.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any, NoReturn

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from tillbook.api import problems
from tillbook.api.requests import body_of
from tillbook.domain.checks import Finding
from tillbook.errors import BadInput, NotFound, TillbookError
from tillbook.observability import report
from tillbook.usecases.authorise import NOT_FOUND

App = APIGatewayHttpResolver
Routes = APIGatewayHttpResolver | Router

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
Limit = Annotated[int, Query(ge=1, le=100, description="Most items of a page")]
Cursor = Annotated[str | None, Query(max_length=4000, description="From the page before")]

_CURES = {
    "missing": "Add it.",
    "extra_forbidden": "Remove it, or correct its spelling.",
}
_CURE = "Correct it; GET /openapi.json describes the form."
# By the types of pydantic's errors, with the limits filled in. Other types keep its words.
_MESSAGES = {
    "missing": "is missing.",
    "extra_forbidden": "is no field that is known here.",
    "date_from_datetime_parsing": "is no date such as 2026-03-14.",
    "date_parsing": "is no date such as 2026-03-14.",
    "dict_type": "is no object with named fields.",
    "greater_than_equal": "is less than {ge}.",
    "int_from_float": "is no whole number.",
    "int_parsing": "is no whole number.",
    "int_type": "is no whole number.",
    "less_than_equal": "is more than {le}.",
    "list_type": "is no list.",
    "literal_error": "is not one of {expected}.",
    "model_attributes_type": "is no object with named fields.",
    "model_type": "is no object with named fields.",
    "string_pattern_mismatch": "does not have the form that it needs.",
    "string_too_long": "is longer than {max_length} characters.",
    "string_too_short": "is shorter than {min_length} characters.",
    "string_type": "is no text.",
    "too_long": "has more than {max_length} items.",
    "too_short": "has fewer than {min_length} items.",
    "value_error": "is refused: {error}.",
}


def new_app() -> App:
    app = APIGatewayHttpResolver(
        enable_validation=True,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        json_body_deserializer=parse_json,
    )
    app.exception_handler(TillbookError)(_refuse)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(RequestUnsupportedContentType)(_unsupported)
    app.exception_handler(NotFoundError)(_no_route)
    app.exception_handler(Exception)(_unexpected)
    return app


def resolve(app: App, event: dict[str, Any], context: Any, ports: object) -> dict[str, Any]:
    """One request. Whatever happens, the answer is JSON without a trace."""
    try:
        body_of(event).decode()
    except TillbookError as error:
        return problems.refuse(error)
    except UnicodeDecodeError:
        details = _not_json()
        return problems.answer(details["status"], details)
    app.append_context(ports=ports)  # type: ignore[no-untyped-call]
    return app.resolve(event, context)


def claims_of(routes: Routes) -> dict[str, Any]:
    """Claims of the token that API Gateway's JWT authorizer verified."""
    authorizer = routes.current_event.raw_event["requestContext"].get("authorizer") or {}
    return dict((authorizer.get("jwt") or {}).get("claims") or {})


def parse_json(text: str) -> Any:
    """Numbers stay exact. Raises JSONDecodeError, which quotes nothing of the body."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise json.JSONDecodeError("not JSON", "", 0) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _response(details: dict[str, Any], headers: dict[str, str] | None = None) -> Response[Any]:
    return Response(
        status_code=details["status"],
        content_type=problems.CONTENT_TYPE,
        body=json.dumps(details),
        headers=dict(headers or {}),
    )


def _refuse(error: TillbookError) -> Response[Any]:
    return _response(problems.problem(error), problems.headers_of(error))


def _invalid(error: RequestValidationError) -> Response[Any]:
    if all(one["loc"][0] == "path" for one in error.errors()):
        return _refuse(NotFound(NOT_FOUND))  # an id that nothing of ours can have
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return _response(_not_json())
    return _refuse(BadInput(*map(_finding, error.errors())))


def _finding(error: Mapping[str, Any]) -> Finding:
    field = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
    try:
        message = _MESSAGES[error["type"]].format_map(error.get("ctx", {}))
    except KeyError:
        message = str(error["msg"])
    return Finding(field, message, _CURES.get(error["type"], _CURE))


def _not_json() -> dict[str, Any]:
    details = problems.details_of(problems.NOT_JSON, "The body could not be read as JSON.")
    cure = "Send well-formed JSON in UTF-8."
    return details | {"errors": [{"field": "body", "message": "is not JSON.", "cure": cure}]}


def _unsupported(_: RequestUnsupportedContentType) -> Response[Any]:
    return _response(
        problems.details_of(
            problems.UNSUPPORTED_MEDIA_TYPE,
            "Send JSON with the header content-type: application/json.",
        )
    )


def _no_route(_: NotFoundError) -> Response[Any]:
    return _response(
        problems.details_of(
            problems.NOT_FOUND,
            "This address does not exist; GET /openapi.json lists those that do.",
        )
    )


def _unexpected(error: Exception) -> Response[Any]:
    return _response(problems.unexpected(report(error)))


def no_content() -> Response[None]:
    return Response(status_code=204, body=None)
