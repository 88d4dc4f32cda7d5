"""How near to the limit: writes a minute over ten emulated minutes, by how long QuickBooks takes
for a batch."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from bench import line, orders
from bench.pool import Pool
from local.qbo import Latency
from tillbook.domain.documents import Document
from tillbook.domain.settings import Limits

SECONDS_PER_BATCH = (0.1, 1.0, 5.0, 15.0)
LIMITER = 60 / 62
"""What the limiter uses of the setting, so that no minute holds more (`store/rate_limiter.py`)."""
BURST = timedelta(minutes=1)
"""After the first batch: until then what an idle minute left over may be used as well."""
TEN_MINUTES = timedelta(minutes=10)
_ITEMS = Limits().batch_size
# Of the longest run and a little more, in writes: 12 minutes at the limit.
_WRITES = 12 * Limits().batches_per_minute * _ITEMS
NAME_MINUTES = timedelta(minutes=3)


@dataclass(frozen=True)
class Speed:
    seconds_per_batch: float
    writes_per_minute: float
    allowed_per_minute: float
    """By the setting."""
    possible_per_minute: float
    """By our limiter, and by QuickBooks' latency with as many batches under way as are allowed."""
    busy_share: float
    """Of the time our main thread computes or waits for a store."""
    most_at_once: int
    throttled: int


def submit(pool: Pool) -> Callable[[], dict[str, list[dict[str, Any]]]]:
    """Warm orders at a second a batch are measured with their cost (`bench/cost.py`)."""
    here = [seconds for seconds in SECONDS_PER_BATCH if seconds != 1.0]
    found = {
        "transactions": [pool.submit(transactions, seconds) for seconds in here],
        "names": [pool.submit(names, seconds) for seconds in SECONDS_PER_BATCH],
    }
    return lambda: {kind: [asdict(one.result()) for one in each] for kind, each in found.items()}


def transactions(seconds: float) -> Speed:
    """Warm orders: invoices, then payments."""
    count = _WRITES // 2
    documents = orders.documents(orders.warm(count), new_names=False)
    return _measure(documents, count, seconds, Limits().batches_in_flight, TEN_MINUTES)


def names(seconds: float) -> Speed:
    """New customers and products, one batch at a time, so fewer of them are as telling."""
    per_minute = min(Limits().batches_per_minute, 60 / seconds)
    minutes = (NAME_MINUTES + 3 * BURST).total_seconds() / 60
    count = round(minutes * per_minute * _ITEMS / (1 + orders.LINES))
    documents: list[Document] = []
    for one in orders.cold(count):
        documents += [one.customer, *one.products]
    return _measure(documents, count, seconds, 1, NAME_MINUTES)


def _measure(
    documents: list[Document], count: int, seconds: float, in_flight: int, lasting: timedelta
) -> Speed:
    company = line.Line(Latency(0.0, seconds / _ITEMS))
    measured = company.measure(documents, count)
    return speed_of(company, measured, seconds, in_flight, BURST, lasting)


def speed_of(
    company: line.Line,
    measured: line.Measured,
    seconds: float,
    in_flight: int,
    after: timedelta,
    lasting: timedelta,
) -> Speed:
    """Of the last run of a company. Raises RuntimeError where it ended before the time was over."""
    limits = Limits()
    allowed = limits.batches_per_minute
    possible = min(allowed * LIMITER, in_flight * 60 / seconds)
    window = allowed if possible >= allowed * LIMITER else 1
    return Speed(
        seconds_per_batch=seconds,
        writes_per_minute=line.writes_per_minute(company.sent, window, after, lasting),
        allowed_per_minute=allowed * _ITEMS,
        possible_per_minute=possible * _ITEMS,
        busy_share=(measured.own_seconds + measured.store_seconds) / measured.emulated_seconds,
        most_at_once=measured.most_at_once,
        throttled=measured.throttled,
    )
