"""The tables are restored from a backup while QuickBooks, the event log and the payloads go on:
what was sent since is found there, and nothing is doubled."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import MemoryDatabase
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, RunResult, Workbench
from tillbook.domain.documents import Document
from tillbook.domain.sync import Status
from tillbook.ports import Table, Write
from tillbook.quickbooks.markers import marked
from tillbook.store import notices

TRANSACTIONS = ("Invoice", "Payment", "CreditMemo", "RefundReceipt")
MINUTES = 60


class BackedUpDatabase(MemoryDatabase):
    """Copies itself just before one of its writes, and can be put back to that copy."""

    def __init__(self, before: MemoryDatabase) -> None:
        super().__init__(before.page_bytes)
        self._items, self._partitions = before._items, before._partitions
        self.back_up_at: int | None = None

    def back_up(self) -> None:
        places = {partition: list(found) for partition, found in self._partitions.items()}
        self._backup = (dict(self._items), places)

    def write(self, *writes: Write) -> None:
        if self.back_up_at is not None and self.writes >= self.back_up_at:
            self.back_up_at = None
            self.back_up()
        super().write(*writes)

    def restore(self, tables: Sequence[Table] = tuple(Table)) -> None:
        items, places = self._backup
        kept = {key: one for key, one in self._items.items() if key.table not in tables}
        back = {key: one for key, one in items.items() if key.table in tables}
        self._items = {**kept, **back}
        listed = {key: one for key, one in self._partitions.items() if key[0] not in tables}
        listed |= {key: list(one) for key, one in places.items() if key[0] in tables}
        self._partitions = listed


def open_bench() -> tuple[Workbench, BackedUpDatabase]:
    bench = Workbench()
    assert isinstance(bench.db, MemoryDatabase)
    database = BackedUpDatabase(bench.db)
    bench.services.database = bench.db = database
    database.writes = 0
    database.back_up()
    return bench, database


def names(bench: Workbench, entity: str) -> list[str]:
    field = "Name" if entity == "Item" else "DisplayName"
    return sorted(one[field] for one in bench.in_books(entity))


def books(bench: Workbench) -> dict[str, Any]:
    """What a bookkeeper sees."""
    return {
        **{entity: names(bench, entity) for entity in ("Customer", "Item")},
        **{
            entity: sorted(
                (str(marked(one)), one.get("DocNumber", ""), str(one["TotalAmt"]))
                for one in bench.in_books(entity)
            )
            for entity in TRANSACTIONS
        },
        "balances": {name: amount for name, amount in bench.company.balances().items() if amount},
    }


def doubles(bench: Workbench) -> dict[str, int]:
    marks = Counter(marked(one) for entity in TRANSACTIONS for one in bench.in_books(entity))
    return {str(mark): count for mark, count in marks.items() if count > 1}


def run_on(bench: Workbench, *known: Document) -> RunResult:
    """After the restore: a run that died has to be quiet for long enough; events are translated
    again; and the next run goes on."""
    bench.clock.advance(10 * MINUTES)
    bench.accept(*known)
    return bench.sync()


FIRST = (make.customer(), make.product(), make.invoice(), make.payment())
LATER = (
    make.customer(id="c2", name="Ana Souza", email="other@example.com"),
    make.product(id="p2", name="Red mug", sku="MUG-R"),
    make.invoice(id="o2", number="#1002", customer="c2", lines=(make.line(product="p2"),)),
    make.payment(id="o2", amount="26.81"),
    make.refund(),
    make.credit_note(),
)
UPDATES = (
    make.customer(v=2, phone="+12075550199"),
    make.product(v=2, unit_price="13.00"),
    make.invoice(v=2, lines=(make.line(), make.shipping("7.50"))),
    make.credit_note(v=2, status="cancelled"),
)


def history(bench: Workbench) -> None:
    for documents in (FIRST, LATER, UPDATES):
        bench.accept(*documents)
        bench.sync()
        bench.clock.advance(3 * MINUTES)


@pytest.mark.parametrize("tables", [tuple(Table), (Table.SYNC,)])
def test_what_was_created_since_the_backup_is_linked_and_not_sent_again(
    tables: Sequence[Table],
) -> None:
    bench, database = open_bench()
    bench.accept(*FIRST)
    database.back_up()
    bench.sync()
    bench.clock.advance(10 * MINUTES)
    bench.sync()
    before = books(bench)
    database.restore(tables)

    result = run_on(bench, *FIRST)

    assert books(bench) == before
    assert result.run.batches == 0
    assert bench.record(make.invoice()).status is Status.COMPLETED
    assert result.proof["agrees"]


def test_people_are_told_of_a_restore_once() -> None:
    bench, database = open_bench()
    bench.accept(*FIRST)
    bench.sync()
    database.back_up()
    bench.accept(*LATER)
    bench.sync()
    database.restore()

    run_on(bench, *LATER)
    bench.sync()

    told, _ = notices.list_notices(bench.db, CONNECTION)
    assert [one.subject for one in told].count("The tables are older than the books") == 1


def test_our_own_updates_since_the_backup_are_not_taken_for_a_persons_edits() -> None:
    bench, database = open_bench()
    bench.accept(*FIRST, *LATER)
    bench.sync()
    database.back_up()
    bench.clock.advance(5 * MINUTES)
    bench.accept(*UPDATES)
    bench.sync()
    before = books(bench)
    database.restore()

    bench.clock.advance(10 * MINUTES)
    bench.sync()  # before the events are translated again
    result = run_on(bench, *UPDATES)

    assert books(bench) == before
    assert bench.statuses()["failed"] == 0
    assert result.proof["agrees"]


def test_an_edit_by_a_person_since_the_backup_is_still_one() -> None:
    bench, database = open_bench()
    bench.accept(*FIRST)
    database.back_up()
    bench.sync()
    (invoice,) = bench.in_books("Invoice")
    bench.by_hand("update", "Invoice", Id=invoice["Id"], DocNumber="BY-HAND-1")
    database.restore()

    run_on(bench, *FIRST, make.invoice(v=2, number="#1001-B"))

    (after,) = bench.in_books("Invoice")
    assert after["DocNumber"] == "BY-HAND-1"
    assert bench.record(make.invoice()).status is Status.FAILED


def test_a_payload_of_a_process_that_died_is_no_restore_and_is_looked_at_once() -> None:
    bench, _ = open_bench()
    bench.accept(*FIRST)
    bench.sync()
    dead = bench.services.new_sorted_id()
    bench.services.payloads.put(f"{CONNECTION}/{dead}/request.json", b"{}", {"records": ""})

    bench.sync()
    reads = [bench.sync().run.reads for _ in range(2)]

    told, _ = notices.list_notices(bench.db, CONNECTION)
    assert told == []
    assert reads[0] == reads[1]


@pytest.fixture(scope="module")
def expected() -> tuple[dict[str, Any], int]:
    bench, database = open_bench()
    history(bench)
    return books(bench), database.writes


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(part=st.floats(0, 1), shuffled=st.permutations([*FIRST, *LATER, *UPDATES]))
def test_whenever_the_backup_was_taken_the_books_come_out_the_same(
    expected: tuple[dict[str, Any], int], part: float, shuffled: list[Document]
) -> None:
    """Before any write of a history with creates, updates and a deletion of every kind; the events
    are translated again in any order."""
    wanted, writes = expected
    bench, database = open_bench()
    database.back_up_at = int(part * (writes - 1))
    history(bench)
    database.restore()

    result = run_on(bench, *shuffled)

    assert doubles(bench) == {}
    assert books(bench) == wanted
    assert bench.statuses()["failed"] == bench.statuses()["pending"] == 0
    assert result.proof["agrees"]
