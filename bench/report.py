"""The figures as tables, and as docs/benchmarks.md; its words are in `bench/page.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench import page as words
from bench.emulator import AIM_CREATES, AIM_MEGABYTES
from bench.metering import (
    BLOB_SECONDS,
    GET_SECONDS,
    QUERY_SECONDS,
    READ_MANY_SECONDS,
    TRANSACTION_SECONDS,
    WRITE_SECONDS,
)

Results = dict[str, Any]
# A figure that is as good as its aim but for rounding is shown as met.
_ROUNDING = 1e-9
_AIM = 0.95


@dataclass(frozen=True)
class Section:
    title: str
    name: str
    """Of its words in `bench/page.py`."""
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def sections(results: Results) -> list[Section]:
    """Those that were measured."""
    found = [
        _exports(results),
        _speed(results),
        _cost(results),
        _lost(results),
        _history(results),
        _emulator(results),
        _rest(results),
    ]
    return [one for one in found if one.rows]


def shown(found: Sequence[Section]) -> str:
    return "\n".join(f"\n{one.title}\n\n{_aligned(one)}" for one in found) + "\n"


def page(found: Sequence[Section]) -> str:
    assumed = {
        "get": GET_SECONDS,
        "many": READ_MANY_SECONDS,
        "query": QUERY_SECONDS,
        "write": WRITE_SECONDS,
        "transaction": TRANSACTION_SECONDS,
        "blob": BLOB_SECONDS,
    }
    parts = [words.HEAD]
    parts += [f"## {one.title}\n\n{_markdown(one)}\n\n{words.SECTIONS[one.name]}" for one in found]
    milliseconds = {name: f"{seconds * 1000:.0f}" for name, seconds in assumed.items()}
    return "\n".join([*parts, words.METHOD.format(**milliseconds)])


def _exports(results: Results) -> Section:
    rows: list[tuple[str, ...]] = []
    for kind, one in results.get("exports", {}).items():
        calls, aim = one["marginal_calls_per_order"], one["aim_calls_per_order"]
        reads = one["marginal_reads_per_order"]
        batch = one["seconds_per_batch"]
        ours = batch["our code"] + batch["our stores (assumed)"]
        stores = one["per_order"]
        rows += [
            (
                f"Calls per {kind} order, of {one['orders']:,}",
                f"{calls:.4f}",
                f"{aim:.4f} ({one['items_per_order']}/30): {_at_most(calls, aim)}",
            ),
            (f"Reads per {kind} order", f"{reads:.4f}", f"0: {'met' if reads <= 0 else 'missed'}"),
            ("… fixed calls per run", f"{one['fixed_calls_per_run']:.0f}", ""),
        ]
        rows += [_beside(one[name], label) for name, label in _SCRIPTS]
        rows += [
            (
                "… our main thread per batch",
                f"{ours:.2f} s ({batch['our code']:.2f} s in code)",
                f"less than {batch['the limit allows']:.2f} s: "
                + _at_most(ours, batch["the limit allows"]),
            ),
            (
                "… requests to DynamoDB and S3 per order",
                f"{stores['requests to stores']:.1f}",
                f"{stores['read units']:.0f} read and {stores['write units']:.0f} write units",
            ),
        ]
    return Section(
        "Calls, beside a script on python-quickbooks",
        "exports",
        ("Figure", "Measured", "Aim, or beside it"),
        rows,
    )


_SCRIPTS = (
    ("plain_script", "… a plain script"),
    ("plain_script_with_batches", "… the same with its batch helper"),
)


def _beside(script: dict[str, Any], label: str) -> tuple[str, ...]:
    return (
        label,
        f"{script['calls_per_order']:.2f} calls, {script['reads_per_order']:.2f} of them reads",
        f"{script['calls_ratio']:.0f} x our calls, {script['time_ratio']:.1f} x our time",
    )


def _speed(results: Results) -> Section:
    measured = results.get("speed", {"transactions": [], "names": []})
    cost = results.get("cost")
    transactions = [*measured["transactions"], *([cost["speed"]] if cost else [])]
    rows = []
    for label, speeds in (("Warm orders", transactions), ("New names", measured["names"])):
        for one in sorted(speeds, key=lambda one: float(one["seconds_per_batch"])):
            share = one["writes_per_minute"] / one["allowed_per_minute"]
            possible = one["possible_per_minute"] / one["allowed_per_minute"]
            rows.append(
                (
                    f"{label}, {one['seconds_per_batch']:g} s a batch",
                    f"{one['writes_per_minute']:.0f}",
                    f"{share:.1%}",
                    f"95.0%: {_at_least(share, _AIM)}"
                    if possible >= _AIM
                    else f"{possible:.1%} is all that latency allows",
                    f"{one['most_at_once']}",
                    f"{one['busy_share']:.0%}",
                    f"{one['throttled']}",
                )
            )
    return Section(
        "Writes a minute, as a share of the limit",
        "speed",
        (
            "",
            "Writes a minute",
            "Of the setting",
            "Aim",
            "Most at once",
            "Main thread busy",
            "429",
        ),
        rows,
    )


def _cost(results: Results) -> Section:
    if "cost" not in results:
        return Section("", "cost", (), [])
    one = results["cost"]
    run, orders = one["run"], one["run"]["orders"]
    export, intake = one["dollars_per_1000"], one["intake_dollars_per_1000"]
    rows = [
        (
            "Minutes, start to proof",
            f"{one['minutes']:.1f}",
            f"{one['ideal_minutes']:.1f} at QuickBooks' 40 batches a minute, "
            f"{one['allowed_minutes']:.1f} at our setting of 38",
        ),
        *(
            (name, f"{count:,.0f}", f"{count / orders:.2f} an order")
            for name, count in (
                ("Calls that write", run["batches"]),
                ("Calls that read", run["reads"]),
                ("DynamoDB requests", one["dynamodb_requests"]),
                ("… items read", run["items_read"]),
                ("… read units", run["read_units"]),
                ("… write units", run["write_units"]),
                ("S3 requests", one["s3_requests"]),
            )
        ),
        (
            "Lambda",
            f"{run['gb_seconds']:,.0f} GB-s",
            f"{run['lambda_requests']} invocations; export_entity "
            f"{run['functions']['ExportEntityFunction'] / 60:.1f} minutes",
        ),
        ("Step Functions", f"{run['transitions']} transitions", ""),
        ("AWS, per 1,000 orders", f"${sum(export.values()):.3f}", _by_service(export)),
        ("… and taking them in", f"${sum(intake.values()):.3f}", _by_service(intake)),
    ]
    return Section("Ten thousand warm orders", "cost", ("Figure", "Measured", ""), rows)


def _by_service(dollars: dict[str, float]) -> str:
    ordered = sorted(dollars.items(), key=lambda one: -one[1])
    return ", ".join(f"{name} {amount:.3f}" for name, amount in ordered if amount >= 0.0005)


def _lost(results: Results) -> Section:
    whole = results.get("exports", {}).get("warm", {}).get("emulated_seconds")
    rows = []
    for one in results.get("lost", []):
        time = ""
        if one["way"] == "Tillbook" and whole:
            time = f"{one['emulated_seconds'] - whole:.0f} s of {one['emulated_seconds']:.0f} s"
        rows.append(
            (
                one["way"][0].upper() + one["way"][1:],
                "it took effect" if one["took_effect"] else "it had no effect",
                "refused" if one["checks_numbers"] else "accepted",
                f"{one['lost_answers']}",
                f"**{one['doubled']:,}**" if one["doubled"] else "0",
                f"**{one['missing']:,}**" if one["missing"] else "0",
                time,
            )
        )
    return Section(
        "One answer in fifty is lost",
        "lost",
        ("Way", "What was lost", "A number used twice", "Lost", "Doubled", "Missing", "Time lost"),
        rows,
    )


def _history(results: Results) -> Section:
    stored = results.get("history", [])
    if not stored:
        return Section("", "history", (), [])
    small, large = stored[0], stored[-1]
    head = ("Per order", *(f"{one['documents']:,} documents" for one in stored), "Growth")
    rows = []
    for name, label in (
        ("requests", "Requests to DynamoDB and S3"),
        ("items_read", "Items read"),
        ("read_units", "Read units"),
        ("write_units", "Write units"),
        ("calls", "Calls to QuickBooks"),
        ("gb_seconds", "Lambda GB-seconds"),
    ):
        each = (f"{one[name] / one['orders']:.3f}" for one in stored)
        rows.append((label, *each, f"{large[name] / small[name]:.2f} x"))
    for name, label in (("requests", "requests"), ("items_read", "items read")):
        each = (f"{one['sweep'][name]:,}" for one in stored)
        growth = large["sweep"][name] / small["sweep"][name]
        rows.append((f"The daily sweep, whole: {label}", *each, f"{growth:.1f} x"))
    return Section("With a history", "history", head, rows)


def _emulator(results: Results) -> Section:
    if "emulator" not in results:
        return Section("", "emulator", (), [])
    sizes, empty = results["emulator"]["sizes"], results["emulator"]["empty"]
    small, large = sizes[0], sizes[-1]
    rows: list[tuple[str, ...]] = []
    for name, label in (
        ("creates", "Creates of an invoice a second"),
        ("reads", "Reads by id a second"),
        ("pages_of_100", "Query pages of 100 a second"),
        ("pages_of_1000", "Query pages of 1,000 a second"),
        ("batches", "Batches of 30 creates a second"),
        ("creates_to_file", "Creates a second, with `--data`"),
    ):
        each = (f"{one[name]:,.0f}" for one in sizes)
        rows.append((label, *each, f"{small[name] / large[name]:.2f} x the cost"))
    creates = min(one["creates"] for one in sizes)
    size = large["megabytes"]
    rows += [
        ("… the aim for creates", "", f"{AIM_CREATES:,}", _at_least(creates, AIM_CREATES)),
        ("Memory, MB", f"{small['megabytes']:.0f}", f"{size:.0f}", _at_most(size, AIM_MEGABYTES)),
        ("File, MB", *(f"{one['file_megabytes']:.0f}" for one in sizes), ""),
    ]
    begins = {
        "start_seconds": "Start from the file, s",
        "started_megabytes": "… and memory then, MB",
    }
    for name, label in begins.items():
        digits = 2 if name == "start_seconds" else 0
        each = (f"{one[name]:.{digits}f}" for one in sizes)
        rows.append((label, *each, f"{empty[name]:.{digits}f} without a file, a new company"))
    head = ("", *(f"{one['invoices']:,} invoices stored" for one in sizes), "")
    return Section("The emulator", "emulator", head, rows)


def _rest(results: Results) -> Section:
    rows: list[tuple[str, ...]] = []
    if "intake" in results:
        rows += [
            (f"Intake, our own processor time, {name}", f"{results['intake'][name]:.2f} ms", "")
            for name in ("p50", "p99")
        ]
    if "local_cloud" in results:
        cloud = results["local_cloud"]
        rows += [
            (
                f"Intake over the local cloud's HTTP, {name}",
                f"{cloud['milliseconds'][name]:.0f} ms",
                "",
            )
            for name in ("p50", "p99")
        ]
        batch = cloud["export"]["seconds_per_batch"]
        rows.append(
            (
                "From batch to batch on the local cloud",
                f"{batch['least']:.2f} s (median {batch['median']:.2f})",
                f"the limit allows one in {batch['the limit allows']:.2f} s, "
                f"QuickBooks takes {batch['QuickBooks answers']:.2f}",
            )
        )
    rows += [
        (f"Import of {name}", f"{one['min']:.0f} ms", f"median {one['median']:.0f} ms")
        for name, one in results.get("imports", {}).items()
    ]
    return Section("Intake, the local cloud, cold starts", "rest", ("Figure", "Measured", ""), rows)


def _at_most(measured: float, aim: float) -> str:
    return f"{'met' if measured <= aim + _ROUNDING else 'missed'}, {measured / aim:.2f} x"


def _at_least(measured: float, aim: float) -> str:
    return f"{'met' if measured >= aim - _ROUNDING else 'missed'}, {measured / aim:.2f} x"


def _aligned(section: Section) -> str:
    cells = [section.head, *section.rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(section.head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _markdown(section: Section) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (section.head, *section.rows)]
    lines.insert(1, "|---" * len(section.head) + "|")
    return "\n".join(lines)
