"""What an order costs in a company with a history: requests, items read and capacity of a run over
300 new orders, with 1,000 and with 100,000 documents stored.

Five hundred orders go through the line. The rest of the history is copies of everything that they
left, in the stores and in the books, each with ids, numbers and links of its own, dated in earlier
months. Then a sweep counts and proves all of it: what does not fit together has no result.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from bench import line, orders
from bench.pool import Pool
from local.qbo import Company
from tests.workbench import CONNECTION
from tillbook.domain.documents import Kind, document_key
from tillbook.ports import Database, Item, Key, Put, Table
from tillbook.store import company as companies
from tillbook.store import keys

SIZES = (1_000, 100_000)
NEW = 300
_THROUGH_THE_LINE = 500
_MONTH = "2026-09"
_EARLIER = tuple(f"2026-{month:02}" for month in range(1, 9))
_RECORD_KEY = re.compile(r"(?:invoice|payment)-[0-9a-f]{32}")
_TABLES = ("Invoice", "Payment")
_AT_ONCE = 1000
_IDS = 100_000
"""More than are given before the copies are made."""


@dataclass(frozen=True)
class Stored:
    """Of a run over some new orders."""

    documents: int
    """Stored before it."""
    orders: int
    requests: int
    """To DynamoDB and S3."""
    items_read: int
    read_units: float
    write_units: float
    calls: int
    """To QuickBooks."""
    gb_seconds: float
    sweep: dict[str, float] = field(default_factory=dict)
    """What the daily sweep of all of it took; its cost does grow."""


def submit(pool: Pool) -> Callable[[], list[dict[str, Any]]]:
    found = [pool.submit(stored, size) for size in reversed(SIZES)]
    return lambda: [asdict(one.result()) for one in reversed(found)]


def stored(documents: int) -> Stored:
    company = line.Line()
    first = orders.warm(_THROUGH_THE_LINE)
    company.accept(orders.documents(first, new_names=False))
    company.run()
    fill(company, first, documents // 2 // _THROUGH_THE_LINE - 1)
    # The month before is closed by then, and its late days are over.
    company.bench.clock.advance(timedelta(days=19).total_seconds())
    company.meter.reset()
    sweep = company.run("sweep")
    used = company.meter.usage
    new = orders.warm(NEW, first=documents, month="2026-10")
    measured = company.measure(orders.documents(new, new_names=False), NEW)
    return Stored(
        documents=documents,
        orders=NEW,
        requests=measured.store_requests,
        items_read=measured.items_read,
        read_units=measured.read_units,
        write_units=measured.write_units,
        calls=measured.batches + measured.reads,
        gb_seconds=measured.gb_seconds,
        sweep={
            "requests": sum(used.requests.values()),
            "items_read": used.items_read,
            "read_units": used.read_units,
            "write_units": used.write_units,
            "gb_seconds": sum(one.gb_seconds for one in sweep.invocations),
        },
    )


def fill(company: line.Line, through: list[orders.Order], times: int) -> None:
    """So many copies of these orders and of all that they left."""
    items = list(_left(company.memory, str(company.bench.company.realm)))
    rows = [row for name in _TABLES for row in company.bench.company.table(name).rows.values()]
    span = max(int(row.id) for row in rows)
    for number in range(1, times + 1):
        again = _Again(through, number, span, _EARLIER[number % len(_EARLIER)])
        puts = [again.put(key, item) for key, item in items]
        for start in range(0, len(puts), _AT_ONCE):
            company.memory.put_all(puts[start : start + _AT_ONCE])
        again.post(company.bench.company, rows)
    _project(company.memory, times)
    # Earlier runs have followed what they sent themselves.
    imported, state = companies.load(company.memory, CONNECTION)
    company.bench.clock.advance(600)
    now = company.bench.clock.now().isoformat()
    companies.save(company.memory, CONNECTION, imported, replace(state, changes_since=now))


def _left(db: Database, realm: str) -> Iterator[tuple[Key, Item]]:
    """What transactions leave: records, revisions, intents and links."""
    partitions = [(f"{CONNECTION}#INTENT", ""), (f"REALM#{realm}#BOOKS", "Txn#")]
    for kind in (Kind.INVOICE, Kind.PAYMENT):
        partitions += [(f"{CONNECTION}#RECORD#{kind}", ""), (f"{CONNECTION}#DOCUMENT#{kind}", "")]
    for partition, prefix in partitions:
        for item in _all(db, partition, prefix):
            key = Key(Table.SYNC, item.pop("pk"), item.pop("sk"))
            if key.partition.endswith("#INTENT") and item["kind"] not in ("invoice", "payment"):
                continue
            yield key, item


def _all(db: Database, partition: str, prefix: str = "") -> Iterator[Item]:
    cursor: str | None = None
    while True:
        page = db.query(Table.SYNC, partition, prefix=prefix, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


class _Again:
    """One copy: what everything is called in it."""

    def __init__(self, through: list[orders.Order], number: int, span: int, month: str) -> None:
        self._shift = number * span
        self._number = number
        self._month = month
        self._named: dict[str, str] = {}
        for one in through:
            shown = str(int(one.invoice.number) + number * len(through))
            self._named[one.invoice.number] = shown
            for document in (one.invoice, one.payment):
                name = f"{document.id}.{number}"
                self._named[document.id] = name
                old = document_key(document.kind, document.source, document.id)
                self._named[old] = document_key(document.kind, document.source, name)

    def put(self, key: Key, item: Item) -> Put:
        sort = _RECORD_KEY.sub(self._key, key.sort)
        copied = self._value(item)
        if key.partition.endswith("#BOOKS"):
            sort = f"Txn#{self._id(key.sort.removeprefix('Txn#'))}"
        elif key.partition.endswith("#INTENT"):
            older = int(key.sort) - line.FIRST_ID + self._number * _IDS
            sort = copied["intent"] = f"{older:026d}"
        if copied.get("link"):
            copied["link"]["id"] = self._id(copied["link"]["id"])
        return Put(Key(key.table, key.partition, sort), copied)

    def post(self, company: Company, rows: list[Any]) -> None:
        """The same in the books."""
        for row in rows:
            hidden = dict(row.hidden)
            if "settled" in hidden:
                hidden["settled"] = {self._id(id): one for id, one in hidden["settled"].items()}
            copied = replace(
                row,
                id=self._id(row.id),
                updated=company.clock.now(),
                data=self._value(row.data),
                hidden=hidden,
            )
            company.store(copied)
            company.seen_id(copied.entity, copied.id)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            if (name := self._named.get(value)) is not None:
                return name
            if value.startswith(_MONTH):
                return self._month + value.removeprefix(_MONTH)
            return _RECORD_KEY.sub(self._key, value) if "-" in value else value
        if isinstance(value, dict):
            copied = {name: self._value(one) for name, one in value.items()}
            if "TxnId" in copied:
                copied["TxnId"] = self._id(copied["TxnId"])
            return copied
        if isinstance(value, list):
            return [self._value(one) for one in value]
        return value

    def _key(self, found: re.Match[str]) -> str:
        return self._named[found[0]]

    def _id(self, id: str) -> str:
        return str(int(id) + self._shift)


def _project(db: Database, times: int) -> None:
    """Our projection of the copies, by month."""
    for item in list(_all(db, keys.projection(CONNECTION, "", "").partition)):
        for place, month in enumerate(_EARLIER):
            copies = sum(number % len(_EARLIER) == place for number in range(1, times + 1))
            if copies:
                key = keys.projection(CONNECTION, month, item["account"])
                amount = item["amount"] * copies
                db.write(Put(key, {**_plain(item), "month": month, "amount": amount}))


def _plain(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in ("pk", "sk")}
