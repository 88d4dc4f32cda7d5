"""The proof agrees when the books are right, and only then."""

from datetime import date
from decimal import Decimal

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.settings import ConnectionSettings
from tillbook.store import notices

ONE_MUG = make.line(quantity=Decimal(1), gross=Decimal("12.50"), taxes=())


@pytest.fixture
def bench() -> Workbench:
    """An invoice and a credit note of the same amounts are in the books."""
    bench = Workbench()
    invoice = make.invoice(lines=(ONE_MUG,))
    bench.accept(make.customer(), make.product(), invoice, make.credit_note(lines=(ONE_MUG,)))
    assert bench.sync().proof["agrees"]
    return bench


def test_a_document_that_a_person_moved_to_another_month_is_a_difference(bench: Workbench) -> None:
    (invoice,) = bench.in_books("Invoice")
    bench.by_hand("update", "Invoice", Id=invoice["Id"], TxnDate="2026-05-02")

    proof = bench.sync().proof

    assert not proof["agrees"]
    (told, *_), _ = notices.list_notices(bench.db, CONNECTION)
    assert told.text.startswith("The books do not agree")
    (difference,) = proof["differences"]
    assert difference["title"] == "invoice #1001"
    assert "in 2026-05 and not in 2026-03" in difference["why"]


def test_documents_that_a_person_deleted_are_missed_though_their_sums_cancel_out(
    bench: Workbench,
) -> None:
    for entity in ("Invoice", "CreditMemo"):
        (found,) = bench.in_books(entity)
        bench.by_hand("delete", entity, Id=found["Id"])

    proof = bench.sync().proof

    assert not proof["agrees"]
    assert {one["title"] for one in proof["differences"]} == {
        "invoice #1001",
        "credit note #1001-C1",
    }


@pytest.mark.parametrize("export_from", [date(2026, 6, 1), None])
def test_what_was_exported_stays_in_the_proof_when_exports_are_to_begin_later(
    bench: Workbench, export_from: date | None
) -> None:
    bench.accept(make.payment(amount="12.50"))
    bench.sync()
    bench.configure(ConnectionSettings(export_from=export_from, tax_code="2"))

    proof = bench.sync().proof

    assert proof["from"] == "2026-03-01"
    assert proof["agrees"]
