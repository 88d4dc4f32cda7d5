"""A QuickBooks company reached over HTTP: paced, named by the run, and left as it was found."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from tests.conformance.keys import Keys

Values = dict[str, Any]
LISTS = ("account", "customer", "vendor", "item", "term", "class", "department")


class Refused(Exception):
    """A call that had to succeed did not; the message is the fault."""


@dataclass(frozen=True)
class Answer:
    """What came back. `body` is empty unless it was a JSON object."""

    status: int
    text: str
    content_type: str
    body: Values

    @property
    def fault(self) -> Values:
        """The first error, by upper-case keys of the service or lower-case of the gateway."""
        envelope = self.body.get("Fault") or self.body.get("fault") or {}
        errors = envelope.get("Error") or envelope.get("error") or [{}]
        return {name.lower(): value for name, value in errors[0].items()}

    @property
    def code(self) -> str:
        return str(self.fault.get("code", ""))

    @property
    def refused(self) -> bool:
        return self.status != 200 or "Fault" in self.body

    @property
    def object(self) -> Any:
        """The object that was answered. Raises Refused."""
        if self.refused:
            raise Refused(f"{self.status} {self.code} {self.fault.get('detail', self.text[:200])}")
        return next(value for name, value in self.body.items() if name != "time")


class Service:
    """The accounting API of one company, through nothing but its public side.

    `wait` seconds pass by sleeping, or by moving a clock in tests; calls keep `per_second`, below
    Intuit's 10. What is created carries `prefix` and is remembered, for `clean_up`.
    """

    def __init__(
        self,
        keys: Keys,
        prefix: str,
        *,
        wait: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
        per_second: float = 8.0,
    ) -> None:
        self.keys = keys
        self.prefix = prefix
        self.wait = wait
        self._now = now
        self._gap = 1 / per_second
        self._next = 0.0
        self._http = httpx.Client(timeout=120)
        self._made: list[tuple[str, str]] = []
        self._left: list[str] = []
        self._names = 0
        #: Content types of the 429s that came without being asked for.
        self.throttled: list[str] = []
        if not keys.access_token:
            try:
                self._renew()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def name(self) -> str:
        """A name that nothing else in the company has."""
        self._names += 1
        return f"{self.prefix} {self._names}"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        /,
        **params: str,
    ) -> Answer:
        """One call, repeated after a throttle (a minute later) or with a renewed token."""
        answer = self._send(method, path, body, headers, params)
        if answer.status == 401 and self.keys.renewable and headers is None:
            self._renew()
            answer = self._send(method, path, body, headers, params)
        for _ in range(3):
            if answer.status != 429:
                break
            self.throttled.append(answer.content_type)
            self.wait(61)
            answer = self._send(method, path, body, headers, params)
        return answer

    def post(self, path: str, body: Any, **params: str) -> Answer:
        """Create or change; what was created is remembered."""
        answer = self.call("POST", path, body, **params)
        if not answer.refused and isinstance(body, dict) and "Id" not in body:
            self.remember(path, answer.object)
        return answer

    def create(self, path: str, body: Values, **params: str) -> Any:
        return self.post(path, body, **params).object

    def update(self, path: str, thing: Values, **change: Any) -> Any:
        """A sparse update."""
        head = {name: thing[name] for name in ("Id", "SyncToken")}
        return self.post(path, {**head, "sparse": True, **change}).object

    def delete(self, path: str, thing: Values) -> Answer:
        head = {name: thing[name] for name in ("Id", "SyncToken")}
        return self.call("POST", path, head, operation="delete")

    def read(self, path: str, id: str) -> Any:
        return self.call("GET", f"{path}/{id}").object

    def query(self, statement: str) -> Any:
        return self.call("GET", "query", query=statement).object

    def batch(self, *items: Values, **params: str) -> Any:
        answer = self.call("POST", "batch", {"BatchItemRequest": list(items)}, **params)
        made = answer.body.get("BatchItemResponse", [])
        for asked, item in zip(items, made, strict=False):
            for name, thing in item.items():
                if asked.get("operation") == "create" and isinstance(thing, dict) and "Id" in thing:
                    self.remember(name.lower(), thing)
        return answer.object

    def remember(self, path: str, thing: Any) -> None:
        if isinstance(thing, dict) and thing.get("Id") and (path, thing["Id"]) not in self._made:
            self._made.append((path, thing["Id"]))

    @contextmanager
    def preference(self, group: str, **wanted: Any) -> Iterator[None]:
        """The company with some preferences set, as they were before afterwards."""
        before = self.call("GET", "preferences").object
        kept = {name: before.get(group, {}).get(name) for name in wanted}
        self.update("preferences", before, **{group: wanted})
        try:
            yield
        finally:
            now = self.call("GET", "preferences").object
            head = {name: now[name] for name in ("Id", "SyncToken")}
            back = self.post("preferences", {**head, "sparse": True, group: kept})
            if back.refused:
                self._left.append(f"preferences, {group}, which were {kept}: {_why(back)}")

    def clean_up(self) -> list[str]:
        """Delete transactions and deactivate names, the latest first; answers what is left."""
        left, self._left = self._left, []
        for path, id in reversed(self._made):
            try:
                ended = self._end(path, id)
            except httpx.HTTPError as error:
                left.append(f"{path} {id}: {type(error).__name__}")
            else:
                left += [f"{path} {id}: {_why(ended)}"] if ended is not None else []
        self._made.clear()
        return left

    def _end(self, path: str, id: str) -> Answer | None:
        """Take one thing away; answers the refusal, if it was refused."""
        found = self.call("GET", f"{path}/{id}")
        if found.refused:
            return None  # a check has deleted it itself
        thing = found.object
        if path not in LISTS:
            ended = self.delete(path, thing)
        elif thing.get("Active", True):
            head = {name: thing[name] for name in ("Id", "SyncToken")}
            ended = self.call("POST", path, {**head, "sparse": True, "Active": False})
        else:
            return None
        return ended if ended.refused else None

    def race(self, path: str, body: Values, **params: str) -> tuple[Answer, Answer, bool]:
        """The same call twice at a time; answers both and whether they really overlapped."""

        def timed(delay: float) -> tuple[Answer, float, float]:
            time.sleep(delay)
            began = time.monotonic()
            return self._send("POST", path, body, None, params), began, time.monotonic()

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(timed, (0.0, 0.05))
        return first[0], second[0], second[1] < first[2]

    def _send(
        self,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str] | None,
        params: dict[str, str],
    ) -> Answer:
        self._pace()
        asked = {
            "Authorization": f"Bearer {self.keys.access_token}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            **(headers or {}),
        }
        content = body if isinstance(body, bytes | None) else _dumps(body)
        answer = self._http.request(
            method,
            f"{self.keys.base_url}/v3/company/{self.keys.realm}/{path}",
            params={"minorversion": "75", **params},
            headers=asked,
            content=content,
        )
        return _answer(answer)

    def _pace(self) -> None:
        early = self._next - self._now()
        if early > 0:
            self.wait(early)
        self._next = self._now() + self._gap

    def _renew(self) -> None:
        keys = self.keys
        answer = self._http.post(
            keys.token_url,
            auth=(keys.client_id, keys.client_secret),
            headers={"Accept": "application/json"},
            data={"grant_type": "refresh_token", "refresh_token": keys.refresh_token},
        )
        if answer.status_code != 200:
            raise Refused(
                f"the token endpoint answered {answer.status_code}: the client id, secret or "
                "refresh token is not, or no longer, valid (docs/sandbox.md says how to get new)"
            )
        tokens = answer.json()
        self.keys = keys.renewed(tokens["access_token"], tokens["refresh_token"])


def _answer(answer: httpx.Response) -> Answer:
    content_type = answer.headers.get("content-type", "")
    body: Any = {}
    if "json" in content_type:
        try:
            body = json.loads(answer.text, parse_float=Decimal)
        except ValueError:
            body = {}
    return Answer(
        answer.status_code, answer.text, content_type, body if isinstance(body, dict) else {}
    )


def _why(refusal: Answer) -> str:
    return f"{refusal.status} {refusal.code} {refusal.fault.get('detail', '')}"


def _dumps(body: Any) -> bytes:
    return json.dumps(body, default=float).encode()
