"""Intuit's OAuth server and the companies behind it, in memory: a small true implementation.

Codes are good once. What becomes of a refresh token when it is used is a switch, since Intuit
documents one behaviour and integrators report others.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from tests.fakes import FakeClock
from tillbook.domain.settings import Limits
from tillbook.errors import TransientError
from tillbook.ports import Answer, InvalidGrant, Tokens, TokenSource

ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=100)
DAY = timedelta(days=1)


class Rotation(StrEnum):
    """What happens to the value of a refresh token."""

    DAILY = "a new value once a day; the old one lives a day longer"
    STRICT = "a new value at each use; the old one dies at once"
    LATEST = "a new value at each use; the one it was issued for lives a day longer, others die"
    NEVER = "the same value always"


@dataclass
class Grant:
    """One consent: the line of tokens that came out of it."""

    realm_id: str
    live: dict[str, datetime] = field(default_factory=dict)
    """Refresh tokens that are accepted, until when."""
    newest: str = ""
    issued_at: datetime | None = None


@dataclass
class MemoryIntuit:
    clock: FakeClock
    rotation: Rotation = Rotation.DAILY
    companies: dict[str, dict[str, Any]] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    access: dict[str, tuple[Grant, datetime]] = field(default_factory=dict)
    codes: dict[str, tuple[Grant, str]] = field(default_factory=dict)
    refreshes: int = 0
    down: bool = False
    lose_answers: int = 0
    """So many answers get lost after the server did what was asked."""
    before_refresh: Callable[[], None] | None = None
    after_refresh: Callable[[], None] | None = None
    """Called once each: what happens elsewhere while a refresher waits for its answer."""
    numbers: int = 0

    def add_company(self, realm_id: str, name: str = "Shop Ltd", **info: Any) -> None:
        self.companies[realm_id] = {
            "CompanyName": name,
            "Country": "US",
            "DefaultTimeZone": "America/Los_Angeles",
            **info,
        }

    def consent(self, realm_id: str, redirect_uri: str) -> str:
        """A person agrees; answers the code that the redirect carries."""
        grant = Grant(realm_id)
        self.grants.append(grant)
        code = self._number("code")
        self.codes[code] = (grant, redirect_uri)
        return code

    # The authorization server, as the port has it

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        query = urlencode({"state": state, "redirect_uri": redirect_uri})
        return f"https://appcenter.intuit.example/connect/oauth2?{query}"

    def exchange(self, code: str, redirect_uri: str) -> Tokens:
        self._reach()
        grant, expected = self.codes.pop(code, (None, ""))
        if grant is None or expected != redirect_uri:
            raise InvalidGrant
        return self._issue(grant, None)

    def refresh(self, refresh_token: str) -> Tokens:
        self._call_once("before_refresh")
        self._reach()
        self.refreshes += 1
        grant = self._grant_of(refresh_token)
        if grant is None:
            raise InvalidGrant
        issued = self._issue(grant, refresh_token)
        self._call_once("after_refresh")
        if self.lose_answers:
            self.lose_answers -= 1
            raise TransientError("the answer was lost")
        return issued

    def revoke(self, token: str) -> None:
        self._reach()
        grant = self._grant_of(token)
        if grant is None:
            raise InvalidGrant
        self.end(grant)

    def end(self, grant: Grant) -> None:
        """Revoked here or in QuickBooks."""
        grant.live.clear()
        self.access = {one: held for one, held in self.access.items() if held[0] is not grant}

    # The books

    def books(
        self,
        realm_id: str,
        tokens: TokenSource,
        limits: Limits,
        remaining: Callable[[], float],
    ) -> "MemoryBooks":
        return MemoryBooks(self, realm_id, tokens)

    def accepts(self, access_token: str, realm_id: str) -> int:
        grant, until = self.access.get(access_token, (None, self.clock()))
        if grant is None or until <= self.clock():
            return 401
        return 200 if grant.realm_id == realm_id else 403

    def _issue(self, grant: Grant, used: str | None) -> Tokens:
        now = self.clock()
        rotate = {
            Rotation.DAILY: grant.issued_at is None or now - grant.issued_at >= DAY,
            Rotation.STRICT: True,
            Rotation.LATEST: True,
            Rotation.NEVER: not grant.newest,
        }[self.rotation]
        if rotate:
            kept = {
                Rotation.STRICT: [],
                Rotation.LATEST: [used] if used else [],
            }.get(self.rotation, list(grant.live))
            grant.live = {old: min(grant.live[old], now + DAY) for old in kept}
            grant.newest = self._number("refresh")
            grant.live[grant.newest] = now + REFRESH_LIFE
            grant.issued_at = now
        access = self._number("access")
        self.access[access] = (grant, now + ACCESS_LIFE)
        left = grant.live[grant.newest] - now
        return Tokens(access, grant.newest, 3600, int(left.total_seconds()))

    def _grant_of(self, refresh_token: str) -> Grant | None:
        now = self.clock()
        return next((one for one in self.grants if one.live.get(refresh_token, now) > now), None)

    def _reach(self) -> None:
        if self.down:
            raise TransientError("the authorization server does not answer")

    def _call_once(self, name: str) -> None:
        hook = getattr(self, name)
        setattr(self, name, None)
        if hook is not None:
            hook()

    def _number(self, what: str) -> str:
        self.numbers += 1
        return f"{what}-{self.numbers}"


@dataclass
class MemoryBooks:
    intuit: MemoryIntuit
    realm_id: str
    tokens: TokenSource

    def get(self, path: str, params: Any = None) -> Answer:
        token = self.tokens.access_token()
        status = self.intuit.accepts(token, self.realm_id)
        if status == 401:
            status = self.intuit.accepts(self.tokens.renew(token), self.realm_id)
        company = self.intuit.companies.get(self.realm_id)
        if status != 200 or company is None:
            return Answer(403, b'{"fault":{"error":[{"code":"3100"}]}}', tid="tid-403")
        found: dict[str, Any] = {}
        if path == f"companyinfo/{self.realm_id}":
            found = {"CompanyInfo": company}
        elif path == "preferences":
            if company.get("not_admin"):
                return Answer(403, b"{}", tid="tid-preferences")
            currency = company.get("currency", "USD")
            found = {"Preferences": {"CurrencyPrefs": {"HomeCurrency": {"value": currency}}}}
        return Answer(200, json.dumps(found).encode())

    def admit(self) -> None:
        raise AssertionError("nothing is sent while connecting")

    def batch(self, request_id: str, body: bytes) -> Answer:
        raise AssertionError("nothing is sent while connecting")
