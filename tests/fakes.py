"""The ports in memory: small true implementations, held to the same contract suites as the real
adapters (`tests/contract/`)."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import RLock
from typing import Any

from tillbook.adapters import items
from tillbook.adapters.cursor import cursor_after, key_names, start_of_page
from tillbook.adapters.items import WireItem
from tillbook.adapters.metadata import encode_metadata
from tillbook.ports import (
    Absent,
    AnyOf,
    Blob,
    Condition,
    ConditionFailed,
    Delete,
    Equals,
    Index,
    Item,
    Key,
    Missing,
    Page,
    Present,
    Purpose,
    Put,
    Table,
    Update,
    Write,
)

# A partition of a table or of one of its indexes, and an item's place in it: its sort value there
# and its key, in order.
_Partition = tuple[Table, Index | None, str]
_Place = tuple[str, str, str]
_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class FakeClock:
    """A clock that only tests move. `sleep` moves it too, so that waiting takes no time."""

    def __init__(self, now: datetime = _NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    sleep = advance


class MemoryDatabase:
    """Both tables with DynamoDB's conditions, transactions, limits and pages.

    `page_bytes` is how much a page of a query holds (1 MB in DynamoDB): make it small to see that
    a caller follows the cursor. `writes` counts calls that were asked to write.
    """

    def __init__(self, page_bytes: int = 1024 * 1024) -> None:
        self.page_bytes = page_bytes
        self.writes = 0
        self._items: dict[Key, WireItem] = {}
        self._lock = RLock()
        self._sizes: dict[Key, int] = {}
        self._partitions: dict[_Partition, list[_Place]] = {}

    def get(self, key: Key) -> Item | None:
        items.check_key(key)
        with self._lock:
            wire = self._items.get(key)
        return None if wire is None else items.decode_item(wire)

    def wire_of(self, key: Key) -> WireItem | None:
        """The item as it is stored; a write puts another in its place, and never alters it."""
        return self._items.get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found = {key: self.get(key) for key in keys}
        return {key: item for key, item in found.items() if item is not None}

    def query(
        self,
        table: Table,
        partition: str,
        *,
        prefix: str = "",
        limit: int | None = None,
        cursor: str | None = None,
        descending: bool = False,
        index: Index | None = None,
    ) -> Page:
        items.check_query(partition, limit)
        with self._lock:
            places = self._partitions.get((table, index, partition), [])
            places = [place for place in places if place[0].startswith(prefix)]
            if descending:
                places.reverse()
            if cursor is not None:
                start = start_of_page(cursor, partition, prefix, index)
                last = (start[key_names(index)[1]], start["pk"], start["sk"])
                places = [
                    place for place in places if (place < last if descending else place > last)
                ]
            page: list[Item] = []
            size = 0
            for _, pk, sk in places[:limit]:
                if size >= self.page_bytes:
                    break
                wire = self._items[Key(table, pk, sk)]
                page.append(items.decode_item(wire))
                size += self._bytes(Key(table, pk, sk))
        more = len(page) < len(places)
        return Page(page, cursor_after(page[-1], index) if more else None)

    def write(self, *writes: Write) -> None:
        items.check_writes(writes)
        with self._lock:
            self.writes += 1
            failed = tuple(
                number
                for number, write in enumerate(writes)
                if not all(_holds(self._items.get(write.key), one) for one in write.when)
            )
            if failed:
                raise ConditionFailed(failed)
            after = [(write.key, self._after(write)) for write in writes]
            puts = {write.key for write in writes if isinstance(write, Put)}
            items.check_transaction_bytes(wire for key, wire in after if wire and key in puts)
            for key, wire in after:
                self._store(key, wire)

    def update(self, write: Update) -> Item:
        with self._lock:
            self.write(write)
            return items.decode_item(self._items[write.key])

    def put_all(self, puts: Sequence[Put]) -> None:
        items.check_puts(puts)
        wires = [(put.key, items.encode_put(put)) for put in puts]
        with self._lock:
            for key, wire in wires:
                self.writes += 1
                self._store(key, wire)

    def _bytes(self, key: Key) -> int:
        if key not in self._sizes:
            self._sizes[key] = items.item_bytes(self._items[key])
        return self._sizes[key]

    def _after(self, write: Write) -> WireItem | None:
        """The item as the write leaves it."""
        before = self._items.get(write.key)
        if isinstance(write, Delete):
            return None
        if isinstance(write, Put):
            return items.encode_put(write)
        if not isinstance(write, Update):
            return before
        wire = {**(before or items.encode_key(write.key)), **items.encode_item(write.set)}
        for name in write.remove:
            wire.pop(name, None)
        for name, amount in write.add.items():
            if "N" not in wire.get(name, {"N": "0"}):
                raise ValueError(f"only a number can be added to: {name} is none")
            total = Decimal(wire.get(name, {"N": "0"})["N"]) + amount
            wire[name] = items.encode(total)
        items.check_item_bytes(wire)
        return wire

    def _store(self, key: Key, wire: WireItem | None) -> None:
        self._sizes.pop(key, None)
        for partition, place in _places(key, self._items.pop(key, {})):
            places = self._partitions[partition]
            del places[bisect_left(places, place)]
        if wire is not None:
            self._items[key] = wire
            for partition, place in _places(key, wire):
                insort(self._partitions.setdefault(partition, []), place)


def _places(key: Key, wire: WireItem) -> Iterator[tuple[_Partition, _Place]]:
    """Where an item is listed. SyncTable has the indexes."""
    for index in (None, *Index) if key.table is Table.SYNC else (None,):
        partition, sort = key_names(index)
        if partition in wire and sort in wire:
            place = (wire[sort]["S"], key.partition, key.sort)
            yield (key.table, index, wire[partition]["S"]), place


def _holds(wire: WireItem | None, condition: Condition) -> bool:
    if isinstance(condition, Absent):
        return wire is None
    if isinstance(condition, Present):
        return wire is not None
    if isinstance(condition, AnyOf):
        return any(_holds(wire, one) for one in condition.conditions)
    value = (wire or {}).get(condition.attribute)
    if isinstance(condition, Missing):
        return value is None
    if value is None:
        return False
    wanted = items.encode(condition.value)
    if isinstance(condition, Equals):
        return value == wanted
    return _below(value, wanted)


def _below(value: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if "N" in value and "N" in wanted:
        return Decimal(value["N"]) < Decimal(wanted["N"])
    # Python orders text by code point, which is DynamoDB's order of UTF-8 bytes.
    return "S" in value and "S" in wanted and bool(value["S"] < wanted["S"])


class MemoryBlobs:
    def __init__(self) -> None:
        self._blobs: dict[str, Blob] = {}
        self._lock = RLock()

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        encode_metadata(metadata or {})
        with self._lock:
            self._blobs[key] = Blob(bytes(body), dict(metadata or {}))

    def put_if_absent(
        self, key: str, body: bytes, metadata: Mapping[str, str] | None = None
    ) -> bool:
        with self._lock:
            if key in self._blobs:
                return False
            self.put(key, body, metadata)
            return True

    def get(self, key: str) -> Blob | None:
        blob = self._blobs.get(key)
        return None if blob is None else Blob(blob.body, dict(blob.metadata))

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        with self._lock:
            found = (key for key in self._blobs if key.startswith(prefix) and key > after)
            return iter(sorted(found))


class MemoryVault:
    """Keeps what was sealed and hands out a ticket for it, bound to purpose and id."""

    def __init__(self) -> None:
        self._sealed: dict[str, tuple[Purpose, str, bytes]] = {}

    def seal(self, plaintext: bytes, purpose: Purpose, id: str) -> str:
        ticket = f"sealed-{len(self._sealed) + 1:032}"
        self._sealed[ticket] = (purpose, id, bytes(plaintext))
        return ticket

    def open(self, sealed: str, purpose: Purpose, id: str) -> bytes:
        sealed_for = self._sealed.get(sealed)
        if sealed_for is None or sealed_for[:2] != (purpose, id):
            raise ValueError("not sealed for this purpose and id, or altered since")
        return sealed_for[2]


@dataclass
class MemoryRuns:
    """The executions started, by run id."""

    started: dict[str, dict[str, str]] = field(default_factory=dict)

    def start(self, run_id: str, payload: Mapping[str, str]) -> None:
        self.started.setdefault(run_id, dict(payload))


@dataclass
class MemoryQueue:
    sent: list[str] = field(default_factory=list)

    def send(self, event_key: str) -> None:
        self.sent.append(event_key)


@dataclass
class MemoryNotifier:
    told: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, subject: str, text: str) -> None:
        self.told.append((subject, text))
