"""Spans of days: the named ones a report can be asked for, and the columns one is cut into.

Weeks begin on Sunday, as in QuickBooks' US edition. Fiscal quarters and years begin with the
company's first fiscal month.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from local.qbo.company import Company
from local.qbo.faults import QboFault, invalid_enumeration

_MACRO = re.compile(
    r"(this|last|next) (week|month|(?:fiscal|calendar) (?:quarter|year))(-to-date)?", re.IGNORECASE
)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
#: Values of summarize_column_by that cut time, with the unit they cut it by.
UNITS = {"Days": "day", "Week": "week", "Month": "month", "Quarter": "quarter", "Year": "year"}


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included, and what a column of them is called."""

    first: str
    last: str
    title: str = ""


#: What `All` stands for.
EVER = Span("1970-01-01", "2199-12-31")


def named(company: Company, macro: str) -> Span:
    """The days a date_macro stands for. Raises 2170 for an unknown one."""
    today = date.fromisoformat(company.today())
    name = macro.strip().lower()
    fixed = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1),) * 2,
        "next 4 weeks": (today, today + timedelta(days=27)),
    }
    if name == "all":
        return EVER
    if name in fixed:
        first, last = fixed[name]
        return Span(str(first), str(last))
    found = _MACRO.fullmatch(name)
    if found is None or (found[1] == "next" and found[3]):
        raise QboFault(invalid_enumeration(macro, "date_macro"))
    away = {"last": -1, "this": 0, "next": 1}[found[1]]
    kind, _, unit = found[2].rpartition(" ")
    anchor = date.fromisoformat(company.fiscal_year_start(str(today))) if kind == "fiscal" else None
    first = _moved(_start(today, unit, anchor), unit, away)
    if found[3]:
        return Span(str(first), str(_moved(today, unit, away)))
    return Span(str(first), str(_moved(first, unit, 1) - timedelta(days=1)))


def columns(company: Company, over: Span, unit: str) -> list[Span]:
    """The span cut by a unit; the first and the last piece may be shorter than it."""
    last = date.fromisoformat(over.last)
    first = date.fromisoformat(over.first)
    anchor = date.fromisoformat(company.fiscal_year_start(over.first))
    pieces: list[Span] = []
    while first <= last:
        start = _start(first, unit, anchor if unit in ("quarter", "year") else None)
        end = _moved(start, unit, 1) - timedelta(days=1)
        upto = min(end, last)
        whole = first == start and upto == end
        pieces.append(Span(str(first), str(upto), _title(first, upto, unit, whole=whole)))
        first = upto + timedelta(days=1)
    return pieces


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _start(day: date, unit: str, anchor: date | None) -> date:
    """First day of the unit that a day lies in."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    first = anchor.month - 1 if anchor else 0
    months = day.year * 12 + day.month - 1
    months -= (months - first) % _MONTHS[unit]
    return date(months // 12, months % 12 + 1, 1)


def _moved(day: date, unit: str, by: int) -> date:
    """The same day so many units on; the month's last where it has fewer days."""
    if unit in ("day", "week"):
        return day + timedelta(days=by * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + by * _MONTHS[unit]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _title(first: date, last: date, unit: str, *, whole: bool) -> str:
    if unit == "day":
        return f"{first:%b} {first.day}, {first.year}"
    if unit == "month" and whole:
        return f"{first:%b %Y}"
    if unit in ("quarter", "year") and whole:
        return f"{first:%b} - {last:%b}, {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        days = f"{first.day}-{last.day}" if first != last else str(first.day)
        return f"{first:%b} {days}, {last.year}"
    return f"{first:%b} {first.day} - {last:%b} {last.day}, {last.year}"
