"""The HTTP client for Intuit. Imported only where QuickBooks is called: it costs 70 ms of a cold
start."""

import httpx

from tillbook import __version__

# A connection idle for longer was perhaps closed by the other side, or while the function slept.
_KEEP_ALIVE_SECONDS = 15.0

NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""There was no connection, so nothing took effect. All other transport errors may come after."""


def http_client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """One for the life of a process. Tests give a transport, such as `httpx.WSGITransport`."""
    return httpx.Client(
        transport=transport,
        headers={"User-Agent": f"Tillbook/{__version__}", "Accept": "application/json"},
        limits=httpx.Limits(keepalive_expiry=_KEEP_ALIVE_SECONDS),
        timeout=30,
    )
