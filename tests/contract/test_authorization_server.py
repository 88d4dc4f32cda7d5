"""The adapter of Intuit's OAuth server against one that issues, rotates and revokes."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Emulator, ManualClock
from local.qbo.in_process import EmulatorTransport
from tillbook.adapters.http import http_client
from tillbook.adapters.intuit_oauth import IntuitAuthorizationServer
from tillbook.adapters.secrets_manager import IntuitApp
from tillbook.errors import NeedsPerson
from tillbook.ports import InvalidGrant

BASE = "https://intuit.example"
BACK = "https://tillbook.example/quickbooks/callback"


@pytest.fixture
def emulator() -> Emulator:
    made = Emulator(clock=ManualClock(), seed=1)
    made.seed("us")
    return made


@pytest.fixture
def http(emulator: Emulator) -> Iterator[httpx.Client]:
    with http_client(EmulatorTransport(emulator)) as client:
        yield client


def server(http: httpx.Client, secret: str = DEMO_CLIENT_SECRET) -> IntuitAuthorizationServer:
    return IntuitAuthorizationServer(
        lambda: IntuitApp(DEMO_CLIENT_ID, secret),
        http=http,
        authorize_url=f"{BASE}/connect/oauth2",
        token_url=f"{BASE}/oauth2/v1/tokens/bearer",
        revoke_url=f"{BASE}/v2/oauth2/tokens/revoke",
    )


@pytest.fixture
def oauth(http: httpx.Client) -> IntuitAuthorizationServer:
    return server(http)


@pytest.fixture
def code(oauth: IntuitAuthorizationServer, http: httpx.Client) -> str:
    """What a person's consent brings back."""
    address = oauth.authorize_url("state-1", BACK)
    answer = http.get(address, params={**_query(address), "consent": "auto"})
    assert answer.status_code == 302, answer.text
    found = _query(answer.headers["location"])
    assert found["state"] == "state-1"
    assert found["realmId"] == DEFAULT_REALM
    return found["code"]


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_a_code_is_exchanged_for_tokens(oauth: IntuitAuthorizationServer, code: str) -> None:
    tokens = oauth.exchange(code, BACK)

    assert tokens.access_token
    assert tokens.refresh_token
    assert tokens.expires_in == 3600
    assert tokens.refresh_expires_in > 90 * 86400


def test_a_code_works_once(oauth: IntuitAuthorizationServer, code: str) -> None:
    oauth.exchange(code, BACK)

    with pytest.raises(InvalidGrant):
        oauth.exchange(code, BACK)


def test_a_refresh_answers_new_tokens(
    oauth: IntuitAuthorizationServer, code: str, emulator: Emulator
) -> None:
    first = oauth.exchange(code, BACK)
    emulator.clock.advance(25 * 3600)

    second = oauth.refresh(first.refresh_token)

    assert second.access_token != first.access_token
    assert second.refresh_token != first.refresh_token


def test_a_revoked_token_cannot_be_refreshed(oauth: IntuitAuthorizationServer, code: str) -> None:
    tokens = oauth.exchange(code, BACK)

    oauth.revoke(tokens.refresh_token)

    with pytest.raises(InvalidGrant):
        oauth.refresh(tokens.refresh_token)


def test_revoking_what_is_unknown_is_done_already(oauth: IntuitAuthorizationServer) -> None:
    oauth.revoke("never-issued")


def test_a_token_that_was_never_issued_is_no_grant(oauth: IntuitAuthorizationServer) -> None:
    with pytest.raises(InvalidGrant):
        oauth.refresh("never-issued")


def test_a_wrong_client_secret_needs_a_person(http: httpx.Client) -> None:
    with pytest.raises(NeedsPerson, match="client secret") as refusal:
        server(http, secret="wrong-secret").refresh("token")

    assert "wrong-secret" not in str(refusal.value)
