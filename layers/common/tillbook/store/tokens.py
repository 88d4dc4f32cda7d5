"""Tokens of a connection: one sealed item with a version, and the lock of who refreshes them.

The version grows with every write of tokens, and every write names the version it replaces, so a
token that was issued last is never overwritten by one issued before it.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from tillbook.ports import (
    AnyOf,
    Below,
    Condition,
    ConditionFailed,
    Database,
    Equals,
    Item,
    Missing,
    Purpose,
    Put,
    Tokens,
    Update,
    Vault,
)
from tillbook.store import keys

# Longer than the calls that the lock protects, between clocks that differ by five minutes.
LOCK = timedelta(seconds=120 + 300)
MOST_ALTERNATES = 5


@dataclass(frozen=True)
class Secrets:
    """What is sealed. `alternates` are refresh tokens of refreshers that lost a race: whichever
    the authorization server issued last is the live one, and only it knows which that is."""

    access_token: str
    refresh_token: str
    alternates: tuple[str, ...] = ()

    def with_alternate(self, refresh_token: str) -> "Secrets":
        others = (refresh_token, *self.alternates)
        known = dict.fromkeys(token for token in others if token != self.refresh_token)
        return replace(self, alternates=tuple(known)[:MOST_ALTERNATES])


@dataclass(frozen=True)
class StoredTokens:
    version: int
    sealed: str
    access_expires_at: int
    """Seconds since the epoch, like the next."""
    refresh_expires_at: int
    dead: bool
    """The authorization server refused every refresh token we hold."""
    lock_until: str | None


def load(db: Database, connection_id: str) -> StoredTokens | None:
    item = db.get(keys.tokens(connection_id))
    if item is None:
        return None
    return StoredTokens(
        version=int(item["version"]),
        sealed=item["sealed"],
        access_expires_at=int(item["access_expires_at"]),
        refresh_expires_at=int(item["refresh_expires_at"]),
        dead=bool(item["dead"]),
        lock_until=item.get("lock_until"),
    )


def seal(vault: Vault, connection_id: str, secrets: Secrets) -> str:
    plain = json.dumps(asdict(secrets)).encode()
    return vault.seal(plain, Purpose.TOKENS, connection_id)


def unseal(vault: Vault, connection_id: str, sealed: str) -> Secrets:
    body = json.loads(vault.open(sealed, Purpose.TOKENS, connection_id))
    return Secrets(body["access_token"], body["refresh_token"], tuple(body["alternates"]))


def put(connection_id: str, version: int, sealed: str, issued: Tokens, asked_at: datetime) -> Put:
    """Tokens just issued, in place of `version`."""
    item = _item(version + 1, sealed, issued, asked_at)
    return Put(keys.tokens(connection_id), item, when=(Equals("version", version),))


def first(
    connection_id: str, before: StoredTokens | None, sealed: str, issued: Tokens, at: datetime
) -> Put:
    """Tokens of a new consent. Nothing of an earlier consent is kept but its version."""
    version = before.version if before else 0
    when: tuple[Condition, ...] = (Equals("version", version),) if before else (Missing("version"),)
    return Put(keys.tokens(connection_id), _item(version + 1, sealed, issued, at), when=when)


def keep_alternate(connection_id: str, before: StoredTokens, sealed: str) -> Update:
    """Secrets with one more alternate, all else unchanged."""
    return Update(
        keys.tokens(connection_id),
        set={"sealed": sealed, "version": before.version + 1},
        when=(Equals("version", before.version),),
    )


def take_lock(db: Database, connection_id: str, version: int, holder: str, now: datetime) -> bool:
    """Whether this holder may refresh `version` now."""
    try:
        db.write(
            Update(
                keys.tokens(connection_id),
                set={"lock": holder, "lock_until": (now + LOCK).isoformat()},
                when=(
                    Equals("version", version),
                    AnyOf((Missing("lock_until"), Below("lock_until", now.isoformat()))),
                ),
            )
        )
    except ConditionFailed:
        return False
    return True


def drop_lock(db: Database, connection_id: str, holder: str) -> None:
    """Does nothing where the lock has passed to another holder or tokens were written."""
    try:
        db.write(
            Update(
                keys.tokens(connection_id),
                remove=("lock", "lock_until"),
                when=(Equals("lock", holder),),
            )
        )
    except ConditionFailed:
        return


def bury(connection_id: str, version: int, holder: str) -> Update:
    """Marks the tokens as refused for good, by the holder of the lock. The version grows, so that
    a refresher that lost its lock sees that they were given up."""
    return Update(
        keys.tokens(connection_id),
        set={"dead": True, "version": version + 1},
        remove=("lock", "lock_until"),
        when=(Equals("version", version), Equals("lock", holder)),
    )


def _item(version: int, sealed: str, issued: Tokens, asked_at: datetime) -> Item:
    at = int(asked_at.timestamp())
    return {
        "version": version,
        "sealed": sealed,
        "access_expires_at": at + issued.expires_in,
        "refresh_expires_at": at + issued.refresh_expires_in,
        "dead": False,
    }
