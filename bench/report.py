"""The figures as a table for people, and as docs/benchmarks.md."""

from dataclasses import dataclass
from typing import Any

from bench.metering import (
    BLOB_SECONDS,
    GET_SECONDS,
    QUERY_SECONDS,
    READ_MANY_SECONDS,
    TRANSACTION_SECONDS,
    WRITE_SECONDS,
)

Results = dict[str, Any]
_HEAD = ("Figure", "Measured", "Aim", "Against the aim")
# A figure that is as good as its aim but for rounding is shown as met.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Row:
    figure: str
    measured: str
    aim: str = ""
    verdict: str = ""

    @property
    def cells(self) -> tuple[str, str, str, str]:
        return (self.figure, self.measured, self.aim, self.verdict)


def rows(results: Results) -> list[Row]:
    found: list[Row] = []
    for kind, one in results.get("exports", {}).items():
        found += _export_rows(kind, one)
    if "intake" in results:
        found += [
            Row(f"Intake, our own processor time, {name}", f"{results['intake'][name]:.2f} ms")
            for name in ("p50", "p99")
        ]
    if "local_cloud" in results:
        cloud = results["local_cloud"]
        found += [
            Row(
                f"Intake over the local cloud's HTTP, {name}",
                f"{cloud['milliseconds'][name]:.0f} ms",
            )
            for name in ("p50", "p99")
        ]
        batch = cloud["export"]["seconds_per_batch"]
        room = batch["the limit allows"] - batch["QuickBooks answers"]
        found.append(
            Row(
                "A batch on the local cloud, beside QuickBooks' answer",
                f"{batch['ours, least']:.2f} s (median {batch['ours, median']:.2f})",
                "",
                f"the limit leaves {room:.2f} s",
            )
        )
    found += [
        Row(f"Import of {name}", f"{one['min']:.0f} ms (median {one['median']:.0f})")
        for name, one in results.get("imports", {}).items()
    ]
    return found


def _export_rows(kind: str, one: dict[str, Any]) -> list[Row]:
    calls, aim = one["marginal_calls_per_order"], one["aim_calls_per_order"]
    reads = one["marginal_reads_per_order"]
    rows = [
        Row(
            f"Calls per {kind} order at {one['orders']:,}",
            f"{calls:.4f}",
            f"{aim:.4f} ({one['items_per_order']}/30)",
            _at_most(calls, aim),
        ),
        Row(f"Reads per {kind} order", f"{reads:.4f}", "0", "met" if reads <= 0 else "missed"),
        Row("  fixed calls per run", f"{one['fixed_calls_per_run']:.0f}"),
    ]
    for name, label in (
        ("plain_script", "a plain python-quickbooks script"),
        ("plain_script_with_batches", "the same with its batch helper"),
    ):
        script = one[name]
        rows.append(
            Row(
                f"  {label}",
                f"{script['calls_per_order']:.2f} calls, {script['reads_per_order']:.2f} reads",
                "",
                f"{script['calls_ratio']:.0f} x our calls, {script['time_ratio']:.1f} x our time",
            )
        )
    rows += [
        Row(
            f"{kind.capitalize()} orders per minute, share of the limit",
            f"{one['share_sustained']:.1%}",
            "95.0%",
            _at_least(one["share_sustained"], 0.95),
        ),
        Row(
            "  in orders",
            f"{one['orders_per_minute_sustained']:.0f}",
            f"{one['orders_per_minute_allowed']:.0f} allowed",
        ),
        Row(
            "  from the start of the run to its proof",
            f"{one['orders_per_minute_whole_run']:.0f}",
            "",
            f"{one['share_whole_run']:.1%} of the limit",
        ),
    ]
    batch = one["seconds_per_batch"]
    room = batch["the limit allows"] - batch["QuickBooks answers"]
    ours = batch["our code"] + batch["our stores (assumed)"]
    rows.append(
        Row(
            "  our time per batch, of the time the limit leaves",
            f"{ours:.2f} s ({batch['our code']:.2f} in code)",
            f"< {room:.2f} s",
            _at_most(ours, room),
        )
    )
    per_order = one["per_order"]
    rows.append(
        Row(
            "  DynamoDB and S3 per order",
            f"{per_order['requests to stores']:.1f} requests",
            "",
            f"{per_order['read units'] + per_order['read units, accepting']:.0f} read and "
            f"{per_order['write units'] + per_order['write units, accepting']:.0f} write units",
        )
    )
    return rows


def _at_most(measured: float, aim: float) -> str:
    return f"{'met' if measured <= aim + _ROUNDING else 'missed'}, {measured / aim:.2f} x"


def _at_least(measured: float, aim: float) -> str:
    return f"{'met' if measured >= aim - _ROUNDING else 'missed'}, {measured / aim:.2f} x"


def table(rows: list[Row]) -> str:
    cells = [_HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n" + "\n".join(lines) + "\n"


def page(rows: list[Row], results: Results) -> str:
    lines = ["| " + " | ".join(_HEAD) + " |", "|---|--:|--:|---|"]
    for row in rows:
        figure, *rest = row.cells
        if figure.startswith("  "):
            figure = "… " + figure.strip()
        lines.append(f"| {' | '.join((figure, *rest))} |")
    return _PAGE.format(table="\n".join(lines), **_assumptions())


def _assumptions() -> dict[str, str]:
    return {
        "get": f"{GET_SECONDS * 1000:.0f}",
        "many": f"{READ_MANY_SECONDS * 1000:.0f}",
        "query": f"{QUERY_SECONDS * 1000:.0f}",
        "write": f"{WRITE_SECONDS * 1000:.0f}",
        "transaction": f"{TRANSACTION_SECONDS * 1000:.0f}",
        "blob": f"{BLOB_SECONDS * 1000:.0f}",
    }


_PAGE = """# Benchmarks

Written by `make bench`; the numbers behind it are in [bench/results](../bench/results).

{table}

## How it is measured

**Orders.** Two taxed lines, paid in full. A *warm* order is by a customer and of products that
QuickBooks knows: an invoice and a payment, two writes. A *cold* one brings a customer and two
products of its own: five writes. A batch holds 30 writes, so 2/30 and 5/30 of a call are what an
order costs when every batch is full.

**Calls and reads per order** are the slope between a run over 300 orders and one over 3,000, each
in a company of its own; what does not grow is the fixed cost of a run: company, accounts, taxes and
names, the two trial balances and the general ledger of the proof. The emulator counts the calls.

**The plain script** (`bench/plain.py`) exports the same orders to the same emulator with
python-quickbooks, as is usual: it looks up the customer and each product by name, creates what is
missing, saves the invoice, saves the payment. With the library's batch helper, invoices and
payments go 30 at a time and the look-ups stay. Warm orders go through the script all 3,000; since
it does the same for every order, 300 stand for the other three. A script that remembers names would
save their look-ups, and needs a way to notice when they change. The books must come out the same
(invoices, payments, income, receivables), or there is no result. The script proves nothing, and
does not survive a lost answer: the ratio is of calls and time alone.

**Orders per minute.** The emulator enforces QuickBooks' limits and takes 0.3 s for a call and 20 ms
for each item in it, on a clock that waiting moves. Our own time is put on that clock as well:

* processor time between two calls to the outside, as measured, stretched to the share of a
  processor that the function's memory buys;
* for each request to a store an assumed time: {get} ms to get an item, {many} ms to get up to a
  hundred or to put 25, {query} ms for a page of a query, {write} ms for a write, {transaction} ms
  for a transaction, {blob} ms for an object in S3.

The share is of 38 batches a minute, the default setting, over whole windows of the limit: without
the burst that an idle minute allows. The limiter itself keeps to 60/62 of the setting (96.8 %), so
that no window of a minute ever holds more; see `store/rate_limiter.py`. As long as our time per
batch is below what the limit leaves, it does not cost a single order.

**A batch on the local cloud** is the least and the median time between two batches of a run over
150 warm orders through the real state machine, handlers and adapters, less QuickBooks' 0.9 s. The
local AWS endpoints are slower than AWS and share the machine, so this is an upper bound.

**Intake.** Our own time is processor time of the handler on stores in memory, 2,000 signed orders.
Over HTTP it is what a shop would see of the local cloud, 150 orders to warm functions; nearly all
of it is the local AWS endpoints.

**Imports** are the least and the median of seven fresh interpreters, bytecode compiled, without the
start of the interpreter itself. Clients of AWS and of QuickBooks are imported by the first call
that needs them, and are not in it.

**Capacity units** are estimated from the items read and written, transactions at twice the price,
index writes included; taking the documents in is included, translating webhooks is not.
"""
