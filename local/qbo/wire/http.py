"""Requests and answers in plain values, independent of the server behind them."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from local.qbo.jsonio import NotJson, dumps, loads

Environ = dict[str, Any]


class ConnectionDropped(ConnectionResetError):
    """The answer is lost: a server closes the connection instead of answering."""


@dataclass
class Request:
    """An HTTP request; `query` holds the last value of each parameter."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    base_url: str = ""

    @property
    def wants_json(self) -> bool:
        return "json" in self.headers.get("accept", "")

    def json(self) -> Any:
        """The body as JSON. Raises NotJson."""
        return loads(self.body)

    def form(self) -> dict[str, str]:
        """The body as form fields, or as a flat JSON object."""
        if "json" in self.headers.get("content-type", ""):
            try:
                content = self.json()
            except NotJson:
                return {}
            return {k: str(v) for k, v in content.items()} if isinstance(content, dict) else {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @classmethod
    def from_environ(cls, environ: Environ) -> "Request":
        length = environ.get("CONTENT_LENGTH") or "0"
        headers = {
            key[5:].replace("_", "-").lower(): value
            for key, value in environ.items()
            if key.startswith("HTTP_")
        }
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        path = environ.get("PATH_INFO", "")
        if path.isascii() or max(path) <= "\xff":  # as WSGI has it; httpx hands over real text
            path = path.encode("latin-1").decode("utf-8", "replace")
        scheme = environ.get("wsgi.url_scheme", "http")
        host = headers.get("host") or (
            f"{environ.get('SERVER_NAME', 'localhost')}:{environ.get('SERVER_PORT', '80')}"
        )
        return cls(
            environ["REQUEST_METHOD"],
            path,
            dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
            headers,
            _read(environ["wsgi.input"], length),
            f"{scheme}://{host}",
        )


@dataclass
class Response:
    """An HTTP answer."""

    status: int
    body: str = ""
    content_type: str = "application/json;charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    charset: str = "utf-8"

    def encoded(self) -> bytes:
        return self.body.encode(self.charset)


REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def json_response(value: Any, status: int = 200) -> Response:
    return Response(status, dumps(value))


def html(body: str, status: int = 200) -> Response:
    return Response(status, body, "text/html;charset=utf-8")


def redirect(location: str) -> Response:
    return Response(302, "", "text/html;charset=utf-8", {"Location": location})


def _read(stream: Any, length: str) -> bytes:
    content: bytes = stream.read(int(length)) if length.isdigit() and length != "0" else b""
    return content
