"""OAuth states between the authorize call and its completion.

A state is kept as its SHA-256 only, bound to the caller and the connection. It moves
open → parked → used, each step conditional on the one before, so each happens once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tillbook.ports import Absent, Database, Equals, Item, Put, Update
from tillbook.store import keys

LIFETIME = timedelta(minutes=15)


class Step(StrEnum):
    OPEN = "open"
    PARKED = "parked"
    REFUSED = "refused"
    USED = "used"


@dataclass(frozen=True)
class Authorization:
    connection_id: str
    organisation: str
    subject: str
    """Who asked: only they may complete it."""
    redirect_uri: str
    expires_at: int
    """Seconds since the epoch; DynamoDB deletes the item some time later."""
    step: Step = Step.OPEN
    sealed: str | None = None
    """Code and realm, once parked."""

    def expired(self, now: datetime) -> bool:
        return now.timestamp() >= self.expires_at


def hash_state(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def create(db: Database, state: str, authorization: Authorization) -> None:
    item: Item = {
        "connection": authorization.connection_id,
        "organisation": authorization.organisation,
        "subject": authorization.subject,
        "redirect_uri": authorization.redirect_uri,
        "expires_at": authorization.expires_at,
        "step": str(Step.OPEN),
    }
    db.write(Put(keys.authorization(hash_state(state)), item, when=(Absent(),)))


def load(db: Database, state: str) -> Authorization | None:
    item = db.get(keys.authorization(hash_state(state)))
    if item is None:
        return None
    return Authorization(
        connection_id=item["connection"],
        organisation=item["organisation"],
        subject=item["subject"],
        redirect_uri=item["redirect_uri"],
        expires_at=int(item["expires_at"]),
        step=Step(item["step"]),
        sealed=item.get("sealed"),
    )


def move(db: Database, state: str, before: Step, after: Step, *, sealed: str | None = None) -> None:
    """Raises ConditionFailed where it is not at `before`."""
    changes = {"step": str(after)} | ({"sealed": sealed} if sealed else {})
    db.write(
        Update(
            keys.authorization(hash_state(state)),
            set=changes,
            remove=() if sealed else ("sealed",),
            when=(Equals("step", str(before)),),
        )
    )
