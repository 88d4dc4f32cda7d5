"""What a run does while QuickBooks' limits, or the noise of its own writes, stand in its way."""

from datetime import date

from local.qbo import Latency
from tests.fakes import MemoryDatabase
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Kind
from tillbook.domain.settings import ConnectionSettings, Limits
from tillbook.store import intents, records


def test_a_batch_that_had_to_wait_for_its_turn_is_not_looked_for_in_the_books() -> None:
    few = Limits(batches_per_minute=2, batch_size=5)
    bench = Workbench(
        latency=Latency(0.3, 0),
        connection_settings=ConnectionSettings(
            export_from=date(2026, 3, 1), tax_code="2", limits=few
        ),
    )
    bench.accept(make.customer(), make.product(), make.invoice(), make.payment())
    fixed = bench.sync().run.reads
    bench.clock.advance(120)
    bench.accept(
        *(make.invoice(id=f"w{n}", number=f"#2{n:03d}") for n in range(30)),
        *(make.payment(id=f"w{n}") for n in range(30)),
    )

    result = bench.sync()

    assert result.waited > 0
    assert result.run.reads <= fixed
    assert result.run.batches == 12
    assert {kind: count["sent"] for kind, count in result.run.counts.items()} == {
        "invoice": 30,
        "payment": 30,
    }
    assert not list(intents.open_intents(bench.db, CONNECTION))
    assert result.proof["agrees"]


def test_what_our_own_payments_changed_is_noted_many_records_at_a_time() -> None:
    bench = Workbench()
    database = bench.services.database
    assert isinstance(database, MemoryDatabase)
    bench.accept(make.customer(), make.product())
    bench.accept(
        *(make.invoice(id=f"w{n}", number=f"#2{n:03d}") for n in range(40)),
        *(make.payment(id=f"w{n}") for n in range(40)),
    )
    bench.sync()
    tokens = [one["SyncToken"] for one in bench.in_books("Invoice")]
    assert set(tokens) == {"1"}, "a payment changes its invoice"
    writes = database.writes

    bench.sync()

    assert database.writes - writes < 50
    invoices = records.all_records(bench.db, CONNECTION, Kind.INVOICE)
    assert {one.link and one.link.sync_token for one in invoices} == {"1"}
