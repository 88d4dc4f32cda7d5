"""The demo's day of a shop: everything that it prints is true, and it would notice if not."""

import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.cloud import LocalCloud
from local.demo.report import Paper, write
from local.demo.result import Exported, Result, problems_of
from local.demo.story import SECRET, tell
from tests.workflow.stock import check_nothing_is_lost

pytestmark = pytest.mark.e2e

REALM = "9341450000200001"


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What was said as it happened."""
    return []


@pytest.fixture(scope="module")
def result(cloud: LocalCloud, told: list[str]) -> Result:
    return tell(cloud, REALM, told.append, organisation="demo-of-tests")


def test_the_day_ends_without_problems_and_nothing_is_lost(
    cloud: LocalCloud, result: Result
) -> None:
    assert result.problems == []
    assert result.proof["agrees"] is True
    check_nothing_is_lost(cloud, result.connection)


def test_every_webhook_is_answered_as_it_deserves(result: Result) -> None:
    assert result.answers == {"stored": 52, "duplicate": 6, "401": 1}
    outcomes = {event["label"]: event["outcome"] for event in result.events}
    assert outcomes["#1024"] == "failed"
    assert outcomes["#1023"] == outcomes["a cart"] == "ignored"
    assert ("#1020", "superseded") in {(one["label"], one["outcome"]) for one in result.events}


def test_documents_are_created_linked_and_updated(result: Result) -> None:
    assert result.exported() == {
        "customer": Exported(10, linked=1, updated=1, waiting=0, failed=0, skipped=0),
        "product": Exported(7, linked=2, updated=0, waiting=0, failed=0, skipped=0),
        "invoice": Exported(25, linked=0, updated=2, waiting=0, failed=0, skipped=1),
        "payment": Exported(23, linked=0, updated=0, waiting=0, failed=0, skipped=0),
        "refund": Exported(3, linked=0, updated=0, waiting=1, failed=0, skipped=0),
    }
    assert sorted(result.linked) == ["Amy Lauterbach", "Enamel Kettle", "Linen Apron"]
    assert result.renamed == [("Priya Raman", "Priya Raman (priya.raman@example.com)")]


def test_people_have_posted_in_the_same_company(result: Result) -> None:
    others = {row["name"]: row["others"] for row in result.proof["accounts"]}

    assert (others["Rent or Lease"], others["Bank Charges"]) == ("1450.00", "18.00")
    assert any(Decimal(row["opening"]) for row in result.proof["accounts"])


def test_the_report_fits_a_terminal_and_keeps_secrets(
    cloud: LocalCloud, result: Result, told: list[str]
) -> None:
    out = io.StringIO()
    write(result, Paper(out))

    lines = [*out.getvalue().splitlines(), *told]
    assert max(map(len, lines)) <= 96
    assert "\033" not in out.getvalue()
    assert any(line.startswith("The books agree") for line in lines)
    assert "a difference of 1.10 USD" in out.getvalue()
    assert SECRET not in out.getvalue() + cloud.logs()


def test_a_day_that_went_wrong_says_so_in_the_end(result: Result) -> None:
    out = io.StringIO()
    write(replace(result, problems=["Invoice #1001 is in the books twice."]), Paper(out))

    assert out.getvalue().endswith("  - Invoice #1001 is in the books twice.\n")
    assert "The books agree" not in out.getvalue()


def test_the_readme_shows_what_the_demo_prints(result: Result) -> None:
    """All but balances and dates, which depend on the day."""
    out = io.StringIO()
    write(result, Paper(out))
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    shown = readme.split("```text\n")[1].split("```")[0]
    proof = shown[shown.index("\n4 ") : shown.index("\n5 ")]

    steady = [line for line in shown.replace(proof, "").splitlines() if line.strip(" …")]
    printed = set(out.getvalue().splitlines())
    assert [line for line in steady[:-1] if line not in printed] == []
    assert steady[-1].startswith("The books agree")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "environment, coloured",
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    environment: dict[str, str], coloured: bool
) -> None:
    paper = Paper(Terminal(), environment)

    assert ("\033" in paper.style("ok", "green")) is coloured


SPOILT: dict[str, tuple[Any, str]] = {
    "books": (lambda day: {"proof": {**day.proof, "agrees": False}}, "trial balance"),
    "twice": (lambda day: {"doubled": ["Invoice #1001"]}, "Invoice #1001 is in the books twice"),
    "till": (lambda day: {"proof": {**day.proof, "accounts": []}}, "by the shop's till"),
    "lost event": (lambda day: {"stock": replace(day.stock, events_in_log=51)}, "add up"),
    "calls": (lambda day: {"calls": day.calls + day.calls}, "QuickBooks counted 18 batches"),
    "run": (lambda day: {"runs": [{**day.runs[0], "status": "failed"}, *day.runs[1:]]}, "Run 1"),
    "failed": (lambda day: {"records": spoilt_records(day)}, "is failed, not completed"),
    "forged": (lambda day: {"refusals": []}, "Refused were none"),
    "unfooted": (lambda day: {"events": []}, "does not foot and was taken"),
}


def spoilt_records(day: Result) -> list[dict[str, Any]]:
    first, *others = day.records
    return [{**first, "status": "failed", "reason": "Refused."}, *others]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_whatever_is_not_in_order_is_a_problem(result: Result, spoilt: str) -> None:
    change, says = SPOILT[spoilt]

    assert any(says in problem for problem in problems_of(replace(result, **change(result))))
