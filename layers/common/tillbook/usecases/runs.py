"""Starts a run, and the two states that open and close it."""

from dataclasses import replace
from typing import Any, Protocol

from tillbook.domain.sync import KINDS_IN_ORDER
from tillbook.errors import Conflict, NotFound
from tillbook.ports import ConditionFailed, Database, HasClock, HasDatabase, Notifier, Write
from tillbook.ports import Runs as StateMachine
from tillbook.store import connections, intents, notices, proofs, records
from tillbook.store import runs as store
from tillbook.store.connections import State
from tillbook.store.runs import Run
from tillbook.usecases.tokens import consent_lost

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
    db, now = ports.database, ports.now()
    try:
        lent = store.take_lease(db, connection_id, run_id, now)
    finally:
        store.begun(db, connection_id, run_id)
    if lent.dead is not None:
        # It was quiet for longer than a function can live: its run ended without saying so.
        store.end(db, connection_id, lent.dead, "failed", "Interrupted", now)
    run = store.begin(db, connection_id, run_id, now)
    if run.direction == SWEEP:
        connections.note_sweep(db, connection_id, now)
    return lent.fence


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
    """Closes the run and releases the lease, both or neither; answers the run's status. A zombie
    changes nothing, and neither does a repetition."""
    db, now = ports.database, ports.now()
    run = store.load(db, connection_id, run_id)
    if run is None:
        raise NotFound("there is no such run")
    if error == "ReconnectNeeded":
        connection = connections.load(db, connection_id)
        if connection is None or connection.state in (State.DELETED, State.DISCONNECTED):
            error = "Disconnected"
        else:
            consent_lost(db, connection_id, run_id, now)
    status = _status(run, error)
    told = _what_to_tell(replace(run, error=error), status)
    writes: list[Write] = [store.ending(connection_id, run_id, status, error, now)]
    if fence:
        writes.append(store.releasing(connection_id, run_id, fence))
    if told is not None and error not in _KNOWN:
        writes.append(notices.add(connection_id, run_id, *told, now))
    try:
        db.write(*writes)
    except ConditionFailed:
        # Another run took over, and has written how this one ended; or this is a repetition.
        ended = store.load(db, connection_id, run_id)
        return ended.status if ended else status
    if told is not None:
        # A mail has to say by itself whose run it was.
        subject, text = told
        ports.notifier.tell(f"Tillbook: {subject}", f"{text}\nConnection {connection_id}")
    return status


def _status(run: Run, error: str | None) -> str:
    if error == "Conflict":
        return "refused"
    if error is not None:
        return "failed"
    failures = sum(int(count.get("failed", 0)) for count in run.counts.values())
    return "completed with failures" if failures else "completed"


# A lost consent has a notice of its own.
_KNOWN = ("ReconnectNeeded",)
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


def _what_to_tell(run: Run, status: str) -> tuple[str, str] | None:
    """Subject and text, where there is something that people should know."""
    calm = status == "completed" and not (run.held or run.disagrees or run.drifted)
    if calm or run.error == "Disconnected":
        return None
    subject = f"The run of {run.created_at[:16].replace('T', ' ')} UTC: {status}"
    said = [_DISAGREES] if run.disagrees else []
    if run.drifted:
        said.append(_DRIFTED)
    if run.error is None and run.held:
        said.append(_HELD)
    if status != "completed":
        said.append(_WHY.get(run.error, f"It was cut short ({run.error}). {_GOES_ON}"))
    return subject, " ".join(said)


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
