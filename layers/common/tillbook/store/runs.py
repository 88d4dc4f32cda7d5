"""Runs and the lease that lets only one of them work on a connection.

The lease carries a fencing number that grows with every holder. Every write of a run checks it in
the same transaction, so a function that wakes up after its lease was taken can change nothing.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tillbook.errors import Conflict, LeaseLost
from tillbook.ports import (
    Absent,
    AnyOf,
    Below,
    Check,
    ConditionFailed,
    Database,
    Equals,
    Item,
    Missing,
    Put,
    Table,
    Update,
)
from tillbook.store import keys

# Longer than any function's timeout (300 s) and the 120 s that QuickBooks may take to commit.
LEASE = timedelta(minutes=8)
# A run that was started takes the lease by then, or never does.
BEGINS_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True)
class Run:
    run: str
    connection: str
    direction: str
    status: str
    """queued, running, completed, completed with failures, failed, refused."""
    started_by: str
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    error: str | None = None
    counts: dict[str, Any] = field(default_factory=dict)
    """Per kind: sent, linked, failed, waiting, skipped. Of a sweep: requeued, repaired, found."""
    batches: int = 0
    reads: int = 0
    """Calls to QuickBooks."""
    held: int = 0
    """Documents that were found to wait for a person."""
    disagrees: bool = False
    """Its proof failed: the books differ from what was posted, or the counts do not add up."""
    drifted: bool = False
    """Its sweep found something new that takes a person."""
    cursors: dict[str, str | None] = field(default_factory=dict)
    """How far each kind was gone through."""
    waiting_for: str | None = None
    waiting_until: str | None = None

    def waits_for(self, now: datetime) -> str | None:
        """Why it does not get on at this moment."""
        waits = self.status == "running" and (self.waiting_until or "") > now.isoformat()
        return self.waiting_for if waits else None


@dataclass(frozen=True)
class Lent:
    fence: int
    dead: str | None
    """The run that held it before and never gave it back."""


def from_item(item: Item) -> Run:
    return Run(**{name: item[name] for name in Run.__dataclass_fields__ if name in item})


def create(db: Database, run: Run, now: datetime) -> None:
    """Of runs started at once one is created. Raises Conflict while another is about to begin."""
    starts = Update(
        keys.start(run.connection),
        set={"run": run.run, "until": (now + BEGINS_WITHIN).isoformat()},
        when=(AnyOf((Missing("run"), Below("until", now.isoformat()))),),
    )
    try:
        db.write(starts, Put(keys.run(run.connection, run.run), asdict(run), when=(Absent(),)))
    except ConditionFailed:
        raise Conflict("another run of this connection is about to begin") from None


def begun(db: Database, connection_id: str, run_id: str) -> None:
    """From now on the lease speaks for this run, or it never will begin."""
    try:
        db.write(
            Update(
                keys.start(connection_id),
                remove=("run", "until"),
                when=(Equals("run", run_id),),
            )
        )
    except ConditionFailed:
        return  # its time had passed, and another run is about to begin


def load(db: Database, connection_id: str, run_id: str) -> Run | None:
    item = db.get(keys.run(connection_id, run_id))
    return from_item(item) if item else None


def list_runs(
    db: Database, connection_id: str, *, limit: int = 50, cursor: str | None = None
) -> tuple[list[Run], str | None]:
    """Newest first: run ids sort by time."""
    partition = keys.run(connection_id, "").partition
    page = db.query(Table.SYNC, partition, descending=True, limit=limit, cursor=cursor)
    return [from_item(item) for item in page.items], page.cursor


def change(db: Database, connection_id: str, run_id: str, **changes: Any) -> None:
    db.write(Update(keys.run(connection_id, run_id), set=changes))


def begin(db: Database, connection_id: str, run_id: str, now: datetime) -> Run:
    started = {"status": "running", "started_at": now.isoformat()}
    return from_item(db.update(Update(keys.run(connection_id, run_id), set=started)))


def ending(
    connection_id: str, run_id: str, status: str, error: str | None, now: datetime
) -> Update:
    """How a run ended, written once."""
    return Update(
        keys.run(connection_id, run_id),
        set={"status": status, "error": error, "finished_at": now.isoformat()},
        when=(Equals("finished_at", None),),
    )


def end(
    db: Database, connection_id: str, run_id: str, status: str, error: str | None, now: datetime
) -> None:
    """Does nothing where it has ended already."""
    try:
        db.write(ending(connection_id, run_id, status, error, now))
    except ConditionFailed:
        return


def add_calls(db: Database, connection_id: str, run_id: str, *, batches: int, reads: int) -> None:
    """Where calls are made, nothing is waited for any more."""
    db.write(
        Update(
            keys.run(connection_id, run_id),
            add={"batches": batches, "reads": reads},
            remove=("waiting_for", "waiting_until"),
        )
    )


def wait(db: Database, connection_id: str, run_id: str, reason: str, until: datetime) -> None:
    change(db, connection_id, run_id, waiting_for=reason, waiting_until=until.isoformat())


def add_held(db: Database, connection_id: str, run_id: str, held: int) -> None:
    db.write(Update(keys.run(connection_id, run_id), add={"held": held}))


def save_cursor(
    db: Database, connection_id: str, run_id: str, kind: str, cursor: str | None
) -> None:
    run = load(db, connection_id, run_id)
    if run is not None:
        change(db, connection_id, run_id, cursors={**run.cursors, kind: cursor})


def take_lease(db: Database, connection_id: str, run_id: str, now: datetime) -> Lent:
    """Raises Conflict while another run is alive; a holder that was quiet for longer than the lease
    is dead and taken over. Its run is named until the lease is given back, so that its end is
    written whatever dies meanwhile."""
    before = holder(db, connection_id)
    after = {"after": before} if before not in (None, run_id) else {}
    try:
        item = db.update(
            Update(
                keys.lease(connection_id),
                set={"run": run_id, "until": (now + LEASE).isoformat(), **after},
                add={"fence": 1},
                when=(
                    AnyOf((Missing("run"), Equals("run", run_id), Below("until", now.isoformat()))),
                ),
            )
        )
    except ConditionFailed:
        raise Conflict("another run holds this connection") from None
    return Lent(int(item["fence"]), item.get("after"))


def holds(
    connection_id: str, run_id: str, fence: int, renew_at: datetime | None = None
) -> Check | Update:
    """Fails the transaction of a zombie: only the run that took the lease last writes. The number
    alone would not tell after a restore from backup, which sets it back."""
    key, held = keys.lease(connection_id), _held_by(run_id, fence)
    if renew_at is None:
        return Check(key, held)
    return Update(key, set={"until": (renew_at + LEASE).isoformat()}, when=held)


def _held_by(run_id: str, fence: int) -> tuple[Equals, Equals]:
    return (Equals("run", run_id), Equals("fence", fence))


def renew_lease(db: Database, connection_id: str, run_id: str, fence: int, now: datetime) -> None:
    """Raises LeaseLost."""
    try:
        db.write(holds(connection_id, run_id, fence, now))
    except ConditionFailed:
        raise LeaseLost("another run took this connection over") from None


def releasing(connection_id: str, run_id: str, fence: int) -> Update:
    """By whoever still holds the lease. The number stays, so that the next one is higher."""
    return Update(
        keys.lease(connection_id),
        remove=("run", "until", "after"),
        when=_held_by(run_id, fence),
    )


def holder(db: Database, connection_id: str) -> str | None:
    """The run that the lease names, alive or not."""
    item = db.get(keys.lease(connection_id))
    return str(item["run"]) if item and "run" in item else None


def active_run(db: Database, connection_id: str, now: datetime) -> str | None:
    """The run that is about to take the lease, or holds it and is alive."""
    for key in (keys.start(connection_id), keys.lease(connection_id)):
        item = db.get(key)
        if item is not None and "run" in item and item["until"] >= now.isoformat():
            return str(item["run"])
    return None
