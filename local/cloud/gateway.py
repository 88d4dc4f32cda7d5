"""What API Gateway does between an HTTP request and a function: the rules, without the sockets.

Routes and authorizers come from the expanded template. Requests become events of payload format
2.0, with a JWT authorizer's claims where API Gateway puts them; answers are read by its rules.
Sources: "Working with AWS Lambda proxy integrations for HTTP APIs" and "Controlling access to
HTTP APIs with JWT authorizers" in the API Gateway developer guide.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

import jwt

from local.cloud.deploy import JwtConfiguration
from local.cloud.template import Route

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_EVENT_BYTES = 6_291_556
"""Lambda's limit for the payload of a synchronous invocation."""

_TEXT = ("text/", "application/json", "application/xml", "application/javascript")


@dataclass(frozen=True)
class Request:
    """An HTTP request as it came in."""

    method: str
    target: str
    """Path and query, still percent-encoded."""
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str = "127.0.0.1"
    received: float = field(default_factory=time.time)
    """Seconds since the epoch."""

    @property
    def path(self) -> str:
        """Decoded, as routes see it."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def single_headers(self) -> dict[str, str]:
        """By lower-case name; repeated ones joined by commas, cookies apart."""
        joined: dict[str, str] = {}
        for name, value in self.headers:
            lower = name.lower()
            if lower != "cookie":
                joined[lower] = f"{joined[lower]},{value}" if lower in joined else value
        return joined


@dataclass(frozen=True)
class Answer:
    """An HTTP answer to send."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Refused(Exception):
    """API Gateway answers itself; the function never hears of the request."""

    def __init__(self, status: int, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        self.answer = Answer(
            status,
            (("content-type", "application/json"), *headers),
            json.dumps({"message": message}, separators=(",", ":")).encode(),
        )


def match(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The most specific route for a request, with its path parameters.

    Raises:
        Refused: 404, no route.
    """
    found: list[tuple[tuple[int, ...], Route, dict[str, str]]] = []
    for route in routes:
        if route.method not in (method, "ANY"):
            continue
        parameters = _parameters(route.path.split("/"), path.split("/"))
        if parameters is not None:
            rank = [_rank(segment) for segment in route.path.split("/")]
            found.append(((*rank, route.method == "ANY"), route, parameters))
    if not found:
        raise Refused(404, "Not Found")
    _, route, parameters = min(found, key=lambda candidate: candidate[0])
    return route, parameters


def _rank(segment: str) -> int:
    """Literal segments come before variables, variables before greedy ones."""
    if not segment.startswith("{"):
        return 0
    return 2 if segment.endswith("+}") else 1


def _parameters(pattern: list[str], path: list[str]) -> dict[str, str] | None:
    parameters: dict[str, str] = {}
    for index, segment in enumerate(pattern):
        if _rank(segment) == 2:
            rest = "/".join(path[index:])
            return {**parameters, segment[1:-2]: rest} if rest else None
        if index >= len(path):
            return None
        if _rank(segment) == 1:
            if not path[index]:
                return None
            parameters[segment[1:-1]] = path[index]
        elif segment != path[index]:
            return None
    return parameters if len(pattern) == len(path) else None


def authorize(
    route: Route, configuration: JwtConfiguration, key_set: Mapping[str, Any], header: str | None
) -> dict[str, Any]:
    """What a function finds under ``requestContext.authorizer.jwt``.

    Raises:
        Refused: 401 without a valid token, 403 where it lacks a scope of the route.
    """
    if not header:
        raise Refused(401, "Unauthorized", ("www-authenticate", "Bearer"))
    token = header[7:] if header[:7].lower() == "bearer " else header
    try:
        claims = _verified(token.strip(), configuration, key_set)
    except (jwt.PyJWTError, KeyError) as error:
        challenge = f'Bearer scope="" error="invalid_token" error_description="{error}"'
        raise Refused(401, "Unauthorized", ("www-authenticate", challenge)) from error
    granted = str(claims.get("scope") or " ".join(claims.get("scp", ()))).split()
    matched = [scope for scope in route.scopes if scope in granted]
    if route.scopes and not matched:
        challenge = f'Bearer scope="{" ".join(route.scopes)}" error="insufficient_scope"'
        raise Refused(403, "Forbidden", ("www-authenticate", challenge))
    return {
        "claims": {name: _claim(value) for name, value in claims.items()},
        "scopes": list(route.scopes) or None,
    }


def _verified(
    token: str, configuration: JwtConfiguration, key_set: Mapping[str, Any]
) -> dict[str, Any]:
    key_id = jwt.get_unverified_header(token).get("kid")
    keys = {key["kid"]: key for key in key_set["keys"]}
    claims: dict[str, Any] = jwt.decode(
        token,
        jwt.PyJWK(keys[key_id]),
        algorithms=["RS256"],
        issuer=configuration.issuer,
        options={"require": ["exp", "iss"], "verify_aud": False},
    )
    # Access tokens of Cognito name the client and have no audience.
    audience = claims.get("aud", claims.get("client_id", ()))
    named = {audience} if isinstance(audience, str) else set(audience)
    if not named & set(configuration.audience):
        raise jwt.InvalidAudienceError("the audience is not that of this API")
    return claims


def _claim(value: Any) -> str:
    """All claims are strings in an event; lists are written as API Gateway writes them."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "[" + " ".join(map(_claim, value)) + "]"
    return json.dumps(value)


def event(
    request: Request, route: Route, parameters: Mapping[str, str], jwt_claims: Any
) -> dict[str, Any]:
    """The event of payload format 2.0.

    Raises:
        Refused: 413, the body is over API Gateway's limit or the event over Lambda's.
    """
    if len(request.body) > MAX_BODY_BYTES:
        raise Refused(413, "Request Entity Too Large")
    headers = request.single_headers
    host = headers.get("host", "127.0.0.1")
    headers.setdefault("x-forwarded-for", request.source_ip)
    headers.setdefault("x-forwarded-port", host.partition(":")[2] or "80")
    headers.setdefault("x-forwarded-proto", "http")
    result: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "local",
            "domainName": host,
            "domainPrefix": "local",
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": uuid.uuid4().hex[:16],
            "routeKey": route.key,
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(request.received)),
            "timeEpoch": int(request.received * 1000),
        },
        "isBase64Encoded": False,
    }
    if jwt_claims is not None:
        result["requestContext"]["authorizer"] = {"jwt": jwt_claims}
    cookies = [value for name, value in request.headers if name.lower() == "cookie"]
    if cookies:
        result["cookies"] = [part.strip() for value in cookies for part in value.split(";")]
    query: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    if query:
        result["queryStringParameters"] = query
    if parameters:
        result["pathParameters"] = dict(parameters)
    if request.body:
        result["body"], result["isBase64Encoded"] = _body(
            request.body, headers.get("content-type", "")
        )
    if len(json.dumps(result)) > MAX_EVENT_BYTES:
        raise Refused(413, "Request Entity Too Large")
    return result


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    """Text stays text where the content type says so; all else, forms too, is base64."""
    if content_type.lower().startswith(_TEXT):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def answer(payload: Any, request_id: str) -> Answer:
    """What the caller gets for what a function returned.

    Raises:
        Refused: 500, the function's answer is none that API Gateway understands.
    """
    always = (("apigw-requestid", request_id),)
    if not isinstance(payload, dict) or "statusCode" not in payload:
        body = payload if isinstance(payload, str) else json.dumps(payload)
        return Answer(200, (("content-type", "application/json"), *always), body.encode())
    body = payload.get("body") or ""
    status = payload["statusCode"]
    if not isinstance(body, str) or not str(status).isdecimal():
        raise Refused(500, "Internal Server Error")
    headers = {name.lower(): str(value) for name, value in (payload.get("headers") or {}).items()}
    if body:
        headers.setdefault("content-type", "text/plain; charset=utf-8")
    cookies = tuple(("set-cookie", cookie) for cookie in payload.get("cookies") or ())
    content = base64.b64decode(body) if payload.get("isBase64Encoded") else body.encode()
    return Answer(int(status), (*headers.items(), *cookies, *always), content)
