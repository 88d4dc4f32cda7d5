"""A process that can die, and everything it reaches.

Every call of a process to a port passes a *watch*, which says whether it is the last one. A process
dies before a call, after it, or while a write is on its way to QuickBooks, which carries it out
later. Dead is dead: whatever a `finally` block still tries fails as well. The product does not
know: the ports are wrapped, no line of it asks whether it is being tested.

Only what a process did to the world outlives it. So between two effects (a write, a payload put, a
call that changes something at QuickBooks) all places to die are the same place.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import httpx

from local.qbo.wire.injection import Injection
from tests.workbench import Workbench
from tillbook.adapters.http import http_client
from tillbook.runtime import Services

_EFFECTS = {
    "database": ("write", "update", "put_all"),
    "payloads": ("put", "put_if_absent"),
    "event_log": ("put", "put_if_absent"),
    "vault": (),
    "runs": ("start",),
    "translate_queue": ("send",),
    "notifier": ("tell",),
}
_READS = {
    "database": ("get", "get_many", "query"),
    "payloads": ("get", "keys"),
    "event_log": ("get", "keys"),
    "vault": ("seal", "open"),
    "runs": (),
    "translate_queue": (),
    "notifier": (),
}


_LONGEST = timedelta(seconds=300)
Invocation = Callable[[Services, Callable[[], float]], Any]


class Killed(BaseException):
    """The sandbox is gone. Not an Exception: nothing may catch it and go on."""


class Fate(Enum):
    LIVES = "lives"
    BEFORE = "dies before"
    AFTER = "dies after"
    LATE = "dies while QuickBooks carries it out"


@dataclass(frozen=True)
class Call:
    """One call to a port, on its way out."""

    port: str
    name: str
    is_effect: bool
    is_send: bool = False
    """A call that writes to QuickBooks."""

    def __str__(self) -> str:
        return f"{self.port}.{self.name}"


Watch = Callable[[Call], Fate]
"""Called right before each call. It may do anything meanwhile: the call happens afterwards."""


def lives(_: Call) -> Fate:
    return Fate.LIVES


class Process:
    """A sandbox: services of its own on the stores and the company of a workbench."""

    def __init__(self, bench: Workbench, watch: Watch = lives, late_by: float = 60.0) -> None:
        """`late_by` are the seconds that QuickBooks takes for a call that outlives the process."""
        self.watch = watch
        self.dead = False
        self.beside = False
        """Whether a lane is at work, whose time is its own."""
        self.is_zombie = False
        """It lives on after its time."""
        self.invocation: Invocation | None = None
        """What it is at, so that it can be made again."""
        self.run_id = ""
        """The run it works for."""
        self.did: Callable[[Call, tuple[Any, ...]], None] = lambda *_: None
        """Called after each call that succeeded, with its arguments."""
        self._ends: datetime | None = None
        self._bench = bench
        self._late_by = late_by
        self.services = self._services(bench.services)

    def _services(self, shared: Services) -> Services:
        """Copies of the shared ones, so that ids go on counting and stores are the same; what a
        process keeps in memory starts anew."""
        services = copy.copy(shared)
        for port in _EFFECTS:
            vars(services)[port] = _Port(self, port, getattr(shared, port))
        vars(services).pop("rate_limiter", None)
        http = http_client(_Wire(self, shared.http._transport))
        vars(services)["http"] = http
        authorization = copy.copy(shared.authorization_server)
        vars(authorization)["_http"] = http
        vars(services)["authorization_server"] = authorization
        vars(services)["lanes"] = lambda number: _Lanes(self, shared.lanes(number))
        return services

    def remaining(self, started: datetime) -> Callable[[], float]:
        """An invocation ends 300 seconds after it started, whatever it is at."""
        now = self._bench.clock.now
        self._ends = started + _LONGEST
        return lambda: 300.0 - (now() - started).total_seconds()

    def passes(self, call: Call, act: Callable[[], Any]) -> Any:
        """The call, if the process lives to make it; its answer, if it lives to see it."""
        if self.dead:
            raise Killed
        fate = self.watch(call)
        if self.dead:  # it died while others were at work
            raise Killed
        if self._ends and self._bench.clock.now() > self._ends and not self.is_zombie:
            self.die()
        if fate is Fate.BEFORE:
            self.die()
        if fate is Fate.LATE:
            self._carry_out_later(act)
            self.die()
        answer = act()
        if fate is Fate.AFTER:
            self.die()
        return answer

    def die(self) -> None:
        self.dead = True
        raise Killed

    def _carry_out_later(self, act: Callable[[], Any]) -> None:
        """The call leaves, and QuickBooks commits it after the process is gone."""
        injections = self._bench.emulator.injections.list
        late = Injection("dropped", commits="later", delay=self._late_by)
        injections.insert(0, late)
        try:
            act()
        except httpx.TransportError:
            pass
        finally:
            injections.remove(late)


class _Port:
    """A port of a process. What is not a call of the port is passed on."""

    def __init__(self, process: Process, port: str, inner: Any) -> None:
        self._inner = inner
        for name in (*_EFFECTS[port], *_READS[port]):
            call = Call(port, name, name in _EFFECTS[port])
            vars(self)[name] = _wrapped(process, call, getattr(inner, name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def _wrapped(process: Process, call: Call, method: Callable[..., Any]) -> Callable[..., Any]:
    def passes(*args: Any, **kwargs: Any) -> Any:
        answer = process.passes(call, lambda: method(*args, **kwargs))
        process.did(call, args)
        return answer

    return passes


class _Lanes:
    """Lanes that say when one of them is at work."""

    def __init__(self, process: Process, inner: Any) -> None:
        self._process = process
        self._inner = inner

    def __enter__(self) -> "_Lanes":
        self._inner.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._inner.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def submit(self, call: Callable[[], Any]) -> None:
        self._process.beside = True
        try:
            self._inner.submit(call)
        finally:
            self._process.beside = False


class _Wire(httpx.BaseTransport):
    """The way to QuickBooks and to Intuit's authorization server."""

    def __init__(self, process: Process, inner: httpx.BaseTransport) -> None:
        self._process = process
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = Call(
            "http",
            f"{request.method} {request.url.path.rsplit('/', 1)[-1]}",
            is_effect=request.method == "POST",
            is_send=request.url.path.endswith("/batch"),
        )
        answer: httpx.Response = self._process.passes(
            call, lambda: self._inner.handle_request(request)
        )
        return answer
