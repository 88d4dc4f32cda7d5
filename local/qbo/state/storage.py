"""An emulator's state in a SQLite file, so that it outlives the process.

Each unit of work is one transaction: its objects, its postings and the answer remembered under its
request id are in the file together, or none of them is. The file is read once, at the start.
`packing.py` makes bytes of values.

What is not kept: faults on demand, writes and webhooks that are still to come, the request log and
counters.
"""

import gc
import json
import pickle
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.qbo.clock import SystemClock
from local.qbo.company import Company
from local.qbo.entities import ENTITIES
from local.qbo.state.packing import LAYOUT, dump, load, pack, unpack
from local.qbo.state.store import Key, Mark, Row
from local.qbo.wire.requestids import RequestIds

if TYPE_CHECKING:
    from local.qbo.emulator import Emulator

#: Marks a SQLite file as one of ours ("QBOe"); its `user_version` is the format.
_APPLICATION = 0x51424F65
_FORMAT = 1
_SCHEMA = """
CREATE TABLE kept (
  place INTEGER PRIMARY KEY,  -- the order in which things were made
  realm TEXT NOT NULL,        -- of the company; empty for the emulator's own
  section TEXT NOT NULL,
  key TEXT NOT NULL,          -- JSON
  value BLOB NOT NULL,
  UNIQUE (realm, section, key)
)
"""
_PUT = """
INSERT INTO kept (realm, section, key, value) VALUES (?, ?, ?, ?)
ON CONFLICT (realm, section, key) DO UPDATE SET value = excluded.value
"""
_DROP = "DELETE FROM kept WHERE realm = ? AND section = ? AND key = ?"


class StorageError(Exception):
    """The file cannot be used; the text names it and says what to do."""


class Storage:
    """The file of one emulator, which has it for itself while it runs."""

    def __init__(self, path: Path) -> None:
        """Open a file, or make it. Raises StorageError."""
        self.path = path
        self._lock = threading.Lock()
        self._companies: dict[str, Company] = {}
        self._written: dict[str, bytes] = {}
        try:
            self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._prepare()
            self.is_new = self._state("emulator") is None
        except sqlite3.Error as error:
            raise StorageError(_explained(path, error)) from error

    def load(self, emulator: "Emulator") -> None:
        """Put what the file holds into an emulator, and keep what it does from now on.

        Raises StorageError for a file whose content is damaged.
        """
        collecting = gc.isenabled()
        gc.disable()  # Nothing of what is read is garbage.
        try:
            self._load(emulator)
        except (pickle.UnpicklingError, LookupError, TypeError, ValueError) as error:
            raise StorageError(
                f"{self.path} is damaged ({error}): take a copy made before, or another file"
            ) from error
        finally:
            if collecting:
                gc.enable()
        emulator.storage = self

    def add(self, company: Company, ids: RequestIds) -> None:
        """Keep a company as it stands, in place of one with its realm, and from now on."""
        self._forget(company.realm)
        shelf = _Shelf(company, ids)
        with self._transaction():
            self._file.execute("DELETE FROM kept WHERE realm = ?", (company.realm,))
            self._put(shelf, shelf.marks())
        self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._attach(shelf)

    def reset(self, emulator: "Emulator") -> None:
        """Forget every company; apps, switches and limits stay as the emulator has them."""
        for realm in list(self._companies):
            self._forget(realm)
        with self._transaction():
            self._file.execute("DELETE FROM kept WHERE realm <> ''")
        self.save(emulator)

    def save(self, emulator: "Emulator") -> None:
        """Keep what does not belong to a company: apps, tokens, switches, limits, the time."""
        with emulator.lock:
            state = {name: dump(value) for name, value in _state(emulator).items()}
        with self._transaction():
            for name, blob in state.items():
                if self._written.get(name) != blob:
                    self._put_state(name, blob)
        self._written.update(state)

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def _prepare(self) -> None:
        """Make the file ready. Raises StorageError for one that is not ours."""
        run = self._file.execute
        run("PRAGMA busy_timeout = 0")
        run("PRAGMA locking_mode = EXCLUSIVE")
        application = run("PRAGMA application_id").fetchone()[0]
        is_empty = not run("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not is_empty and application != _APPLICATION:
            raise StorageError(
                f"{self.path} is no file of this emulator: name another, or a new one"
            )
        version = run("PRAGMA user_version").fetchone()[0]
        if not is_empty and version != _FORMAT:
            raise StorageError(_other_format(self.path, f"format {version}"))
        # A commit survives the end of the process at once, and the machine's within moments.
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        with self._transaction():
            if is_empty:
                run(_SCHEMA)
                run(f"PRAGMA application_id = {_APPLICATION}")
                run(f"PRAGMA user_version = {_FORMAT}")
                self._put_state("layout", dump(LAYOUT))
        if self._state("layout") != LAYOUT:
            raise StorageError(_other_format(self.path, "other fields"))

    def _load(self, emulator: "Emulator") -> None:
        stored = self._state("emulator")
        if stored is None:
            return
        _restore(emulator, stored, self._state("tokens"))
        _catch_up(emulator, self._state("clock"))
        for realm, settings in stored["companies"].items():
            company = Company(realm, emulator.clock, emulator.switches, ENTITIES)
            vars(company).update(settings)
            shelf = _Shelf(company, RequestIds(company))
            rows = self._file.execute(
                "SELECT section, value FROM kept WHERE realm = ? ORDER BY place", (realm,)
            )
            shelf.load((section, *load(blob)) for section, blob in rows)
            emulator.adopt(company, shelf.ids)
            self._attach(shelf)

    def _attach(self, shelf: "_Shelf") -> None:
        company = shelf.company

        def sink(marks: Iterable[Mark]) -> None:
            with self._transaction():
                self._put(shelf, marks)
                self._put_state("clock", dump(_time(company)))

        self._companies[company.realm] = company
        company.undo.sink = sink

    def _forget(self, realm: str) -> None:
        company = self._companies.pop(realm, None)
        if company is not None:
            with company.lock:
                company.undo.sink = None

    def _put(self, shelf: "_Shelf", marks: Iterable[Mark]) -> None:
        realm = shelf.company.realm
        for section, key in marks:
            value = shelf.value(section, key)
            place = (realm, section, json.dumps(key))
            if value is None:
                self._file.execute(_DROP, place)
            else:
                self._file.execute(_PUT, (*place, dump((key, value))))

    def _put_state(self, name: str, blob: bytes) -> None:
        self._file.execute(_PUT, ("", "state", name, blob))

    def _state(self, name: str) -> Any:
        found = self._file.execute(
            "SELECT value FROM kept WHERE realm = '' AND section = 'state' AND key = ?", (name,)
        ).fetchone()
        return load(found[0]) if found else None

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._lock, self._file)


class _Transaction:
    """All that is written inside is in the file together, or not at all."""

    def __init__(self, lock: threading.Lock, file: sqlite3.Connection) -> None:
        self._lock = lock
        self._file = file

    def __enter__(self) -> None:
        self._lock.acquire()
        self._file.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._file.execute("COMMIT" if kind is None else "ROLLBACK")
        finally:
            self._lock.release()


class _Shelf:
    """A company's state as values under (section, key)."""

    def __init__(self, company: Company, ids: RequestIds) -> None:
        self.company = company
        self.ids = ids
        self._read: dict[str, Callable[[Any], Any]] = {
            "object": self._object,
            "deleted": lambda key: company.table(key[0]).deleted.get(key[1]),
            "name": company.names.owners.get,
            "sequence": lambda key: company.sequences.get(key[0]),
            "answer": ids.kept.get,
        }

    def value(self, section: str, key: Key) -> Any:
        """The value as it is now; None when there is none."""
        return self._read[section](key)

    def marks(self) -> Iterator[Mark]:
        """Everything that there is."""
        company = self.company
        for name in ENTITIES:
            table = company.table(name)
            yield from (("object", row.key) for row in table.rows.values())
            yield from (("deleted", (name, id)) for id in table.deleted)
        yield from (("name", key) for key in company.names.owners)
        yield from (("sequence", (name,)) for name in company.sequences)
        yield from (("answer", key) for key in self.ids.kept)

    def load(self, stored: Iterable[tuple[str, Key, Any]]) -> None:
        company = self.company
        rows: dict[str, list[Row]] = defaultdict(list)
        stocked: list[Row] = []
        for section, key, value in stored:
            if section == "object":
                row, entry, moves_stock = unpack(key, value)
                rows[key[0]].append(row)
                stocked += [row] if moves_stock else []
                if entry is not None:
                    company.ledger.post(row.key, entry)
            elif section == "deleted":
                company.table(key[0]).deleted[key[1]] = value
            elif section == "name":
                company.names.owners[(key[0], key[1])] = value
            elif section == "sequence":
                company.sequences[key[0]] = value
            else:
                self.ids.kept[key] = value
        for name, found in rows.items():
            company.table(name).load(found)
        company.inventory.load(stocked)

    def _object(self, key: tuple[str, str]) -> Any:
        row = self.company.table(key[0]).rows.get(key[1])
        return pack(row, self.company.ledger.entries.get(key)) if row is not None else None


def _state(emulator: "Emulator") -> dict[str, Any]:
    """What does not belong to a company, in plain values."""
    return {
        "emulator": {
            "switches": asdict(emulator.switches),
            "limits": asdict(emulator.limits),
            "latency": asdict(emulator.latency),
            "apps": emulator.apps,
            "endpoints": emulator.webhooks.endpoints,
            "companies": {
                realm: {name: getattr(company, name) for name in Company.SETTINGS}
                for realm, company in emulator.companies.items()
            },
        },
        "tokens": emulator.tokens.state(),
        "clock": _time(emulator),
    }


def _restore(emulator: "Emulator", stored: Any, tokens: Any) -> None:
    for name in ("switches", "limits", "latency"):
        vars(getattr(emulator, name)).update(stored[name])
    emulator.apps.update(stored["apps"])
    emulator.webhooks.endpoints = stored["endpoints"]
    emulator.tokens.restore(tokens)


def _time(owner: "Emulator | Company") -> tuple[datetime, timedelta]:
    """The present instant, and by how much the clock is ahead of the machine's."""
    clock = owner.clock
    return clock.now(), clock.ahead if isinstance(clock, SystemClock) else timedelta()


def _catch_up(emulator: "Emulator", stored: tuple[datetime, timedelta]) -> None:
    """Let no time be earlier than what is stored already, whichever clock it is now."""
    last, ahead = stored
    emulator.clock.advance(ahead.total_seconds())
    behind = (last - emulator.clock.now()).total_seconds()
    emulator.clock.advance(max(behind, 0))


def _explained(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "not a database" in text:
        return f"{path} is no file of this emulator: name another, or a new one"
    if "locked" in text:
        return f"{path} is in use by another emulator: stop that one, or use another file"
    return f"{path} cannot be opened ({text}): name a file in a directory that can be written to"


def _other_format(path: Path, found: str) -> str:
    return (
        f"{path} was written by another version of the emulator ({found}; this one writes format "
        f"{_FORMAT}): use that version, or name a new file"
    )
