"""Who gets in: consents that went astray, other people's connections, two runs at once."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.client import ApiError, Client
from local.cloud import LocalCloud
from tests.workflow.conftest import Company, Tenant

pytestmark = pytest.mark.e2e


def begin(client: Client, connection: str, realm: str) -> str:
    """The address to which QuickBooks sends the browser of somebody who consented."""
    url = client.post(f"/connections/{connection}/authorize")["authorize_url"]
    wanted = {**_query(url), "consent": "auto", "realm": realm}
    return str(httpx.get(url, params=wanted, trust_env=False).headers["location"])


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _call(url: str, **changes: str) -> httpx.Response:
    return httpx.get(url, params={**_query(url), **changes}, trust_env=False)


def test_a_realm_that_the_consent_was_not_for_is_not_connected(
    client: Client, company: Company, control: httpx.Client
) -> None:
    other = str(int(company.realm) + 50_000)
    control.post("companies", json={"profile": "us", "realm": other}).raise_for_status()
    connection = client.create_connection("Books")
    callback = begin(client, connection, company.realm)

    assert _call(callback, realmId=other).status_code < 400
    with pytest.raises(ApiError) as refused:
        client.post(
            f"/connections/{connection}/authorize/complete", {"state": _query(callback)["state"]}
        )

    assert refused.value.status in (409, 422)
    assert client.get(f"/connections/{connection}")["state"] == "created"


def test_a_callback_with_a_wrong_or_used_state_connects_nothing(
    client: Client, company: Company
) -> None:
    connection = client.create_connection("Books")
    callback = begin(client, connection, company.realm)
    complete = f"/connections/{connection}/authorize/complete"

    assert _call(callback, state="made-up").status_code == 400
    with pytest.raises(ApiError):
        client.post(complete, {"state": "made-up"})
    assert _call(callback).status_code == 200
    assert client.post(complete, {"state": _query(callback)["state"]})["state"] == "connected"

    assert _call(callback).status_code == 400
    with pytest.raises(ApiError):
        client.post(complete, {"state": _query(callback)["state"]})
    assert client.get(f"/connections/{connection}")["state"] == "connected"


def test_somebody_elses_connection_is_404_on_every_route(tenant: Tenant, cloud: LocalCloud) -> None:
    described = httpx.get(f"{cloud.api_url}/openapi.json", trust_env=False).json()
    routes = [
        (method.upper(), path)
        for path, methods in described["paths"].items()
        for method in methods
        if path.startswith("/connections/{")
    ]
    assert len(routes) > 20
    stranger = f"Bearer {cloud.token('strangers')}"
    with httpx.Client(base_url=cloud.api_url, trust_env=False, timeout=40) as http:
        for method, path in routes:
            known = path.replace("{list_name}", "accounts").replace("{connection_id}", "{id}")
            url = known.format_map(_Filled(id=tenant.connection))
            bare = http.request(method, url)
            assert bare.status_code == 401, (method, url)
            body = _BODIES.get((method, url.removeprefix(tenant.path)))
            answer = http.request(method, url, json=body, headers={"Authorization": stranger})
            assert answer.status_code == 404, (method, url, answer.text)


class _Filled(dict[str, str]):
    """Any other id in a path."""

    def __missing__(self, key: str) -> str:
        return "0" * 32


_BODIES: dict[tuple[str, str], object] = {
    ("PATCH", ""): {"name": "Mine"},
    ("POST", "/authorize/complete"): {"state": "x"},
    ("POST", "/channels"): {"kind": "feed", "name": "mine"},
    ("POST", "/documents"): {"documents": [{}]},
    ("PUT", "/settings"): {},
}
"""Bodies that are asked for before anything else is looked at."""


def test_of_two_runs_at_once_one_is_refused_with_the_id_of_the_other(tenant: Tenant) -> None:
    path = f"{tenant.path}/runs"
    started: list[str] = []
    refused: list[ApiError] = []

    def start(_: int) -> None:
        try:
            started.append(tenant.client.post(path)["id"])
        except ApiError as error:
            refused.append(error)

    start(0)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(start, range(3)))

    [run] = started
    assert {error.status for error in refused} == {409}
    assert {error.problem["active_run"] for error in refused} == {run}
    assert tenant.client.await_run(tenant.connection, run)["status"] == "completed"
    assert [one["id"] for one in tenant.client.all(path)] == [run]
    assert tenant.sync()["status"] == "completed"
