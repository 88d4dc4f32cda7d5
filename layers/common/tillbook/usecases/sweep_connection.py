"""The sweep: log, outcomes, documents, records and links are compared with each other, whole, and
what can be mended without a person is mended.

    events     of the log without outcome are queued again; documents that an outcome names exist
    outcomes   whose event has expired are counted
    documents  have records, records have pointers and links (`repair_records`)
    pointers   to what is not pending are removed
    aside      what failed or was skipped is summed up anew

It goes page by page and keeps how far it is, so that it takes as many invocations as the history is
long. A page that was cut short is gone through again, which changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from tillbook.domain.documents import Kind
from tillbook.errors import Conflict
from tillbook.ports import (
    Delete,
    HasClock,
    HasDatabase,
    HasEventLog,
    Item,
    Put,
    Table,
    TranslateQueue,
)
from tillbook.store import channels, connections, events, keys, proofs, records, revisions, runs
from tillbook.store.proofs import Count, Drift
from tillbook.store.revisions import Revision
from tillbook.usecases import take_stock
from tillbook.usecases.check_completeness import aside
from tillbook.usecases.exactly_once import Lease, write_held
from tillbook.usecases.repair_records import Sweeper, is_new, remove_stray_pointers, repair
from tillbook.usecases.take_stock import Stock
from tillbook.usecases.work import RESERVE_SECONDS, Progress

# An event waits for its turn in the queue, and for a retry, no longer than that.
QUEUED_FOR = timedelta(minutes=15)
_LISTED = 200
_PAGE = 200
_KINDS = tuple(Kind)
_PHASES = ("events", "outcomes", "documents", "pointers", "aside", "done")


class Ports(HasDatabase, HasEventLog, HasClock, Protocol):
    @property
    def translate_queue(self) -> TranslateQueue: ...


@dataclass
class _State:
    """How far a sweep is, and what it has counted so far."""

    run: str
    began_at: str
    phase: str = _PHASES[0]
    channel: str = ""
    position: str = ""
    """The last event of the channel that was looked at."""
    kind: int = 0
    cursor: str | None = None
    carried: dict[str, str] | None = None
    """A document that may have newer revisions on the next page."""
    stock: dict[str, Any] = field(default_factory=lambda: vars(Stock()))
    outcomes: int = 0
    """Seen of events that were in the log when it began."""
    aside: dict[str, list[Any]] = field(default_factory=dict)
    requeued: int = 0
    repaired: int = 0
    findings: list[dict[str, str]] = field(default_factory=list)
    more: int = 0

    def next_phase(self) -> None:
        self.phase = _PHASES[_PHASES.index(self.phase) + 1]
        self.kind, self.cursor = 0, None

    def next_kind(self, cursor: str | None) -> None:
        """On to where the next page begins, of the next kind after the last page."""
        self.cursor = cursor
        if cursor is None:
            self.kind += 1
            if self.kind == len(_KINDS):
                self.next_phase()


@dataclass(frozen=True)
class _Sweep:
    ports: Ports
    sweeper: Sweeper
    state: _State
    stock: Stock

    @property
    def connection_id(self) -> str:
        return self.sweeper.connection_id


def sweep_connection(ports: Ports, lease: Lease, seconds_left: Callable[[], float]) -> Progress:
    """One step of the sweep; not done while there are more pages. Raises LeaseLost, Conflict where
    the connection has no company, and TransientError."""
    db, now = ports.database, ports.now()
    runs.renew_lease(db, lease.connection_id, lease.run_id, lease.fence, now)
    connection = connections.load(db, lease.connection_id)
    if connection is None or connection.realm_id is None:
        raise Conflict("the connection is not connected to a QuickBooks company")
    state = _load(ports, lease)
    sweeper = Sweeper(db, lease, connection.realm_id, now)
    pages = 0
    while state.phase != _PHASES[-1]:
        if seconds_left() < RESERVE_SECONDS:
            return Progress(done=False, count=pages)
        sweep = _Sweep(ports, sweeper, state, Stock(**state.stock))
        _STEPS[state.phase](sweep)
        state.stock = vars(sweep.stock)
        pages += 1
        if state.phase == _PHASES[-1]:
            _conclude(sweep)
        else:
            write_held(db, lease, [proofs.save_sweep(lease.connection_id, asdict(state))])
    return Progress(done=True, count=pages)


def _load(ports: Ports, lease: Lease) -> _State:
    stored = proofs.load_sweep(ports.database, lease.connection_id)
    if stored is None or stored["run"] != lease.run_id:
        return _State(lease.run_id, ports.now().isoformat())
    return _State(**{name: stored[name] for name in _State.__dataclass_fields__})


# The phases, a page each


def _events(sweep: _Sweep) -> None:
    state, db = sweep.state, sweep.sweeper.db
    listed = sorted(one.id for one in channels.list_channels(db, sweep.connection_id, deleted=True))
    left = [one for one in listed if one >= state.channel]
    if not left:
        sweep.state.next_phase()
        return
    channel = left[0]
    if channel != state.channel:
        state.channel, state.position = channel, ""
    log = sweep.ports.event_log.keys(f"{channel}/", after=state.position)
    logged = list(islice(log, take_stock.EVENTS))
    outcomes = take_stock.outcomes_of(db, sweep.connection_id, logged)
    named = {one["record"] for event in outcomes.values() for one in event.documents}
    known = records.load_many(db, sweep.connection_id, named).keys()
    for key in logged:
        event = outcomes.get(key)
        sweep.stock.add_event(event)
        state.outcomes += event is not None and event.received_at < state.began_at
        missing = {one["record"] for one in event.documents} - known if event else set()
        if missing or (event is None and _is_late(sweep, key)):
            sweep.ports.translate_queue.send(key)
            state.requeued += 1
        sweep.stock.lost += sorted(missing - set(sweep.stock.lost))
    if len(logged) == take_stock.EVENTS:
        state.position = logged[-1]
    elif len(left) > 1:
        state.channel, state.position = left[1], ""
    else:
        state.next_phase()


def _is_late(sweep: _Sweep, key: str) -> bool:
    blob = sweep.ports.event_log.get(key)
    if blob is None:
        return False  # it expired meanwhile
    received = datetime.fromisoformat(blob.metadata["received-at"])
    return received + QUEUED_FOR < sweep.sweeper.at


def _outcomes(sweep: _Sweep) -> None:
    state = sweep.state
    page, state.cursor = events.outcomes_page(sweep.sweeper.db, sweep.connection_id, state.cursor)
    sweep.stock.expired += sum(one.received_at < state.began_at for one in page)
    if state.cursor is None:
        # Those that were seen in the log have not expired.
        sweep.stock.expired = max(0, sweep.stock.expired - state.outcomes)
        state.next_phase()


def _documents(sweep: _Sweep) -> None:
    state, db = sweep.state, sweep.sweeper.db
    page = revisions.page(db, sweep.connection_id, _KINDS[state.kind], state.cursor)
    newest = {one.record: one for one in (*_carried(state), *page.newest)}
    looked_at = list(newest.values())
    state.carried = None
    if page.cursor is not None and looked_at:
        state.carried = asdict(looked_at.pop())
    done = repair(sweep.sweeper, looked_at)
    asides = []
    for revision in looked_at:
        record = done.records.get(revision.record)
        sweep.stock.add_document(revision.record, record)
        if record is not None and (one := aside(record)) is not None:
            asides.append(proofs.put_aside(sweep.connection_id, one))
    _put_held(sweep, asides)
    state.repaired += done.repairs
    room = _LISTED - len(state.findings)
    state.findings += done.findings[:room]
    state.more += len(done.findings[room:])
    state.next_kind(page.cursor)


def _carried(state: _State) -> Iterator[Revision]:
    if state.carried is not None:
        yield Revision(**state.carried)


def _put_held(sweep: _Sweep, puts: list[Put]) -> None:
    for start in range(0, len(puts), _PAGE // 4):
        sweep.sweeper.write(*puts[start : start + _PAGE // 4])


def _pointers(sweep: _Sweep) -> None:
    state = sweep.state
    partition = keys.pending(sweep.connection_id, _KINDS[state.kind], "", "").partition
    page = sweep.sweeper.db.query(Table.SYNC, partition, limit=_PAGE, cursor=state.cursor)
    state.repaired += remove_stray_pointers(sweep.sweeper, page.items)
    state.next_kind(page.cursor)


def _aside(sweep: _Sweep) -> None:
    """Their sums; what is set aside no longer is taken out."""
    state, db = sweep.state, sweep.sweeper.db
    partition = keys.aside(sweep.connection_id, "").partition
    page = db.query(Table.SYNC, partition, limit=_PAGE, cursor=state.cursor)
    known = records.load_many(db, sweep.connection_id, [one["record"] for one in page.items])
    sums = proofs.sums_from(state.aside)
    for item in page.items:
        one, record = proofs.aside_from(item), known.get(item["record"])
        if record is not None and aside(record) == one:
            proofs.add_to(sums, one, +1)
        else:
            _correct(sweep, sums, item, aside(record) if record else None)
    state.aside = proofs.sums_item(sums)
    state.cursor = page.cursor
    if page.cursor is None:
        state.next_phase()


def _correct(sweep: _Sweep, sums: proofs.Sums, item: Item, now: proofs.Aside | None) -> None:
    if now is None:
        sweep.sweeper.write(Delete(keys.aside(sweep.connection_id, item["record"])))
    else:
        sweep.sweeper.write(proofs.put_aside(sweep.connection_id, now))
        proofs.add_to(sums, now, +1)


_STEPS: dict[str, Callable[[_Sweep], None]] = {
    "events": _events,
    "outcomes": _outcomes,
    "documents": _documents,
    "pointers": _pointers,
    "aside": _aside,
}


def _conclude(sweep: _Sweep) -> None:
    """Stores what was counted and found, and tells the run. Raises LeaseLost."""
    state, db, connection_id = sweep.state, sweep.sweeper.db, sweep.connection_id
    run_id = sweep.sweeper.lease.run_id
    last = proofs.load_drift(db, connection_id)
    before = last.records if last else ()
    told = {"requeued": state.requeued, "repaired": state.repaired, "found": len(state.findings)}
    counted = {name: number for name, number in told.items() if number}
    run = runs.load(db, connection_id, run_id)
    if run is not None and counted:
        new = any(is_new(one, before) for one in state.findings)
        runs.change(db, connection_id, run_id, counts={**run.counts, "sweep": counted}, drifted=new)
    write_held(
        db,
        sweep.sweeper.lease,
        [
            proofs.save_count(
                connection_id,
                Count(
                    run=state.run,
                    everything_at=state.began_at,
                    checked_at=state.began_at,
                    stock=take_stock.shown(sweep.stock),
                    aside=proofs.sums_from(state.aside),
                    lost=tuple(sweep.stock.lost),
                ),
            ),
            proofs.save_drift(
                connection_id, Drift(state.began_at, tuple(state.findings), state.more)
            ),
            proofs.save_sweep(connection_id, asdict(state)),
        ],
    )
