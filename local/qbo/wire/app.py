"""The WSGI application: which part answers which path."""

from collections.abc import Callable, Iterable
from typing import Any

from local.qbo.emulator import Emulator, LogEntry
from local.qbo.webhooks.payloads import as_uuid
from local.qbo.wire import control, files, oauth_pages, service
from local.qbo.wire.http import REASONS, Environ, Request, Response, json_response

StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

_API = "/v3/company/"
_OAUTH: dict[tuple[str, str], Callable[[Emulator, Request], Response]] = {
    ("GET", "/connect/oauth2"): oauth_pages.authorize,
    ("POST", "/connect/oauth2"): oauth_pages.authorize,
    ("POST", "/oauth2/v1/tokens/bearer"): oauth_pages.token,
    ("POST", "/v2/oauth2/tokens/revoke"): oauth_pages.revoke,
    ("GET", "/.well-known/openid_configuration"): oauth_pages.discovery,
    ("GET", "/.well-known/openid_sandbox_configuration"): oauth_pages.discovery,
    ("GET", "/v1/openid_connect/userinfo"): oauth_pages.userinfo,
    ("GET", "/op/v1/jwks"): oauth_pages.keys,
}


def create_app(emulator: Emulator) -> WsgiApp:
    """An emulator as a WSGI application. A dropped connection raises ConnectionDropped."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = Request.from_environ(environ)
        response = respond(emulator, request)
        body = response.encoded()
        headers = [
            ("Content-Type", response.content_type),
            ("Content-Length", str(len(body))),
            *response.headers.items(),
        ]
        start_response(f"{response.status} {REASONS.get(response.status, 'Unknown')}", headers)
        return [body]

    return app


def respond(emulator: Emulator, request: Request) -> Response:
    """The answer to a request. Raises ConnectionDropped where the answer is to be lost."""
    if request.path.startswith("/_emulator"):
        controlled = control.handle(emulator, request)
        emulator.save()
        return controlled
    number = emulator.number()
    entry = LogEntry(number, "", request.method, request.path)
    try:
        response = _answer(emulator, request, entry)
        entry.status = response.status
    finally:
        emulator.note(entry)
    response.headers.update(
        {
            "intuit_tid": f"1-{number:08x}-{number * 0x9E3779B97F4A7C15 % (1 << 96):024x}",
            "QBO-Version": "1994.120",
            "Service-Time": "total=12, db=4",
            "X-SpanId": as_uuid(f"{number * 0xC2B2AE3D27D4EB4F % (1 << 128):032x}"),
            "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
            "Expires": "0",
            "Strict-Transport-Security": "max-age=31536000",
        }
    )
    return response


def _answer(emulator: Emulator, request: Request, entry: LogEntry) -> Response:
    if request.path.startswith(_API):
        return service.handle(emulator, request, request.path[len(_API) :], entry)
    if request.path.startswith(files.PATH):
        return files.serve(emulator, request)
    handler = _OAUTH.get((request.method, request.path.rstrip("/")))
    if handler is not None:
        response = handler(emulator, request)
        emulator.save()
        return response
    return json_response({"error": "not_found", "path": request.path, "see": "/_emulator"}, 404)
