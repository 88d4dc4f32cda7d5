"""Tillbook's part: a run over so many orders, from pending documents to proven books, by the real
state machine and handlers on in-memory stores and the emulator."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from bench import orders
from bench.machine import Execution, execute
from bench.metering import (
    Meter,
    MeteredBlobs,
    MeteredDatabase,
    MeteredLanes,
    MeteredTransport,
    Sent,
)
from bench.quiet import logs_thrown_away
from local.qbo import DEFAULT_REALM, Emulator, Latency, Limits
from local.qbo.in_process import EmulatorTransport
from local.qbo.wire.injection import Injection
from tests.fakes import MemoryBlobs, MemoryDatabase, MemoryRuns
from tests.workbench import CONNECTION, HOST, CountedServices, Workbench
from tillbook.adapters.http import http_client
from tillbook.domain.documents import Document
from tillbook.domain.settings import ConnectionSettings
from tillbook.ports import Lanes
from tillbook.settings import Environment
from tillbook.store.proofs import load_proof
from tillbook.usecases.runs import start_run

STANDARD = Latency(0.4, 0.02)
"""A call takes 0.4 s and 20 ms for each item: a second for a full batch."""
# Documents that arrive in one event, or in one call of the API.
_AT_ONCE = 50


@dataclass(frozen=True)
class Books:
    """What ended in the books, to see that two ways of exporting did the same."""

    invoices: int
    payments: int
    income: str
    receivable: str


@dataclass(frozen=True)
class Loss:
    """One answer to a write in fifty is lost, the same ones each time: 4 of the first 200, 120 of
    the first 6,000."""

    took_effect: bool
    """Whether the call did what it should although its answer was lost."""
    checks_numbers: bool = False
    """Whether QuickBooks refuses a second invoice of one number."""

    def inject(self, emulator: Emulator) -> Injection:
        checked = "refuse" if self.checks_numbers else "accept"
        emulator.switches.set("duplicate_sales_doc_number", checked)
        return emulator.inject(
            "dropped",
            operation="create",
            commits="yes" if self.took_effect else "no",
            probability=1 / 50,
            count=None,
            seed=142,
        )


@dataclass
class Measured:
    """One run."""

    orders: int
    batches: int
    reads: int
    throttled: int
    """429 answered."""
    most_at_once: int
    """Batches under way at a time."""
    emulated_seconds: float
    """From the start of the run to its proof, our own time and the stores' included."""
    own_seconds: float
    store_seconds: float
    """Of the main thread; what is stored beside it overlaps."""
    requests: dict[str, int] = field(default_factory=dict)
    items_read: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    transitions: int = 0
    lambda_requests: int = 0
    gb_seconds: float = 0.0
    functions: dict[str, float] = field(default_factory=dict)
    """Seconds by function, as billed."""
    accepting: dict[str, Any] = field(default_factory=dict)
    """Requests and units for taking the documents in."""
    books: Books | None = None

    @property
    def store_requests(self) -> int:
        return sum(self.requests.values())


FIRST_ID = 10**9
"""Ids that sort by time begin there, so that there is room for what is older."""


class _Services(CountedServices):
    def new_sorted_id(self) -> str:
        return f"{FIRST_ID + int(super().new_sorted_id()):026d}"

    def lanes(self, number: int) -> AbstractContextManager[Lanes[Any]]:
        meter: Meter = vars(self)["meter"]
        return MeteredLanes(meter)


class Line:
    """A connected company of its own, with a meter between the use cases and every port."""

    def __init__(self, latency: Latency = STANDARD, limits: Limits | None = None) -> None:
        self.bench = Workbench(
            latency=latency,
            limits=limits,
            connection_settings=ConnectionSettings(export_from=date(2026, 1, 1), tax_code="2"),
        )
        self.meter = Meter(self.bench.clock)
        assert isinstance(self.bench.services.database, MemoryDatabase)
        self.memory = self.bench.services.database
        """Without the meter."""
        self._put_meter()
        self.sent: list[Sent] = []
        self.accept(orders.known())
        self.run()

    def accept(self, documents: Sequence[Document], at_once: int = _AT_ONCE) -> None:
        for start in range(0, len(documents), at_once):
            self.bench.accept(*documents[start : start + at_once])

    def run(self, direction: str = "both") -> Execution:
        """One execution of the state machine. Raises RuntimeError where it fails, where the books
        do not agree with what was sent, or where QuickBooks answered 429."""
        bench = self.bench
        run = start_run(bench.services, CONNECTION, direction=direction, started_by="alice")
        runs = bench.services.runs
        assert isinstance(runs, MemoryRuns)
        with logs_thrown_away():
            execution = execute(
                bench.services, bench.clock, runs.started[run.run], self.meter.give_memory
            )
        proof = load_proof(bench.db, CONNECTION)
        if execution.error or not (proof and proof["agrees"]):
            raise RuntimeError(f"The run is not worth measuring: {execution.error or proof}")
        if self.numbers()["throttled"]:
            raise RuntimeError("QuickBooks answered 429: the limits were not kept.")
        return execution

    def measure(self, documents: Sequence[Document], count: int) -> Measured:
        """A run over these documents, of so many orders."""
        self.meter.reset()
        self.accept(documents)
        accepting = asdict(self.meter.usage)
        # A quiet minute: earlier calls are not counted against this run.
        self.bench.clock.advance(120)
        before = self.numbers()
        begun = self.bench.clock.now()
        self.meter.reset()
        execution = self.run()
        used, self.sent = self.meter.usage, self.meter.sent
        self.meter.reset()
        calls = self.numbers()
        calls.subtract(before)
        seconds: Counter[str] = Counter()
        for one in execution.invocations:
            seconds[one.function] += one.milliseconds
        return Measured(
            orders=count,
            batches=calls["batches"],
            reads=calls["reads"],
            throttled=calls["throttled"],
            most_at_once=most_at_once(self.sent),
            emulated_seconds=(self.bench.clock.now() - begun).total_seconds(),
            own_seconds=used.own_seconds,
            store_seconds=used.store_seconds,
            requests=used.requests,
            items_read=used.items_read,
            read_units=used.read_units,
            write_units=used.write_units,
            transitions=execution.states.total(),
            lambda_requests=len(execution.invocations),
            gb_seconds=sum(one.gb_seconds for one in execution.invocations),
            functions={name: each / 1000 for name, each in seconds.items()},
            accepting=accepting,
            books=books_of(self.bench.company),
        )

    def numbers(self) -> Counter[str]:
        """The emulator's counters."""
        stats = vars(self.bench.emulator.stats[DEFAULT_REALM])
        return Counter({name: count for name, count in stats.items() if isinstance(count, int)})

    def _put_meter(self) -> None:
        bench, meter = self.bench, self.meter
        old = bench.services
        assert isinstance(old.event_log, MemoryBlobs)
        assert isinstance(old.payloads, MemoryBlobs)
        bench.db = MeteredDatabase(self.memory, meter)
        bench.services = _Services(
            Environment(quickbooks_base_url=HOST),
            bench.clock,
            database=bench.db,
            event_log=MeteredBlobs(old.event_log, meter),
            payloads=MeteredBlobs(old.payloads, meter),
            vault=old.vault,
            runs=old.runs,
            translate_queue=old.translate_queue,
            notifier=old.notifier,
            http=http_client(MeteredTransport(EmulatorTransport(bench.emulator), meter)),
            authorization_server=old.authorization_server,
        )
        vars(bench.services)["meter"] = meter


def measure(count: int, *, new_names: bool, latency: Latency = STANDARD) -> Measured:
    """A run over `count` cold (`new_names`) or warm orders in a company of their own."""
    chosen = orders.cold(count) if new_names else orders.warm(count)
    line = Line(latency)
    return line.measure(orders.documents(chosen, new_names=new_names), count)


def books_of(company: Any) -> Books:
    return Books(
        invoices=len(company.all("Invoice")),
        payments=len(company.all("Payment")),
        income=str(company.balance("Sales of Product Income")),
        receivable=str(company.balance("Accounts Receivable (A/R)")),
    )


def effects(company: Any, wanted: Sequence[orders.Order]) -> tuple[int, int]:
    """How many documents of these orders are in the books more often than once, and how many are
    not there, by their numbers."""
    found = Counter(("Invoice", one["DocNumber"]) for one in company.all("Invoice"))
    found += Counter(("Payment", one["PaymentRefNum"]) for one in company.all("Payment"))
    expected = {("Invoice", one.invoice.number) for one in wanted}
    expected |= {("Payment", one.payment.number) for one in wanted}
    assert found.keys() <= expected, "there is something in the books that nobody sent"
    return found.total() - len(found), len(expected) - len(found)


def most_at_once(sent: Sequence[Sent]) -> int:
    moments = [(one.begun, 1) for one in sent] + [(one.ended, -1) for one in sent]
    under_way = most = 0
    for _, change in sorted(moments):
        under_way += change
        most = max(most, under_way)
    return most


def writes_per_minute(
    sent: Sequence[Sent], window: int, after: timedelta, lasting: timedelta
) -> float:
    """Sustained over whole windows of so many batches, so that it does not matter where in a window
    they begin: the first of them `after` the first batch of all, all of them at least `lasting`.
    Raises RuntimeError where the run was too short."""
    first = next(n for n, one in enumerate(sent) if one.begun >= sent[0].begun + after)
    for last in range(first + window, len(sent), window):
        took = sent[last].begun - sent[first].begun
        if took >= lasting:
            return sum(one.items for one in sent[first:last]) / took.total_seconds() * 60
    raise RuntimeError(f"The run is too short to tell what is sustained over {lasting}.")
