"""Starts a run, and the two states that open and close it."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from tillbook.domain.sync import KINDS_IN_ORDER
from tillbook.errors import Conflict, NotFound
from tillbook.ports import Database, HasClock, HasDatabase, Notifier
from tillbook.ports import Runs as StateMachine
from tillbook.store import connections, intents, notices, proofs, records
from tillbook.store import runs as store
from tillbook.store.connections import State
from tillbook.store.runs import Run

SWEEP = "sweep"


class Ports(HasDatabase, HasClock, Protocol):
    @property
    def runs(self) -> StateMachine: ...
    @property
    def notifier(self) -> Notifier: ...
    def new_sorted_id(self) -> str: ...


class RunActive(Conflict):
    """A run of this connection is under way."""

    def __init__(self, run_id: str) -> None:
        self.active_run = run_id
        super().__init__(f"run {run_id} is under way: wait for it, or look at its progress")


def start_run(ports: Ports, connection_id: str, *, direction: str, started_by: str) -> Run:
    """Starts a run now. Raises RunActive with the id of the run that is under way."""
    now = ports.now()
    connection = connections.load(ports.database, connection_id)
    if connection is None:
        raise NotFound("there is no such connection")
    if connection.state != "connected":
        raise Conflict(
            f"the connection is {connection.state}: connect it to QuickBooks before starting a run"
        )
    active = store.active_run(ports.database, connection_id, now)
    if active is not None:
        raise RunActive(active)
    run = Run(
        run=ports.new_sorted_id(),
        connection=connection_id,
        direction=direction,
        status="queued",
        started_by=started_by,
        created_at=now.isoformat(),
    )
    try:
        store.create(ports.database, run, now)
    except Conflict:
        active = store.active_run(ports.database, connection_id, now)
        if active is None:
            raise
        raise RunActive(active) from None
    try:
        ports.runs.start(
            run.run, {"connection_id": connection_id, "run_id": run.run, "direction": direction}
        )
    except Exception:
        store.begun(ports.database, connection_id, run.run)
        store.end(ports.database, connection_id, run.run, "failed", "NotStarted", now)
        raise
    return run


def begin_run(ports: Ports, connection_id: str, run_id: str) -> int:
    """Takes the lease; answers the fencing number. Raises Conflict while another run lives."""
    now = ports.now()
    holder = store.holder(ports.database, connection_id)
    try:
        fence = store.take_lease(ports.database, connection_id, run_id, now)
    finally:
        store.begun(ports.database, connection_id, run_id)
    if holder not in (None, run_id):
        # It was quiet for longer than a function can live: its run ended without saying so.
        store.end(ports.database, connection_id, str(holder), "failed", "Interrupted", now)
    run = store.begin(ports.database, connection_id, run_id, now)
    if run.direction == SWEEP:
        connections.note_sweep(ports.database, connection_id, now)
    return fence


def plan_run(ports: Ports, connection_id: str, direction: str) -> list[str]:
    """Kinds with something to send or to recover, in the order in which they must go."""
    if direction in ("import", SWEEP):
        return []
    db = ports.database
    unsettled = {intent.kind for intent in intents.open_intents(db, connection_id)}
    return [
        str(kind)
        for kind in KINDS_IN_ORDER
        if kind in unsettled or records.pending(db, connection_id, kind, limit=1).records
    ]


def wants_sweep(ports: HasDatabase, connection_id: str, direction: str) -> bool:
    """Everything is counted when a person or the day asks for it, and once in the beginning."""
    return direction == SWEEP or proofs.load_count(ports.database, connection_id) is None


def finish_run(ports: Ports, connection_id: str, run_id: str, fence: int, error: str | None) -> str:
    """Closes the run and releases the lease; answers the run's status. A zombie changes nothing."""
    now = ports.now()
    run = store.load(ports.database, connection_id, run_id)
    if run is None:
        raise NotFound("there is no such run")
    if fence and not store.release_lease(ports.database, connection_id, run_id, fence):
        return run.status  # another run took over, and has written how this one ended
    connection = connections.load(ports.database, connection_id)
    state = connection.state if connection else State.DELETED
    if error == "ReconnectNeeded" and state in (State.DELETED, State.DISCONNECTED):
        error = "Disconnected"  # by a person, who knows
    status = _status(run, error)
    store.end(ports.database, connection_id, run_id, status, error, now)
    if error == "Disconnected":
        return status
    if status != "completed" or run.held or run.disagrees or run.drifted:
        # Who refreshes the tokens has left a notice of a lost consent.
        noticed = error == "ReconnectNeeded" and state is State.RECONNECT_NEEDED
        _tell(ports, connection_id, replace(run, error=error), status, now, noticed=noticed)
    return status


def _status(run: Run, error: str | None) -> str:
    if error == "Conflict":
        return "refused"
    if error is not None:
        return "failed"
    failures = sum(int(count.get("failed", 0)) for count in run.counts.values())
    return "completed with failures" if failures else "completed"


_GOES_ON = "What it did is kept, and the next run goes on from there."
_HELD = "Some documents wait until you act: the pending records say what to do."
_DISAGREES = "The books do not agree: the reconciliation names the accounts and documents."
_DRIFTED = "Documents differ from what Tillbook wrote: the reconciliation names them under drift."
_WHY = {
    None: "Some documents need you: look at the failed records.",
    "Conflict": "Another run of this connection was under way.",
    "ReconnectNeeded": "QuickBooks no longer accepts this connection: connect it again. "
    + _GOES_ON,
    "NeedsPerson": "QuickBooks refuses everything until a person acts: the waiting records say "
    "what to do. " + _GOES_ON,
}


def _tell(
    ports: Ports, connection_id: str, run: Run, status: str, now: datetime, *, noticed: bool
) -> None:
    subject = f"The run of {run.created_at[:16].replace('T', ' ')} UTC: {status}"
    said = [_DISAGREES] if run.disagrees else []
    if run.drifted:
        said.append(_DRIFTED)
    if run.error is None and run.held:
        said.append(_HELD)
    if status != "completed":
        said.append(_WHY.get(run.error, f"It was cut short ({run.error}). {_GOES_ON}"))
    text = " ".join(said)
    if not noticed:
        ports.database.write(notices.add(connection_id, run.run, subject, text, now))
    # A mail has to say by itself whose run it was.
    ports.notifier.tell(f"Tillbook: {subject}", f"{text}\nConnection {connection_id}")


def progress(db: Database, connection_id: str, run_id: str, kind: str, **counts: int) -> None:
    """Adds to the counts of a run, as users watch it; what is zero is not mentioned."""
    seen = {name: count for name, count in counts.items() if count}
    run = store.load(db, connection_id, run_id) if seen else None
    if run is None:
        return
    merged: dict[str, Any] = {**run.counts}
    of_kind = dict(merged.get(kind, {}))
    for name, count in seen.items():
        of_kind[name] = int(of_kind.get(name, 0)) + count
    merged[kind] = of_kind
    store.change(db, connection_id, run_id, counts=merged)
