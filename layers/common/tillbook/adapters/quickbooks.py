"""One QuickBooks company over HTTP: authorised, within its limits, and done before the function's
own time is up."""

import random
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from tillbook.adapters.http import NOT_SENT
from tillbook.domain.settings import Limits
from tillbook.errors import AnswerLost, TransientError
from tillbook.ports import Answer, Clock, TokenSource
from tillbook.store.rate_limiter import RateLimiter

# Lower minor versions are ignored since August 2025.
MINOR_VERSION = "75"
# QuickBooks ends a request after 120 s.
_LONGEST_READ = 120.0
_CONNECT = 5.0
_WRITE = 10.0
# Left for storing the answer after the longest call.
_SPARE = 5.0
# In one call's turn at most, and never so long that no time is left for the call itself.
_PATIENCE = 20.0
_CALL = 30.0
# The longest that the authorization server is waited for, and storing what it issued.
_RENEWAL = 25.0
_UNAUTHORISED = 401
_TOO_MANY = 429
# Intuit asks to wait a minute after a 429; writers come back one after the other.
_PAUSE = 60.0
_PAUSE_JITTER = 5.0


class QuickBooksBooks:
    def __init__(
        self,
        realm_id: str,
        *,
        http: httpx.Client,
        base_url: str,
        tokens: TokenSource,
        limiter: RateLimiter,
        limits: Limits,
        remaining: Callable[[], float],
        now: Clock,
    ) -> None:
        """`remaining` are the seconds until the function is ended."""
        self._realm_id = realm_id
        self._http = http
        self._url = f"{base_url}/v3/company/{realm_id}"
        self._tokens = tokens
        self._limiter = limiter
        self._limits = limits
        self._remaining = remaining
        self._now = now

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        query = {**(params or {}), "minorversion": MINOR_VERSION}
        request = self._http.build_request("GET", f"{self._url}/{path}", params=query)
        self._admit(batch=False)
        try:
            return self._send(request, batch=False)
        except AnswerLost as error:
            raise TransientError(str(error)) from error  # a read has no effect to wonder about

    def admit(self) -> None:
        self._admit(batch=True)

    def batch(self, request_id: str, body: bytes) -> Answer:
        request = self._http.build_request(
            "POST",
            f"{self._url}/batch",
            params={"minorversion": MINOR_VERSION, "requestid": request_id},
            content=body,
            headers={"Content-Type": "application/json"},
        )
        return self._send(request, batch=True)

    def _send(self, request: httpx.Request, *, batch: bool) -> Answer:
        """Sends what has its turn. Runs in several threads at once."""

        def turn() -> None:
            self._turn(batch=batch)

        authorised = Authorised(self._tokens, self._time_to_renew, turn, self._timeout)
        sent_at = self._now()
        try:
            response = self._http.send(request, auth=authorised)
        except NOT_SENT as error:
            raise TransientError(
                f"QuickBooks cannot be reached ({type(error).__name__})."
            ) from error
        except httpx.RequestError as error:
            raise AnswerLost(f"QuickBooks' answer was lost ({type(error).__name__}).") from error
        now = self._now()
        retry_after = _retry_after(response.headers.get("Retry-After"), now)
        if response.status_code == _TOO_MANY:
            self._slow_down(sent_at, now, retry_after)
        return Answer(
            response.status_code, response.content, response.headers.get("intuit_tid"), retry_after
        )

    def _slow_down(self, sent_at: datetime, now: datetime, retry_after: float | None) -> None:
        pause = retry_after or _PAUSE
        pause += random.uniform(0, _PAUSE_JITTER)  # noqa: S311 - no secret depends on it
        # Whoever sent the call needs its answer, noted or not; the next 429 is noted again.
        with suppress(TransientError):
            self._limiter.slow_down(self._realm_id, now + timedelta(seconds=pause), sent_at=sent_at)

    def _admit(self, *, batch: bool) -> None:
        self._tokens.access_token()  # renewed, where that is due, before the turn is taken
        self._timeout()  # nor is a turn taken that there is no time to use
        self._turn(batch=batch)

    def _turn(self, *, batch: bool) -> None:
        """Waits for the turn of one call. Raises Throttled."""
        patience = min(_PATIENCE, max(1.0, self._remaining() - _CALL))
        self._limiter.acquire(self._realm_id, self._limits, batch=batch, patience=patience)

    def _time_to_renew(self) -> None:
        """A function that is ended while it renews a token may take the only live one with it."""
        if self._remaining() < _RENEWAL:
            raise TransientError("No time is left to renew the access token.")

    def _timeout(self) -> httpx.Timeout:
        """Of a call that is sent now, so that it ends before the function does. Raises
        TransientError where no time is left for one."""
        budget = self._remaining() - _SPARE
        if budget < 1:
            raise TransientError("No time is left for a call to QuickBooks.")
        connect, write = min(_CONNECT, budget / 4), min(_WRITE, budget / 4)
        read = min(_LONGEST_READ, budget - connect - write)
        return httpx.Timeout(connect=connect, write=write, read=read, pool=1.0)


class Authorised(httpx.Auth):
    """Adds the access token. A token that QuickBooks rejects is renewed once and the same request
    sent again, in a turn of its own: a 401 is a definite refusal, nothing took effect."""

    def __init__(
        self,
        tokens: TokenSource,
        before_renewal: Callable[[], None],
        turn: Callable[[], None],
        timeout: Callable[[], httpx.Timeout],
    ) -> None:
        self._tokens = tokens
        self._before_renewal = before_renewal
        self._turn = turn
        self._timeout = timeout

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self._tokens.access_token()
        response = yield self._ready(request, token)
        if response.status_code == _UNAUTHORISED:
            self._before_renewal()
            renewed = self._tokens.renew(token)
            self._turn()
            yield self._ready(request, renewed)

    def _ready(self, request: httpx.Request, token: str) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {token}"
        request.extensions["timeout"] = self._timeout().as_dict()
        return request


def _retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds from a Retry-After header, which gives seconds or a date (RFC 9110, 10.2.3); None if
    it gives neither."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
