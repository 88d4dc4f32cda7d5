"""The rules of API Gateway between a request and a function."""

import base64
import json
from typing import Any

import pytest

from local.cloud import gateway
from local.cloud.deploy import JwtConfiguration
from local.cloud.gateway import Refused, Request
from local.cloud.template import Route
from local.cloud.tokens import TokenIssuer

URL = "http://127.0.0.1:1/_local"
ISSUER = TokenIssuer(URL)
ACCEPTED = JwtConfiguration(URL, ("tillbook",))


def route(key: str, authorizer: str | None = None, *scopes: str) -> Route:
    method, path = key.split()
    return Route(method, path, "Function", authorizer, scopes)


def request(
    target: str = "/things", body: bytes = b"", method: str = "POST", **headers: str
) -> Request:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request(method, target, named, body, received=0)


def event(sent: Request) -> dict[str, Any]:
    return gateway.event(sent, route("POST /things"), {}, None)


ROUTES = [
    route("GET /things/{id}"),
    route("GET /things/new"),
    route("POST /things/{id}"),
    route("ANY /any"),
    route("GET /files/{path+}"),
]


@pytest.mark.parametrize(
    "method, path, key, parameters",
    [
        ("GET", "/things/7", "GET /things/{id}", {"id": "7"}),
        ("GET", "/things/new", "GET /things/new", {}),
        ("POST", "/things/new", "POST /things/{id}", {"id": "new"}),
        ("PATCH", "/any", "ANY /any", {}),
        ("GET", "/files/a/b.txt", "GET /files/{path+}", {"path": "a/b.txt"}),
    ],
)
def test_the_most_specific_route_is_taken(
    method: str, path: str, key: str, parameters: dict[str, str]
) -> None:
    found, values = gateway.match(ROUTES, method, path)

    assert (found.key, values) == (key, parameters)


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/things"),
        ("GET", "/things/"),
        ("GET", "/things/7/"),
        ("DELETE", "/things/7"),
        ("GET", "/files/"),
        ("GET", "/THINGS/7"),
    ],
)
def test_what_no_route_fits_is_not_found(method: str, path: str) -> None:
    with pytest.raises(Refused) as refused:
        gateway.match(ROUTES, method, path)

    assert refused.value.answer.status == 404


def test_an_event_has_the_fields_of_payload_format_2() -> None:
    sent = Request(
        "POST",
        "/things/a%20b?x=1&y=&x=2",
        [("Host", "127.0.0.1:8400"), ("X-A", "1"), ("x-a", "2"), ("Cookie", "c=1; d=2")],
        b"",
        received=0,
    )

    made = gateway.event(sent, route("POST /things/{id}"), {"id": "a b"}, None)

    assert made["version"] == "2.0"
    assert made["routeKey"] == "POST /things/{id}"
    assert made["rawPath"] == "/things/a b"
    assert made["rawQueryString"] == "x=1&y=&x=2"
    assert made["queryStringParameters"] == {"x": "1,2", "y": ""}
    assert made["pathParameters"] == {"id": "a b"}
    assert made["headers"]["x-a"] == "1,2"
    assert "cookie" not in made["headers"]
    assert made["cookies"] == ["c=1", "d=2"]
    assert "body" not in made
    assert made["isBase64Encoded"] is False
    context = made["requestContext"]
    assert context["http"]["method"] == "POST"
    assert context["timeEpoch"] == 0
    assert context["time"] == "01/Jan/1970:00:00:00 +0000"
    assert context["stage"] == "$default"
    assert "authorizer" not in context


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "text/plain"]
)
def test_text_stays_text(content_type: str) -> None:
    made = event(request(body="é".encode(), content_type=content_type))

    assert (made["body"], made["isBase64Encoded"]) == ("é", False)


@pytest.mark.parametrize(
    "content_type, body",
    [
        ("application/x-www-form-urlencoded", b"a=1"),
        ("", b"a"),
        ("application/octet-stream", b"\0"),
        ("application/json", b"\xff\xfe"),
    ],
)
def test_everything_else_is_base64(content_type: str, body: bytes) -> None:
    made = event(request(body=body, content_type=content_type))

    assert made["isBase64Encoded"] is True
    assert base64.b64decode(made["body"]) == body


def test_an_event_over_the_limit_of_lambda_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        event(request(body=b"\0" * 5_000_000))

    assert refused.value.answer.status == 413


def authorize(token: str | None, *scopes: str) -> dict[str, Any]:
    header = None if token is None else f"Bearer {token}"
    return gateway.authorize(
        route("GET /guarded", "Token", *scopes), ACCEPTED, ISSUER.key_set(), header
    )


def test_all_claims_reach_the_function_as_strings() -> None:
    found = authorize(ISSUER.issue("shop", ["read", "admin"], "anna"))

    assert found["scopes"] is None
    assert all(isinstance(value, str) for value in found["claims"].values())
    assert found["claims"]["scope"] == "read admin"
    assert found["claims"]["organisation"] == "shop"
    assert found["claims"]["exp"].isdecimal()


def test_bearer_may_be_left_out_or_written_in_any_case() -> None:
    token = ISSUER.issue("shop")
    for header in (token, f"bearer {token}", f"BEARER {token}"):
        assert gateway.authorize(route("GET /x", "Token"), ACCEPTED, ISSUER.key_set(), header)


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "nonsense",
        ISSUER.issue("shop", lifetime_seconds=-60),
        ISSUER.issue("shop", audience="somebody else"),
        ISSUER.issue("shop", issuer="https://elsewhere.example"),
        TokenIssuer(URL).issue("shop"),
    ],
    ids=["none", "empty", "nonsense", "expired", "audience", "issuer", "key"],
)
def test_a_token_that_is_not_for_us_is_unauthorized(token: str | None) -> None:
    with pytest.raises(Refused) as refused:
        authorize(token)

    assert refused.value.answer.status == 401
    assert json.loads(refused.value.answer.body) == {"message": "Unauthorized"}
    assert dict(refused.value.answer.headers)["www-authenticate"].startswith("Bearer")


def test_a_missing_scope_is_forbidden() -> None:
    token = ISSUER.issue("shop", ["read"])

    assert authorize(token, "read", "admin")["scopes"] == ["read", "admin"]
    with pytest.raises(Refused) as refused:
        authorize(token, "admin")
    assert refused.value.answer.status == 403


def test_an_answer_is_sent_as_it_is_given() -> None:
    payload = {
        "statusCode": 302,
        "headers": {"Location": "/there", "X-Count": 3},
        "cookies": ["a=1", "b=2"],
        "body": base64.b64encode(b"\0").decode(),
        "isBase64Encoded": True,
    }

    sent = gateway.answer(payload, "request")

    assert (sent.status, sent.body) == (302, b"\0")
    assert ("location", "/there") in sent.headers
    assert ("x-count", "3") in sent.headers
    assert [value for name, value in sent.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert ("apigw-requestid", "request") in sent.headers


def test_an_answer_without_a_status_is_json() -> None:
    sent = gateway.answer({"x": 1}, "request")

    assert (sent.status, sent.body) == (200, b'{"x": 1}')


@pytest.mark.parametrize("payload", [{"statusCode": "x"}, {"statusCode": 200, "body": {"x": 1}}])
def test_an_answer_that_makes_no_sense_is_an_internal_error(payload: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        gateway.answer(payload, "request")

    assert refused.value.answer.status == 500
