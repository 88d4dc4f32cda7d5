"""The sync state of a record, the moves people may make, and the order of kinds."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from tillbook.domain.documents import Kind

# A document goes after everything it refers to, so kinds are exported in this order.
KINDS_IN_ORDER = (
    Kind.CUSTOMER,
    Kind.VENDOR,
    Kind.PRODUCT,
    Kind.QUOTE,
    Kind.INVOICE,
    Kind.PAYMENT,
    Kind.CREDIT_NOTE,
    Kind.WRITE_OFF,
    Kind.ALLOCATION,
    Kind.REFUND,
    Kind.BILL,
    Kind.VENDOR_CREDIT,
    Kind.BILL_PAYMENT,
    Kind.JOURNAL,
    Kind.PAYOUT,
)
# QuickBooks refuses parallel writes to name lists ("one name at a time").
NAME_LISTS = frozenset({Kind.CUSTOMER, Kind.VENDOR, Kind.PRODUCT})


class Status(StrEnum):
    """What users see. `sending` is the short time between intent and answer; it counts as
    pending wherever statuses are added up."""

    PENDING = "pending"
    SENDING = "sending"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


PEOPLE_MAY_MOVE = {
    "retry": {
        Status.FAILED: Status.PENDING,
        Status.SKIPPED: Status.PENDING,
        Status.COMPLETED: Status.PENDING,
    },
    "skip": {Status.FAILED: Status.SKIPPED, Status.PENDING: Status.SKIPPED},
}


class Outcome(StrEnum):
    """What became of an event. An event without outcome is queued."""

    TRANSLATED = "translated"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"
    FAILED = "failed"


@dataclass(frozen=True)
class Link:
    """Document to QuickBooks object, as last written and last seen.

    `written` has a hash of each field we own, as QuickBooks returned it when we wrote it, and is
    empty where we only found the object. `edits` are the fields that were seen to be otherwise,
    with the hash of what is there: a person edited them. `line_ids` are QuickBooks' line ids by our
    line id, so that an update keeps them. `account` is an item's income account,
    `cost_account` the one that purchases of it go to.
    """

    entity: str
    id: str
    sync_token: str
    written: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)
    line_ids: dict[str, str] = field(default_factory=dict)
    account: str | None = None
    cost_account: str | None = None


@dataclass(frozen=True)
class Reason:
    """Why a record waits, failed or was skipped, for the person who has to know."""

    what: str
    cure: str | None = None
    who: str | None = None
    """Who has to act."""
    said: str | None = None
    """QuickBooks' own words, with the id by which Intuit's support finds the call."""


AttemptOutcome = Literal["done", "refused", "absent"]
"""Absent: QuickBooks never told, and it is not in the books."""


@dataclass(frozen=True)
class Attempt:
    """One time that a revision was sent. Payload and answer are kept under the intent's id."""

    intent: str
    bid: str
    at: str
    operation: str
    outcome: AttemptOutcome
