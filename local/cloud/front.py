"""The HTTP API on one plain address: what stands in for API Gateway's data plane.

ministack serves HTTP APIs under a host name of its own and does not import the OpenAPI body that
SAM makes, so requests go from here straight to the functions, by the rules in
:mod:`local.cloud.gateway`. Under ``/_local`` it serves the token issuer.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from local.cloud import gateway
from local.cloud.deploy import Stack
from local.cloud.gateway import Answer, Refused, Request
from local.cloud.processes import LocalCloudError
from local.cloud.tokens import TokenIssuer

OWN = "/_local"
"""Prefix of the paths that are the local cloud's, not the product's."""
INTEGRATION_SECONDS = 30
"""API Gateway's limit for an integration; longer is 503."""

logger = logging.getLogger(__name__)


class Front:
    """Serves a stack's HTTP API until closed. Usable before there is a stack: all is 503 then."""

    def __init__(self, port: int = 0) -> None:
        """
        Raises:
            LocalCloudError: something else has the port.
        """
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else "the last one is 65535"
            raise LocalCloudError(
                f"Port {port} cannot be used: {reason}. Choose another with --port; 0 takes a "
                "free one."
            ) from error
        self._server.front = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.tokens = TokenIssuer(self.url + OWN)
        self._stack: Stack | None = None
        self._invoke: Callable[[str, bytes], tuple[Any, bool]] | None = None
        # A short poll: closing waits for the next one.
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="front", daemon=True
        )
        self._thread.start()

    def connect(self, stack: Stack, lambda_client: Any) -> None:
        """From now on pass requests to the functions of `stack`."""

        def invoke(function: str, payload: bytes) -> tuple[Any, bool]:
            result = lambda_client.invoke(FunctionName=function, Payload=payload)
            return json.loads(result["Payload"].read() or b"null"), "FunctionError" in result

        self._invoke = invoke
        self._stack = stack

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def handle(self, request: Request) -> Answer:
        """The answer to one request, whoever gives it."""
        try:
            if request.path == OWN or request.path.startswith(OWN + "/"):
                return self._own(request)
            return self._route(request)
        except Refused as refused:
            return refused.answer

    def _route(self, request: Request) -> Answer:
        stack, invoke = self._stack, self._invoke
        if stack is None or invoke is None:
            raise Refused(503, "Service Unavailable")
        route, parameters = gateway.match(stack.routes, request.method, request.path)
        claims = None
        if route.authorizer is not None:
            claims = gateway.authorize(
                route,
                stack.authorizers[route.authorizer],
                self.tokens.key_set(),
                request.single_headers.get("authorization"),
            )
        event = gateway.event(request, route, parameters, claims)
        try:
            payload, failed = invoke(stack.names[route.function], json.dumps(event).encode())
        except (ReadTimeoutError, ClientError) as error:
            raise Refused(503, "Service Unavailable") from error
        except BotoCoreError as error:
            logger.warning("%s: %s", route.key, error)
            raise Refused(503, "Service Unavailable") from error
        if failed:
            # The reason is in the function's log, as it is in AWS.
            raise Refused(500, "Internal Server Error")
        return gateway.answer(payload, event["requestContext"]["requestId"])

    def _own(self, request: Request) -> Answer:
        if request.path == f"{OWN}/.well-known/jwks.json":
            return _json(self.tokens.key_set())
        if request.path == f"{OWN}/.well-known/openid-configuration":
            return _json(self.tokens.configuration())
        if request.path == f"{OWN}/token" and request.method == "POST":
            return self._issue(request.body)
        raise Refused(404, "Not Found")

    def _issue(self, body: bytes) -> Answer:
        """POST /_local/token {"organisation": "…", "scopes": ["read"], "subject": "…"}."""
        try:
            asked = json.loads(body or b"{}")
            token = self.tokens.issue(
                str(asked["organisation"]),
                [str(scope) for scope in asked.get("scopes", ("read", "operate", "admin"))],
                str(asked.get("subject", "owner")),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Refused(
                400, 'Send {"organisation": "name", "scopes": ["read"], "subject": "name"}.'
            ) from error
        return _json({"access_token": token, "token_type": "Bearer"})


def _json(content: Any) -> Answer:
    return Answer(200, (("content-type", "application/json"),), json.dumps(content).encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    front: Front

    def handle_error(self, *_: Any) -> None:
        """A caller that hung up is no news; anything else is told without what it sent."""
        error = sys.exception()
        if not isinstance(error, OSError):
            logger.error("A request could not be answered: %s", type(error).__name__)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120
    server: _Server

    def _handle(self) -> None:
        received = time.time()
        try:
            body = self._read_body()
        except Refused as refused:
            self.close_connection = True
            self._send(refused.answer)
            self._discard()
            return
        self._send(
            self.server.front.handle(
                Request(
                    self.command,
                    self.path,
                    tuple(self.headers.items()),
                    body,
                    self.client_address[0],
                    received,
                )
            )
        )

    def __getattr__(self, name: str) -> Any:
        """Every method is a route's business: the base class asks for do_GET, do_POST, …"""
        if name.startswith("do_"):
            return self._handle
        raise AttributeError(name)

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return self._read_chunks()
        length = self.headers.get("content-length", "0")
        if not length.isdecimal():
            raise Refused(400, "Bad Request")
        if int(length) > gateway.MAX_BODY_BYTES:
            raise Refused(413, "Request Entity Too Large")
        return self.rfile.read(int(length))

    def _read_chunks(self) -> bytes:
        body = bytearray()
        try:
            while size := int(self.rfile.readline(100).partition(b";")[0], 16):
                if len(body) + size > gateway.MAX_BODY_BYTES:
                    raise Refused(413, "Request Entity Too Large")
                body += self.rfile.read(size)
                self.rfile.readline(2)
        except ValueError as error:
            raise Refused(400, "Bad Request") from error
        while self.rfile.readline(8192).strip():
            pass  # trailers
        return bytes(body)

    def _discard(self) -> None:
        """Read what a refused caller is still sending: closing at once would reset the
        connection, and the caller would never see the answer."""
        self.wfile.flush()
        self.connection.settimeout(2)
        for _ in range(1024):
            if not self.rfile.read1(65536):
                break

    def handle_expect_100(self) -> bool:
        allowed = super().handle_expect_100()
        self.wfile.flush()
        return allowed

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("content-length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(answer.body)

    # Headers and body leave in one packet.
    wbufsize = -1

    def version_string(self) -> str:
        return "tillbook-local"

    def log_message(self, *_: Any) -> None:
        """Nothing: paths name channels and codes."""
