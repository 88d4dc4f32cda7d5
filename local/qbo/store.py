"""Objects of one company, their indexes and their history of changes.

An object is never altered in place: a change puts a new row. Everything put while a unit of work
is open can be taken back, so that a refused request leaves nothing half changed.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.qbo.schema import Entity


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

    @property
    def key(self) -> tuple[str, str]:
        return (self.entity.name, self.id)


class Undo:
    """What to do to take back the changes of a unit of work, newest first."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] | None = None

    def add(self, step: Callable[[], None]) -> None:
        if self._steps is not None:
            self._steps.append(step)

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
        except BaseException:
            self._steps = None
            for step in reversed(steps):
                step()
            raise
        self._steps = None


def index_key(value: Any) -> str | None:
    """A field's value as a query compares it: references by id, text without case."""
    if isinstance(value, dict):
        value = value.get("value")
    return None if value is None else str(value).casefold()


class Table:
    """The objects of one entity."""

    def __init__(self, entity: Entity, undo: Undo) -> None:
        self.entity = entity
        self.rows: dict[str, Row] = {}
        self.deleted: dict[str, datetime] = {}
        self._undo = undo
        self._indexes: dict[str, dict[str, dict[str, None]]] = {
            each.name: {} for each in entity.indexed
        }
        self._touched: list[tuple[datetime, str]] = []

    def put(self, row: Row) -> None:
        """Store a new state of an object."""
        before = self.rows.get(row.id)
        self._set(row.id, before, row)
        self._touched.append((row.updated, row.id))

        def restore() -> None:
            self._set(row.id, row, before)
            self._touched.pop()

        self._undo.add(restore)

    def remove(self, row: Row, when: datetime) -> None:
        """Take an object away for good, leaving only the fact that it was deleted."""
        self._set(row.id, row, None)
        self.deleted[row.id] = when

        def restore() -> None:
            del self.deleted[row.id]
            self._set(row.id, None, row)

        self._undo.add(restore)

    def found(self, name: str, key: str) -> Iterable[str]:
        """Ids of the objects whose indexed field has this key."""
        return self._indexes[name].get(key, ())

    def keys(self, name: str) -> Iterable[str]:
        """Every key of an indexed field."""
        return self._indexes[name]

    def touched_since(self, since: datetime) -> list[Row]:
        """Objects last changed at or after an instant, oldest change first."""
        start = bisect_left(self._touched, since, key=lambda each: each[0])
        ids = dict.fromkeys(id for _, id in self._touched[start:])
        rows = (self.rows.get(id) for id in ids)
        return [row for row in rows if row is not None and row.updated >= since]

    def _set(self, id: str, before: Row | None, after: Row | None) -> None:
        for name, index in self._indexes.items():
            old = index_key(before.data.get(name)) if before else None
            new = index_key(after.data.get(name)) if after else None
            if old == new:
                continue
            if old is not None:
                ids = index[old]
                ids.pop(id, None)
                if not ids:
                    del index[old]
            if new is not None:
                index.setdefault(new, {})[id] = None
        if after is not None:
            self.rows[id] = after
        else:
            self.rows.pop(id, None)


class Names:
    """Unique names: a folded name within a space belongs to one object."""

    def __init__(self, undo: Undo) -> None:
        self._owners: dict[tuple[str, str], tuple[str, str]] = {}
        self._undo = undo

    def owner(self, space: str, name: str) -> tuple[str, str] | None:
        """Entity name and id of who has the name."""
        return self._owners.get((space, name.casefold()))

    def claim(self, space: str, name: str, who: tuple[str, str]) -> None:
        self._change((space, name.casefold()), who)

    def free(self, space: str, name: str) -> None:
        self._change((space, name.casefold()), None)

    def _change(self, key: tuple[str, str], who: tuple[str, str] | None) -> None:
        before = self._owners.get(key)

        def assign(value: tuple[str, str] | None) -> None:
            if value is None:
                self._owners.pop(key, None)
            else:
                self._owners[key] = value

        assign(who)
        self._undo.add(lambda: assign(before))
