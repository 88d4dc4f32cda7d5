"""Faults on demand: what shall go wrong, with which calls, how often."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from local.qbo import checked, faults
from local.qbo.entities import BY_FOLDED, ENTITIES
from local.qbo.faults import QboFault
from local.qbo.mishaps import Mishap
from local.qbo.operations import Call

#: Answers that take the place of the whole response.
TRANSPORT = (
    "normal",
    "dropped",
    "server_error",
    "unavailable",
    "stream_timeout",
    "throttled",
    "expired_token",
    "revoked",
    "forbidden",
    "gateway_error",
    "user_not_in_realm",
    "general_authentication",
    "no_access",
    "wrong_cluster",
    "invalid_grant",
)
#: What the token endpoint is called in `operation`.
TOKEN = "token"  # noqa: S105 - the name of an operation
_SENTENCES = {
    "one_name_at_a_time": "You can only add or edit one name at a time. Please try again.",
    "inventory_lock": (
        "Because another user was creating a transaction with inventory products at exactly the "
        "same time, this transaction could not be saved. Please try again in 30 minutes."
    ),
    "may_have_been_saved": (
        "An unexpected error occurred while accessing or saving your data. Please wait a few "
        "minutes and try again"
    ),
}
#: Answers of the QuickBooks service; in a batch they befall single items.
SERVICE = (
    *_SENTENCES,
    "duplicate_request",
    "query_processing",
    "system_failure",
    "read_only_company",
    "item_throttled",
)
#: Operations that a fault can be narrowed to.
OPERATIONS = (
    *("batch", "cdc", "create", "delete", "download", "pdf", "query", "read", "report", "send"),
    *(TOKEN, "update", "upload", "void"),
)


@dataclass
class Injection(Mishap):
    """One thing that shall go wrong with a call.

    `commits`: `no` (before the write), `yes` (after it) or `later` (the answer is lost now and
    the write happens `delay` seconds on). `seconds` the answer takes longer; a service's fault may
    come with another HTTP `status` (200 has been seen). `client_id` narrows it down too.
    """

    answer: str = "server_error"
    commits: str = "no"
    delay: float = 30.0
    status: int | None = None
    client_id: str | None = None

    def __post_init__(self) -> None:
        if self.answer not in (*TRANSPORT, *SERVICE):
            raise ValueError(
                f"answer: {checked.shown(self.answer)} is unknown; use one of "
                f"{', '.join((*TRANSPORT, *SERVICE))}"
            )
        if self.commits not in ("no", "yes", "later"):
            raise ValueError("commits: use no, yes or later")
        if self.commits == "later" and self.answer in SERVICE:
            raise ValueError("commits: only a lost answer can commit later")
        if self.entity is not None and self.entity.lower() not in BY_FOLDED:
            raise ValueError(
                f"entity: {checked.shown(self.entity)} is unknown; use one of {', '.join(ENTITIES)}"
            )
        if self.operation not in (None, *OPERATIONS):
            raise ValueError(
                f"operation: {checked.shown(self.operation)} is unknown; "
                f"use one of {', '.join(OPERATIONS)}"
            )
        if self.status is not None and not 200 <= self.status <= 599:
            raise ValueError("status: give an HTTP status from 200 to 599")
        super().__post_init__()

    @property
    def at_item(self) -> bool:
        return self.answer in SERVICE

    def fault(self) -> QboFault:
        """The service's fault."""
        made = service_fault(self.answer)
        made.status = self.status or made.status
        return made


def service_fault(answer: str) -> QboFault:
    """The fault that an answer of the QuickBooks service stands for."""
    if answer in _SENTENCES:
        return faults.business(_SENTENCES[answer])
    if answer == "duplicate_request":
        return faults.duplicate_request()
    if answer == "query_processing":
        return faults.query_processing()
    if answer == "read_only_company":
        return faults.read_only_company()
    if answer == "item_throttled":
        return faults.QboFault(
            faults.Problem(
                "3001",
                "message=ThrottleExceeded; errorCode=003001; statusCode=429",
                "The request limit was reached.  Try again later",
                None,
            ),
            type="SERVICE",
            status=429,
        )
    return faults.system_failure()


class Injections:
    """The list of what shall go wrong."""

    def __init__(self) -> None:
        self.list: list[Injection] = []
        self._lock = threading.Lock()

    def add(self, injection: Injection) -> None:
        self.list.append(injection)

    def clear(self) -> None:
        self.list.clear()

    def for_request(
        self, realm: str, client_id: str, calls: Sequence[Call], batch: bool
    ) -> Injection | None:
        """What befalls the whole request, if anything."""
        for each in self._open(realm, client_id):
            whole = batch and each.operation == "batch" and each.entity is None
            fits = not each.at_item and (
                whole or any(each.fits(call.entity, call.operation) for call in calls)
            )
            if fits and self._strikes(each):
                return each
        return None

    def for_token(self, client_id: str) -> Injection | None:
        """What befalls a call to the token endpoint; only what names it as the operation does."""
        for each in self.list:
            fits = each.operation == TOKEN and each.client_id in (None, client_id)
            if fits and self._strikes(each):
                return each
        return None

    def for_call(self, realm: str, client_id: str, call: Call) -> Injection | None:
        """What befalls one operation, alone or as an item of a batch."""
        for each in self._open(realm, client_id):
            if each.at_item and each.fits(call.entity, call.operation) and self._strikes(each):
                return each
        return None

    def _strikes(self, injection: Injection) -> bool:
        with self._lock:
            return injection.happens()

    def _open(self, realm: str, client_id: str) -> list[Injection]:
        return [
            each
            for each in self.list
            if each.realm in (None, realm) and each.client_id in (None, client_id)
        ]
