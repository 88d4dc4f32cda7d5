"""The control plane under `/_emulator/`: what a test may do that no client can.

JSON in and out. Every refusal names what is wrong.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from local.qbo import checked
from local.qbo.clock import LAST, parse_instant
from local.qbo.company import Company
from local.qbo.emulator import DEFAULT_REALM, DEMO_CLIENT_ID, Emulator
from local.qbo.entities import BY_FOLDED, ENTITIES
from local.qbo.faults import QboFault
from local.qbo.jsonio import NotJson
from local.qbo.people.bookkeeper import keep_books
from local.qbo.people.person import (
    check_preferences,
    close_books,
    edit,
    set_info,
    set_preferences,
)
from local.qbo.rules import Values
from local.qbo.switches import Latency, Limits
from local.qbo.wire import webhook_control
from local.qbo.wire.http import Request, Response, json_response
from local.qbo.wire.injection import Injection

Handler = Callable[[Emulator, dict[str, Any], str], Any]


class Unknown(Exception):
    """There is no such thing to control."""


def handle(emulator: Emulator, request: Request) -> Response:
    parts = [each for each in request.path.split("/") if each][1:]
    realm, handler = "", _ROUTES.get((request.method, "/".join(parts)))
    if handler is None and len(parts) > 1:
        realm = parts[1]
        handler = _ROUTES.get((request.method, "/".join([parts[0], "*", *parts[2:]])))
    if handler is None:
        known = sorted(f"{method} /_emulator/{path}" for method, path in _ROUTES)
        return json_response({"error": "not found", "there_is": known}, 404)
    try:
        given = request.json() if request.body else dict(request.query)
        if not isinstance(given, dict):
            raise ValueError("body: give a JSON object")
        return json_response(handler(emulator, given, realm))
    except QboFault as fault:
        return json_response({"error": str(fault), "Fault": fault.render()}, 400)
    except NotJson as error:
        return json_response({"error": f"body: give JSON in UTF-8: {error}"}, 400)
    except ValueError as error:
        return json_response({"error": str(error)}, 400)
    except (Unknown, KeyError) as error:
        return json_response({"error": str(error.args[0])}, 404)


def _state(emulator: Emulator, given: Values, realm: str) -> Any:
    return {
        "companies": {realm: each.name for realm, each in emulator.companies.items()},
        "clock": emulator.clock.now().isoformat(),
        "switches": _plain(asdict(emulator.switches)),
        "limits": asdict(emulator.limits),
        "latency": _plain(asdict(emulator.latency)),
        "apps": sorted(emulator.apps),
    }


def _reset(emulator: Emulator, given: Values, realm: str) -> Any:
    emulator.reset()
    return _state(emulator, given, realm)


def _seed(emulator: Emulator, given: Values, realm: str) -> Any:
    """`profile`, `realm`, `name`, `preferences`, and `bookkeeper` (true, or its settings)."""
    checked.known(given, "profile", "realm", "name", "preferences", "bookkeeper")
    preferences = checked.table("preferences", given.get("preferences"))
    check_preferences(preferences)
    books = _books(given.get("bookkeeper", False))
    company = emulator.seed(
        checked.text("profile", given.get("profile", "us")),
        checked.text("realm", given.get("realm", DEFAULT_REALM)),
        checked.text("name", given.get("name", "")),
    )
    if preferences:
        set_preferences(company, preferences)
    if books is not None:
        with company.lock:
            keep_books(company, **books)
    return {"realm": company.realm, "name": company.name}


def _books(given: Any) -> Values | None:
    """What a bookkeeper is to have done; None for nothing."""
    if not isinstance(given, dict):
        return {} if checked.flag("bookkeeper", given) else None
    checked.known(given, "customers", "items", "vendors", "rounds")
    return {
        name: checked.whole(name, value) if name == "rounds" else checked.texts(name, value)
        for name, value in given.items()
    }


def _app(emulator: Emulator, given: Values, realm: str) -> Any:
    checked.known(given, "client_id", "client_secret", "redirect_uris")
    uris = given.get("redirect_uris")
    emulator.add_app(
        checked.text("client_id", given.get("client_id")),
        checked.text("client_secret", given.get("client_secret")),
        None if uris is None else tuple(checked.texts("redirect_uris", uris)),
    )
    return {"apps": sorted(emulator.apps)}


def _connect(emulator: Emulator, given: Values, realm: str) -> Any:
    """Tokens without the consent page."""
    checked.known(given, "realm", "client_id")
    realm = checked.text("realm", given.get("realm", DEFAULT_REALM))
    client_id = checked.text("client_id", given.get("client_id", DEMO_CLIENT_ID))
    if client_id not in emulator.apps:
        raise Unknown(f"client_id: there is no app {checked.shown(client_id)}; register it first")
    return emulator.connect(_company(emulator, realm).realm, client_id)


def _disconnect(emulator: Emulator, given: Values, realm: str) -> Any:
    """A user disconnects every app from the company."""
    with emulator.lock:
        emulator.tokens.revoke_realm(_company(emulator, realm).realm)
    return {}


def _clock(emulator: Emulator, given: Values, realm: str) -> Any:
    """`advance` seconds, or `set` to an instant ahead."""
    checked.known(given, "set", "advance")
    now = emulator.clock.now()
    if "set" in given:
        instant: datetime | None = parse_instant(checked.text("set", given["set"]))
        if instant is None or not now <= instant <= LAST:
            raise ValueError(f"set: give an ISO date-time from {now.isoformat()} to {LAST.date()}")
        emulator.clock.advance((instant - now).total_seconds())
    elif "advance" in given:
        seconds = checked.seconds("advance", given["advance"])
        if seconds > (LAST - now).total_seconds():
            raise ValueError(f"advance: the clock ends on {LAST.date()}")
        emulator.clock.advance(seconds)
    emulator.run_due()
    return {"now": emulator.clock.now().isoformat()}


def _switches(emulator: Emulator, given: Values, realm: str) -> Any:
    for name, value in given.items():
        emulator.switches.set(name, value)
    return _plain(asdict(emulator.switches))


def _limits(emulator: Emulator, given: Values, realm: str) -> Any:
    """Limits by name; null lifts one."""
    vars(emulator.limits).update(checked.typed(Limits, given))
    return asdict(emulator.limits)


def _latency(emulator: Emulator, given: Values, realm: str) -> Any:
    vars(emulator.latency).update(checked.typed(Latency, given))
    return _plain(asdict(emulator.latency))


def _faults(emulator: Emulator, given: Values, realm: str) -> Any:
    return {"faults": [each.values() for each in emulator.injections.list]}


def _inject(emulator: Emulator, given: Values, realm: str) -> Any:
    injection = Injection.from_values(given)
    emulator.injections.add(injection)
    return injection.values()


def _clear_faults(emulator: Emulator, given: Values, realm: str) -> Any:
    emulator.injections.clear()
    return {}


def _log(emulator: Emulator, given: Values, realm: str) -> Any:
    """The newest requests, oldest first; `last` says how many, `realm` whose."""
    checked.known(given, "realm", "last")
    last = checked.whole("last", given.get("last", 1000), 1)
    entries = [
        each
        for each in list(emulator.log)
        if not given.get("realm") or each.realm == given["realm"]
    ]
    return {"requests": [asdict(each) for each in entries[-last:]]}


def _clear_log(emulator: Emulator, given: Values, realm: str) -> Any:
    emulator.log.clear()
    for each in emulator.stats:
        emulator.stats[each] = type(emulator.stats[each])()
    return {}


def _stats(emulator: Emulator, given: Values, realm: str) -> Any:
    return {realm: asdict(each) for realm, each in emulator.stats.items()}


def _set_preferences(emulator: Emulator, given: Values, realm: str) -> Any:
    return set_preferences(_company(emulator, realm), given)


def _settings(emulator: Emulator, given: Values, realm: str) -> Any:
    """`read_only`, `connected_user`, and `info` merged into CompanyInfo."""
    company = _company(emulator, realm)
    checked.known(given, "read_only", "connected_user", "info")
    with company.lock:
        read_only = checked.flag("read_only", given.get("read_only", company.read_only))
        user = checked.text("connected_user", given.get("connected_user", company.connected_user))
        set_info(company, checked.table("info", given.get("info")))
        company.read_only, company.connected_user = read_only, user
    return {"read_only": company.read_only, "connected_user": company.connected_user}


def _edit(emulator: Emulator, given: Values, realm: str) -> Any:
    checked.known(given, "action", "entity", "object", "by")
    return edit(
        _company(emulator, realm),
        checked.text("action", given.get("action", "update")),
        checked.text("entity", given.get("entity", "")),
        checked.table("object", given.get("object")),
        checked.text("by", given.get("by", "Jane Doe")),
    )


def _close_books(emulator: Emulator, given: Values, realm: str) -> Any:
    """`date` up to which the books are closed, or null."""
    checked.known(given, "date")
    day = given.get("date")
    return close_books(
        _company(emulator, realm), None if day is None else checked.text("date", day)
    )


def _objects(emulator: Emulator, given: Values, realm: str) -> Any:
    """Every object of `entity`, inactive ones included."""
    entity = BY_FOLDED.get(str(given.get("entity", "")).lower())
    if entity is None:
        raise ValueError(f"entity: use one of {', '.join(ENTITIES)}")
    return {entity.name: _company(emulator, realm).all(entity.name)}


def _ledger(emulator: Emulator, given: Values, realm: str) -> Any:
    """Balances by account, debit positive, and their sum, which is zero."""
    company = _company(emulator, realm)
    balances = company.balances()
    return {
        "balances": balances,
        "sum": sum(balances.values()),
        "entries": len(company.ledger.entries),
    }


def _company(emulator: Emulator, realm: str) -> Company:
    if realm not in emulator.companies:
        there_are = ", ".join(emulator.companies) or "none yet"
        raise Unknown(f"realm: there is no company {checked.shown(realm)}; there are: {there_are}")
    return emulator.companies[realm]


def _plain(values: Values) -> Values:
    return {k: str(v) if isinstance(v, float) else v for k, v in values.items()}


_ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", ""): _state,
    ("POST", "reset"): _reset,
    ("POST", "companies"): _seed,
    ("POST", "apps"): _app,
    ("POST", "tokens"): _connect,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("GET", "switches"): lambda emulator, given, realm: _plain(asdict(emulator.switches)),
    ("POST", "switches"): _switches,
    ("POST", "limits"): _limits,
    ("POST", "latency"): _latency,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _inject,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "log"): _log,
    ("DELETE", "log"): _clear_log,
    ("GET", "stats"): _stats,
    **webhook_control.ROUTES,
    ("POST", "companies/*/preferences"): _set_preferences,
    ("POST", "companies/*/settings"): _settings,
    ("POST", "companies/*/edits"): _edit,
    ("POST", "companies/*/close-books"): _close_books,
    ("POST", "companies/*/disconnect"): _disconnect,
    ("GET", "companies/*/objects"): _objects,
    ("GET", "companies/*/ledger"): _ledger,
}
