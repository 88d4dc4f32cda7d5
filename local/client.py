"""The outside world of Tillbook: a caller of its HTTP API, and the senders of webhooks.

Knows only what is documented for people who integrate: routes, tokens, signatures. The demo and
the workflow tests use it, so both go the way that a real shop and a real owner go.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx

PATIENCE_SECONDS = 120.0

_Answer = TypeVar("_Answer")


class ApiError(Exception):
    """The API refused; `problem` is its problem document (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', problem)}")
        self.status = status
        self.problem = problem


class TookTooLong(Exception):
    """What was waited for did not happen in time."""


class Client:
    """A caller with a token."""

    def __init__(self, api_url: str, token: str, clock: Callable[[], float] = time.time) -> None:
        """`clock` tells what signs the time, in seconds since the epoch."""
        self._clock = clock
        # Longer than the 30 s after which API Gateway gives up.
        self._http = httpx.Client(
            base_url=api_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=40,
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    # ----------------------------------------------------------------------------- one request

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of the answer; None if it has none.

        Raises:
            ApiError: the status is 400 or more.
        """
        answer = (
            self._http.request(method, path, json=body)
            if body is not None
            else (self._http.request(method, path))
        )
        content = answer.json() if answer.content else None
        if answer.is_error:
            raise ApiError(answer.status_code, content or {})
        return content

    def get(self, path: str) -> Any:
        return self.request("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.request("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self.request("PUT", path, body)

    def all(self, path: str) -> Iterator[dict[str, Any]]:
        """The items of every page of a list."""
        separator = "&" if "?" in path else "?"
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": "100", **({"cursor": cursor} if cursor else {})}
            page = self.get(f"{path}{separator}{httpx.QueryParams(query)}")
            yield from page["items"]
            cursor = page["cursor"]

    # -------------------------------------------------------------------------------- the steps

    def create_connection(self, name: str) -> str:
        """The id of a new connection."""
        return str(self.post("/connections", {"name": name})["id"])

    def connect(self, connection: str, realm: str) -> dict[str, Any]:
        """Walk through the consent of the emulator, as a person would, with the company `realm`."""
        url = self.post(f"/connections/{connection}/authorize")["authorize_url"]
        consent = httpx.get(
            url, params={**_query(url), "consent": "auto", "realm": realm}, trust_env=False
        )
        callback = consent.headers["location"]
        httpx.get(callback, trust_env=False)
        body = {"state": _query(callback)["state"]}
        connected: dict[str, Any] = self.post(f"/connections/{connection}/authorize/complete", body)
        return connected

    def sync(
        self,
        connection: str,
        direction: str = "both",
        progress: Callable[[dict[str, Any]], None] | None = None,
    ) -> dict[str, Any]:
        """Start a run and return it when it has ended; `progress` sees it now and then."""
        run = self.post(f"/connections/{connection}/runs", {"direction": direction})
        return self.await_run(connection, run["id"], progress)

    def await_run(
        self,
        connection: str,
        run_id: str,
        progress: Callable[[dict[str, Any]], None] | None = None,
    ) -> dict[str, Any]:
        """The run once it has ended."""

        def ended() -> dict[str, Any] | None:
            run: dict[str, Any] = self.get(f"/connections/{connection}/runs/{run_id}")
            if progress is not None:
                progress(run)
            return run if run["finished_at"] else None

        return wait_for(ended, f"the end of run {run_id}", pause=0.2)

    def await_events(self, connection: str, count: int) -> list[dict[str, Any]]:
        """The events of a connection once `count` of them have an outcome."""

        def settled() -> list[dict[str, Any]] | None:
            events = list(self.all(f"/connections/{connection}/events"))
            return events if len(events) >= count else None

        return wait_for(settled, f"outcomes of {count} events", pause=0.2)

    def add_shop(self, connection: str, secret: str, shop: str) -> Shop:
        """Add a Shopify channel; `shop` is its domain, such as ``name.myshopify.com``."""
        body = {"kind": "shopify", "secret": secret, "shop": shop}
        added = self.post(f"/connections/{connection}/channels", body)
        return Shop(added["id"], added["webhook_url"], secret, shop)

    def add_feed(self, connection: str, name: str = "feed") -> Feed:
        """Add a channel for documents in Tillbook's own form."""
        added = self.post(f"/connections/{connection}/channels", {"kind": "feed", "name": name})
        return Feed(added["id"], added["webhook_url"], added["secret"], self._clock)


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def wait_for(
    happened: Callable[[], _Answer | None],
    what: str,
    *,
    seconds: float = PATIENCE_SECONDS,
    pause: float = 0.05,
) -> _Answer:
    """What `happened` answers once that is not None.

    Raises:
        TookTooLong: not within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = happened()
        if answer is not None:
            return answer
        if time.monotonic() > deadline:
            raise TookTooLong(f"Waited {seconds:.0f} s for {what}.")
        time.sleep(pause)


@dataclass(frozen=True)
class Shop:
    """A Shopify shop that sends webhooks."""

    channel: str
    url: str
    secret: str
    domain: str

    def signed(self, body: bytes) -> str:
        """The value of X-Shopify-Hmac-Sha256."""
        digest = hmac.digest(self.secret.encode(), body, hashlib.sha256)
        return base64.b64encode(digest).decode()

    def deliver(
        self,
        topic: str,
        payload: Any,
        *,
        delivery: str | None = None,
        triggered_at: str | None = None,
        signature: str | None = None,
    ) -> httpx.Response:
        """Send one webhook. `delivery` is its id, which repetitions keep; `payload` is JSON, or
        bytes to send as they are; `signature` replaces the right one."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = {
            "content-type": "application/json",
            "x-shopify-topic": topic,
            "x-shopify-shop-domain": self.domain,
            "x-shopify-api-version": "2026-10",
            "x-shopify-webhook-id": delivery or str(uuid.uuid4()),
            "x-shopify-hmac-sha256": self.signed(body) if signature is None else signature,
        }
        if triggered_at is not None:
            headers["x-shopify-triggered-at"] = triggered_at
        return httpx.post(self.url, content=body, headers=headers, timeout=40, trust_env=False)


@dataclass(frozen=True)
class Feed:
    """A system that sends documents in Tillbook's own form, signed by Standard Webhooks."""

    channel: str
    url: str
    secret: str
    clock: Callable[[], float] = time.time

    def deliver(
        self, payload: Any, *, delivery: str | None = None, sent_at: int | None = None
    ) -> httpx.Response:
        """Send one webhook; `sent_at` is in seconds since the epoch, now if left out."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        identity, at = delivery or f"msg_{uuid.uuid4().hex}", sent_at or int(self.clock())
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        digest = hmac.digest(key, f"{identity}.{at}.".encode() + body, hashlib.sha256)
        headers = {
            "content-type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": str(at),
            "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        }
        return httpx.post(self.url, content=body, headers=headers, timeout=40, trust_env=False)
