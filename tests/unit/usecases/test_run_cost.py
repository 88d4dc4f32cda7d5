"""What a run costs does not grow with the history: the same orders, with little and with much that
was stored before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, key_of
from tillbook.domain.settings import ConnectionSettings
from tillbook.ports import Index, Item, Key, Page, Put, Table, Write
from tillbook.usecases.move_records import move_record

ORDERS = 20
FEW, MANY = 50, 1000


class CountingDatabase:
    """Counts requests as DynamoDB gets them, and items that are read."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.counted: Counter[str] = Counter()

    def get(self, key: Key) -> Item | None:
        item: Item | None = self._count("get", self._inner.get(key))
        return item

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(dict.fromkeys(keys))
        self.counted["get_many"] += -(-len(wanted) // 100)
        self.counted["items"] += len(wanted)
        found: dict[Key, Item] = self._inner.get_many(wanted)
        return found

    def query(
        self, table: Table, partition: str, *, index: Index | None = None, **how: Any
    ) -> Page:
        page: Page = self._inner.query(table, partition, index=index, **how)
        self.counted["items"] += len(page.items)
        self._count(f"query {index or partition.rpartition('#')[2]}", None)
        return page

    def write(self, *writes: Write) -> None:
        self.counted["written"] += len(writes)
        self._count("write", self._inner.write(*writes))

    def update(self, write: Any) -> Item:
        item: Item = self._inner.update(write)
        self._count("update", None)
        return item

    def put_all(self, puts: Sequence[Put]) -> None:
        self.counted["written"] += len(puts)
        self._count("put_all", self._inner.put_all(puts))

    def _count(self, what: str, answer: Any) -> Any:
        self.counted[what] += 1
        return answer


def orders(count: int, prefix: str, day: date) -> list[Document]:
    names = [f"{prefix}{number}" for number in range(count)]
    return [make.invoice(id=name, number=f"#{name}", date=day) for name in names]


def with_history(count: int) -> Workbench:
    """So many orders of older months, one in fifty of them skipped by a person; all of it counted
    and proven a while ago."""
    bench = Workbench(
        connection_settings=ConnectionSettings(export_from=date(2026, 1, 1), tax_code="2")
    )
    bench.accept(make.customer(), make.product())
    for month in range(1, 6):
        bench.accept(*orders(count // 5, f"{month}-", date(2026, month, 15)))
    for number in range(0, count // 5, 10):
        key = key_of(make.invoice(id=f"1-{number}"))
        move_record(bench.services, CONNECTION, key, "skip", actor="jo", why="old")
    bench.sync()
    bench.clock.advance(86_400)
    bench.sync("sweep")
    bench.clock.advance(6 * 3600)
    return bench


def cost_of_a_run(bench: Workbench) -> tuple[Counter[str], int, int]:
    """Of taking orders of today and the run that exports and proves them."""
    counting = CountingDatabase(bench.db)
    sales = orders(ORDERS, "new", date(2026, 10, 2))
    bench.accept(*sales, *(make.payment(id=one.id, date=date(2026, 10, 2)) for one in sales))
    services: Any = bench.services
    services.database = bench.db = cast(Any, counting)
    result = bench.sync()
    assert result.proof["agrees"]
    assert result.proof["completeness"]["adds_up"]
    assert result.proof["completeness"]["counted"].startswith("since ")
    return counting.counted, result.run.reads, result.run.batches


def test_a_run_over_the_same_orders_costs_the_same_whatever_was_stored_before() -> None:
    little, much = cost_of_a_run(with_history(FEW)), cost_of_a_run(with_history(MANY))

    assert much == little
