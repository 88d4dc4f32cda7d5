"""The checks for Intuit's sandbox, run against the emulator over a socket, as they run there."""

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Emulator, Latency
from local.qbo.server import Server
from local.qbo.switches import Switches
from tests.conformance.__main__ import main, verify
from tests.conformance.findings import Findings, position, render
from tests.conformance.ground import Ground
from tests.conformance.keys import Keys, load
from tests.conformance.probes import PROBES, UNASKED
from tests.conformance.service import Service

Open = Callable[[str, str], Service]

UK, CURRENCIES = "9341450000000002", "9341450000000003"
#: Switches that another company shows than a plain one in the US.
ELSEWHERE = {
    "global_tax_calculation": UK,
    "missing_line_tax_code": UK,
    "global_discount_before_tax": UK,
    "plain_amounts_with_currencies": CURRENCIES,
}
#: Every position of a switch that has no list of them.
PLACES: dict[str, tuple[Any, ...]] = {"requestid_retention": (None, 0, 480)}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    emulator = Emulator(latency=Latency(per_item=0.006), seed=1)
    emulator.seed("us")
    served = Server(emulator).start()
    emulator.seed("uk", UK)
    emulator.seed("us", CURRENCIES)
    path = f"{served.url}/_emulator/companies/{CURRENCIES}/preferences"
    httpx.post(path, json={"CurrencyPrefs": {"MultiCurrencyEnabled": True}}).raise_for_status()
    yield served
    served.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("owner")


@pytest.fixture(scope="module")
def keys(server: Server, folder: Path) -> Callable[[str], Keys]:
    """A company's keys, from a file as its owner would write it."""

    def write(realm: str) -> Keys:
        file = folder / realm
        tokens = server.emulator.connect(realm)
        file.write_text(
            f"# made by a test\nQBO_REALM_ID={realm}\nQBO_CLIENT_ID={DEMO_CLIENT_ID}\n"
            f"QBO_CLIENT_SECRET={DEMO_CLIENT_SECRET}\n"
            f"QBO_REFRESH_TOKEN={tokens['refresh_token']}\nQBO_BASE_URL={server.url}\n"
            f"QBO_TOKEN_URL={server.url}/oauth2/v1/tokens/bearer\n"
        )
        return load({}, file)

    return write


@pytest.fixture(scope="module")
def connect(server: Server, keys: Callable[[str], Keys]) -> Open:
    """As the real run connects, but waiting moves the emulator's clock instead of passing."""
    clock = server.emulator.clock

    def make(realm: str, prefix: str) -> Service:
        seconds = lambda: clock.now().timestamp()  # noqa: E731
        return Service(keys(realm), prefix, wait=clock.advance, now=seconds)

    return make


@pytest.fixture(scope="module")
def run(connect: Open, folder: Path) -> tuple[Findings, str, str]:
    """What the whole run finds, says and writes."""
    said, page = io.StringIO(), folder / "page.md"
    with contextlib.redirect_stdout(said), connect(DEFAULT_REALM, "whole run") as service:
        found = verify(service, page)
    return found, said.getvalue(), page.read_text()


@pytest.fixture(scope="module")
def found(run: tuple[Findings, str, str]) -> Findings:
    return run[0]


def test_the_emulator_says_every_recorded_text(found: Findings) -> None:
    assert {what: text for what, text in found.texts.items() if text} == {}


def test_the_emulator_behaves_as_clients_rely_on(found: Findings) -> None:
    assert {what: text for what, text in found.behaviours.items() if text} == {}


def test_every_switch_has_a_question_or_a_reason_why_not() -> None:
    unasked = {each.name for each in fields(Switches)} - PROBES.keys() - UNASKED.keys()

    assert unasked == set(), "write it in tests/conformance/probes, or why not in its registry"


def test_every_switch_is_found_in_its_default_position(found: Findings) -> None:
    told = {each.switch: each.found for each in found.positions if each.told}

    assert told == {name: getattr(Switches(), name) for name in told}
    untold = {each.switch for each in found.positions if not each.told}
    assert untold == {*UNASKED, *ELSEWHERE, "throttle_answers_json"}


def test_nothing_is_left_behind_and_no_limit_was_reached(found: Findings, server: Server) -> None:
    company = server.emulator.company()

    assert found.left == []
    names = [*company.all("Customer"), *company.all("Item"), *company.all("Account")]
    assert [each["Id"] for each in names if each["Active"] and "whole run" in str(each)] == []
    assert company.all("Invoice") == company.all("JournalEntry") == company.all("Bill") == []
    assert server.emulator.stats[DEFAULT_REALM].throttled == 0
    assert sum(company.balances().values()) == 0


def test_the_page_lists_every_switch_with_what_was_found_or_why_not(
    run: tuple[Findings, str, str],
) -> None:
    _, said, page = run

    assert [each.name for each in fields(Switches) if f"| `{each.name}` |" not in page] == []
    assert [why for why in UNASKED.values() if why not in page] == []
    assert "| `requestid_identity` | `request_and_bid` | `request_and_bid` |" in page
    assert "0 not in their default position" in said


def test_no_key_is_told(run: tuple[Findings, str, str], keys: Callable[[str], Keys]) -> None:
    kept = keys(DEFAULT_REALM)
    hidden = (kept.client_secret, kept.client_id, kept.refresh_token, kept.realm)

    assert [each for each in hidden for shown in (*run, repr(run[0])) if each in str(shown)] == []


def moved() -> list[tuple[str, Any]]:
    """Every other position of every switch that can be asked for, and all of those elsewhere."""
    cases: list[tuple[str, Any]] = []
    for each in fields(Switches):
        if each.name in PROBES:
            places = PLACES.get(each.name) or each.metadata.get("values") or (True, False)
            default = getattr(Switches(), each.name)
            seen = each.name not in (*ELSEWHERE, "throttle_answers_json")
            cases += [(each.name, place) for place in places if not seen or place != default]
    return cases


@pytest.fixture(scope="module")
def grounds(connect: Open) -> Iterator[dict[str, Ground]]:
    """A connection to each company, shared by the questions; in the end nothing is left."""
    realms = (DEFAULT_REALM, UK, CURRENCIES)
    made = {realm: Ground(connect(realm, f"moved {realm[-1]}")) for realm in realms}
    yield made
    left = [each for ground in made.values() for each in ground.service.clean_up()]
    for ground in made.values():
        ground.service.close()
    assert left == []


@pytest.mark.parametrize("switch, place", moved())
def test_a_moved_switch_is_found_where_it_is(
    switch: str, place: Any, grounds: dict[str, Ground], server: Server
) -> None:
    ground = grounds[ELSEWHERE.get(switch, DEFAULT_REALM)]
    emulator = server.emulator
    before = getattr(emulator.switches, switch)
    emulator.switches.set(switch, place)
    try:
        if switch == "throttle_answers_json":
            emulator.inject("throttled")
            ground.service.query("select * from Term")
        seen = position(ground, switch)
    finally:
        emulator.switches.set(switch, before)
        ground.service.throttled.clear()

    assert (seen.told, seen.found) == (True, place), seen.note


def test_keys_that_open_nothing_are_said_to_without_being_told(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "keys"
    file.write_text(
        f"QBO_REALM_ID={DEFAULT_REALM}\nQBO_CLIENT_ID={DEMO_CLIENT_ID}\n"
        "QBO_CLIENT_SECRET=wrong-secret\nQBO_REFRESH_TOKEN=AB11stale\n"
        f"QBO_BASE_URL={server.url}\nQBO_TOKEN_URL={server.url}/oauth2/v1/tokens/bearer\n"
    )

    assert main(file, tmp_path / "page") == 2

    said = capsys.readouterr().err
    assert "the token endpoint answered 401" in said
    assert "wrong-secret" not in said
    assert "AB11stale" not in said


def test_what_could_not_be_taken_away_is_listed(connect: Open, server: Server) -> None:
    company = server.emulator.companies[UK]
    with connect(UK, "stays") as service:
        made = service.create("customer", {"DisplayName": service.name()})
        company.read_only = True
        try:
            left = service.clean_up()
        finally:
            company.read_only = False

    page = render(Findings("a host", left=left))
    assert f"* customer {made['Id']}: 400 6190 Subscription period has ended" in page
