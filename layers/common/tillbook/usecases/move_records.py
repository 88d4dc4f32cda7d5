"""The moves that people may make: retry and skip. Every move is kept with who, when and why."""

from dataclasses import replace
from typing import Protocol

from tillbook.domain.documents import Kind
from tillbook.domain.sync import PEOPLE_MAY_MOVE, Link, Reason, Status
from tillbook.errors import Conflict, NotFound
from tillbook.ports import ConditionFailed, Delete, HasClock, HasDatabase, HasIds, Put, Write
from tillbook.quickbooks.conflicts import approve, edited_fields
from tillbook.store import keys, records, settings
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
    # What a person edited in the books may be left so, though nothing waits to be sent.
    left = move == "skip" and record.status is Status.COMPLETED and record.is_edited
    if record.status not in allowed and not left:
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


def _approved(ports: Ports, connection_id: str, record: Record) -> Link | None:
    if record.link is None:
        return None
    return approve(record.link, settings.load(ports.database, connection_id).conflicts)


def _stays(record: Record) -> tuple[str, ...]:
    """What stays in the books as a person made it."""
    edited = edited_fields(record.link) if record.link else set()
    return tuple(sorted({*record.kept, *edited}))


def _skipped(actor: str, why: str) -> str:
    return f"Skipped by {actor}: {why}" if why else f"Skipped by {actor}."


def _move(
    ports: Ports, connection_id: str, record: Record, move: str, *, actor: str, why: str
) -> Record:
    now = ports.now()
    again = move == "retry"
    status = Status.PENDING if again else Status.SKIPPED
    after = replace(
        record,
        status=status,
        reason=Reason(_skipped(actor, why)) if status is Status.SKIPPED else None,
        by_person=status is Status.SKIPPED,
        # A person who sends it again wants our version in the books, whatever was edited so far.
        # What was deleted there (edited, but no link) is made.
        edited=record.edited and not again,
        link=_approved(ports, connection_id, record) if again else record.link,
        kept=record.kept if again else _stays(record),
        sent_content=None if again else record.sent_content,
    )
    if status is Status.SKIPPED and record.edited and record.link is None:
        # It was deleted in QuickBooks and shall stay so: our projection does without it as well.
        after = replace(after, postings=(), posted_month=None)
    pointer = records.pointer(connection_id, record)
    writes: list[Write] = [
        records.save(connection_id, record, after, now),
        *records.note_kept(connection_id, record, after),
        *records.projected(connection_id, [(record, after)]),
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
