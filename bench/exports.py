"""Calls, reads and time of an export, beside a plain script on the same orders."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bench import line, plain
from bench.orders import LINES
from bench.pool import Pool
from tillbook.domain.settings import Limits

FEW = 300
MANY = {"warm": 3000, "cold": 1500}
ITEMS = {"warm": 2, "cold": 3 + LINES}
"""Writes an order needs: invoice and payment, and for a cold one customer and products."""


def submit(pool: Pool) -> Callable[[], dict[str, Any]]:
    """Every run has a company of its own. The result raises RuntimeError where the two ways did not
    make the same books."""
    ours = {
        (kind, count): pool.submit(line.measure, count, new_names=kind == "cold")
        for kind in ("warm", "cold")
        for count in (MANY[kind], FEW)
    }
    scripts = {
        (kind, way): pool.submit(
            plain.measure,
            MANY[kind] if (kind, way) == ("warm", "each") else FEW,
            new_names=kind == "cold",
            in_batches=way == "batch",
        )
        for way in ("each", "batch")
        for kind in ("warm", "cold")
    }
    return lambda: {
        kind: _compare(
            kind,
            ours[kind, FEW].result(),
            ours[kind, MANY[kind]].result(),
            scripts[kind, "each"].result(),
            scripts[kind, "batch"].result(),
        )
        for kind in ("warm", "cold")
    }


def _compare(
    kind: str,
    few: line.Measured,
    many: line.Measured,
    each: plain.Plain,
    together: plain.Plain,
) -> dict[str, Any]:
    books = {one.orders: one.books for one in (few, many)}
    for script in (each, together):
        if script.books != books[script.orders]:
            ours = books[script.orders]
            raise RuntimeError(f"{kind}: the books differ: {ours} and {script.books}")
    limits = Limits()
    calls_few, calls_many = few.batches + few.reads, many.batches + many.reads
    more, more_batches = many.orders - few.orders, many.batches - few.batches
    marginal = (calls_many - calls_few) / more
    return {
        "orders": many.orders,
        "items_per_order": ITEMS[kind],
        "marginal_calls_per_order": marginal,
        "marginal_reads_per_order": (many.reads - few.reads) / more,
        "aim_calls_per_order": ITEMS[kind] / limits.batch_size,
        "fixed_calls_per_run": calls_few - marginal * few.orders,
        "emulated_seconds": many.emulated_seconds,
        "seconds_per_batch": {
            "the limit allows": 60 / limits.batches_per_minute,
            "our code": (many.own_seconds - few.own_seconds) / more_batches,
            "our stores (assumed)": (many.store_seconds - few.store_seconds) / more_batches,
        },
        "per_order": {
            "requests to stores": _per_order(many.store_requests - few.store_requests, more),
            "read units": _per_order(many.read_units - few.read_units, more),
            "write units": _per_order(many.write_units - few.write_units, more),
            "read units, accepting": _per_order(many.accepting["read_units"], many.orders),
            "write units, accepting": _per_order(many.accepting["write_units"], many.orders),
        },
        "plain_script": _beside(each, marginal, many),
        "plain_script_with_batches": _beside(together, marginal, many),
        "runs": [asdict(few), asdict(many), asdict(each), asdict(together)],
    }


def _beside(script: plain.Plain, marginal: float, ours: line.Measured) -> dict[str, Any]:
    calls = script.calls / script.orders
    seconds = script.emulated_seconds / script.orders
    return {
        "orders": script.orders,
        "calls_per_order": calls,
        "reads_per_order": script.reads / script.orders,
        "calls_ratio": calls / marginal,
        "time_ratio": seconds / (ours.emulated_seconds / ours.orders),
    }


def _per_order(number: float, orders: int) -> float:
    return round(number / orders, 2)
