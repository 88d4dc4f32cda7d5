"""Calls the handlers as the HTTP API does, in this process: routes are read from the template."""

import base64
import json
import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl

from tests.template.stack import file_of, functions
from tests.world import World
from tillbook.runtime import Services, using
from tillbook.settings import Environment

JWT = dict[str, str]


def claims(scope: str = "admin", organisation: str = "acme", subject: str = "alice") -> JWT:
    return {"sub": subject, "organisation": organisation, "scope": scope}


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    body: Any
    """Parsed where it is JSON."""
    headers: dict[str, str]


@dataclass(frozen=True)
class Context:
    """What Lambda tells a handler."""

    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:000000000000:function:function"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@dataclass
class Api:
    world: World = field(default_factory=World)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        claims: JWT | None = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        base64_body: bool = False,
    ) -> HttpAnswer:
        """`body` is sent as JSON, `raw` as it is."""
        path, _, query = path.partition("?")
        if raw is None and body is not None:
            raw = json.dumps(body, default=str).encode()
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {"content-type": "application/json", **(headers or {})},
            "requestContext": {
                "domainName": "abc123.execute-api.eu-west-1.amazonaws.com",
                "stage": "$default",
                "http": {"method": method, "path": path},
                **({"authorizer": {"jwt": {"claims": claims}}} if claims is not None else {}),
            },
            "isBase64Encoded": base64_body,
        }
        if query:
            event["queryStringParameters"] = dict(parse_qsl(query, keep_blank_values=True))
        if raw is not None:
            event["body"] = base64.b64encode(raw).decode() if base64_body else raw.decode()
        return self.send(method, path, event)

    def send(self, method: str, path: str, event: dict[str, Any]) -> HttpAnswer:
        file, event["pathParameters"] = find(method, path)
        handler = import_module(f"functions.{file}").handler
        world = self.world
        environment = Environment(public_url=world.public_url, console_url=world.console_url)
        with using(Services(environment, **ports_of(world))):
            answer = handler(event, Context())
        content = answer["headers"].get("content-type") or answer["headers"].get("Content-Type")
        text = answer.get("body") or ""
        is_json = "json" in str(content) and text
        return HttpAnswer(
            answer["statusCode"],
            json.loads(text) if is_json else text,
            {name.lower(): value for name, value in answer["headers"].items()},
        )


def ports_of(world: World) -> dict[str, Any]:
    return {
        name: getattr(world, name)
        for name in (
            "now",
            "database",
            "event_log",
            "payloads",
            "vault",
            "runs",
            "translate_queue",
            "notifier",
            "authorization_server",
            "books",
            "new_id",
            "new_sorted_id",
        )
    }


def routes() -> list[tuple[str, str, str]]:
    """Method, path and function file of every route of the template."""
    return [
        (event["Properties"]["Method"], event["Properties"]["Path"], file_of(name))
        for name, properties in functions().items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    ]


def find(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The function of a route and its path parameters; the most literal route wins."""
    for wanted, template, file in sorted(routes(), key=lambda route: route[1].count("{")):
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        match = re.fullmatch(pattern, path)
        if wanted == method and match:
            return file, match.groupdict()
    raise AssertionError(f"the template has no route {method} {path}")
