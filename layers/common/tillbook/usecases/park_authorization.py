"""The browser comes back from QuickBooks: what it brought is sealed under its state, once."""

import json
import re
from dataclasses import dataclass
from typing import Protocol

from tillbook.domain.checks import Finding
from tillbook.errors import BadInput
from tillbook.ports import ConditionFailed, Database, HasClock, HasDatabase, HasVault, Purpose
from tillbook.store import authorizations
from tillbook.store.authorizations import Step

START_AGAIN = "Start again with POST /connections/{id}/authorize."
_CODE = re.compile(r"[\x21-\x7e]{1,512}")
_REALM = re.compile(r"[0-9]{1,25}")


class Ports(HasDatabase, HasVault, HasClock, Protocol):
    """What this reaches."""


@dataclass(frozen=True)
class Callback:
    """What QuickBooks' redirect carries."""

    state: str
    code: str
    realm_id: str
    error: str


def park_authorization(ports: Ports, callback: Callback) -> bool:
    """Keeps what the browser brought; True if the person consented, False if they refused.

    Raises BadInput for a state that is wrong, used or expired: nothing is kept then.
    """
    found = authorizations.load(ports.database, callback.state) if callback.state else None
    if found is None or found.step is not Step.OPEN or found.expired(ports.now()):
        raise BadInput(bad_state())
    if callback.error:
        move(ports.database, callback.state, Step.OPEN, Step.REFUSED)
        return False
    if not _CODE.fullmatch(callback.code) or not _REALM.fullmatch(callback.realm_id):
        raise BadInput(
            Finding("code", "or realmId is missing or malformed in the address.", START_AGAIN)
        )
    parked = json.dumps({"code": callback.code, "realm_id": callback.realm_id}).encode()
    sealed = ports.vault.seal(parked, Purpose.AUTHORIZATION, found.connection_id)
    move(ports.database, callback.state, Step.OPEN, Step.PARKED, sealed=sealed)
    return True


def move(db: Database, state: str, before: Step, after: Step, *, sealed: str | None = None) -> None:
    """Raises BadInput where the state is not at `before`: somebody was faster."""
    try:
        authorizations.move(db, state, before, after, sealed=sealed)
    except ConditionFailed:
        raise BadInput(bad_state()) from None


def bad_state() -> Finding:
    return Finding("state", "is unknown, used or expired (it lives 15 minutes).", START_AGAIN)
