"""OAuth, the gateway's refusals, throttles, headers and formats."""

import base64
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.qbo import (
    DEFAULT_REALM,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Emulator,
    Limits,
    ManualClock,
)
from local.qbo.in_process import EmulatorTransport
from tests.emulator.conftest import Api, sale

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


def test_an_expired_token_gets_the_gateways_body(api: Api, emulator: Emulator) -> None:
    emulator.clock.advance(3600)

    answer = api.get("companyinfo/1")

    assert answer.status_code == 401
    body = answer.json()
    error = body["fault"]["error"][0]
    assert list(body) == [
        "warnings",
        "intuitObject",
        "fault",
        "report",
        "queryResponse",
        "batchItemResponse",
        "attachableResponse",
        "syncErrorResponse",
        "requestId",
        "time",
        "status",
        "cdcresponse",
    ]
    assert error["message"] == "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    assert error["code"] == "3200"
    assert error["detail"].startswith("Token expired: ")
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert body["time"] == 1790874000000


@pytest.mark.parametrize("header", ["", "Bearer short", "Basic " + "x" * 30])
def test_a_malformed_token_is_named_so(api: Api, header: str) -> None:
    answer = api.http.get(
        f"/v3/company/{api.realm}/companyinfo/1", headers={"Authorization": header}
    )

    assert answer.status_code == 401
    assert answer.json()["fault"]["error"][0]["detail"] == (
        "Malformed bearer token: too short or too long"
    )


def test_a_token_opens_only_its_own_company(http: httpx.Client, emulator: Emulator) -> None:
    emulator.seed("us", realm="555")
    access = exchange(http)["access_token"]

    answer = call(http, access, realm="555")

    assert answer.status_code == 403
    assert answer.json()["fault"]["error"][0]["message"] == (
        "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    )


def throttled(limits: Limits) -> Api:
    emulator = Emulator(clock=ManualClock(), limits=limits, seed=1)
    emulator.seed("us")
    return Api(emulator)


def statuses(api: Api, count: int, batch: bool = False) -> list[int]:
    body: dict[str, Any] = {"BatchItemRequest": []}
    return [
        (api.post("batch", body) if batch else api.get("companyinfo/1")).status_code
        for _ in range(count)
    ]


def test_more_than_ten_calls_in_a_second_are_throttled_in_xml() -> None:
    api = throttled(Limits())

    assert statuses(api, 11) == [200] * 10 + [429]
    answer = api.get("companyinfo/1")
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text == (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<IntuitResponse time="2026-10-01T09:00:00.000-07:00" '
        'xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001">'
        "<Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>"
        "<Detail>The request limit was reached.  Try again later</Detail></Error></Fault>"
        "</IntuitResponse>"
    )
    api.emulator.clock.advance(1)
    assert statuses(api, 1) == [200]


def test_five_hundred_calls_a_minute_are_the_companys_limit_over_all_apps() -> None:
    api = throttled(Limits(app_per_second=None))
    other = api.emulator.connect(client_id="another-app")["access_token"]

    assert set(statuses(api, 500)) == {200}
    api.http.headers["Authorization"] = f"Bearer {other}"
    assert statuses(api, 1) == [429]
    api.emulator.clock.advance(60)
    assert statuses(api, 1) == [200]


def test_forty_batches_a_minute_are_an_apps_limit_and_reads_go_on() -> None:
    api = throttled(Limits(app_per_second=None))

    assert statuses(api, 41, batch=True) == [200] * 40 + [429]
    assert statuses(api, 1) == [200]


def test_a_company_takes_120_batches_a_minute_over_all_apps() -> None:
    api = throttled(Limits(app_per_second=None))
    for app in ("one", "two", "three"):
        access = api.emulator.connect(client_id=app)["access_token"]
        api.http.headers["Authorization"] = f"Bearer {access}"
        assert set(statuses(api, 40, batch=True)) == {200}

    api.http.headers["Authorization"] = (
        f"Bearer {api.emulator.connect(client_id='four')['access_token']}"
    )

    assert statuses(api, 1, batch=True) == [429]


def test_a_throttled_call_does_not_count_unless_switched() -> None:
    api = throttled(Limits(realm_per_minute=None))
    api.emulator.switches.throttle_counts_refused = True
    statuses(api, 10)
    api.emulator.clock.advance(0.5)
    statuses(api, 10)
    api.emulator.clock.advance(0.6)

    assert statuses(api, 1) == [429]


def test_answers_carry_the_headers_of_quickbooks(api: Api) -> None:
    answer = api.get("companyinfo/1")

    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", answer.headers["intuit_tid"])
    assert answer.json()["time"] == "2026-10-01T09:00:00.000-07:00"


def test_without_asking_for_json_the_answer_is_xml(api: Api) -> None:
    customer = api.customer("Tom & Co")
    api.invoice(customer, "10")

    answer = api.http.get(f"/v3/company/{api.realm}/invoice/1", headers={"Accept": "*/*"})

    assert answer.headers["content-type"] == "application/xml;charset=utf-8"
    assert '<CustomerRef name="Tom &amp; Co">1</CustomerRef>' in answer.text
    assert "<TotalAmt>10.00</TotalAmt>" in answer.text
    assert answer.text.endswith("</Invoice></IntuitResponse>")


@pytest.mark.parametrize(
    "path", ["nonsense", "Customer", "customer/1/pdf", "purchaseorder", "reports"]
)
def test_an_unknown_path_is_an_unsupported_operation(api: Api, path: str) -> None:
    answer = api.get(path)

    assert answer.status_code == 400
    error = answer.json()["Fault"]["Error"][0]
    assert error["code"] == "500"
    assert error["Message"] == "Unsupported Operation"
    assert error["Detail"] == (
        f"Operation Could not find resource for relative : /v3/company/{api.realm}/{path} of full "
        f"path: https://c10.qbo.intuit.com/qbo10/v3/company/{api.realm}/{path} is not supported."
    )


def test_a_body_that_is_not_json_is_refused(api: Api) -> None:
    def post(content: bytes, kind: str = "application/json") -> Any:
        answer = api.http.post(
            f"/v3/company/{api.realm}/customer", content=content, headers={"Content-Type": kind}
        )
        return answer.json()["Fault"]["Error"][0]

    assert post(b'{"DisplayName":')["code"] == "2010"
    assert post(b'{"DisplayName": {"a": 1}}')["Detail"] == (
        "Property Name:failed to parse json object; a property specified is unsupported or invalid"
    )
    assert "MalformedByteSequenceException" in post(b'{"DisplayName": "\xff"}')["Detail"]
    assert post(b"<Customer/>", "application/xml")["code"] == "1050"


def test_the_minor_version_changes_nothing(api: Api) -> None:
    plain = api.get("companyinfo/1")
    old = api.get("companyinfo/1", minorversion="3")

    assert plain.content == old.content


def test_an_id_that_is_no_number_is_refused(api: Api) -> None:
    answer = api.get("invoice/1.5").json()["Fault"]["Error"][0]

    assert answer["code"] == "2030"
    assert answer["Detail"] == "Id should be a valid number. Supplied value:1.5"


def test_a_company_out_of_subscription_reads_but_does_not_write(api: Api) -> None:
    customer = api.customer()
    api.http.post(f"/_emulator/companies/{api.realm}/settings", json={"read_only": True})

    assert api.refusal("invoice", sale(customer))["code"] == "6190"
    assert api.read(f"customer/{customer}")["DisplayName"] == "Jane Doe"


def test_a_basic_header_of_rubbish_is_an_invalid_client(http: httpx.Client) -> None:
    header = "Basic " + base64.b64encode(b"\xff\xfe").decode()

    answer = http.post("/oauth2/v1/tokens/bearer", headers={"Authorization": header})

    assert answer.status_code == 401
