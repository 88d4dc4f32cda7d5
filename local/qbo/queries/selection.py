"""Which objects a query finds, in its order, without looking at all of them where that is possible.

A page costs what is on it and what was skipped before it, not what the company holds: rows are
taken in order from a list that is kept sorted, or from an index, and tested until the page is full.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from local.qbo.clock import parse_instant
from local.qbo.queries.parser import Condition
from local.qbo.state.store import Row, Table, by_number, index_key

UPDATED = "metadata.lastupdatedtime"
#: How a query writes "no value".
NULL = " "
Test = Callable[[Row], bool]
#: A condition, and the test of a row that it means.
Tested = tuple[Condition, Test]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_COMPARED = ("=", "<", ">", "<=", ">=")
# An index that leaves more of the objects than this saves nothing over testing them in order.
_FEW = 0.25


@dataclass(frozen=True)
class Order:
    """A column of an ORDERBY, its direction, and the sort key that it means."""

    name: str
    down: bool
    key: Callable[[Row], Any]


@dataclass(frozen=True)
class Span:
    """Some places of a sorted list of rows, without a copy of it."""

    rows: Sequence[Row]
    places: range

    def __iter__(self) -> Iterator[Row]:
        return map(self.rows.__getitem__, self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, part: slice) -> "Span":
        return Span(self.rows, self.places[part])


@dataclass(frozen=True)
class Selection:
    """Rows in order, of which those count that pass all tests."""

    rows: Span | Iterable[Row]
    tests: Sequence[Test] = ()

    def __iter__(self) -> Iterator[Row]:
        return (row for row in self.rows if all(test(row) for test in self.tests))

    def count(self) -> int:
        if isinstance(self.rows, Span) and not self.tests:
            return len(self.rows)
        return sum(1 for _ in self)

    def page(self, start: int, limit: int) -> list[Row]:
        """At most `limit` rows from the one at `start`, which is 0 for the first."""
        if isinstance(self.rows, Span) and not self.tests:
            return list(self.rows[start : start + limit])
        return list(islice(self, start, start + limit))


def select(table: Table, tested: Sequence[Tested], orders: Sequence[Order]) -> Selection:
    """Rows that pass every test: as ordered, and newest id first where nothing else is said.

    Rows of one LastUpdatedTime are in the order of their ids.
    """
    tested = [each for each in tested if not _is_true_of_all(table, each[0])]
    tests = [test for _, test in tested]
    few = _by_index(table, [condition for condition, _ in tested])
    if few is not None:
        return _sorted(few, tests, orders)
    span, untimed = _within_times(table, tested)
    if _is_by(orders, UPDATED):
        return Selection(span[::-1] if orders[0].down else span, untimed)
    if len(span) < _FEW * len(table.rows):
        return _sorted(span, untimed, orders)
    if not orders or _is_by(orders, "id"):
        rows = Span(table.numbered, range(len(table.numbered)))
        rising = bool(orders) and not orders[0].down
        return Selection(
            rows if rising else rows[::-1], untimed if len(span) == len(rows) else tests
        )
    field = table.entity.folded.get(orders[0].name)
    if len(orders) == 1 and field in table.entity.indexed and field.kind == "day":
        return Selection(_by_day(table, field.name, down=orders[0].down), tests)
    return _sorted(span, untimed, orders)


def _is_by(orders: Sequence[Order], name: str) -> bool:
    return len(orders) == 1 and orders[0].name == name


def _is_true_of_all(table: Table, condition: Condition) -> bool:
    """Whether a query asks for active objects, as most do, where there are no others."""
    return (
        condition.name.lower() == "active"
        and condition.operator == "="
        and condition.values[0].lower() == "true"
        and len(table.found("Active", "true")) == len(table.rows)
    )


def _sorted(rows: Iterable[Row], tests: Sequence[Test], orders: Sequence[Order]) -> Selection:
    found = list(Selection(rows, tests))
    found.sort(key=by_number, reverse=True)
    for order in reversed(orders):
        found.sort(key=order.key, reverse=order.down)
    return Selection(Span(found, range(len(found))))


def _by_day(table: Table, name: str, *, down: bool) -> Iterator[Row]:
    """All rows by an indexed date; what has none comes before every date."""
    ids = [list(table.found(name, day)) for day in sorted(table.keys(name), reverse=down)]
    without: list[str] = []
    if sum(map(len, ids)) < len(table.rows):
        without = [id for id, row in table.rows.items() if row.data.get(name) is None]
    for each in [*ids, without] if down else [without, *ids]:
        yield from sorted((table.rows[id] for id in each), key=by_number, reverse=True)


def _by_index(table: Table, conditions: Iterable[Condition]) -> list[Row] | None:
    """The smallest set of rows that an index offers, if that is few of them."""
    best: list[str] | None = None
    most = _FEW * len(table.rows)
    for each in conditions:
        sets = _sets(table, each)
        if sets is not None and sum(map(len, sets)) <= most:
            best = list(dict.fromkeys(id for one in sets for id in one))
            most = len(best)
    return None if best is None else [table.rows[id] for id in best if id in table.rows]


def _sets(table: Table, condition: Condition) -> list[Collection[str]] | None:
    """Ids that may fulfil a condition, by key; None where no index has it."""
    if NULL in condition.values:
        return None
    if condition.name.lower() == "id":
        return [condition.values]
    field = table.entity.folded.get(condition.name.lower())
    if field is None or field not in table.entity.indexed:
        return None
    if condition.operator in ("=", "in"):
        keys = [key for key in map(index_key, condition.values) if key is not None]
    elif field.kind == "day" and condition.operator in _COMPARED:
        keys = [key for key in table.keys(field.name) if _holds(key, condition)]
    else:
        return None
    return [table.found(field.name, key) for key in dict.fromkeys(keys)]


def _holds(day: str, condition: Condition) -> bool:
    wanted = condition.values[0]
    return {
        "<": day < wanted,
        ">": day > wanted,
        "<=": day <= wanted,
        ">=": day >= wanted,
    }[condition.operator]


def _within_times(table: Table, tested: Sequence[Tested]) -> tuple[Span, list[Test]]:
    """The rows by their last change within the conditions on it, and the other tests.

    Times are compared in whole seconds, as they are shown.
    """
    first, last = 0, len(table.changed)
    tests: list[Test] = []
    for condition, test in tested:
        if condition.name.lower() != UPDATED or condition.operator not in _COMPARED:
            tests.append(test)
            continue
        instant = parse_instant(condition.values[0]) or _EPOCH
        floor = instant.replace(microsecond=0)
        ceiling = floor if floor == instant else floor + _SECOND
        after = floor + _SECOND
        if condition.operator in (">", ">=", "="):
            first = max(first, table.place(after if condition.operator == ">" else ceiling))
        if condition.operator in ("<", "<=", "="):
            last = min(last, table.place(ceiling if condition.operator == "<" else after))
    return Span(table.changed, range(first, max(first, last))), tests
