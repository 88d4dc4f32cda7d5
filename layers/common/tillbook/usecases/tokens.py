"""Access tokens of a connection, renewed before they expire.

    refresher A          stored                     refresher B
    take lock ─────────► v7, locked by A
    refresh R7           v7, locked by A            needs one: waits (Throttled), or uses
    store R8 ──────────► v8, unlocked               the old access token while it lives
    use   A8             v8                         re-reads, uses A8

The new refresh token is stored before its access token is used. Where the lock ran out under a
refresher, its write fails on the version; the token it was issued becomes an alternate, which is
tried when the server no longer knows the stored one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from tillbook.errors import ReconnectNeeded, Throttled, TransientError
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
MARGIN = timedelta(minutes=5)
WAIT_FOR_OTHER_REFRESHER = 2.0
# A refresh that ends well ends within it; a thread that waited for longer comes back later.
LONGEST_LOOK = 30.0
_ATTEMPTS = 10
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
        if not store.take_lock(self._db, self._connection_id, stored.version, holder, now):
            return self._use_others(stored, spare)
        try:
            return self._refresh(stored, secrets, holder)
        except TransientError:
            store.drop_lock(self._db, self._connection_id, holder)
            if spare is None:
                raise
            return spare

    def _use_others(self, seen: StoredTokens, spare: str | None) -> str:
        """Somebody else refreshes, or has done so since we looked."""
        stored = self._load()
        if stored.version != seen.version and _lives(stored, self._now()):
            return self._hand_out(stored)
        if spare is not None:
            return spare
        raise Throttled(WAIT_FOR_OTHER_REFRESHER)

    def _refresh(self, stored: StoredTokens, secrets: Secrets, holder: str) -> str:
        for token in dict.fromkeys((secrets.refresh_token, *secrets.alternates)):
            asked_at = self._now()
            try:
                issued = self._oauth.refresh(token)
            except InvalidGrant:
                continue
            return self._store(stored.version, issued, asked_at)
        return self._after_refusal(stored.version, holder)

    def _store(self, version: int, issued: Tokens, asked_at: datetime) -> str:
        """Stores what was issued in place of the version it was issued for, then hands it out.
        Where our lock ran out and another refresher stored its own, ours is kept beside it."""
        for _ in range(_ATTEMPTS):
            current = store.load(self._db, self._connection_id)
            if current is None:
                raise ReconnectNeeded(_RECONNECT)
            writes: list[Write] = []
            if current.version == version or current.dead:
                secrets = Secrets(issued.access_token, issued.refresh_token)
                writes.append(
                    store.put(
                        self._connection_id, current.version, self._seal(secrets), issued, asked_at
                    )
                )
            else:
                secrets = self._unseal(current)
                if issued.refresh_token in (secrets.refresh_token, *secrets.alternates):
                    break  # the same value was issued twice, or our write did take effect
                both = secrets.with_alternate(issued.refresh_token)
                writes.append(store.keep_alternate(self._connection_id, current, self._seal(both)))
            if current.dead:  # given up for lost, and yet a live token came
                writes.append(
                    connections.change_state(
                        self._connection_id, State.RECONNECT_NEEDED, State.CONNECTED
                    )
                )
            try:
                self._db.write(*writes)
            except (ConditionFailed, TransientError):
                continue  # what was issued lives only here: look again rather than lose it
            break
        else:
            raise TransientError("The tokens of this connection keep changing; try again.")
        return self._hand_out(self._load())

    def _after_refusal(self, version: int, holder: str) -> str:
        """Every refresh token that we knew was refused. If another refresher was faster, its
        token is the live one; otherwise a person has to consent again, and is told once."""
        now = self._now()
        try:
            self._db.write(
                store.bury(self._connection_id, version, holder),
                connections.change_state(
                    self._connection_id, State.CONNECTED, State.RECONNECT_NEEDED
                ),
                notices.add(
                    self._connection_id, self._new_id(), "Reconnect needed", _RECONNECT, now
                ),
            )
        except ConditionFailed:
            stored = self._load()
            if stored.version == version or not _lives(stored, now):
                raise Throttled(WAIT_FOR_OTHER_REFRESHER) from None
            return self._hand_out(stored)
        raise ReconnectNeeded(_RECONNECT)

    def _hand_out(self, stored: StoredTokens) -> str:
        return self._remember(self._unseal(stored).access_token, stored.access_expires_at)

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


def _lives(stored: StoredTokens, at: datetime) -> bool:
    return at.timestamp() < stored.access_expires_at
