"""How answers and failures of the network are read, where no emulator can be made to give them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.fakes import FakeClock, MemoryDatabase
from tillbook.adapters.http import http_client
from tillbook.adapters.intuit_oauth import IntuitAuthorizationServer
from tillbook.adapters.quickbooks import QuickBooksBooks
from tillbook.adapters.secrets_manager import IntuitApp
from tillbook.domain.settings import Limits
from tillbook.errors import AnswerLost, NeedsPerson, TransientError
from tillbook.ports import InvalidGrant
from tillbook.store.rate_limiter import RateLimiter

Respond = Callable[[httpx.Request], httpx.Response]


class OneToken:
    def access_token(self) -> str:
        return "access"

    def renew(self, rejected: str) -> str:
        return "renewed"


@pytest.fixture
def clients() -> Iterator[list[httpx.Client]]:
    made: list[httpx.Client] = []
    yield made
    for client in made:
        client.close()


@pytest.fixture
def open_books(clients: list[httpx.Client]) -> Callable[..., QuickBooksBooks]:
    def make(respond: Respond, remaining: float = 300.0) -> QuickBooksBooks:
        clients.append(http_client(httpx.MockTransport(respond)))
        clock = FakeClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
        return QuickBooksBooks(
            "9130",
            http=clients[-1],
            base_url="https://quickbooks.example",
            tokens=OneToken(),
            limiter=RateLimiter(MemoryDatabase(), clock, clock.sleep),
            limits=Limits(),
            remaining=lambda: remaining,
            now=clock,
        )

    return make


def failing(error: type[httpx.RequestError]) -> Respond:
    def respond(request: httpx.Request) -> httpx.Response:
        raise error("private detail", request=request)

    return respond


@pytest.mark.parametrize(
    "error, nothing_was_sent",
    [
        (httpx.ConnectError, True),
        (httpx.ConnectTimeout, True),
        (httpx.PoolTimeout, True),
        (httpx.ProxyError, True),
        (httpx.WriteTimeout, False),
        (httpx.WriteError, False),
        (httpx.ReadTimeout, False),
        (httpx.ReadError, False),
        (httpx.RemoteProtocolError, False),
        (httpx.DecodingError, False),
    ],
)
def test_failures_before_and_after_the_request_was_sent_are_told_apart(
    open_books: Callable[..., QuickBooksBooks],
    error: type[httpx.RequestError],
    nothing_was_sent: bool,
) -> None:
    books = open_books(failing(error))

    with pytest.raises(TransientError) as failure:
        books.batch("request-1", b"{}")

    assert isinstance(failure.value, AnswerLost) is not nothing_was_sent
    assert "private detail" not in str(failure.value)


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("30", 30.0),
        (" 0 ", 0.0),
        ("Mon, 02 Mar 2026 12:01:30 GMT", 90.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(
    open_books: Callable[..., QuickBooksBooks], header: str, seconds: float | None
) -> None:
    books = open_books(lambda _: httpx.Response(503, headers={"Retry-After": header}))

    assert books.get("preferences").retry_after == seconds


@pytest.mark.parametrize("remaining", [6.5, 10.0, 29.0, 60.0, 300.0, 900.0])
def test_a_call_always_ends_before_the_function_does(
    open_books: Callable[..., QuickBooksBooks], remaining: float
) -> None:
    seen: list[dict[str, float]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200)

    open_books(respond, remaining).get("preferences")

    timeout = seen[0]
    assert timeout["connect"] + timeout["write"] + timeout["read"] <= remaining - 5
    assert 0 < timeout["read"] <= 120


def oauth(clients: list[httpx.Client], respond: Respond) -> IntuitAuthorizationServer:
    clients.append(http_client(httpx.MockTransport(respond)))
    return IntuitAuthorizationServer(
        lambda: IntuitApp("client-id", "client-secret"),
        http=clients[-1],
        authorize_url="https://intuit.example/connect/oauth2",
        token_url="https://intuit.example/tokens",
        revoke_url="https://intuit.example/revoke",
    )


@pytest.mark.parametrize(
    "status, body, error",
    [
        (400, b'{"error":"invalid_grant"}', InvalidGrant),
        (400, b'{"error":"invalid_grant","error_description":"Token invalid"}', InvalidGrant),
        (401, b'{"error":"invalid_client"}', NeedsPerson),
        (401, b"", NeedsPerson),
        (400, b'{"error":"invalid_request"}', NeedsPerson),
        (403, b"<html>forbidden</html>", NeedsPerson),
        (429, b"", TransientError),
        (500, b"<html>error</html>", TransientError),
        (503, b"[]", TransientError),
        (200, b"not json", TransientError),
        (200, b"{}", TransientError),
        (200, b'{"access_token":"a","refresh_token":"b","expires_in":"soon"}', TransientError),
    ],
)
def test_answers_of_the_token_endpoint(
    clients: list[httpx.Client], status: int, body: bytes, error: type[Exception]
) -> None:
    server = oauth(clients, lambda _: httpx.Response(status, content=body))

    with pytest.raises(error) as failure:
        server.refresh("refresh-token")

    assert type(failure.value) is error
    assert "refresh-token" not in str(failure.value)
    assert "client-secret" not in str(failure.value)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout])
def test_an_authorization_server_that_does_not_answer_passes_later(
    clients: list[httpx.Client], error: type[httpx.RequestError]
) -> None:
    server = oauth(clients, failing(error))

    with pytest.raises(TransientError) as failure:
        server.exchange("code", "https://tillbook.example/callback")

    assert "private detail" not in str(failure.value)


def test_the_authorize_url_carries_every_parameter_encoded(clients: list[httpx.Client]) -> None:
    url = oauth(clients, lambda _: httpx.Response(500)).authorize_url(
        "s&t", "https://t.example/c?a=1"
    )

    assert url == (
        "https://intuit.example/connect/oauth2?client_id=client-id&response_type=code"
        "&scope=com.intuit.quickbooks.accounting"
        "&redirect_uri=https%3A%2F%2Ft.example%2Fc%3Fa%3D1&state=s%26t"
    )
