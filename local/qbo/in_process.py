"""A transport for httpx that calls an emulator without a socket.

A lost answer appears as it does over a socket: as `httpx.RemoteProtocolError`.
"""

import httpx

from local.qbo.emulator import Emulator
from local.qbo.wire.app import create_app
from local.qbo.wire.http import ConnectionDropped


class EmulatorTransport(httpx.BaseTransport):
    """Every host is the emulator, so a client's base URLs need no change."""

    def __init__(self, emulator: Emulator) -> None:
        self._wsgi = httpx.WSGITransport(create_app(emulator))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._wsgi.handle_request(request)
        except ConnectionDropped as error:
            raise httpx.RemoteProtocolError(
                "Server disconnected without sending a response.", request=request
            ) from error
