"""Puts our own time on the emulated clock, and counts what we ask of the stores.

The clock of a measurement moves by waiting and by QuickBooks' latency. What our code and the stores
take would not show: so the processor time between two calls to the outside is added to it, as a
function of the memory that template.yaml gives it would take, and for each call to a store an
assumed time. What the in-memory stores and the emulator take themselves is left out.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any, TypeVar

import httpx

from tests.fakes import MemoryBlobs, MemoryDatabase
from tests.lanes import SimulatedLanes
from tests.workbench import WorkbenchClock
from tillbook.adapters.items import WireItem, item_bytes
from tillbook.ports import Blob, Index, Item, Key, Page, Put, Table, Update, Write

FULL_PROCESSOR_MB = 1769
"""Lambda gives a function of so much memory one processor, and others in proportion."""

GET_SECONDS = 0.004
READ_MANY_SECONDS = 0.010
QUERY_SECONDS = 0.008
WRITE_SECONDS = 0.006
TRANSACTION_SECONDS = 0.030
BLOB_SECONDS = 0.030
"""Assumed of DynamoDB and S3 in the function's region. Generous: AWS speaks of single-digit
milliseconds for single items; the largest transactions here have a hundred writes."""

_READ_UNIT = 4096
_WRITE_UNIT = 1024
_T = TypeVar("_T")


@dataclass
class Usage:
    """What was used since the last reset."""

    own_seconds: float = 0.0
    """Of a function's time, in our code."""
    store_seconds: float = 0.0
    """Assumed, the main thread waiting for stores."""
    requests: dict[str, int] = field(default_factory=dict)
    items_read: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    """Estimated capacity units, those of the indexes included."""

    def count(self, request: str, number: int = 1) -> None:
        self.requests[request] = self.requests.get(request, 0) + number


@dataclass(frozen=True)
class Sent:
    """A batch, and when it was under way."""

    begun: datetime
    ended: datetime
    items: int
    status: int
    """0 where the answer was lost."""


class Meter:
    def __init__(self, clock: WorkbenchClock) -> None:
        self.clock = clock
        self.in_lane = False
        self._slowness = 1.0
        self._left_at = time.process_time()
        self.usage = Usage()
        self.sent: list[Sent] = []

    def reset(self) -> None:
        self.usage = Usage()
        self.sent = []
        self._left_at = time.process_time()

    def give_memory(self, megabytes: int) -> None:
        """Of the function that runs from now on."""
        self._slowness = max(1.0, FULL_PROCESSOR_MB / megabytes)

    @contextmanager
    def outside(self, seconds: float = 0.0) -> Iterator[None]:
        """While the block lasts somebody else works, for so many emulated seconds."""
        own = (time.process_time() - self._left_at) * self._slowness
        self.usage.own_seconds += own
        self.usage.store_seconds += 0.0 if self.in_lane else seconds
        self.clock.advance(own + seconds)
        try:
            yield
        finally:
            self._left_at = time.process_time()


class MeteredLanes(SimulatedLanes):
    """Threads of one function share its processor: what a call computes keeps the main thread from
    computing, and only what it waits for overlaps."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter.clock)
        self._meter = meter

    def submit(self, call: Callable[[], Any]) -> None:
        with self._meter.outside():
            pass  # what was computed until now is the main thread's
        before = self._meter.usage.own_seconds
        self._meter.in_lane = True
        try:
            super().submit(call)
        finally:
            self._meter.in_lane = False
        self._meter.clock.advance(self._meter.usage.own_seconds - before)


class MeteredTransport(httpx.BaseTransport):
    """QuickBooks; its own latency is on the clock already."""

    def __init__(self, transport: httpx.BaseTransport, meter: Meter) -> None:
        self._transport = transport
        self._meter = meter

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._meter.outside():
            begun, status = self._meter.clock.now(), 0
            try:
                response = self._transport.handle_request(request)
                response.read()
                status = response.status_code
                return response
            finally:
                if request.url.path.endswith("/batch"):
                    items = request.content.count(b'"bId"')
                    ended = self._meter.clock.now()
                    self._meter.sent.append(Sent(begun, ended, items, status))


class MeteredBlobs:
    def __init__(self, blobs: MemoryBlobs, meter: Meter) -> None:
        self._blobs = blobs
        self._meter = meter

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        with self._call("PutObject"):
            self._blobs.put(key, body, metadata)

    def put_if_absent(
        self, key: str, body: bytes, metadata: Mapping[str, str] | None = None
    ) -> bool:
        with self._call("PutObject"):
            return self._blobs.put_if_absent(key, body, metadata)

    def get(self, key: str) -> Blob | None:
        with self._call("GetObject"):
            return self._blobs.get(key)

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        with self._call("ListObjectsV2"):
            return self._blobs.keys(prefix, after)

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        with self._meter.outside(BLOB_SECONDS):
            self._meter.usage.count(name)
            yield


class MeteredDatabase:
    """Counts requests as the adapter makes them of DynamoDB: keys are read by the hundred, one
    write is no transaction, puts go in batches of 25."""

    def __init__(self, database: MemoryDatabase, meter: Meter) -> None:
        self._db = database
        self._meter = meter
        # The size of an item as it is stored; it holds as long as that very item is stored.
        self._sizes: dict[Key, tuple[WireItem, int]] = {}

    def get(self, key: Key) -> Item | None:
        with self._call("GetItem", GET_SECONDS):
            found = self._db.get(key)
            self._read([key] if found else [], missing=not found)
            return found

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(dict.fromkeys(keys))
        batches = ceil(len(wanted) / 100)
        with self._call("BatchGetItem", READ_MANY_SECONDS * batches, batches):
            found = self._db.get_many(wanted)
            self._read(found, missing=len(wanted) - len(found))
            return found

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
        with self._call("Query", QUERY_SECONDS):
            page = self._db.query(
                table,
                partition,
                prefix=prefix,
                limit=limit,
                cursor=cursor,
                descending=descending,
                index=index,
            )
            size = sum(self._size(Key(table, one["pk"], one["sk"])) for one in page.items)
            usage = self._meter.usage
            usage.items_read += len(page.items)
            usage.read_units += max(1, ceil(size / _READ_UNIT)) / (2 if index else 1)
            return page

    def write(self, *writes: Write) -> None:
        many = len(writes) > 1
        name = "TransactWriteItems" if many else "write of one item"
        with self._call(name, TRANSACTION_SECONDS if many else WRITE_SECONDS):
            self._written(writes, 2 if many else 1, lambda: self._db.write(*writes))

    def update(self, write: Update) -> Item:
        with self._call("write of one item", WRITE_SECONDS):
            return self._written([write], 1, lambda: self._db.update(write))

    def put_all(self, puts: Sequence[Put]) -> None:
        batches = ceil(len(puts) / 25)
        with self._call("BatchWriteItem", READ_MANY_SECONDS * batches, batches):
            self._written(puts, 1, lambda: self._db.put_all(puts))

    @contextmanager
    def _call(self, name: str, seconds: float, number: int = 1) -> Iterator[None]:
        with self._meter.outside(seconds):
            self._meter.usage.count(name, number)
            yield

    def _read(self, found: Collection[Key], *, missing: int) -> None:
        usage = self._meter.usage
        usage.items_read += len(found)
        usage.read_units += sum(ceil(self._size(key) / _READ_UNIT) for key in found) + missing

    def _written(self, writes: Sequence[Write], price: int, write: Callable[[], _T]) -> _T:
        """A write costs what is larger, the item before or after it; an index the same again, and
        twice where the item moves in it."""
        before = [(self._db.wire_of(one.key), self._size(one.key)) for one in writes]
        try:
            return write()
        finally:  # a write whose condition fails costs the same
            for one, (old, old_size) in zip(writes, before, strict=True):
                new = self._db.wire_of(one.key)
                cost = max(1, ceil(max(old_size, self._size(one.key)) / _WRITE_UNIT))
                places = 0 if new is old else len(_places(old) | _places(new))
                self._meter.usage.write_units += cost * (price + places)

    def _size(self, key: Key) -> int:
        wire = self._db.wire_of(key)
        if wire is None:
            return 0
        known = self._sizes.get(key)
        if known is None or known[0] is not wire:
            known = self._sizes[key] = (wire, item_bytes(wire))
        return known[1]


def _places(wire: WireItem | None) -> set[tuple[str, str, str]]:
    """Where an item lies in the indexes."""
    if wire is None:
        return set()
    return {
        (partition, wire[partition]["S"], wire[sort]["S"])
        for partition, sort in (("hk", "hr"), ("bk", "br"))
        if partition in wire and sort in wire
    }
