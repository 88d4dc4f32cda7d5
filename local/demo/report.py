"""The report of the day, for somebody who keeps books: plain text, at most 100 columns."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TextIO

from local.demo.result import KINDS, Result

_WIDTH = 96
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32"}
_COLUMNS = {
    "opening": "Opening",
    "ours": "+ ours",
    "others": "+ others",
    "closing": "= closing",
    "projected": "projected",
    "difference": "diff.",
}
_PLURAL = {"credit_note": "Credit notes"}


class Paper:
    """Lines on a terminal or in a file; colours only where a person looks and wants them."""

    def __init__(self, out: TextIO, environment: Mapping[str, str] = os.environ) -> None:
        self._out = out
        self._coloured = (
            out.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        )

    def line(self, text: str = "") -> None:
        print(text, file=self._out, flush=True)

    def style(self, text: str, style: str) -> str:
        return f"\033[{_STYLES[style]}m{text}\033[0m" if self._coloured else text

    def heading(self, text: str) -> None:
        self.line()
        self.line(self.style(text, "bold"))

    def check(self, text: str, good: bool) -> None:
        mark = self.style("ok ", "green") if good else self.style("NOT", "red")
        self.line(f"  {mark} {text}")

    def table(self, rows: Sequence[Sequence[str]], *, last_bold: bool = False) -> None:
        """The first row is the heading; the first column is text, the others are numbers."""
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        for number, row in enumerate(rows):
            first, *others = zip(row, widths, strict=True)
            text = first[0].ljust(first[1]) + "".join(
                "  " + cell.rjust(width) for cell, width in others
            )
            style = "dim" if number == 0 else "bold" if last_bold and row is rows[-1] else None
            self.line("  " + (self.style(text.rstrip(), style) if style else text.rstrip()))

    def paragraph(self, first: str, text: str) -> None:
        """Wrapped, with a hanging indent behind what stands first."""
        self.line(
            textwrap.fill(
                text,
                _WIDTH,
                initial_indent=first,
                subsequent_indent=" " * len(first),
                break_on_hyphens=False,
            )
        )


def write(result: Result, paper: Paper) -> None:
    _arrived(result, paper)
    _exported(result, paper)
    _needs_a_person(result, paper)
    _proof(result, paper)
    _checks(result, paper)
    _verdict(result, paper)


def _arrived(result: Result, paper: Paper) -> None:
    answers, events = result.answers, result.stock.events
    paper.heading(f"1  What arrived: {answers.total()} webhooks")
    for count, meaning in (
        (answers["stored"], "stored, each as an event"),
        (answers["duplicate"], "repetitions, acknowledged and dropped"),
        (len(result.refusals), "refused, and nothing of it stored"),
    ):
        paper.line(f"  {count:>3}  {meaning}")
    paper.line(f"  Of the {result.stock.events_in_log} events")
    meanings = {
        "translated": "became documents",
        "superseded": "told what a newer event had told already",
        "ignored": "are of no consequence to the books",
        "failed": "could not be taken",
        "queued": "wait to be translated",
    }
    for outcome, meaning in meanings.items():
        if events[outcome]:
            paper.line(f"  {events[outcome]:>3}  {meaning}")
        for event in result.events:
            if event["outcome"] == outcome and outcome in ("superseded", "ignored"):
                what = f"{event['topic']}, {event['label']}: {event['reason']}"
                paper.line(paper.style(f"       {what}", "dim"))


def _exported(result: Result, paper: Paper) -> None:
    paper.heading(f"2  What was exported to QuickBooks: {len(result.records)} documents")
    columns = ("created", "linked", "updated", "waiting", "failed", "skipped")
    exported = result.exported()
    rows = [["", *columns]]
    for kind in KINDS:
        if kind in exported:
            name = _PLURAL.get(kind, f"{kind.capitalize()}s")
            rows.append([name, *(_count(getattr(exported[kind], one)) for one in columns)])
    sums = [sum(getattr(one, name) for one in exported.values()) for name in columns]
    paper.table([*rows, ["All", *map(_count, sums)]], last_bold=True)
    if result.linked:
        paper.paragraph(
            "  ", f"Linked to what the bookkeeper had already: {', '.join(result.linked)}."
        )
    for shop, books in result.renamed:
        paper.paragraph(
            "  ", f"{shop} is taken in QuickBooks by somebody else, so the customer is {books}."
        )
    for record in result.records:
        if record["status"] == "skipped":
            title = str(record["title"])
            why = record["reason"]
            paper.paragraph("  ", f"{title[0].upper()}{title[1:]} was skipped: {why}")
    if sums[columns.index("updated")]:
        paper.paragraph("  ", "Those updated are among the created and linked: they changed later.")


def _needs_a_person(result: Result, paper: Paper) -> None:
    cases = list(_cases(result))
    paper.heading(f"3  What needs a person: {len(cases)}")
    for what, why, cure in cases:
        paper.line(f"  {what}")
        paper.paragraph("    Why: ", why)
        if cure:
            paper.paragraph("    Do:  ", cure)


def _cases(result: Result) -> Iterator[tuple[str, str, str | None]]:
    for event in result.events:
        if event["outcome"] == "failed":
            yield f"Order {event['label']} was not taken", _sentence(event["reason"]), event["cure"]
    for record in result.records:
        if record["status"] in ("failed", "pending"):
            state = "failed" if record["status"] == "failed" else "waits"
            amount = f" over {_money(record['total'])}" if record["total"] else ""
            title = str(record["title"])
            yield f"{title[0].upper()}{title[1:]}{amount} {state}", record["reason"], record["cure"]
    for label, why in result.refusals:
        yield (
            f"A delivery that says it is order {label} was refused",
            why,
            "Nothing, if it is a stranger's. If it is your shop's, give the channel its secret.",
        )


def _sentence(reason: str) -> str:
    """A finding, `total_price: is 10`, as a sentence."""
    field, _, rest = reason.partition(": ")
    return f"{field} {rest}" if rest else reason


def _proof(result: Result, paper: Paper) -> None:
    proof = result.proof
    days = f"from {proof['from']} to {proof['to']}"
    paper.heading(f"4  The proof: QuickBooks' own trial balance, {days}")
    columns, titles = list(_COLUMNS), list(_COLUMNS.values())
    longest = 29
    if any(Decimal(row["year_end"]) for row in proof["accounts"]):
        # In the first days of a fiscal year: profits move to retained earnings.
        columns.insert(3, "year_end")
        titles.insert(3, "+ year end")
        longest -= 12
    rows = [["", *titles]]
    resting: list[Mapping[str, Any]] = []
    for row in proof["accounts"]:
        if not any(Decimal(row[name]) for name in columns if name not in ("opening", "closing")):
            resting.append(row)
        else:
            rows.append([row["name"][:longest], *(_money(row[name]) for name in columns)])
    rows.append([f"{len(resting)} accounts at rest", *_sums(resting, columns)])
    paper.table([*rows, ["Sum", *_sums(proof["accounts"], columns)]], last_bold=True)
    paper.line(
        paper.style(
            "  Debits are positive. Ours: what Tillbook posted. Others: what people posted.\n"
            "  Projected: what ours has to be by the documents, without asking QuickBooks.",
            "dim",
        )
    )


def _sums(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[str]:
    return [_money(sum((Decimal(row[name]) for row in rows), Decimal(0))) for name in columns]


def _checks(result: Result, paper: Paper) -> None:
    stock, calls = result.stock, result.calls
    paper.heading("5  Checked")
    paper.check(
        "closing = opening + ours + others, and ours = projected, account by account",
        result.proof["agrees"],
    )
    for what, till, books in result.till:
        paper.check(
            f"{what}: {_money(books)} in the books, {_money(till)} by the shop's till",
            till == books,
        )
    paper.check("nothing of ours is in the books twice", not result.doubled)
    paper.check(
        f"{stock.events_in_log} events = {_addends(stock.events)}",
        stock.adds_up and not stock.events["queued"],
    )
    statuses = ("completed", "pending", "failed", "skipped")
    records = {status: stock.records[status] for status in statuses}
    paper.check(f"{stock.documents} documents = {_addends(records)}", stock.adds_up)
    noted = {name: sum(run[name] for run in result.runs) for name in ("batches", "reads")}
    paper.check(
        f"{noted['batches']} batches with {calls['batch_items']} writes, {noted['reads']} reads: "
        "QuickBooks counts the same",
        all(calls[name] == count for name, count in noted.items()),
    )


def _verdict(result: Result, paper: Paper) -> None:
    paper.line()
    if not result.problems:
        text = "The books agree, and nothing went wrong but what the shop sent to go wrong."
        paper.line(f"{paper.style(text, 'green')} {result.seconds:.0f} s.")
    else:
        paper.line(paper.style("The day did not end as it should:", "red"))
        for problem in result.problems:
            paper.paragraph("  - ", problem)


def _addends(counts: Mapping[str, int]) -> str:
    return " + ".join(f"{count} {name}" for name, count in counts.items())


def _count(number: int) -> str:
    return str(number) if number else "-"


def _money(amount: Any) -> str:
    value = Decimal(amount)
    return f"{value:,.2f}" if value else "-"
