"""How near to the limit: writes a minute over ten emulated minutes, by how long QuickBooks takes
for a batch."""

from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench import line, orders
from local.qbo import Latency
from tillbook.domain.documents import Document
from tillbook.domain.settings import Limits

SECONDS_PER_BATCH = (0.1, 1.0, 5.0, 15.0)
BURST = timedelta(minutes=1)
"""After the first batch: until then what an idle minute left over may be used as well."""
TEN_MINUTES = timedelta(minutes=10)
_ITEMS = Limits().batch_size
# Of the longest run and a little more, in writes: 13 minutes at the limit.
_WRITES = 13 * Limits().batches_per_minute * _ITEMS
_NAME_MINUTES = 6


@dataclass(frozen=True)
class Speed:
    seconds_per_batch: float
    writes_per_minute: float
    allowed_per_minute: float
    """By the setting."""
    possible_per_minute: float
    """By the setting, and by QuickBooks' latency with as many batches under way as are allowed."""
    busy_share: float
    """Of the time our main thread computes or waits for a store."""
    most_at_once: int
    throttled: int


def measure(pool: Executor) -> dict[str, Future[Speed]]:
    found: dict[str, Future[Speed]] = {}
    for seconds in reversed(SECONDS_PER_BATCH):
        found[f"transactions at {seconds}"] = pool.submit(transactions, seconds)
        found[f"names at {seconds}"] = pool.submit(names, seconds)
    return found


def transactions(seconds: float) -> Speed:
    """Warm orders: invoices, then payments."""
    count = _WRITES // 2
    documents = orders.documents(orders.warm(count), new_names=False)
    return _measure(documents, count, seconds, Limits().batches_in_flight, TEN_MINUTES)


def names(seconds: float) -> Speed:
    """New customers and products, one batch at a time, so fewer of them are as telling."""
    minutes = timedelta(minutes=_NAME_MINUTES - 1)
    per_minute = min(Limits().batches_per_minute, 60 / seconds)
    count = round((_NAME_MINUTES + 2) * per_minute * _ITEMS / (1 + orders.LINES))
    documents: list[Document] = []
    for one in orders.cold(count):
        documents += [one.customer, *one.products]
    return _measure(documents, count, seconds, 1, minutes)


def _measure(
    documents: list[Document], count: int, seconds: float, in_flight: int, lasting: timedelta
) -> Speed:
    """Raises RuntimeError where the run ended before the time was over."""
    company = line.Line(Latency(0.0, seconds / _ITEMS))
    measured = company.measure(documents, count)
    limits = Limits()
    waits_for_answers = in_flight * 60 / seconds < limits.batches_per_minute
    allowed = limits.batches_per_minute * _ITEMS
    return Speed(
        seconds_per_batch=seconds,
        writes_per_minute=line.writes_per_minute(
            company.sent, 1 if waits_for_answers else limits.batches_per_minute, BURST, lasting
        ),
        allowed_per_minute=allowed,
        possible_per_minute=min(allowed, in_flight * 60 / seconds * _ITEMS),
        busy_share=(measured.own_seconds + measured.store_seconds) / measured.emulated_seconds,
        most_at_once=measured.most_at_once,
        throttled=measured.throttled,
    )


def to_json(found: dict[str, Future[Speed]]) -> dict[str, Any]:
    return {name: vars(one.result()) for name, one in found.items()}
