"""Whatever is wrong on the control plane: a refusal in JSON that names it, and nothing changed."""

import json
from dataclasses import fields
from typing import Any

import pytest

from local.qbo import Emulator, Latency, Limits, ManualClock, Switches
from local.qbo.__main__ import main
from local.qbo.webhooks.troubles import Trouble
from local.qbo.wire.injection import Injection
from tests.emulator.conftest import Api

ODD: tuple[Any, ...] = (
    *(None, "", "x", "ü😀", True, 0, -1, 10**30, 1.5, -0.5, 1e300, "NaN", "Infinity", "x" * 10000),
    *([], [1], ["x"], [[]], {}, {"a": 1}, {"a": None}, "2026-02-30", "9999-12-31"),
)
HOOK = {"url": "http://127.0.0.1:9/hook", "verifier": "v"}
EDIT = {"action": "create", "entity": "Customer", "object": {"DisplayName": "Somebody"}}
APP = {"client_id": "a", "client_secret": "b"}
#: What each path takes, and what a call needs besides.
TAKEN: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "apps": (("client_id", "client_secret", "redirect_uris"), APP),
    "tokens": (("realm", "client_id"), {}),
    "clock": (("advance", "set"), {}),
    "switches": (tuple(each.name for each in fields(Switches)), {}),
    "limits": (tuple(each.name for each in fields(Limits)), {}),
    "latency": (tuple(each.name for each in fields(Latency)), {}),
    "faults": (tuple(each.name for each in fields(Injection)), {"answer": "dropped"}),
    "webhooks": (("url", "entities", "payload", "together", "client_id"), HOOK),
    "webhooks/troubles": (tuple(each.name for each in fields(Trouble)), {"kind": "drop"}),
    "companies": (("profile", "realm", "name", "preferences", "bookkeeper"), {"realm": "7"}),
    "companies/*/preferences": (("AccountingInfoPrefs", "OtherPrefs", "nothing"), {}),
    "companies/*/settings": (("read_only", "connected_user", "info"), {}),
    "companies/*/edits": (("action", "entity", "object", "by"), EDIT),
    "companies/*/close-books": (("date",), {}),
}


@pytest.mark.parametrize("path", sorted(TAKEN))
def test_odd_values_are_refused_by_name_or_do_no_harm(path: str) -> None:
    emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
    emulator.seed("us")
    api = Api(emulator)
    names, needed = TAKEN[path]
    for name in names:
        for odd in ODD:
            answer = api.http.post(
                f"/_emulator/{path.replace('*', api.realm)}",
                content=json.dumps({**needed, name: odd}),
            )
            assert answer.status_code in (200, 400, 404), (name, odd)
            if answer.status_code != 200:
                _names(name, odd, answer.json()["error"])
    emulator.company().read_only = False
    emulator.injections.clear()
    vars(emulator.limits).update(vars(Limits.none()))
    later = Api(emulator)
    assert later.customer("Still there")
    assert later.get("query", query="select * from Customer").status_code == 200
    assert later.http.get("/_emulator").json()["companies"]
    emulator.deliver_webhooks()


def _names(name: str, odd: Any, error: str) -> None:
    """A refusal names the field, or what the value holds that cannot be."""
    inner = list(odd) if isinstance(odd, dict) else []
    if name == "object" or error[:4].isdigit():
        return  # the object itself was tried, and refused as the API refuses it
    assert any(each in error for each in (name, *inner)), (name, odd, error)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"1", b"\xff", b'{"a": "\\ud800"}', b'{"a": 1e999999999}', b"[" * 5000]
)
def test_a_body_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    answer = api.http.post("/_emulator/clock", content=body)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("body: ")


def test_preferences_and_company_info_are_checked_field_by_field(api: Api) -> None:
    path = f"/_emulator/companies/{api.realm}"
    wrong = {"AccountingInfoPrefs": {"BookCloseDate": "soon"}}

    date = api.http.post(f"{path}/preferences", json=wrong)
    seeded = api.http.post("/_emulator/companies", json={"realm": "8", "preferences": wrong})
    month = api.http.post(f"{path}/settings", json={"info": {"FiscalYearStartMonth": "Brumaire"}})

    assert date.status_code == seeded.status_code == month.status_code == 400
    assert date.json()["error"].startswith("AccountingInfoPrefs.BookCloseDate: ")
    assert "8" not in api.http.get("/_emulator").json()["companies"]
    assert month.json()["error"].startswith("info.FiscalYearStartMonth: ")


def test_what_there_is_not_is_named_with_what_there_is(api: Api) -> None:
    realm = api.http.post("/_emulator/tokens", json={"realm": "404"})
    app = api.http.post("/_emulator/tokens", json={"client_id": "nobody"})
    operation = api.http.post("/_emulator/faults", json={"operation": "craete"})

    assert realm.status_code == app.status_code == 404
    assert realm.json()["error"] == (f"realm: there is no company '404'; there are: {api.realm}")
    assert app.json()["error"].startswith("client_id: there is no app 'nobody'")
    assert operation.json()["error"].startswith("operation: 'craete' is unknown; use one of batch,")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--port", "99999"], "name another, or port 0"),
        (["--port", "-1"], "name another, or port 0"),
        (["--host", "nowhere.invalid"], "name another, or port 0"),
        (["--realm", "abc"], "realm: give up to 20 digits"),
        (["--latency", "-1"], "give a number from 0"),
        (["--item-latency", "nan"], "give a number from 0"),
        (["--clock-file", "/nowhere/at/all"], "name a file with a number of seconds"),
    ],
)
def test_a_wrong_option_is_refused_in_a_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--profile", "none"])

    assert ended.value.code == 2
    assert said in capsys.readouterr().err
