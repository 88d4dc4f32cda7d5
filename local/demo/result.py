"""What came of the day, and whether it is what should have come of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from local.demo.day import DOES_NOT_FOOT, FORGED, Day, Till
from tillbook.usecases.take_stock import Stock

CLEARING, RECEIVABLE = "Shopify Clearing", "Accounts Receivable (A/R)"
CASH, TAX_OWED = "Undeposited Funds", "Board of Equalization Payable"
KINDS = ("customer", "product", "invoice", "payment", "credit_note", "refund")


@dataclass(frozen=True)
class Exported:
    """What became of the documents of one kind."""

    created: int
    linked: int
    updated: int
    waiting: int
    failed: int
    skipped: int


@dataclass
class Result:
    """What came of the day. `problems` is what should not be; without any, the day is in order."""

    connection: str
    events: list[dict[str, Any]]
    """From the API, each with the `label` of its webhook."""
    answers: Counter[str]
    """stored, duplicate, or the status that refused."""
    refusals: list[tuple[str, str]]
    """Label of what was refused, and why."""
    records: list[dict[str, Any]]
    runs: list[dict[str, Any]]
    proof: dict[str, Any]
    stock: Stock
    day: Day
    calls: Counter[str]
    """What QuickBooks counted: requests, batches, batch_items, reads."""
    doubled: list[str]
    linked: list[str]
    """Names that a bookkeeper had entered before and that were taken over."""
    renamed: list[tuple[str, str]]
    """Names as in the shop and, since these were taken, in QuickBooks."""
    seconds: float
    problems: list[str] = field(default_factory=list)

    def moved(self, *accounts: str) -> Decimal:
        """What Tillbook has posted to these accounts, debit positive."""
        rows = [row for row in self.proof["accounts"] if row["name"] in accounts]
        return sum((Decimal(row["ours"]) for row in rows), Decimal(0))

    @property
    def till(self) -> list[tuple[str, Decimal, Decimal]]:
        """What, by the shop's till, and in QuickBooks."""
        till: Till = self.day.till
        return [
            ("Money received, less refunds", till.received, self.moved(CLEARING, CASH)),
            ("Sold and not yet paid", till.owed, self.moved(RECEIVABLE)),
            ("Sales tax to pay over", till.tax, -self.moved(TAX_OWED)),
        ]

    def exported(self) -> dict[str, Exported]:
        """By kind, over all runs."""
        found = {}
        for kind in KINDS:
            records = [record for record in self.records if record["kind"] == kind]
            if not records:
                continue
            counted: Counter[str] = Counter()
            for run in self.runs:
                counted.update(run["counts"].get(kind, {}))
            status = Counter(record["status"] for record in records)
            there = sum(record["quickbooks"] is not None for record in records)
            created = there - counted["linked"]
            found[kind] = Exported(
                created=created,
                linked=counted["linked"],
                updated=counted["sent"] - created,
                waiting=status["pending"],
                failed=status["failed"],
                skipped=status["skipped"],
            )
        return found


def problems_of(result: Result) -> list[str]:
    return [*_of_runs(result), *_of_documents(result), *_of_counts(result), *_of_books(result)]


def _of_runs(result: Result) -> Iterator[str]:
    for number, run in enumerate(result.runs, 1):
        if run["status"] != "completed":
            yield f"Run {number} ended as {run['status']}: {run['error'] or 'see its records'}."


def _of_documents(result: Result) -> Iterator[str]:
    failed = {event["label"]: event for event in result.events if event["outcome"] == "failed"}
    for label, event in failed.items():
        if label != DOES_NOT_FOOT:
            yield f"{event['topic']} of {label} failed: {event['reason']}"
    if DOES_NOT_FOOT not in failed:
        yield f"Order {DOES_NOT_FOOT} does not foot and was taken."
    refused = [label for label, _ in result.refusals]
    if refused != [FORGED]:
        yield f"Refused were {', '.join(refused) or 'none'}; it should be {FORGED} alone."
    expected = result.day.not_sent
    for record in result.records:
        wanted = expected.get(record["title"], "completed")
        if record["status"] != wanted:
            reason = record["reason"] or "no reason given"
            yield f"{record['title']} is {record['status']}, not {wanted}: {reason}"


def _of_counts(result: Result) -> Iterator[str]:
    stock = result.stock
    if not stock.adds_up:
        yield "Events or documents do not add up to what became of them."
    if stock.events["queued"]:
        yield f"{stock.events['queued']} events have no outcome."
    if stock.events_in_log != result.answers["stored"]:
        acknowledged = result.answers["stored"]
        yield f"{acknowledged} events were acknowledged, {stock.events_in_log} are in the log."
    for name in ("batches", "reads"):
        noted = sum(run[name] for run in result.runs)
        if result.calls[name] != noted:
            yield f"QuickBooks counted {result.calls[name]} {name}, the runs noted {noted}."


def _of_books(result: Result) -> Iterator[str]:
    if not result.proof["agrees"]:
        yield "QuickBooks' trial balance is not what opening, ours and others come to."
    for what in result.doubled:
        yield f"{what} is in the books twice."
    if len(result.linked) != sum(one.linked for one in result.exported().values()):
        yield f"Linked were {', '.join(result.linked)}; the runs counted another number."
    for what, till, books in result.till:
        if till != books:
            yield f"{what}: {till} by the shop's till, {books} in the books."
