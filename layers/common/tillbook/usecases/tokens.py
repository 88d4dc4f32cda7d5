"""Access tokens of a connection, renewed before they expire.

    refresher A          stored                     refresher B
    take lock ─────────► v7, locked by A
    refresh R7           v7, locked by A            needs one: waits (Throttled), or uses
    store R8 ──────────► v8, unlocked               the old access token while it lives
    use   A8             v8                         re-reads, uses A8

The new refresh token is stored before its access token is used. Where the lock ran out under a
refresher, its write fails on the version; the token it was issued becomes an alternate, which is
tried when the server no longer knows the stored one. A refresher that dies leaves its lock behind:
until it runs out the old access token serves, which is why it is renewed so long before its end.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from tillbook.errors import NeedsPerson, ReconnectNeeded, Throttled, TransientError
from tillbook.ports import (
    AuthorizationServer,
    Clock,
    ConditionFailed,
    Database,
    InvalidGrant,
    Tokens,
    Vault,
    Write,
)
from tillbook.store import connections, notices
from tillbook.store import tokens as store
from tillbook.store.connections import State
from tillbook.store.tokens import Secrets, StoredTokens

# A token this close to its end is renewed before it is used.
MARGIN = store.LOCK + timedelta(minutes=3)
# Seconds. Most refreshes take one; whoever has waited for longer waits for as long again.
WAIT_FOR_OTHER_REFRESHER = 2.0
# Seconds that a thread waits for another of this process: a refresh that ends well ends within it.
LONGEST_LOOK = 30.0
_ATTEMPTS = 10
RECONNECT = "Reconnect needed"
_RECONNECT = (
    "QuickBooks no longer accepts this connection's authorisation. Connect it again as an "
    "administrator of the company; until then everything waits and nothing is lost."
)


@dataclass(frozen=True)
class FixedToken:
    """The token of a consent that is being completed: nothing is stored yet to renew it from."""

    token: str

    def access_token(self) -> str:
        return self.token

    def renew(self, rejected: str) -> str:
        raise ReconnectNeeded("QuickBooks refused the access token that it has just issued.")


class ConnectionTokens:
    """The tokens of one connection, as the calls to its books need them."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        oauth: AuthorizationServer,
        connection_id: str,
        *,
        now: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._db = db
        self._vault = vault
        self._oauth = oauth
        self._connection_id = connection_id
        self._now = now
        self._new_id = new_id
        self._known: tuple[str, datetime] | None = None
        """The access token, and when to renew it."""
        self._looking = Lock()
        """Held by the thread that looks for a token; the others then have the one it found."""

    def access_token(self) -> str:
        """A token with some minutes left. Raises ReconnectNeeded, Throttled where another process
        is renewing it, and TransientError where the authorization server does not answer."""
        return self._known_token() or self._find(rejected=None)

    def renew(self, rejected: str) -> str:
        """Another token than the one that QuickBooks rejected. Raises as `access_token`."""
        return self._find(rejected=rejected)

    def _known_token(self, rejected: str | None = None) -> str | None:
        known = self._known
        if known is None or known[0] == rejected or self._now() >= known[1]:
            return None
        return known[0]

    def _find(self, rejected: str | None) -> str:
        if not self._looking.acquire(timeout=LONGEST_LOOK):
            raise Throttled(WAIT_FOR_OTHER_REFRESHER)
        try:
            return self._known_token(rejected) or self._current(rejected)
        finally:
            self._looking.release()

    def _current(self, rejected: str | None) -> str:
        stored = self._load()
        secrets = self._unseal(stored)
        now = self._now()
        usable = secrets.access_token != rejected
        if usable and _lives(stored, now + MARGIN):
            return self._remember(secrets.access_token, stored.access_expires_at)
        spare = secrets.access_token if usable and _lives(stored, now) else None
        holder = self._new_id()
        try:
            if store.take_lock(self._db, self._connection_id, stored.version, holder, now):
                return self._refresh(stored, secrets, holder, rejected)
        except (TransientError, NeedsPerson):
            with suppress(TransientError):
                store.drop_lock(self._db, self._connection_id, holder)
            if spare is None:
                raise
        return spare or self._use_others(rejected)

    def _use_others(self, rejected: str | None) -> str:
        """Somebody else refreshes, or has done so since we looked. Raises Throttled."""
        stored = self._load()
        token = self._unseal(stored).access_token
        now = self._now()
        if token != rejected and _lives(stored, now):
            return self._remember(token, stored.access_expires_at)
        raise Throttled(_wait_for(stored, now))

    def _refresh(
        self, stored: StoredTokens, secrets: Secrets, holder: str, rejected: str | None
    ) -> str:
        for token in dict.fromkeys((secrets.refresh_token, *secrets.alternates)):
            asked_at = self._now()
            try:
                issued = self._oauth.refresh(token)
            except InvalidGrant:
                continue
            if self._store(stored, secrets, issued, asked_at):
                expires_at = int(asked_at.timestamp()) + issued.expires_in
                return self._remember(issued.access_token, expires_at)
            return self._use_others(rejected)
        return self._after_refusal(stored.version, holder, rejected)

    def _store(
        self, before: StoredTokens, replaced: Secrets, issued: Tokens, asked_at: datetime
    ) -> bool:
        """Stores what was issued in place of what it was issued for; True. Where our lock ran out
        and another refresher has stored its own, ours is kept beside it; False."""
        for _ in range(_ATTEMPTS):
            try:
                current = store.load(self._db, self._connection_id)
                if current is None:
                    raise ReconnectNeeded(_RECONNECT)
                secrets = self._unseal(current)
                if secrets.access_token == issued.access_token:
                    return True  # our write did take effect
                if issued.refresh_token in secrets.alternates:
                    return False
                ours = current.dead or secrets.access_token == replaced.access_token
                if not ours and issued.refresh_token == secrets.refresh_token:
                    return False  # the same value was issued twice
                self._db.write(
                    *self._replace(current, secrets, before, issued, asked_at)
                    if ours
                    else self._keep_beside(current, secrets, issued)
                )
            except (ConditionFailed, TransientError):
                continue  # what was issued lives only here: look again rather than lose it
            return ours
        raise TransientError("The tokens of this connection keep changing; try again.")

    def _replace(
        self,
        current: StoredTokens,
        secrets: Secrets,
        before: StoredTokens,
        issued: Tokens,
        asked_at: datetime,
    ) -> list[Write]:
        # An alternate that was added meanwhile may have been issued after ours.
        added = secrets.alternates if current.version != before.version else ()
        sealed = self._seal(Secrets(issued.access_token, issued.refresh_token, added))
        put = store.put(self._connection_id, current.version, sealed, issued, asked_at)
        if not current.dead:
            return [put]
        # Given up for lost, and yet a live token came.
        alive = connections.change_state(
            self._connection_id, State.RECONNECT_NEEDED, State.CONNECTED
        )
        return [put, alive]

    def _keep_beside(self, current: StoredTokens, secrets: Secrets, issued: Tokens) -> list[Write]:
        sealed = self._seal(secrets.with_alternate(issued.refresh_token))
        return [store.keep_alternate(self._connection_id, current, sealed)]

    def _after_refusal(self, version: int, holder: str, rejected: str | None) -> str:
        """Every refresh token that we knew was refused. If another refresher was faster, its
        token is the live one; otherwise a person has to consent again, and is told once."""
        try:
            self._db.write(
                store.bury(self._connection_id, version, holder),
                *_lost(self._connection_id, self._new_id(), self._now()),
            )
        except ConditionFailed:
            connection = connections.load(self._db, self._connection_id)
            if connection is None or connection.state is not State.CONNECTED:
                with suppress(ConditionFailed):  # it has been told already
                    self._db.write(store.bury(self._connection_id, version, holder))
                raise ReconnectNeeded(_RECONNECT) from None
            return self._use_others(rejected)
        raise ReconnectNeeded(_RECONNECT)

    def _load(self) -> StoredTokens:
        stored = store.load(self._db, self._connection_id)
        if stored is None or stored.dead:
            raise ReconnectNeeded(_RECONNECT)
        return stored

    def _seal(self, secrets: Secrets) -> str:
        return store.seal(self._vault, self._connection_id, secrets)

    def _unseal(self, stored: StoredTokens) -> Secrets:
        return store.unseal(self._vault, self._connection_id, stored.sealed)

    def _remember(self, token: str, expires_at: int) -> str:
        expiry = datetime.fromtimestamp(expires_at, tz=self._now().tzinfo)
        self._known = (token, expiry - MARGIN)
        return token


def consent_lost(db: Database, connection_id: str, notice_id: str, now: datetime) -> bool:
    """QuickBooks refuses what it issued: a person has to consent again. True, and a notice, the
    first time it is found since the connection was connected."""
    try:
        db.write(*_lost(connection_id, notice_id, now))
    except ConditionFailed:
        return False
    return True


def _lost(connection_id: str, notice_id: str, now: datetime) -> list[Write]:
    return [
        connections.change_state(connection_id, State.CONNECTED, State.RECONNECT_NEEDED),
        notices.add(connection_id, notice_id, RECONNECT, _RECONNECT, now),
    ]


def _wait_for(stored: StoredTokens, now: datetime) -> float:
    """Seconds to wait for whoever holds the lock: as long as it was held so far, so that one who
    died is not asked after every other second."""
    if stored.lock_until is None:
        return WAIT_FOR_OTHER_REFRESHER
    left = datetime.fromisoformat(stored.lock_until) - now
    held = (store.LOCK - left).total_seconds()
    return max(WAIT_FOR_OTHER_REFRESHER, min(held, left.total_seconds()))


def _lives(stored: StoredTokens, at: datetime) -> bool:
    return at.timestamp() < stored.access_expires_at
