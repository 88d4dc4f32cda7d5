"""A run from pending documents to proven books, against the emulator."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from local.qbo.people.bookkeeper import keep_books
from tests.fakes import MemoryRuns
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Kind
from tillbook.domain.settings import ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.errors import TransientError
from tillbook.store import records, runs
from tillbook.usecases.runs import RunActive, begin_run, finish_run, start_run

SALE = (make.customer(), make.product(), make.invoice(), make.payment())


@pytest.fixture
def bench() -> Workbench:
    return Workbench()


def test_a_sale_ends_in_the_books_and_the_books_agree(bench: Workbench) -> None:
    bench.accept(*SALE, make.refund(), make.credit_note())

    result = bench.sync()

    assert result.run.status == "completed"
    assert result.proof["agrees"]
    (invoice,) = bench.in_books("Invoice")
    assert (invoice["DocNumber"], invoice["TotalAmt"]) == ("#1001", Decimal("31.81"))
    assert invoice["Balance"] == 0
    assert bench.statuses()["completed"] == 7  # with the item for shipping


def test_a_second_run_sends_nothing(bench: Workbench) -> None:
    bench.accept(*SALE)
    bench.sync()

    again = bench.sync()

    assert (again.run.batches, again.run.counts) == (0, {})
    assert again.proof["agrees"]


def test_a_new_revision_updates_the_same_invoice_and_keeps_its_lines(bench: Workbench) -> None:
    bench.accept(*SALE)
    bench.sync()
    before = bench.in_books("Invoice")[0]

    bench.accept(make.invoice(v=2, lines=(make.line(), make.shipping("7.50"))))
    result = bench.sync()

    (after,) = bench.in_books("Invoice")
    assert (after["Id"], after["TotalAmt"]) == (before["Id"], Decimal("34.31"))
    assert [line.get("Id") for line in after["Line"]] == [line.get("Id") for line in before["Line"]]
    assert result.proof["agrees"]


def test_a_cancelled_invoice_is_voided_and_one_never_sent_is_skipped(bench: Workbench) -> None:
    bench.accept(make.customer(), make.product(), make.invoice())
    bench.sync()

    bench.accept(make.invoice(v=2, status="cancelled"))
    bench.accept(make.invoice(id="o2", number="#1002", status="cancelled"))
    result = bench.sync()

    (invoice,) = bench.in_books("Invoice")
    assert (invoice["TotalAmt"], invoice["PrivateNote"][:6]) == (0, "Voided")
    assert bench.record(make.invoice(id="o2")).status is Status.SKIPPED
    assert result.proof["agrees"]


def test_a_refund_waits_for_its_order_and_says_so(bench: Workbench) -> None:
    bench.accept(make.customer(), make.product(), make.refund())

    bench.sync()

    record = bench.record(make.refund())
    assert record.status is Status.PENDING
    assert record.reason is not None
    assert record.reason.what == "Waiting for the invoice it refers to, which has not arrived."

    bench.accept(make.invoice(), make.payment())
    bench.sync()

    assert bench.record(make.refund()).status is Status.COMPLETED


def test_what_waits_for_something_that_failed_names_it(bench: Workbench) -> None:
    long_number = make.invoice(number="1" * 30)
    bench.accept(make.customer(), make.product(), long_number, make.payment())

    bench.sync()

    proof = bench.sync().proof

    assert proof["agrees"]
    assert [
        (one["kind"], one["count"], one["amount"]) for one in proof["completeness"]["not_in_books"]
    ] == [
        ("invoice", 1, "31.81"),
        ("payment", 1, "31.81"),
    ]
    assert "takes 1 to 21" in bench.reason(long_number)
    assert bench.reason(make.payment()) == f"Waiting for invoice {'1' * 30}."


def test_nothing_dated_before_the_start_of_exports_is_sent(bench: Workbench) -> None:
    bench.configure(ConnectionSettings(export_from=date(2026, 3, 3), tax_code="2"))
    bench.accept(*SALE)

    bench.sync()

    assert bench.in_books("Invoice") == []
    record = bench.record(make.invoice())
    assert record.status is Status.SKIPPED
    assert "before 2026-03-03" in bench.reason(make.invoice())


def test_customers_and_items_of_the_same_name_are_linked_not_doubled(bench: Workbench) -> None:
    keep_books(bench.company, customers=["Ana Souza"], items=["Blue mug"])
    customers = len(bench.in_books("Customer"))
    bench.accept(*SALE)

    result = bench.sync()

    assert len(bench.in_books("Customer")) == customers
    assert result.run.counts["customer"] == {"linked": 1}
    assert result.proof["agrees"]
    assert Decimal(result.proof["totals"]["others"]) > 0


def test_two_customers_of_one_name_stay_two(bench: Workbench) -> None:
    other = make.customer(id="c2", email="other@example.com")
    bench.accept(make.customer(), other)

    bench.sync()

    names = {one["DisplayName"] for one in bench.in_books("Customer")}
    assert "Ana Souza" in names
    assert "Ana Souza (other@example.com)" in names


def test_a_name_taken_meanwhile_is_looked_up_and_adopted(bench: Workbench) -> None:
    bench.sync()  # imports the names
    bench.accept(make.customer())
    bench.by_hand("create", "Customer", DisplayName="Ana Souza")

    bench.sync("export")

    assert bench.record(make.customer()).status is Status.COMPLETED
    assert [one["DisplayName"] for one in bench.in_books("Customer")].count("Ana Souza") == 1


def test_a_missing_tax_code_holds_the_invoice_and_names_the_setting(bench: Workbench) -> None:
    bench.configure(ConnectionSettings(export_from=date(2026, 3, 1)))
    bench.accept(*SALE)

    bench.sync()

    record = bench.record(make.invoice())
    assert record.status is Status.PENDING
    assert "settings.tax_code" in bench.reason(make.invoice())
    assert record.reason is not None
    assert record.reason.cure


def test_a_person_s_edit_in_quickbooks_is_not_overwritten_silently(bench: Workbench) -> None:
    bench.accept(*SALE)
    bench.sync()
    (invoice,) = bench.in_books("Invoice")
    bench.by_hand("update", "Invoice", Id=invoice["Id"], DocNumber="BY-HAND-1")

    bench.accept(make.invoice(v=2, memo="please deliver on Monday"))
    bench.sync()

    record = bench.record(make.invoice())
    assert record.status is Status.FAILED
    assert "edited in QuickBooks" in bench.reason(make.invoice())
    assert bench.in_books("Invoice")[0]["DocNumber"] == "BY-HAND-1"


def test_the_proof_names_a_document_that_a_person_deleted(bench: Workbench) -> None:
    bench.accept(*SALE, make.invoice(id="o2", number="#1002"))
    bench.sync()
    invoice = next(one for one in bench.in_books("Invoice") if one["DocNumber"] == "#1002")
    bench.by_hand("delete", "Invoice", Id=invoice["Id"])

    proof = bench.sync().proof

    assert not proof["agrees"]
    (difference,) = proof["differences"]
    assert difference["title"] == "invoice #1002"
    assert "deleted" in difference["why"]


def test_the_warm_order_needs_no_read(bench: Workbench) -> None:
    bench.accept(*SALE)
    fixed = bench.sync().run.reads
    bench.accept(
        *(make.invoice(id=f"w{n}", number=f"#2{n:03d}") for n in range(60)),
        *(make.payment(id=f"w{n}") for n in range(60)),
    )

    warm = bench.sync().run

    assert warm.batches == 4
    assert warm.reads <= fixed
    assert not [
        one
        for one in records.all_records(bench.db, CONNECTION, Kind.INVOICE)
        if one.status is not Status.COMPLETED
    ]


def test_a_run_that_died_is_shown_as_interrupted_by_the_one_that_takes_over(
    bench: Workbench,
) -> None:
    dead = start_run(bench.services, CONNECTION, direction="both", started_by="alice")
    fence = begin_run(bench.services, CONNECTION, dead.run)
    bench.clock.advance(3600)

    bench.sync()

    # The dead run's execution wakes up after all.
    finish_run(bench.services, CONNECTION, dead.run, fence, "UnexpectedError")
    ended = runs.load(bench.db, CONNECTION, dead.run)
    assert ended is not None
    assert (ended.status, ended.error) == ("failed", "Interrupted")


def test_a_second_start_is_refused_with_the_id_of_the_first(bench: Workbench) -> None:
    first = start_run(bench.services, CONNECTION, direction="both", started_by="alice")

    for _ in ("about to begin", "begun"):
        with pytest.raises(RunActive) as refusal:
            start_run(bench.services, CONNECTION, direction="both", started_by="bob")
        assert refusal.value.active_run == first.run
        begin_run(bench.services, CONNECTION, first.run)

    listed, _ = runs.list_runs(bench.db, CONNECTION)
    assert [one.run for one in listed] == [first.run]


def test_a_run_that_never_began_is_in_the_way_for_two_minutes_only(bench: Workbench) -> None:
    start_run(bench.services, CONNECTION, direction="both", started_by="alice")

    bench.clock.advance(121)

    assert bench.sync().run.status == "completed"


def test_a_run_that_cannot_be_started_is_shown_as_failed_and_is_in_nobodys_way(
    bench: Workbench,
) -> None:
    class Down(MemoryRuns):
        def start(self, run_id: str, payload: Mapping[str, str]) -> None:
            raise TransientError("Step Functions does not answer")

    bench.services.runs = Down()
    with pytest.raises(TransientError):
        start_run(bench.services, CONNECTION, direction="both", started_by="alice")

    [failed], _ = runs.list_runs(bench.db, CONNECTION)
    assert (failed.status, failed.error) == ("failed", "NotStarted")
    assert runs.active_run(bench.db, CONNECTION, bench.clock.now()) is None
