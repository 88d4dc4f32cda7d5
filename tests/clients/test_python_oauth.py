"""`intuit-oauth` for Python: from the authorise page to revocation."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.objects.company_info import CompanyInfo

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Emulator
from local.qbo.server import Server

CALLBACK = "https://example.com/callback"
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.fixture
def server() -> Iterator[Server]:
    emulator = Emulator(seed=1)
    emulator.seed("us")
    served = Server(emulator).start()
    yield served
    served.close()


def auth_client(server: Server, secret: str = DEMO_CLIENT_SECRET) -> AuthClient:
    """The client's own way to another environment: the address of its discovery document."""
    discovery = f"{server.url}/.well-known/openid_sandbox_configuration/"
    return AuthClient(DEMO_CLIENT_ID, secret, CALLBACK, discovery)


def consent(client: AuthClient, scopes: list[Scopes]) -> dict[str, str]:
    """Follow the authorise URL as a browser whose user says yes; answers what the app receives."""
    url = client.get_authorization_url(scopes)
    answer = httpx.get(f"{url}&consent=auto")
    assert answer.status_code == 302, answer.text
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in asked.items()}


def connect(client: AuthClient, *scopes: Scopes) -> AuthClient:
    back = consent(client, [Scopes.ACCOUNTING, *scopes])
    assert back["state"] == client.state_token
    client.get_bearer_token(back["code"], realm_id=back["realmId"])
    return client


def test_discovery_tells_the_client_every_address(server: Server) -> None:
    client = auth_client(server)

    assert client.auth_endpoint == f"{server.url}/connect/oauth2"
    assert client.token_endpoint.startswith(server.url)
    assert client.revoke_endpoint.startswith(server.url)
    assert client.issuer_uri == "https://oauth.platform.intuit.com/op/v1"


def test_a_consent_becomes_tokens_that_open_the_company(server: Server) -> None:
    client = connect(auth_client(server))

    assert (client.realm_id, client.expires_in) == (DEFAULT_REALM, 3600)
    assert client.x_refresh_token_expires_in == 8726400
    qb = open_books(client, server)
    assert CompanyInfo.get(DEFAULT_REALM, qb=qb).CompanyName.startswith("Sandbox Company")


def test_a_refusal_comes_back_as_one(server: Server) -> None:
    url = auth_client(server).get_authorization_url([Scopes.ACCOUNTING], state_token="s")

    answer = httpx.get(f"{url}&consent=deny")

    assert parse_qs(urlsplit(answer.headers["location"]).query) == {
        "error": ["access_denied"],
        "state": ["s"],
    }


def test_an_id_token_is_issued_and_passes_the_clients_own_check(server: Server) -> None:
    client = connect(auth_client(server), Scopes.OPENID, Scopes.EMAIL)

    assert client.id_token  # set_attributes keeps it only once it is valid
    info = client.get_user_info().json()
    assert info["sub"]
    assert "@" in info["email"]


def test_without_openid_there_is_no_id_token(server: Server) -> None:
    client = connect(auth_client(server))

    assert client.id_token is None
    with pytest.raises(AuthClientError):
        client.get_user_info()


def test_a_refresh_answers_the_same_refresh_token_for_a_day_and_another_after(
    server: Server,
) -> None:
    client = connect(auth_client(server))
    first = client.refresh_token
    access = client.access_token

    client.refresh()
    same_day = client.refresh_token
    server.emulator.clock.advance(86400)
    client.refresh()

    assert client.access_token != access
    assert (same_day == first, client.refresh_token == first) == (True, False)


def test_the_accounting_client_refreshes_by_itself(server: Server) -> None:
    tokens = connect(auth_client(server)).refresh_token
    client = auth_client(server)
    client.refresh_token = tokens

    qb = open_books(client, server)

    assert CompanyInfo.get(DEFAULT_REALM, qb=qb).Country == "US"


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_revoking_either_token_ends_both(which: str, server: Server) -> None:
    client = connect(auth_client(server))

    assert client.revoke(getattr(client, which)) is True

    with pytest.raises(AuthClientError, match="invalid_grant") as caught:
        client.refresh()
    assert caught.value.status_code == 400
    assert caught.value.intuit_tid


def test_a_code_works_once(server: Server) -> None:
    client = auth_client(server)
    code = consent(client, [Scopes.ACCOUNTING])["code"]
    client.get_bearer_token(code)

    with pytest.raises(AuthClientError, match="invalid_grant"):
        client.get_bearer_token(code)


def test_a_wrong_secret_is_no_client(server: Server) -> None:
    client = auth_client(server, secret="wrong")

    with pytest.raises(AuthClientError, match="invalid_client") as caught:
        client.refresh("AB11anything")

    assert caught.value.status_code == 401


def open_books(client: AuthClient, server: Server) -> QuickBooks:
    qb = QuickBooks(
        auth_client=client,
        refresh_token=client.refresh_token,
        company_id=DEFAULT_REALM,
        minorversion=75,
    )
    qb.api_url_v3 = f"{server.url}/v3"
    return qb
