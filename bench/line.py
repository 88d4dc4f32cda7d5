"""Tillbook's part: a run over so many orders, from pending documents to proven books."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from bench import orders
from bench.metering import Meter, MeteredBlobs, MeteredDatabase, MeteredTransport
from local.qbo import DEFAULT_REALM
from local.qbo.in_process import EmulatorTransport
from tests.fakes import MemoryBlobs, MemoryDatabase
from tests.template.stack import functions
from tests.workbench import HOST, CountedServices, Workbench
from tillbook.adapters.http import http_client
from tillbook.domain.settings import Limits
from tillbook.settings import Environment

# Documents that arrive in one event, or in one call of the API.
_AT_ONCE = 50


@dataclass(frozen=True)
class Books:
    """What ended in the books, to see that two ways of exporting did the same."""

    invoices: int
    payments: int
    income: str
    receivable: str


@dataclass
class Measured:
    """One run."""

    orders: int
    batches: int
    reads: int
    emulated_seconds: float
    """From the start of the run to its proof, our own time and the stores' included."""
    sustained_batches_per_minute: float | None
    """Over whole windows of the limit, without the burst that an idle minute allows."""
    own_seconds: float
    store_seconds: float
    quickbooks_seconds: float
    waited_seconds: float
    """For the limit, in a function or between two."""
    requests: dict[str, int] = field(default_factory=dict)
    read_units: float = 0.0
    write_units: float = 0.0
    accepting: dict[str, Any] = field(default_factory=dict)
    """Requests and units for taking the documents in."""
    next_run_reads: int = 0
    next_run_seconds: float = 0.0
    """Of a run right after it, with nothing to send: what following our own changes costs."""
    books: Books | None = None


def memory_of(function: str) -> int:
    return int(functions()[function]["MemorySize"])


def measure(count: int, *, new_names: bool) -> Measured:
    """A run over `count` cold (`new_names`) or warm orders in a company of their own."""
    bench = Workbench()
    meter = _meter(bench)
    if not new_names:
        bench.accept(*orders.known())
        bench.sync()
    documents = orders.documents(
        orders.cold(count) if new_names else orders.warm(count), new_names=new_names
    )
    meter.reset()
    for start in range(0, len(documents), _AT_ONCE):
        bench.accept(*documents[start : start + _AT_ONCE])
    accepting = asdict(meter.usage)
    # A quiet minute: earlier calls are not counted against this run.
    bench.clock.advance(120)
    before = Counter(_numbers(bench))
    log = len(bench.emulator.log)
    begun = bench.clock.now()
    meter.reset()
    result = bench.sync()
    used = meter.usage
    meter.reset()
    seconds = (bench.clock.now() - begun).total_seconds()
    calls = Counter(_numbers(bench))
    calls.subtract(before)
    if not result.proof["agrees"]:
        raise RuntimeError("The books do not agree, so the run is not worth measuring.")
    entries = list(bench.emulator.log)[log:]
    times = [datetime.fromisoformat(one.time) for one in entries if one.path.endswith("/batch")]
    latency = bench.emulator.latency
    answering = latency.base * calls["requests"]
    answering += latency.per_item * (calls["batch_items"] + calls["reads"])
    measured = Measured(
        orders=count,
        batches=calls["batches"],
        reads=calls["reads"],
        emulated_seconds=seconds,
        sustained_batches_per_minute=_sustained(times),
        own_seconds=used.own_seconds,
        store_seconds=used.store_seconds,
        waited_seconds=seconds - used.own_seconds - used.store_seconds - answering,
        quickbooks_seconds=answering,
        requests=used.requests,
        read_units=used.read_units,
        write_units=used.write_units,
        accepting=accepting,
        books=books_of(bench.company),
    )
    begun, reads = bench.clock.now(), _numbers(bench)["reads"]
    bench.sync()
    measured.next_run_reads = _numbers(bench)["reads"] - reads
    measured.next_run_seconds = (bench.clock.now() - begun).total_seconds()
    return measured


def books_of(company: Any) -> Books:
    return Books(
        invoices=len(company.all("Invoice")),
        payments=len(company.all("Payment")),
        income=str(company.balance("Sales of Product Income")),
        receivable=str(company.balance("Accounts Receivable (A/R)")),
    )


def _numbers(bench: Workbench) -> dict[str, int]:
    stats = vars(bench.emulator.stats[DEFAULT_REALM])
    return {name: number for name, number in stats.items() if isinstance(number, int)}


def _meter(bench: Workbench) -> Meter:
    """Puts a meter between the use cases and every port."""
    meter = Meter(bench.clock, memory_of("ExportEntityFunction"))
    old = bench.services
    assert isinstance(old.database, MemoryDatabase)
    assert isinstance(old.event_log, MemoryBlobs)
    assert isinstance(old.payloads, MemoryBlobs)
    bench.db = MeteredDatabase(old.database, meter)
    bench.services = CountedServices(
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
    return meter


def _sustained(times: list[datetime]) -> float | None:
    """Batches per minute over whole windows of the limit; None where there are not two of them."""
    limit = Limits().batches_per_minute
    windows = (len(times) - 1) // limit
    if windows < 2:
        return None
    return windows * limit / (times[windows * limit] - times[0]).total_seconds() * 60
