"""The walk through consent to tokens: what is given, refused, renewed, revoked."""

import base64
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Emulator
from local.qbo.in_process import EmulatorTransport

BACK = "https://app.example/callback"
ASK = {
    "client_id": DEMO_CLIENT_ID,
    "response_type": "code",
    "scope": "com.intuit.quickbooks.accounting",
    "redirect_uri": BACK,
    "state": "s-1",
}
BASIC = (DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)


@pytest.fixture
def http(emulator: Emulator) -> httpx.Client:
    return httpx.Client(transport=EmulatorTransport(emulator), base_url="https://intuit.example")


def returned(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302, response.text
    location = urlsplit(response.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == BACK
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def code(http: httpx.Client) -> str:
    return returned(http.get("/connect/oauth2", params={**ASK, "consent": "auto"}))["code"]


def token(http: httpx.Client, **form: str) -> httpx.Response:
    return http.post("/oauth2/v1/tokens/bearer", data=form, auth=BASIC)


def exchange(http: httpx.Client) -> Any:
    answer = token(http, grant_type="authorization_code", code=code(http), redirect_uri=BACK)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refresh(http: httpx.Client, value: str) -> httpx.Response:
    return token(http, grant_type="refresh_token", refresh_token=value)


def call(http: httpx.Client, access: str, realm: str = DEFAULT_REALM) -> httpx.Response:
    return http.get(
        f"/v3/company/{realm}/companyinfo/{realm}",
        headers={"Authorization": f"Bearer {access}", "Accept": "application/json"},
    )


def test_the_consent_page_offers_the_companies_and_sends_the_choice_back(
    http: httpx.Client, emulator: Emulator
) -> None:
    emulator.seed("us", realm="555", name="Second <Shop>")

    page = http.get("/connect/oauth2", params=ASK)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    answer = returned(
        http.post("/connect/oauth2", data={**fields, "realm": "555", "consent": "yes"})
    )

    assert "Second &lt;Shop&gt;" in page.text
    assert answer["realmId"] == "555"
    assert answer["state"] == "s-1"


@pytest.mark.parametrize(
    "change, error",
    [({"consent": "deny"}, "access_denied"), ({"scope": "everything"}, "invalid_scope")],
)
def test_a_refused_consent_comes_back_as_an_error(
    http: httpx.Client, change: dict[str, str], error: str
) -> None:
    answer = returned(http.get("/connect/oauth2", params={**ASK, **change}))

    assert answer["error"] == error
    assert answer["state"] == "s-1"


def test_an_unknown_client_or_redirect_is_not_sent_anywhere(
    http: httpx.Client, emulator: Emulator
) -> None:
    emulator.add_app("strict", "secret", (BACK,))

    unknown = http.get("/connect/oauth2", params={**ASK, "client_id": "nobody"})
    elsewhere = http.get(
        "/connect/oauth2",
        params={**ASK, "client_id": "strict", "redirect_uri": "https://evil.example/"},
    )

    assert unknown.status_code == elsewhere.status_code == 400


def test_a_code_becomes_tokens_that_open_the_company(http: httpx.Client) -> None:
    tokens = exchange(http)

    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["x_refresh_token_expires_in"] == 8726400
    assert call(http, tokens["access_token"]).status_code == 200


def test_a_code_used_twice_kills_the_tokens_it_gave(http: httpx.Client) -> None:
    used = code(http)
    form = {"grant_type": "authorization_code", "code": used, "redirect_uri": BACK}
    first = token(http, **form).json()

    second = token(http, **form)

    assert second.status_code == 400
    assert second.json()["error"] == "invalid_grant"
    assert call(http, first["access_token"]).status_code == 401


def test_a_code_dies_after_minutes_and_elsewhere(http: httpx.Client, emulator: Emulator) -> None:
    late, wrong = code(http), code(http)

    other = token(
        http, grant_type="authorization_code", code=wrong, redirect_uri="https://other.example"
    )
    emulator.clock.advance(301)
    expired = token(http, grant_type="authorization_code", code=late, redirect_uri=BACK)

    assert other.json() == expired.json() == {"error": "invalid_grant"}


def test_a_refresh_token_changes_daily_and_the_old_one_lives_a_day_more(
    http: httpx.Client, emulator: Emulator
) -> None:
    first = exchange(http)["refresh_token"]

    same = refresh(http, first).json()
    emulator.clock.advance(86400)
    changed = refresh(http, first).json()
    emulator.clock.advance(86399)
    grace = refresh(http, first)
    emulator.clock.advance(1)
    dead = refresh(http, first)

    assert same["refresh_token"] == first
    assert changed["refresh_token"] != first
    assert grace.status_code == 200
    assert dead.status_code == 400
    assert dead.json() == {
        "error": "invalid_grant",
        "error_description": "Incorrect or invalid refresh token",
    }


def test_rotation_can_be_as_strict_as_integrators_fear(
    http: httpx.Client, emulator: Emulator
) -> None:
    emulator.switches.refresh_rotation_seconds = 0
    emulator.switches.refresh_grace_seconds = 0
    first = exchange(http)["refresh_token"]

    second = refresh(http, first).json()["refresh_token"]

    assert second != first
    assert refresh(http, first).status_code == 400
    assert refresh(http, second).status_code == 200


def test_revoking_either_token_ends_both(http: httpx.Client) -> None:
    tokens = exchange(http)

    answer = http.post(
        "/v2/oauth2/tokens/revoke", json={"token": tokens["refresh_token"]}, auth=BASIC
    )

    assert (answer.status_code, answer.content) == (200, b"")
    assert call(http, tokens["access_token"]).status_code == 401
    assert refresh(http, tokens["refresh_token"]).status_code == 400


def test_a_wrong_secret_is_an_invalid_client(http: httpx.Client) -> None:
    answer = http.post(
        "/oauth2/v1/tokens/bearer", data={"grant_type": "refresh_token"}, auth=("x", "y")
    )

    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_client"}


def test_discovery_names_the_emulators_own_addresses(http: httpx.Client) -> None:
    document = http.get("/.well-known/openid_configuration/").json()

    assert document["token_endpoint"] == "https://intuit.example/oauth2/v1/tokens/bearer"
    assert document["authorization_endpoint"] == "https://intuit.example/connect/oauth2"


def test_a_basic_header_of_rubbish_is_an_invalid_client(http: httpx.Client) -> None:
    header = "Basic " + base64.b64encode(b"\xff\xfe").decode()

    answer = http.post("/oauth2/v1/tokens/bearer", headers={"Authorization": header})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "odd", ["\r\nSet-Cookie: a=b", "https://a.example/\r\nX: 1", "ü", "callback"]
)
def test_what_is_no_address_is_not_redirected_to(http: httpx.Client, odd: str) -> None:
    answer = http.get("/connect/oauth2", params={**ASK, "redirect_uri": odd, "consent": "auto"})

    assert answer.status_code == 400
    assert "redirect_uri" in answer.text
