"""Objects of one company, their indexes and their history of changes.

An object is never altered in place: a change puts a new row. Everything put while a unit of work
is open can be taken back, so that a refused request leaves nothing half changed.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any

from local.qbo.schema import Entity
from local.qbo.state.sharing import shared

Key = tuple[str, ...]
#: A part of a company's state, and a key in it.
Mark = tuple[str, Key]


@dataclass(frozen=True, slots=True)
class Row:
    """One object as it stands: what QuickBooks shows, and what it keeps to itself.

    `data` holds the fields after Id, SyncToken and MetaData; `hidden` what no client sees (the
    next line id, the tax override, what payments have settled).
    """

    entity: Entity
    id: str
    token: int
    created: datetime
    updated: datetime
    editor: str
    data: dict[str, Any]
    hidden: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", shared(self.data))

    @property
    def key(self) -> tuple[str, str]:
        return (self.entity.name, self.id)


class Undo:
    """A unit of work: how to take its changes back, and what it changed.

    `sink` is told what a unit has changed once all of it is done, as (section, key); what cannot
    be kept by the sink is taken back as well. Hold the company's lock.
    """

    def __init__(self) -> None:
        self.sink: Callable[[Iterable[Mark]], None] | None = None
        self._steps: list[Callable[[], None]] | None = None
        self._marks: dict[Mark, None] = {}

    def add(self, step: Callable[[], None]) -> None:
        if self._steps is not None:
            self._steps.append(step)

    def changed(self, section: str, key: Key) -> None:
        """Note that the value under a key is another one now, or gone."""
        if self.sink is None:
            return
        if self._steps is None:
            self.sink([(section, key)])
        else:
            self._marks[(section, key)] = None

    @contextmanager
    def unit(self) -> Iterator[None]:
        """All or nothing: an exception takes back every change made inside."""
        if self._steps is not None:
            yield
            return
        steps: list[Callable[[], None]] = []
        self._steps = steps
        try:
            yield
            if self._marks and self.sink is not None:
                self.sink(self._marks)
        except BaseException:
            self._steps = None
            for step in reversed(steps):
                step()
            raise
        finally:
            self._steps = None
            self._marks = {}

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Nothing of it stays: every change made inside is taken back at the end."""
        with self.unit():
            steps = self._steps
            assert steps is not None
            first, marks = len(steps), dict(self._marks)
            try:
                yield
            finally:
                for step in reversed(steps[first:]):
                    step()
                del steps[first:]
                self._marks = marks


def index_key(value: Any) -> str | None:
    """A field's value as a query compares it: references by id, text without case."""
    if isinstance(value, dict):
        value = value.get("value")
    return None if value is None else str(value).casefold()


def by_number(row: Row) -> tuple[int, str]:
    """Sorts rows by the number that their id is."""
    return (len(row.id), row.id)


def by_change(row: Row) -> tuple[datetime, int, str]:
    """Sorts rows by their last change, and those of one instant by number."""
    return (row.updated, len(row.id), row.id)


class Table:
    """The objects of one entity.

    An index of a field is made when it is first asked for, and kept up to date from then on.
    """

    def __init__(self, entity: Entity, undo: Undo) -> None:
        self.entity = entity
        self.rows: dict[str, Row] = {}
        self.deleted: dict[str, datetime] = {}
        self._undo = undo
        self._indexes: dict[str, _Index] = {}
        self._numbered: list[Row] = []
        self._changed: list[Row] = []

    def put(self, row: Row) -> None:
        """Store a new state of an object."""
        before = self.rows.get(row.id)
        self._set(row.id, before, row)
        self._undo.add(lambda: self._set(row.id, row, before))
        self._undo.changed("object", row.key)

    def remove(self, row: Row, when: datetime) -> None:
        """Take an object away for good, leaving only the fact that it was deleted."""
        self._set(row.id, row, None)
        self.deleted[row.id] = when

        def restore() -> None:
            del self.deleted[row.id]
            self._set(row.id, None, row)

        self._undo.add(restore)
        self._undo.changed("object", row.key)
        self._undo.changed("deleted", row.key)

    def load(self, rows: Iterable[Row]) -> None:
        """Take over stored objects, in the order in which they were made."""
        self.rows = {row.id: row for row in rows}
        self._numbered = sorted(self.rows.values(), key=by_number)
        self._changed = sorted(self._numbered, key=by_change)
        self._indexes.clear()

    def found(self, name: str, key: str) -> Collection[str]:
        """Ids of the objects whose indexed field has this key."""
        return self._index(name).found(key)

    def keys(self, name: str) -> Collection[str]:
        """Every key of an indexed field."""
        return self._index(name).ids

    @property
    def numbered(self) -> Sequence[Row]:
        """Every object, by the number that its id is."""
        return self._numbered

    @property
    def changed(self) -> Sequence[Row]:
        """Every object, by its last change."""
        return self._changed

    def place(self, instant: datetime) -> int:
        """Where in `changed` those begin that changed at or after an instant."""
        return bisect_left(self._changed, instant, key=lambda row: row.updated)

    def deleted_since(self, since: datetime) -> list[tuple[str, datetime]]:
        """Ids of objects deleted at or after an instant, and when, in that order."""
        newest_first = reversed(self.deleted.items())
        return [*takewhile(lambda each: each[1] >= since, newest_first)][::-1]

    def _index(self, name: str) -> "_Index":
        index = self._indexes.get(name)
        if index is None:
            index = self._indexes[name] = _Index()
            for row in self.rows.values():
                index.add(index_key(row.data.get(name)), row.id)
        return index

    def _set(self, id: str, before: Row | None, after: Row | None) -> None:
        for name, index in self._indexes.items():
            old = index_key(before.data.get(name)) if before else None
            new = index_key(after.data.get(name)) if after else None
            if old != new:
                index.discard(old, id)
                index.add(new, id)
        _replace(self._numbered, by_number, before, after)
        _replace(self._changed, by_change, before, after)
        if after is not None:
            self.rows[id] = after
        else:
            self.rows.pop(id, None)


class _Index:
    """Ids by key, in the order in which they were added; most keys of most indexes have one."""

    __slots__ = ("ids",)

    def __init__(self) -> None:
        self.ids: dict[str, str | dict[str, None]] = {}

    def found(self, key: str) -> Collection[str]:
        ids = self.ids.get(key, ())
        return (ids,) if isinstance(ids, str) else ids

    def add(self, key: str | None, id: str) -> None:
        if key is None:
            return
        ids = self.ids.setdefault(key, id)
        if isinstance(ids, dict):
            ids[id] = None
        elif ids != id:
            self.ids[key] = {ids: None, id: None}

    def discard(self, key: str | None, id: str) -> None:
        if key is None:
            return
        ids = self.ids[key]
        if isinstance(ids, dict):
            del ids[id]
        if ids in (id, {}):
            del self.ids[key]


def _replace(
    rows: list[Row], key: Callable[[Row], Any], before: Row | None, after: Row | None
) -> None:
    """Put one row for another in a sorted list; most changes are at its end."""
    if before is not None:
        place = bisect_left(rows, key(before), key=key)
        if after is not None and key(after) == key(before):
            rows[place] = after
            return
        del rows[place]
    if after is not None:
        if not rows or key(rows[-1]) < key(after):
            rows.append(after)
        else:
            insort(rows, after, key=key)


class Names:
    """Unique names: a folded name within a space belongs to one object."""

    def __init__(self, undo: Undo) -> None:
        self.owners: dict[tuple[str, str], tuple[str, str]] = {}
        self._undo = undo

    def owner(self, space: str, name: str) -> tuple[str, str] | None:
        """Entity name and id of who has the name."""
        return self.owners.get((space, name.casefold()))

    def claim(self, space: str, name: str, who: tuple[str, str]) -> None:
        self._change((space, name.casefold()), who)

    def free(self, space: str, name: str) -> None:
        self._change((space, name.casefold()), None)

    def _change(self, key: tuple[str, str], who: tuple[str, str] | None) -> None:
        before = self.owners.get(key)

        def assign(value: tuple[str, str] | None) -> None:
            if value is None:
                self.owners.pop(key, None)
            else:
                self.owners[key] = value

        assign(who)
        self._undo.add(lambda: assign(before))
        self._undo.changed("name", key)
