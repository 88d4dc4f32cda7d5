"""The whole consent through the routes: authorize, QuickBooks' redirect, complete."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.functions.api import JWT, Api, HttpAnswer, claims
from tests.world import REALM, REDIRECT_URI
from tillbook.store import settings, tokens
from tillbook.store.authorizations import hash_state

ADMIN = claims()
OTHER_REALM = "9130350000000002"


def create(api: Api, caller: JWT = ADMIN, name: str = "Shop") -> str:
    answer = api.call("POST", "/connections", {"name": name}, claims=caller)
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def authorize(api: Api, connection: str, caller: JWT = ADMIN) -> str:
    """The state of a new consent."""
    answer = api.call("POST", f"/connections/{connection}/authorize", claims=caller)
    assert answer.status == 200, answer.body
    query = parse_qs(urlsplit(answer.body["authorize_url"]).query)
    assert query["redirect_uri"] == [REDIRECT_URI]
    return str(query["state"][0])


def come_back(api: Api, state: str, realm: str = REALM, **changes: str) -> HttpAnswer:
    code = api.world.authorization_server.consent(realm, REDIRECT_URI)
    query = {"code": code, "state": state, "realmId": realm, **changes}
    return api.call("GET", f"/quickbooks/callback?{urlencode(query)}")


def complete(api: Api, connection: str, state: str, caller: JWT = ADMIN) -> HttpAnswer:
    path = f"/connections/{connection}/authorize/complete"
    return api.call("POST", path, {"state": state}, claims=caller)


def connect(api: Api, connection: str, realm: str = REALM, caller: JWT = ADMIN) -> HttpAnswer:
    state = authorize(api, connection, caller)
    come_back(api, state, realm)
    return complete(api, connection, state, caller)


def get(api: Api, connection: str) -> dict[str, Any]:
    answer = api.call("GET", f"/connections/{connection}", claims=ADMIN)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


@pytest.mark.feature("DEAR-016", "INV-006", "INV-007", "INF-007")
def test_a_consent_connects_the_company_that_was_chosen_and_names_it(api: Api) -> None:
    connection = create(api)
    assert get(api, connection)["state"] == "created"

    answer = connect(api, connection)

    assert answer.status == 200, answer.body
    shown = get(api, connection)
    assert shown["state"] == "connected"
    assert shown["realm_id"] == REALM
    assert shown["company_name"] == "Shop Ltd"
    assert shown["country"] == "US"
    assert shown["connected_by"] == "alice"
    stored = tokens.load(api.world.database, connection)
    assert stored is not None
    assert stored.version == 1
    assert api.world.token_source(connection).access_token()


@pytest.mark.feature("DEAR-020")
def test_a_connection_shows_its_company_and_what_flows_which_way(api: Api) -> None:
    connection = create(api)
    connect(api, connection)

    shown = get(api, connection)

    assert (shown["realm_id"], shown["company_name"]) == (REALM, "Shop Ltd")
    assert shown["connected_by"] == "alice"
    flow = {row["kind"]: (row["quickbooks"], row["direction"]) for row in shown["data_flow"]}
    assert flow["invoice"] == ("Invoice", "to QuickBooks")
    assert flow["accounts"] == ("Account", "from QuickBooks")


def test_no_token_and_no_state_is_stored_in_the_clear(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)
    come_back(api, state)
    complete(api, connection, state)

    everything = repr(vars(api.world.database))

    issued = api.world.secrets_of(connection)
    assert hash_state(state) in everything
    for secret in (state, issued.access_token, issued.refresh_token, "code-1"):
        assert secret not in everything


def test_nothing_from_before_the_day_of_connecting_is_exported(api: Api) -> None:
    """The clock says 2026-03-02 12:00 UTC; in Honolulu it is that day, in Kiritimati the next."""
    server = api.world.authorization_server
    server.add_company(OTHER_REALM, DefaultTimeZone="Pacific/Kiritimati")
    first, second = create(api), create(api)
    connect(api, first)
    connect(api, second, OTHER_REALM)

    days = [settings.load(api.world.database, one).export_from for one in (first, second)]

    assert [str(day) for day in days] == ["2026-03-02", "2026-03-03"]


def test_settings_made_before_connecting_are_kept(api: Api) -> None:
    connection = create(api)
    chosen = {"export_from": "2025-12-31", "number_prefix": "W-"}
    put = api.call("PUT", f"/connections/{connection}/settings", chosen, claims=ADMIN)
    assert put.status == 200, put.body

    connect(api, connection)

    kept = settings.load(api.world.database, connection)
    assert (str(kept.export_from), kept.number_prefix) == ("2025-12-31", "W-")


def test_the_callback_goes_on_to_the_console_with_the_state(api: Api) -> None:
    api.world.console_url = "https://console.tillbook.example"
    state = authorize(api, create(api))

    answer = come_back(api, state)

    assert answer.status == 303
    assert answer.headers["location"] == f"https://console.tillbook.example/?state={state}"
    assert "code" not in answer.headers["location"]


def test_without_a_console_the_callback_says_what_to_do(api: Api) -> None:
    state = authorize(api, create(api))

    answer = come_back(api, state)

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert state in answer.body
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("seconds", [0, 14 * 60])
def test_a_state_lives_a_quarter_of_an_hour(api: Api, seconds: int) -> None:
    connection = create(api)
    state = authorize(api, connection)
    api.world.now.advance(seconds)

    come_back(api, state)

    assert complete(api, connection, state).status == 200


@pytest.mark.parametrize("state", ["", "wrong", "<script>alert(1)</script>", "x" * 5000])
def test_a_callback_with_a_wrong_state_is_refused_with_the_cure(api: Api, state: str) -> None:
    authorize(api, create(api))

    answer = come_back(api, state)

    assert answer.status == 400
    assert "Begin again" in answer.body
    assert "<script>" not in answer.body


def test_a_callback_with_an_expired_state_is_refused(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)
    api.world.now.advance(15 * 60)

    assert come_back(api, state).status == 400
    assert complete(api, connection, state).status == 422


def test_a_callback_with_a_used_state_is_refused_and_changes_nothing(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)
    come_back(api, state)

    again = come_back(api, state, realm=OTHER_REALM)

    assert again.status == 400
    assert complete(api, connection, state).status == 200
    assert get(api, connection)["realm_id"] == REALM


def test_a_state_completes_once(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)
    come_back(api, state)
    complete(api, connection, state)

    again = complete(api, connection, state)

    assert again.status == 422
    assert again.body["errors"][0]["field"] == "state"
    assert "authorize" in again.body["errors"][0]["cure"]
    assert get(api, connection)["state"] == "connected"


def test_a_consent_is_completed_only_by_the_caller_who_began_it(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)
    come_back(api, state)

    colleague = complete(api, connection, state, claims(subject="bob"))

    assert colleague.status == 422
    assert complete(api, connection, state).status == 200


def test_a_state_of_one_connection_does_not_complete_another(api: Api) -> None:
    first, second = create(api), create(api)
    state = authorize(api, first)
    come_back(api, state)

    assert complete(api, second, state).status == 422


def test_completing_before_the_consent_is_finished_says_so(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)

    answer = complete(api, connection, state)

    assert answer.status == 409
    assert "not finished" in answer.body["detail"]
    come_back(api, state)
    assert complete(api, connection, state).status == 200


@pytest.mark.feature("DEAR-016")
def test_a_consent_that_was_denied_stores_nothing_and_says_access_denied(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)

    page = api.call("GET", f"/quickbooks/callback?error=access_denied&state={state}")
    answer = complete(api, connection, state)

    assert (page.status, "Access denied" in page.body) == (200, True)
    assert answer.status == 422
    assert "access denied" in answer.body["detail"]
    assert tokens.load(api.world.database, connection) is None


def test_a_denied_consent_goes_back_to_the_console_too(api: Api) -> None:
    api.world.console_url = "https://console.tillbook.example"
    state = authorize(api, create(api))

    page = api.call("GET", f"/quickbooks/callback?error=access_denied&state={state}")

    assert page.status == 303
    assert "error=access_denied" in page.headers["location"]


@pytest.mark.parametrize("changes", [{"realmId": ""}, {"realmId": "1/../2"}, {"code": ""}])
def test_a_callback_without_code_or_company_is_refused(api: Api, changes: dict[str, str]) -> None:
    state = authorize(api, create(api))

    assert come_back(api, state, **changes).status == 400


def test_a_realm_that_the_consent_was_not_for_is_refused(api: Api) -> None:
    """The callback is public: whoever has a state can name any realm in it."""
    api.world.authorization_server.add_company(OTHER_REALM, "Somebody Else Inc")
    connection = create(api)
    state = authorize(api, connection)
    come_back(api, state, REALM, realmId=OTHER_REALM)

    answer = complete(api, connection, state)

    assert answer.status == 409
    assert "administrator" in answer.body["detail"]
    assert "Somebody" not in answer.body["detail"]
    assert get(api, connection)["state"] == "created"
    assert tokens.load(api.world.database, connection) is None


def test_a_code_that_intuit_does_not_know_is_refused(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)
    come_back(api, state, code="made-up")

    answer = complete(api, connection, state)

    assert answer.status == 422
    assert "Start again" in answer.body["errors"][0]["cure"]


def test_a_company_is_connected_once_and_nobody_learns_by_whom(api: Api) -> None:
    connect(api, create(api))
    rival = claims(organisation="rival", subject="carol")
    connection = create(api, rival)

    answer = connect(api, connection, caller=rival)

    assert answer.status == 409
    assert "connected already" in answer.body["detail"]
    assert "acme" not in str(answer.body)
    assert tokens.load(api.world.database, connection) is None


def test_two_connections_of_one_organisation_cannot_share_a_company(api: Api) -> None:
    connect(api, create(api))

    assert connect(api, create(api)).status == 409


@pytest.mark.feature("DEAR-036")
def test_connecting_again_replaces_the_tokens_of_the_same_company(api: Api) -> None:
    connection = create(api)
    connect(api, connection)
    before = api.world.secrets_of(connection)

    answer = connect(api, connection)

    assert answer.status == 200
    stored = tokens.load(api.world.database, connection)
    assert stored is not None
    assert stored.version == 2
    assert api.world.secrets_of(connection).refresh_token != before.refresh_token


@pytest.mark.feature(
    "DEAR-004", note="Refused until the connection is deleted or another one is made."
)
def test_connecting_again_with_another_company_is_refused(api: Api) -> None:
    api.world.authorization_server.add_company(OTHER_REALM, "Second Ltd")
    connection = create(api)
    connect(api, connection)

    answer = connect(api, connection, OTHER_REALM)

    assert answer.status == 409
    assert "Shop Ltd" in answer.body["detail"]
    assert get(api, connection)["realm_id"] == REALM


@pytest.mark.feature("DEAR-157")
def test_a_person_who_is_no_administrator_is_told_at_once(api: Api) -> None:
    api.world.authorization_server.add_company(REALM, not_admin=True)
    connection = create(api)

    answer = connect(api, connection)

    assert answer.status == 409
    assert "Preferences" in answer.body["detail"]
    assert "as an administrator" in answer.body["detail"]


@pytest.mark.feature("INF-002")
@pytest.mark.parametrize(
    "country, status", [("US", 200), ("CA", 200), ("GB", 200), ("AU", 200), ("DE", 409)]
)
def test_companies_of_four_countries_connect(api: Api, country: str, status: int) -> None:
    api.world.authorization_server.add_company(REALM, Country=country)

    answer = connect(api, create(api))

    assert answer.status == status
    if status == 409:
        assert "US, CA, GB, AU" in answer.body["detail"]


def test_when_intuit_is_down_the_caller_is_asked_to_try_again(api: Api) -> None:
    connection = create(api)
    state = authorize(api, connection)
    come_back(api, state)
    api.world.authorization_server.down = True

    answer = complete(api, connection, state)

    assert answer.status == 503
    assert answer.headers["retry-after"]
    api.world.authorization_server.down = False
    assert connect(api, connection).status == 200
