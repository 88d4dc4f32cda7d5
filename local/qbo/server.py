"""A threaded HTTP/1.1 server for the WSGI application, on the standard library."""

import io
import socket
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes

from local.qbo.emulator import Emulator
from local.qbo.webhooks.deliveries import Worker
from local.qbo.wire.app import respond
from local.qbo.wire.http import REASONS, ConnectionDropped, Request, html


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        try:
            content = self._content()
        except ValueError:
            self.send_error(400, "Content-Length or the size of a chunk is no number")
            return
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": _unquoted(path),
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": io.BytesIO(content),
            "wsgi.url_scheme": "http",
        }
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        try:
            response = respond(self.server.emulator, Request.from_environ(environ))
        except ConnectionDropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        except Exception:  # noqa: BLE001 - a fault of the emulator must not look like a lost answer
            traceback.print_exc(file=sys.stderr)
            response = html("<h1>The emulator failed</h1><p>Its log has the reason.</p>", 500)
        body = response.encoded()
        lines = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Unknown')}"]
        headers = {
            "Content-Type": response.content_type,
            "Content-Length": str(len(body)),
            **response.headers,
        }
        if self.close_connection:  # the client asked for it, and must not be left to find out
            headers["Connection"] = "close"
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.wfile.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

    def _content(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(_size(self.headers.get("Content-Length") or "0", 10))
        content = b""
        while size := _size(self.rfile.readline().split(b";")[0].decode("latin-1") or "0", 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in its base
        """Quiet: the control plane has the log."""


class Server(ThreadingHTTPServer):
    """An emulator on a socket; port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, emulator: Emulator, host: str = "127.0.0.1", port: int = 0) -> None:
        self.emulator = emulator
        self._webhooks = Worker(emulator.deliver_webhooks)
        super().__init__((host, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no matter of ours."""

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def start(self) -> "Server":
        """Serve in a thread of its own; `close` ends it."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        self._webhooks.start()
        return self

    def close(self) -> None:
        self._webhooks.stop()
        self.shutdown()
        self.server_close()


def _size(text: str, base: int) -> int:
    """How many bytes follow. Raises ValueError."""
    size = int(text, base)
    if size < 0:
        raise ValueError(text)
    return size


def _unquoted(path: str) -> str:
    return unquote_to_bytes(path).decode("latin-1")
