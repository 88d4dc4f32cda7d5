"""The gateway in front of QuickBooks: tokens, companies, limits, and its own shapes of refusal."""

from typing import Any

from local.qbo.clock import stamp_millis
from local.qbo.emulator import Emulator
from local.qbo.jsonio import dumps
from local.qbo.wire.http import Request, Response, html
from local.qbo.wire.oauth import SCOPE, Grant

_XML = "text/xml;charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class GatewayRefusal(Exception):
    """The gateway answers in place of QuickBooks."""

    def __init__(self, response: Response) -> None:
        super().__init__(str(response.status))
        self.response = response


def authenticate(emulator: Emulator, request: Request, realm: str | None) -> Grant:
    """The grant behind the bearer token. Raises GatewayRefusal with 401 or 403.

    A `realm` of None stands for an address without a company, which the gateway lets pass.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 20 <= len(token) <= 4096:
        raise GatewayRefusal(
            unauthorized(emulator, request, "Malformed bearer token: too short or too long")
        )
    with emulator.lock:
        access = emulator.tokens.access.get(token)
        if access is None:
            raise GatewayRefusal(unauthorized(emulator, request, "Token invalid"))
        if access.grant.revoked:
            raise GatewayRefusal(unauthorized(emulator, request, "Token revoked"))
        if access.expires <= emulator.clock.now():
            raise GatewayRefusal(unauthorized(emulator, request, f"Token expired: {token}"))
    if realm is None:
        return access.grant
    if access.grant.realm != realm or realm not in emulator.companies:
        raise GatewayRefusal(forbidden(emulator, request))
    if SCOPE not in access.grant.scope.split():
        raise GatewayRefusal(
            forbidden(emulator, request, "The access token does not have sufficient scope")
        )
    return access.grant


def unauthorized(emulator: Emulator, request: Request, detail: str) -> Response:
    refused = _fault(
        emulator,
        request,
        401,
        "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        detail,
        "3200",
        "AUTHENTICATION",
    )
    refused.headers["WWW-Authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    return refused


def forbidden(
    emulator: Emulator,
    request: Request,
    detail: str = "The application is not authorised for this company",
) -> Response:
    return _fault(
        emulator,
        request,
        403,
        "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        detail,
        "3100",
        "SERVICE",
    )


def gateway_error(emulator: Emulator, request: Request) -> Response:
    return _fault(
        emulator,
        request,
        500,
        "message=InternalServerError; errorCode=003100; statusCode=500",
        "Internal server error",
        "3100",
        "SERVICE",
    )


def throttled(emulator: Emulator, request: Request) -> Response:
    """429, in XML whatever the client accepts, unless switched."""
    answer = _throttled(emulator, request)
    if emulator.switches.throttle_retry_after is not None:
        answer.headers["Retry-After"] = str(emulator.switches.throttle_retry_after)
    return answer


def _throttled(emulator: Emulator, request: Request) -> Response:
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    detail = "The request limit was reached.  Try again later"
    if emulator.switches.throttle_answers_json and request.wants_json:
        return _fault(emulator, request, 429, message, detail, "3001", "SERVICE")
    time = stamp_millis(emulator.clock.now())
    return Response(
        429,
        (
            f'{_HEAD}<IntuitResponse time="{time}" xmlns="http://schema.intuit.com/finance/v3">'
            f'<Fault type="SERVICE"><Error code="3001"><Message>{message}</Message>'
            f"<Detail>{detail}</Detail></Error></Fault></IntuitResponse>"
        ),
        _XML,
    )


def transport_answer(emulator: Emulator, request: Request, answer: str) -> Response:
    """An injected answer that takes the place of the real one."""
    if answer == "throttled":
        return throttled(emulator, request)
    if answer == "forbidden":
        return forbidden(emulator, request)
    if answer == "gateway_error":
        return gateway_error(emulator, request)
    if answer == "expired_token":
        return unauthorized(emulator, request, "Token expired: eyJl…")
    if answer == "revoked":
        return unauthorized(emulator, request, "Token revoked")
    if answer == "user_not_in_realm":
        refused = unauthorized(emulator, request, "user_not_in_realm")
        refused.headers["x_error_reason"] = "user_not_in_realm"
        return refused
    if answer == "invalid_grant":
        return Response(400, '{"error":"invalid_grant"}')
    if answer == "unavailable":
        return html(
            "<html><head><title>503 Service Temporarily Unavailable</title></head><body>"
            "<center><h1>503 Service Temporarily Unavailable</h1></center></body></html>",
            503,
        )
    if answer == "stream_timeout":
        return Response(504, "stream timeout", "text/plain")
    return html(
        "<html><head><title>500 Internal Server Error</title></head><body>"
        "<center><h1>500 Internal Server Error</h1></center></body></html>",
        500,
    )


def _fault(
    emulator: Emulator,
    request: Request,
    status: int,
    message: str,
    detail: str,
    code: str,
    type: str,
) -> Response:
    if not request.wants_json:
        time = stamp_millis(emulator.clock.now())
        return Response(
            status,
            (
                f'{_HEAD}<IntuitResponse time="{time}" xmlns="http://schema.intuit.com/finance/v3">'
                f'<Fault type="{type}"><Error code="{code}"><Message>{message}</Message>'
                f"<Detail>{detail}</Detail></Error></Fault></IntuitResponse>"
            ),
            _XML,
        )
    body: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {
            "error": [{"message": message, "detail": detail, "code": code, "element": None}],
            "type": type,
        },
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(emulator.clock.now().timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
    return Response(status, dumps(body), "application/json")
