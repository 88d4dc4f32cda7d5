"""Calls, reads and time of an export, beside a plain script on the same orders."""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from typing import Any

from bench import line, plain
from bench.orders import LINES
from tillbook.domain.settings import Limits

FEW = 300
MANY = 3000
ITEMS = {"warm": 2, "cold": 3 + LINES}
"""Writes an order needs: invoice and payment, and for a cold one customer and products."""


def measure() -> dict[str, Any]:
    """Every run has a company of its own; two go at a time. Raises RuntimeError where the two ways
    did not make the same books."""
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        # The longest first, so that the end is not spent waiting for one.
        ours = {
            (kind, count): pool.submit(line.measure, count, new_names=kind == "cold")
            for count, kind in ((MANY, "cold"), (MANY, "warm"), (FEW, "cold"), (FEW, "warm"))
        }
        scripts = {
            (kind, way): pool.submit(
                plain.measure,
                MANY if (kind, way) == ("warm", "each") else FEW,
                new_names=kind == "cold",
                in_batches=way == "batch",
            )
            for way in ("each", "batch")
            for kind in ("cold", "warm")
        }
        return {
            kind: _compare(
                kind,
                ours[kind, FEW].result(),
                ours[kind, MANY].result(),
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
    assert many.sustained_batches_per_minute is not None
    limits = Limits()
    calls_few, calls_many = few.batches + few.reads, many.batches + many.reads
    more = many.orders - few.orders
    marginal = (calls_many - calls_few) / more
    allowed = limits.batches_per_minute * limits.batch_size / ITEMS[kind]
    sustained = many.sustained_batches_per_minute * limits.batch_size / ITEMS[kind]
    whole = many.orders / many.emulated_seconds * 60
    return {
        "orders": many.orders,
        "items_per_order": ITEMS[kind],
        "marginal_calls_per_order": marginal,
        "marginal_reads_per_order": (many.reads - few.reads) / more,
        "aim_calls_per_order": ITEMS[kind] / limits.batch_size,
        "fixed_calls_per_run": calls_few - marginal * few.orders,
        "orders_per_minute_allowed": allowed,
        "orders_per_minute_sustained": sustained,
        "share_sustained": sustained / allowed,
        "orders_per_minute_whole_run": whole,
        "share_whole_run": whole / allowed,
        "seconds_per_batch": {
            "the limit allows": 60 / limits.batches_per_minute,
            "QuickBooks answers": (many.quickbooks_seconds - few.quickbooks_seconds)
            / (many.batches - few.batches),
            "our code": (many.own_seconds - few.own_seconds) / (many.batches - few.batches),
            "our stores (assumed)": (many.store_seconds - few.store_seconds)
            / (many.batches - few.batches),
        },
        "per_order": {
            "requests to stores": _per_order(
                sum(many.requests.values()) - sum(few.requests.values()), more
            ),
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
        "orders_per_minute": 60 / seconds,
        "calls_ratio": calls / marginal,
        "time_ratio": seconds / (ours.emulated_seconds / ours.orders),
    }


def _per_order(number: float, orders: int) -> float:
    return round(number / orders, 2)
