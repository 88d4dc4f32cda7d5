"""The control plane under `/_emulator/`: what a test may do that no client can.

JSON in and out. Every refusal names what is wrong.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from local.qbo.clock import parse_instant
from local.qbo.company import Company
from local.qbo.emulator import DEFAULT_REALM, DEMO_CLIENT_ID, Emulator
from local.qbo.entities import BY_FOLDED, ENTITIES
from local.qbo.faults import QboFault
from local.qbo.jsonio import NotJson
from local.qbo.people.bookkeeper import keep_books
from local.qbo.people.person import close_books, edit, set_preferences
from local.qbo.rules import Values
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
    except (NotJson, ValueError) as error:
        return json_response({"error": str(error)}, 400)
    except (Unknown, KeyError) as error:
        return json_response({"error": f"not found: {error}"}, 404)


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
    company = emulator.seed(
        str(given.get("profile", "us")),
        str(given.get("realm", DEFAULT_REALM)),
        str(given.get("name", "")),
    )
    if given.get("preferences"):
        _set_preferences(emulator, given["preferences"], company.realm)
    books = given.get("bookkeeper")
    if books:
        with company.lock:
            keep_books(company, **(books if isinstance(books, dict) else {}))
    return {"realm": company.realm, "name": company.name}


def _app(emulator: Emulator, given: Values, realm: str) -> Any:
    uris = given.get("redirect_uris")
    emulator.add_app(
        str(given["client_id"]),
        str(given["client_secret"]),
        tuple(uris) if uris is not None else None,
    )
    return {"apps": sorted(emulator.apps)}


def _connect(emulator: Emulator, given: Values, realm: str) -> Any:
    """Tokens without the consent page."""
    realm = str(given.get("realm", DEFAULT_REALM))
    _company(emulator, realm)
    return emulator.connect(realm, str(given.get("client_id", DEMO_CLIENT_ID)))


def _disconnect(emulator: Emulator, given: Values, realm: str) -> Any:
    """A user disconnects every app from the company."""
    with emulator.lock:
        emulator.tokens.revoke_realm(_company(emulator, realm).realm)
    return {}


def _clock(emulator: Emulator, given: Values, realm: str) -> Any:
    """`advance` seconds, or `set` to an instant ahead."""
    if "set" in given:
        instant: datetime | None = parse_instant(str(given["set"]))
        if instant is None:
            raise ValueError("set: give an ISO date-time")
        emulator.clock.advance((instant - emulator.clock.now()).total_seconds())
    elif "advance" in given:
        emulator.clock.advance(float(given["advance"]))
    emulator.run_due()
    return {"now": emulator.clock.now().isoformat()}


def _switches(emulator: Emulator, given: Values, realm: str) -> Any:
    for name, value in given.items():
        emulator.switches.set(name, value)
    return _plain(asdict(emulator.switches))


def _limits(emulator: Emulator, given: Values, realm: str) -> Any:
    """Limits by name; null lifts one."""
    for name, value in given.items():
        if not hasattr(emulator.limits, name):
            raise ValueError(f"{name}: no such limit")
        setattr(emulator.limits, name, value)
    return asdict(emulator.limits)


def _latency(emulator: Emulator, given: Values, realm: str) -> Any:
    for name in ("base", "per_item"):
        if name in given:
            setattr(emulator.latency, name, float(given[name]))
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
    entries = [
        each for each in emulator.log if not given.get("realm") or each.realm == given["realm"]
    ]
    return {"requests": [asdict(each) for each in entries[-int(given.get("last", 1000)) :]]}


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
    with company.lock:
        company.read_only = bool(given.get("read_only", company.read_only))
        company.connected_user = str(given.get("connected_user", company.connected_user))
        if given.get("info"):
            row = company.row("CompanyInfo", "1")
            company.alter(row, {**row.data, **given["info"]}, "a person")
    return {"read_only": company.read_only, "connected_user": company.connected_user}


def _edit(emulator: Emulator, given: Values, realm: str) -> Any:
    return edit(
        _company(emulator, realm),
        str(given.get("action", "update")),
        str(given.get("entity", "")),
        dict(given.get("object") or {}),
        str(given.get("by", "Jane Doe")),
    )


def _close_books(emulator: Emulator, given: Values, realm: str) -> Any:
    """`date` up to which the books are closed, or null."""
    return close_books(_company(emulator, realm), given.get("date"))


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
        raise Unknown(f"company {realm}")
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
