"""OAuth beyond the walk through consent: id tokens, hard expiry, scopes, malformed calls."""

import base64
import hashlib
import json
from typing import Any

import httpx
import pytest

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Emulator
from local.qbo.in_process import EmulatorTransport
from local.qbo.wire.oauth import SCOPE

BACK = "https://app.example/callback"
BASIC = (DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
FIVE_YEARS = 5 * 365 * 86400


@pytest.fixture
def http(emulator: Emulator) -> httpx.Client:
    return httpx.Client(transport=EmulatorTransport(emulator), base_url="https://intuit.example")


def tokens(http: httpx.Client, scope: str = SCOPE, **more: str) -> Any:
    asked = {
        "client_id": DEMO_CLIENT_ID,
        "response_type": "code",
        "scope": scope,
        "redirect_uri": BACK,
        "state": "s",
        "consent": "auto",
        **more,
    }
    location = http.get("/connect/oauth2", params=asked).headers["location"]
    code = httpx.URL(location).params["code"]
    answer = call(http, grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert answer.status_code == 200, answer.text
    return answer.json()


def call(http: httpx.Client, headers: Any = None, **form: str) -> httpx.Response:
    return http.post("/oauth2/v1/tokens/bearer", data=form, auth=BASIC, headers=headers)


def refresh(http: httpx.Client, value: str, **headers: str) -> httpx.Response:
    return call(http, headers, grant_type="refresh_token", refresh_token=value)


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_an_id_token_is_signed_with_the_published_key(http: httpx.Client) -> None:
    given = tokens(http, f"{SCOPE} openid", nonce="n-1")["id_token"]

    document = http.get("/.well-known/openid_sandbox_configuration").json()
    key = http.get(document["jwks_uri"]).json()["keys"][0]
    head, body, signature = given.split(".")
    claims = json.loads(decoded(body))
    modulus, exponent = (int.from_bytes(decoded(key[name])) for name in ("n", "e"))
    opened = pow(int.from_bytes(decoded(signature)), exponent, modulus).to_bytes(256)
    assert json.loads(decoded(head)) == {"kid": key["kid"], "typ": "JWT", "alg": "RS256"}
    assert opened.endswith(hashlib.sha256(f"{head}.{body}".encode()).digest())
    assert opened.startswith(b"\x00\x01\xff\xff")
    assert claims["iss"] == document["issuer"]
    assert claims["aud"] == [DEMO_CLIENT_ID]
    assert claims["exp"] - claims["iat"] == 3600
    assert (claims["realmid"], claims["nonce"]) == (DEFAULT_REALM, "n-1")


def test_without_openid_there_is_no_id_token(http: httpx.Client) -> None:
    assert "id_token" not in tokens(http)


def test_who_consented_is_told_as_far_as_the_scopes_go(http: httpx.Client) -> None:
    def told(scope: str) -> httpx.Response:
        access = tokens(http, scope)["access_token"]
        return http.get(
            "/v1/openid_connect/userinfo", headers={"Authorization": f"Bearer {access}"}
        )

    assert told("openid email").json() == {
        "sub": f"0000{DEFAULT_REALM}",
        "email": "owner@example.com",
        "emailVerified": True,
    }
    assert told(SCOPE).status_code == 403


def test_a_token_without_the_accounting_scope_opens_no_books(http: httpx.Client) -> None:
    access = tokens(http, "openid")["access_token"]

    answer = http.get(
        f"/v3/company/{DEFAULT_REALM}/companyinfo/1",
        headers={"Authorization": f"Bearer {access}", "Accept": "application/json"},
    )

    assert answer.status_code == 403
    error = answer.json()["fault"]["error"][0]
    assert (error["code"], error["detail"]) == (
        "3100",
        "The access token does not have sufficient scope",
    )


def test_the_life_of_an_unchanged_refresh_token_counts_down(
    http: httpx.Client, emulator: Emulator
) -> None:
    first = tokens(http)
    emulator.clock.advance(3000)

    again = refresh(http, first["refresh_token"]).json()

    assert first["x_refresh_token_expires_in"] == 8726400
    assert again["refresh_token"] == first["refresh_token"]
    assert again["x_refresh_token_expires_in"] == 8726400 - 3000


def test_five_years_after_consent_no_refresh_token_lives(
    http: httpx.Client, emulator: Emulator
) -> None:
    value = tokens(http)["refresh_token"]
    opt_in = {"x-include-refresh-token-hard-expires-in": "true"}
    for _ in range(18):
        emulator.clock.advance(100 * 86400)
        answer = refresh(http, value, **opt_in).json()
        value = answer["refresh_token"]

    assert answer["x_refresh_token_hard_expires_in"] == FIVE_YEARS - 1800 * 86400
    assert answer["x_refresh_token_expires_in"] == FIVE_YEARS - 1800 * 86400
    emulator.clock.advance(FIVE_YEARS - 1800 * 86400)
    assert refresh(http, value).json()["error"] == "invalid_grant"


def test_the_hard_expiry_is_told_only_when_asked_for(http: httpx.Client) -> None:
    plain = refresh(http, tokens(http)["refresh_token"]).json()

    assert "x_refresh_token_hard_expires_in" not in plain


@pytest.mark.parametrize(
    "form, error",
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
        (
            {"grant_type": "authorization_code", "code": "x", "redirect_uri": BACK},
            "invalid_grant",
        ),
    ],
)
def test_a_malformed_call_is_refused(http: httpx.Client, form: dict[str, str], error: str) -> None:
    answer = call(http, **form)

    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_without_a_basic_header_the_client_is_invalid(http: httpx.Client) -> None:
    answer = http.post("/oauth2/v1/tokens/bearer", data={"grant_type": "refresh_token"})

    assert (answer.status_code, answer.content) == (401, b'{"error":"invalid_client"}')


def test_a_refresh_token_of_another_app_is_refused(http: httpx.Client, emulator: Emulator) -> None:
    emulator.add_app("other", "secret")
    stolen = tokens(http)["refresh_token"]

    answer = http.post(
        "/oauth2/v1/tokens/bearer",
        data={"grant_type": "refresh_token", "refresh_token": stolen},
        auth=("other", "secret"),
    )

    assert answer.json() == {
        "error": "invalid_grant",
        "error_description": "Incorrect or invalid refresh token",
    }


def test_a_lost_answer_may_have_rotated_the_refresh_token(
    http: httpx.Client, emulator: Emulator
) -> None:
    emulator.switches.refresh_rotation_seconds = emulator.switches.refresh_grace_seconds = 0
    value = tokens(http)["refresh_token"]
    emulator.inject("dropped", operation="token", commits="yes")

    with pytest.raises(httpx.RemoteProtocolError):
        refresh(http, value)

    assert refresh(http, value).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "answer, status", [("invalid_grant", 400), ("unavailable", 503), ("normal", 200)]
)
def test_the_token_endpoint_fails_on_demand_and_recovers(
    http: httpx.Client, emulator: Emulator, answer: str, status: int
) -> None:
    value = tokens(http)["refresh_token"]
    emulator.inject(answer, operation="token", seconds=5)
    start = emulator.clock.now()

    assert refresh(http, value).status_code == status
    assert (emulator.clock.now() - start).total_seconds() == 5
    assert refresh(http, value).status_code == 200


def test_a_company_that_disconnects_ends_every_apps_tokens(
    http: httpx.Client, emulator: Emulator
) -> None:
    given = tokens(http)

    http.post(f"/_emulator/companies/{DEFAULT_REALM}/disconnect")

    assert refresh(http, given["refresh_token"]).json()["error"] == "invalid_grant"
    assert not emulator.tokens.connected(DEMO_CLIENT_ID, DEFAULT_REALM)
