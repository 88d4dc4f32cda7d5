"""Who may see and do what, over every route of the template that needs a token."""

import re

import pytest

from tests.functions.api import JWT, Api, claims, routes

OWN = claims()
ROUTES = sorted((method, path) for method, path, _ in routes() if path.startswith("/connections"))
OF_ONE = [(method, path) for method, path in ROUTES if "{id}" in path]
BODIES: dict[tuple[str, str], object] = {
    ("POST", "/connections"): {"name": "Shop"},
    ("PATCH", "/connections/{id}"): {"name": "Shop"},
    ("PUT", "/connections/{id}/settings"): {},
    ("POST", "/connections/{id}/channels"): {"kind": "feed"},
    ("POST", "/connections/{id}/documents"): {"documents": [{}]},
    ("POST", "/connections/{id}/authorize/complete"): {"state": "state"},
}
READ = {(method, path) for method, path in ROUTES if method == "GET"}
OPERATE = {
    (method, path)
    for method, path in ROUTES
    if method == "POST" and re.search(r"/(documents|events|runs|records|notices)\b", path)
}
ADMIN = set(ROUTES) - READ - OPERATE


def call(api: Api, method: str, path: str, caller: JWT | None, connection: str = "c1") -> int:
    address = path.replace("{id}", connection).replace("{list}", "accounts")
    address = re.sub(r"\{\w+\}", "unknown", address)
    return api.call(method, address, BODIES.get((method, path)), claims=caller).status


def refused(status: int) -> bool:
    return status in (401, 403)


def test_the_routes_are_those_of_three_scopes() -> None:
    assert len(READ) > 10
    assert len(OPERATE) > 6
    assert len(ADMIN) > 8


@pytest.mark.feature("DEAR-102")
@pytest.mark.parametrize("method, path", ROUTES)
def test_a_route_asks_for_its_scope(api: Api, method: str, path: str) -> None:
    api.world.connection()
    needed = 0 if (method, path) in READ else 1 if (method, path) in OPERATE else 2

    answers = [call(api, method, path, claims(scope)) for scope in ("", "read", "operate", "admin")]

    assert [refused(status) for status in answers] == [True] + [
        scope < needed for scope in range(3)
    ]


@pytest.mark.parametrize("method, path", OF_ONE)
def test_somebody_elses_connection_is_404_like_one_that_does_not_exist(
    api: Api, method: str, path: str
) -> None:
    api.world.connection(organisation="other", connection_id="theirs")

    theirs = call(api, method, path, OWN, "theirs")
    unknown = call(api, method, path, OWN, "unknown")

    assert (theirs, unknown) == (404, 404)


@pytest.mark.parametrize("method, path", OF_ONE)
@pytest.mark.parametrize("connection", ["c1%23REFERENCE", "a b", "x" * 2000, "c1#EVENT", "é"])
def test_an_id_that_none_of_ours_can_be_is_404(
    api: Api, method: str, path: str, connection: str
) -> None:
    api.world.connection()

    assert call(api, method, path, OWN, connection) == 404


@pytest.mark.parametrize("method, path", ROUTES)
def test_without_a_token_nothing_is_told(api: Api, method: str, path: str) -> None:
    api.world.connection()

    assert call(api, method, path, None) == 401


def test_a_token_without_an_organisation_is_refused_with_the_cure(api: Api) -> None:
    answer = api.call("GET", "/connections", claims={"sub": "alice", "scope": "admin"})

    assert answer.status == 403
    assert "custom:organisation" in answer.body["detail"]


def test_a_list_holds_the_organisations_own_connections_only(api: Api) -> None:
    api.world.connection(connection_id="mine")
    api.world.connection(organisation="acme2", connection_id="theirs")

    answer = api.call("GET", "/connections", claims=claims("read"))

    assert [one["id"] for one in answer.body["items"]] == ["mine"]


def test_a_channel_of_another_connection_is_not_removed(api: Api) -> None:
    api.world.connection(connection_id="mine")
    api.world.connection(organisation="other", connection_id="theirs")
    theirs = claims(organisation="other")
    new = api.call("POST", "/connections/theirs/channels", {"kind": "feed"}, claims=theirs).body

    answer = api.call("DELETE", f"/connections/mine/channels/{new['id']}", claims=OWN)

    assert answer.status == 404
    listed = api.call("GET", "/connections/theirs/channels", claims=theirs).body["items"]
    assert [one["id"] for one in listed] == [new["id"]]


def test_an_event_of_another_connection_is_404(api: Api) -> None:
    api.world.connection(connection_id="mine")
    metadata = {
        "connection": "theirs",
        "channel-kind": "feed",
        "source": "feed/a",
        "topic": "invoice",
        "received-at": "2026-03-02T12:00:00+00:00",
        "headers": "{}",
    }
    api.world.event_log.put("channel/abc", b"{}", metadata)

    read = api.call("GET", "/connections/mine/events/channel.abc", claims=OWN)
    replay = api.call("POST", "/connections/mine/events/channel.abc/replay", claims=OWN)

    assert (read.status, replay.status) == (404, 404)
    assert api.world.translate_queue.sent == []
