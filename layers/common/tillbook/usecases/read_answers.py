"""What became of each item of a batch, from what QuickBooks answered.

A refusal is definite, so every way out here may use a new identity: a stale token is read again, a
name or number that was taken meanwhile is looked up and adopted or avoided, and what only a person
can mend fails with the words for that person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tillbook.domain.sync import Link, Reason, Status
from tillbook.errors import NeedsPerson, ReconnectNeeded, TillbookError, TransientError
from tillbook.quickbooks import faults, identity, mapping, query
from tillbook.quickbooks.fault_table import Who
from tillbook.quickbooks.faults import Explanation, Fault, FaultClass
from tillbook.quickbooks.names import DELETED_SUFFIX
from tillbook.store import names
from tillbook.usecases import work as reading
from tillbook.usecases.exactly_once import Back, Done, Result
from tillbook.usecases.look_up import (
    Sent,
    done,
    find,
    linked_object,
    look_up,
    requests_of,
    sent_items,
)
from tillbook.usecases.work import Work

__all__ = ["Sent", "Verdict", "find", "look_up", "read_answers", "requests_of", "sent_items"]

DELETED = Reason(
    "It was deleted in QuickBooks after Tillbook wrote it.",
    "Retry it to create it again, or skip it to leave it deleted.",
    Who.BOOKKEEPER,
)
OTHER = Reason(
    "It is in QuickBooks already under its number, with other contents.",
    "Retry it to write Tillbook's version, or skip it to keep the one in QuickBooks.",
    Who.BOOKKEEPER,
)
Answers = Mapping[str, "dict[str, Any] | Fault"]


@dataclass
class Verdict:
    """Results per bId, and what the export has to mind next."""

    results: dict[str, Result] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)
    """Records to decide about anew at once."""
    completed: int = 0
    failed: int = 0
    one_at_a_time: bool = False
    reconnect: bool = False
    stopped: Explanation | None = None
    """Every other write would be refused as well, and why."""
    unclear: bool = False
    """Of some items it is not known whether they took effect."""

    def stop(self) -> TillbookError | None:
        """Why nothing more is to be sent now. What it is stands with the records: an exception's
        text may end up in a log."""
        if self.reconnect:
            return ReconnectNeeded("QuickBooks no longer accepts this connection")
        if self.stopped:
            passes = TransientError if self.stopped.by_tillbook else NeedsPerson
            return passes(f"QuickBooks refuses every write now: {self.stopped.name}")
        return None


def read_answers(work: Work, sent: Mapping[str, Sent], answers: Answers) -> Verdict:
    """A result for every answer. Reads from QuickBooks only what a refusal makes necessary."""
    verdict = Verdict()
    for bid, answer in answers.items():
        one = sent[bid]
        if isinstance(answer, Fault):
            verdict.results[bid] = _refused(work, one, answer, verdict)
        else:
            verdict.results[bid] = done(one, answer)
        result = verdict.results[bid]
        if isinstance(result, Done):
            verdict.completed += result.problem is None
            verdict.failed += result.problem is not None
    _remember_names(work, sent, answers)
    return verdict


def _remember_names(work: Work, sent: Mapping[str, Sent], answers: Answers) -> None:
    by_entity: dict[str, list[dict[str, Any]]] = {}
    for bid, answer in answers.items():
        entity = sent[bid].item.entity
        if entity in names.ENTITIES and not isinstance(answer, Fault):
            by_entity.setdefault(entity, []).append(answer)
    for entity, objects in by_entity.items():
        names.store(work.db, work.connection_id, entity, objects)


def _refused(work: Work, sent: Sent, fault: Fault, verdict: Verdict) -> Result:
    if faults.stops_everything(fault):
        verdict.stopped = faults.explain(fault, sent.record.title)
    kind = faults.classify(fault, sent.request.operation)
    verdict.one_at_a_time |= kind is FaultClass.ONE_AT_A_TIME
    verdict.reconnect |= kind is FaultClass.RECONNECT
    if verdict.stopped:
        return Back(Status.PENDING, _reason(verdict.stopped))
    if kind is FaultClass.RECONNECT:
        return Back(Status.PENDING)
    if kind in (FaultClass.ONE_AT_A_TIME, FaultClass.TRANSIENT):
        verdict.again.append(sent.record.key)
        explanation = faults.explain(fault, sent.record.title, sent.request.operation)
        return Back(Status.PENDING, _reason(explanation))
    if kind is FaultClass.STALE and sent.record.link is not None:
        return _stale(work, sent, sent.record.link, fault, verdict)
    if kind is FaultClass.GONE and sent.record.link is not None:
        return _gone(work, sent, sent.record.link, fault, verdict)
    if kind is FaultClass.NAME_TAKEN:
        return _name_taken(work, sent, fault, verdict)
    if kind is FaultClass.NUMBER_TAKEN and sent.request.operation == "create":
        found = find(work, sent)
        if found is not None:
            adopted = done(sent, found, as_left=False)
            shown = identity.shows(sent.request, found)
            return adopted if shown else replace(adopted, problem=OTHER)
    return _failed(sent, fault, verdict)


def _failed(sent: Sent, fault: Fault, verdict: Verdict) -> Back:
    verdict.failed += 1
    explanation = faults.explain(fault, sent.record.title, sent.request.operation)
    return Back(Status.FAILED, _reason(explanation))


def _reason(explanation: Explanation) -> Reason:
    tid = f" (intuit_tid {explanation.tid})" if explanation.tid else ""
    return Reason(explanation.what, explanation.cure, explanation.who, explanation.said + tid)


def _stale(work: Work, sent: Sent, link: Link, fault: Fault, verdict: Verdict) -> Result:
    """Somebody changed the object since we last saw it: it is decided about anew, with the new
    token and what they edited of ours."""
    found = linked_object(work, link)
    if found is None:
        return _gone(work, sent, link, fault, verdict)
    verdict.again.append(sent.record.key)
    return Back(Status.PENDING, link=mapping.seen(link, found))


def _gone(work: Work, sent: Sent, link: Link, fault: Fault, verdict: Verdict) -> Result:
    """What we wanted to change is gone, or something it refers to is. What was to be taken out of
    the books is out of them; else a person decides whether it is made again."""
    if linked_object(work, link) is not None:
        return _failed(sent, fault, verdict)
    if sent.request.operation in ("void", "delete"):
        verdict.completed += 1
        return Done(None)
    verdict.failed += 1
    return Back(Status.FAILED, DELETED, gone=True)


def _name_taken(work: Work, sent: Sent, fault: Fault, verdict: Verdict) -> Result:
    """Taken since the last import: remember by whom, and decide again (link, or another name)."""
    field_name = "Name" if sent.item.entity == "Item" else "DisplayName"
    name = str(sent.request.body.get(field_name) or "")
    space = ["Item"] if sent.item.entity == "Item" else ["Customer", "Vendor", "Employee"]
    known = False
    for entity in space:
        found = reading.query(
            work.books,
            query.select_any(
                entity, f"{field_name} in {query.any_of((name, name + DELETED_SUFFIX))}"
            ),
        )
        names.store(work.db, work.connection_id, entity, found)
        known |= bool(found)
    if not known:
        return _failed(sent, fault, verdict)
    verdict.again.append(sent.record.key)
    return Back(Status.PENDING)
