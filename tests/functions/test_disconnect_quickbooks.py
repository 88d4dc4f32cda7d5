"""Disconnecting from QuickBooks and deleting a connection."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.functions.api import JWT, Api, HttpAnswer, claims
from tests.world import REALM, REDIRECT_URI
from tillbook.store import tokens
from tillbook.store.connections import State

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


def test_disconnecting_revokes_the_tokens_and_keeps_the_company(api: Api) -> None:
    api.world.authorization_server.add_company(OTHER_REALM)
    connection = create(api)
    connect(api, connection)
    refresh_token = api.world.secrets_of(connection).refresh_token

    answer = api.call("POST", f"/connections/{connection}/disconnect", claims=ADMIN)

    assert answer.body["state"] == "disconnected"
    assert answer.body["revoked"] is True
    assert refresh_token not in api.world.authorization_server.grants[0].live
    assert tokens.load(api.world.database, connection) is None
    assert connect(api, create(api), REALM).status == 409
    assert connect(api, connection, OTHER_REALM).status == 409
    assert connect(api, connection, REALM).status == 200


@pytest.mark.feature("ZOHO-088")
def test_deleting_revokes_frees_the_company_and_leaves_it_readable(api: Api) -> None:
    api.world.authorization_server.add_company(OTHER_REALM)
    connection = create(api)
    connect(api, connection)
    new = {"kind": "feed", "name": "Warehouse"}
    channel = api.call("POST", f"/connections/{connection}/channels", new, claims=ADMIN).body

    answer = api.call("DELETE", f"/connections/{connection}", claims=ADMIN)

    assert (answer.status, answer.body["state"], answer.body["revoked"]) == (200, "deleted", True)
    assert api.world.state_of(connection) is State.DELETED
    assert api.call("GET", "/connections", claims=ADMIN).body["items"] == []
    assert get(api, connection)["state"] == "deleted"
    assert api.call("POST", f"/channels/{channel['id']}/events", {}).status == 404
    refused = api.call("POST", f"/connections/{connection}/authorize", claims=ADMIN)
    assert refused.status == 409
    assert connect(api, create(api), REALM).status == 200


def test_a_revocation_that_intuit_does_not_confirm_is_told(api: Api) -> None:
    connection = create(api)
    connect(api, connection)
    api.world.authorization_server.down = True

    answer = api.call("DELETE", f"/connections/{connection}", claims=ADMIN)

    assert (answer.status, answer.body["revoked"]) == (200, False)
    assert "did not confirm" in answer.body["message"]
    assert tokens.load(api.world.database, connection) is None


def test_a_connection_that_was_never_connected_is_deleted_without_intuit(api: Api) -> None:
    connection = create(api)
    api.world.authorization_server.down = True

    answer = api.call("DELETE", f"/connections/{connection}", claims=ADMIN)

    assert (answer.status, answer.body["revoked"]) == (200, None)
