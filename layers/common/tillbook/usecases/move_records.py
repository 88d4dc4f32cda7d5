"""The moves that people may make: retry and skip. Every move is kept with who, when and why."""

from dataclasses import replace
from typing import Protocol

from tillbook.domain.documents import Kind
from tillbook.domain.sync import PEOPLE_MAY_MOVE, Reason, Status
from tillbook.errors import Conflict, NotFound
from tillbook.ports import ConditionFailed, Delete, HasClock, HasDatabase, HasIds, Put, Write
from tillbook.store import keys, projection, records
from tillbook.store.records import Record


class Ports(HasDatabase, HasClock, HasIds, Protocol):
    """What this reaches."""


def move_record(
    ports: Ports, connection_id: str, record_key: str, move: str, *, actor: str, why: str
) -> Record:
    """The record after `retry` or `skip`. Raises NotFound and Conflict (it is being sent, or the
    move is not allowed from its status)."""
    record = records.load(ports.database, connection_id, record_key)
    if record is None:
        raise NotFound("there is no such record")
    allowed = PEOPLE_MAY_MOVE[move]
    if record.status not in allowed:
        states = " or ".join(allowed)
        raise Conflict(f"the record is {record.status}; {move} needs one that is {states}")
    return _move(ports, connection_id, record, move, actor=actor, why=why)


def retry_failed(
    ports: Ports, connection_id: str, *, kind: Kind | None, actor: str, why: str
) -> int:
    """Makes all failed records pending again; answers how many."""
    moved = 0
    for one in Kind if kind is None else [kind]:
        for record in records.all_records(ports.database, connection_id, one):
            if record.status is Status.FAILED:
                _move(ports, connection_id, record, "retry", actor=actor, why=why)
                moved += 1
    return moved


def _skipped(actor: str, why: str) -> str:
    return f"Skipped by {actor}: {why}" if why else f"Skipped by {actor}."


def _move(
    ports: Ports, connection_id: str, record: Record, move: str, *, actor: str, why: str
) -> Record:
    now = ports.now()
    status = PEOPLE_MAY_MOVE[move][record.status]
    again = move == "retry"
    after = replace(
        record,
        status=status,
        reason=Reason(_skipped(actor, why)) if status is Status.SKIPPED else None,
        by_person=status is Status.SKIPPED,
        # A person who sends it again wants our version in the books, edits there or not: what is
        # there now is no edit of it any more. What was deleted there (edited, but no link) is made.
        edited=record.edited and not again,
        link=replace(record.link, owned_hash="") if again and record.link else record.link,
        sent_content=None if again else record.sent_content,
    )
    gone: list[Write] = []
    if status is Status.SKIPPED and record.edited and record.link is None:
        # It was deleted in QuickBooks and shall stay so: our projection does without it as well.
        gone += projection.additions(connection_id, [(record.posted_month, record.postings, -1)])
        after = replace(after, postings=(), posted_month=None)
    pointer = records.pointer(connection_id, record)
    writes: list[Write] = [
        records.save(connection_id, record, after, now),
        *gone,
        Put(pointer, {"record": record.key}) if status is Status.PENDING else Delete(pointer),
        Put(
            keys.audit(connection_id, f"{now.isoformat()}#{ports.new_id()}"),
            {
                "record": record.key,
                "from": str(record.status),
                "to": str(status),
                "who": actor,
                "why": why,
                "at": now.isoformat(),
            },
        ),
    ]
    try:
        ports.database.write(*writes)
    except ConditionFailed:
        raise Conflict("the record changed meanwhile: look at it again") from None
    return after
