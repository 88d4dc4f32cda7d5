"""OAuth 2.0 as Intuit runs it: codes, access tokens of an hour, refresh tokens that rotate."""

import random
import string
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.qbo.clock import Clock
from local.qbo.switches import Switches
from local.qbo.wire import idtokens

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 8726400
#: A refresh token dies five years after consent, however often it was renewed.
HARD_SECONDS = 5 * 365 * 86400
CODE_SECONDS = 300
SCOPE = "com.intuit.quickbooks.accounting"
#: What `Tokens` has issued, by attribute.
_KEPT = ("codes", "access", "refresh", "grants")
_LETTERS = string.ascii_letters + string.digits


class OAuthError(Exception):
    """A refusal by the token endpoint."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


@dataclass
class App:
    """A client of the API. `redirect_uris` of None accepts any."""

    client_id: str
    secret: str
    redirect_uris: tuple[str, ...] | None = None


@dataclass
class Refresh:
    """One value of a refresh token; `usable_until` is set once a newer value exists."""

    value: str
    issued: datetime
    expires: datetime
    usable_until: datetime | None = None


@dataclass
class Grant:
    """What a user consented to: one company to one app. `nonce` goes into the id token."""

    client_id: str
    realm: str
    scope: str
    consented: datetime | None = None
    nonce: str = ""
    refreshes: list[Refresh] = field(default_factory=list)
    revoked: bool = False

    @property
    def subject(self) -> str:
        """The user who consented, as OpenID names one."""
        return f"0000{self.realm}"


@dataclass
class Code:
    """An authorisation code; it works once."""

    grant: Grant
    redirect_uri: str
    expires: datetime
    used: bool = False


@dataclass
class Access:
    grant: Grant
    expires: datetime


class Tokens:
    """Every code and token that was issued."""

    def __init__(self, clock: Clock, switches: Switches, seed: int | None) -> None:
        self.clock = clock
        self.switches = switches
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Access] = {}
        self.refresh: dict[str, tuple[Grant, Refresh]] = {}
        self.grants: dict[tuple[str, str], list[Grant]] = {}
        self._random = random.Random(seed)

    def authorize(
        self, client_id: str, realm: str, scope: str, redirect_uri: str, nonce: str = ""
    ) -> str:
        """Consent of a user; answers the code for the redirect."""
        value = "XAB1" + self._secret(46)
        expires = self.clock.now() + timedelta(seconds=CODE_SECONDS)
        grant = Grant(client_id, realm, scope, nonce=nonce)
        self.codes[value] = Code(grant, redirect_uri, expires)
        return value

    def exchange(self, client_id: str, code: str, redirect_uri: str) -> dict[str, object]:
        """Tokens for a code. A second exchange kills what the first one gave."""
        known = self.codes.get(code)
        if known is None or known.grant.client_id != client_id:
            raise OAuthError("invalid_grant")
        if known.used:
            known.grant.revoked = True
            raise OAuthError("invalid_grant", "Token invalid")
        if known.expires <= self.clock.now() or known.redirect_uri != redirect_uri:
            raise OAuthError("invalid_grant")
        known.used = True
        return self.issue(known.grant)

    def renew(self, client_id: str, value: str) -> dict[str, object]:
        """Tokens for a refresh token; its value changes once it is a day old."""
        known = self.refresh.get(value)
        now = self.clock.now()
        if known is None or known[0].client_id != client_id or known[0].revoked:
            raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
        grant, refresh = known
        if refresh.expires <= now or (refresh.usable_until and refresh.usable_until <= now):
            raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
        return self.issue(grant)

    def issue(self, grant: Grant) -> dict[str, object]:
        """A new access token and the grant's current refresh token, rotated when due."""
        now = self.clock.now()
        if grant.consented is None:
            grant.consented = now
            self.grants.setdefault((grant.client_id, grant.realm), []).append(grant)
        newest = grant.refreshes[-1] if grant.refreshes else None
        rotation = timedelta(seconds=self.switches.refresh_rotation_seconds)
        if newest is None or now - newest.issued >= rotation:
            if newest is not None:
                grace = timedelta(seconds=self.switches.refresh_grace_seconds)
                newest.usable_until = now + grace
            rolling = now + timedelta(seconds=REFRESH_SECONDS)
            newest = Refresh("AB11" + self._secret(46), now, min(rolling, self.hard_end(grant)))
            grant.refreshes.append(newest)
            self.refresh[newest.value] = (grant, newest)
        value = "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0.." + self._secret(120)
        self.access[value] = Access(grant, now + timedelta(seconds=ACCESS_SECONDS))
        answer: dict[str, object] = {
            "token_type": "bearer",
            "access_token": value,
            "refresh_token": newest.value,
            "expires_in": ACCESS_SECONDS,
            "x_refresh_token_expires_in": int((newest.expires - now).total_seconds()),
        }
        if "openid" in grant.scope.split():
            answer["id_token"] = self._id_token(grant, now)
        return answer

    def hard_end(self, grant: Grant) -> datetime:
        """When the grant ends for good, whatever is renewed."""
        return (grant.consented or self.clock.now()) + timedelta(seconds=HARD_SECONDS)

    def connected(self, client_id: str, realm: str) -> bool:
        """Whether an app holds a grant to a company that has not been revoked."""
        return any(not each.revoked for each in self.grants.get((client_id, realm), ()))

    def _id_token(self, grant: Grant, now: datetime) -> str:
        issued = int(now.timestamp())
        claims: dict[str, object] = {
            "sub": grant.subject,
            "aud": [grant.client_id],
            "realmid": grant.realm,
            "auth_time": int((grant.consented or now).timestamp()),
            "iss": idtokens.ISSUER,
            "exp": issued + ACCESS_SECONDS,
            "iat": issued,
        }
        if grant.nonce:
            claims["nonce"] = grant.nonce
        return idtokens.sign(claims)

    def revoke(self, client_id: str, value: str) -> None:
        """End a grant by either of its tokens. Raises OAuthError for an unknown one."""
        grant = self.access[value].grant if value in self.access else None
        if grant is None and value in self.refresh:
            grant = self.refresh[value][0]
        if grant is None or grant.client_id != client_id:
            raise OAuthError("invalid_request", "Token not found")
        grant.revoked = True

    def revoke_realm(self, realm: str) -> None:
        """A user disconnects every app from a company."""
        for (_, each), grants in self.grants.items():
            if each == realm:
                for grant in grants:
                    grant.revoked = True

    def state(self) -> dict[str, Any]:
        """Everything that was issued, and where the random numbers are; see `restore`."""
        kept = {name: value for name, value in vars(self).items() if name in _KEPT}
        return {**kept, "random": self._random.getstate()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state, with the tokens that it holds."""
        self._random.setstate(state["random"])
        vars(self).update({name: state[name] for name in _KEPT})

    def _secret(self, length: int) -> str:
        return "".join(self._random.choices(_LETTERS, k=length))
