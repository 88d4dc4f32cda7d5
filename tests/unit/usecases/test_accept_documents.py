"""The newest revision of each document wins, whatever the order of arrival."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import MemoryDatabase
from tests.unit.usecases import documents as make
from tillbook.domain.documents import Kind, key_of
from tillbook.domain.sync import Status
from tillbook.store import records, revisions
from tillbook.usecases.accept_documents import accept_documents

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def accept(db: MemoryDatabase, *documents: object) -> list[str]:
    results = accept_documents(db, "c", documents, event=None, now=NOW)  # type: ignore[arg-type]
    return [one.result for one in results]


def test_a_new_document_becomes_a_pending_record_with_its_own_items() -> None:
    db = MemoryDatabase()

    assert accept(db, make.customer(), make.product(), make.invoice()) == ["accepted"] * 3

    invoice = records.load(db, "c", key_of(make.invoice()))
    assert invoice is not None
    assert (invoice.status, invoice.title) == (Status.PENDING, "invoice #1001")
    assert len(records.pending(db, "c", Kind.PRODUCT, limit=10).records) == 2  # mug and shipping


def test_the_same_document_again_changes_nothing() -> None:
    db = MemoryDatabase()
    accept(db, make.invoice())
    writes = db.writes

    assert accept(db, make.invoice()) == ["unchanged"]

    assert db.writes == writes


def test_an_older_revision_is_superseded_and_a_newer_one_is_pending_again() -> None:
    db = MemoryDatabase()
    accept(db, make.customer(v=2, name="Ana B. Souza"))

    assert accept(db, make.customer(v=1)) == ["superseded"]
    assert accept(db, make.customer(v=3, name="Ana Lima")) == ["accepted"]

    record = records.load(db, "c", key_of(make.customer()))
    assert record is not None
    assert record.title == "customer Ana Lima"
    page = revisions.page(db, "c", Kind.CUSTOMER, None)
    assert [one.record for one in page.newest] == [record.key]


def test_two_revisions_in_one_event_leave_the_newer_one() -> None:
    db = MemoryDatabase()

    results = accept(db, make.customer(v=2, name="New"), make.customer(v=1, name="Old"))

    assert results == ["accepted", "superseded"]


@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=12))
def test_any_order_with_repetitions_ends_in_the_same_record(
    order: list[int], repeated: list[int]
) -> None:
    revisions = [make.invoice(v=v, memo=f"revision {v % 4}") for v in range(6)]
    in_order, shuffled = MemoryDatabase(), MemoryDatabase()
    accept(in_order, *revisions[-1:])

    for number in [*order, *repeated]:
        accept(shuffled, revisions[number])

    key = key_of(revisions[0])
    expected = records.load(in_order, "c", key)
    found = records.load(shuffled, "c", key)
    assert found is not None
    assert expected is not None
    assert found.revision == expected.revision
    assert records.pending(shuffled, "c", Kind.INVOICE, limit=10).records == [key]
