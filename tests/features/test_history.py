"""Runs, records and what people may do with them."""

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tests.workbench import CONNECTION
from tillbook.domain.documents import Document, key_of
from tillbook.ports import Table
from tillbook.store import keys

ORDERS = [make.invoice(id=f"o{n}", number=f"#{n}") for n in (1, 2, 3)]


@pytest.fixture
def refused(desk: Desk) -> Desk:
    """A desk where QuickBooks has refused three orders, whose period is closed."""
    desk.close_books("2026-03-31")
    desk.send(make.customer(), make.product(), *ORDERS)
    desk.sync()
    return desk


# Runs


@pytest.mark.feature("DEAR-161", "INV-012", "INV-011")
def test_a_run_started_by_hand_sends_what_is_pending_once_and_is_listed(desk: Desk) -> None:
    desk.send(*make.sale())

    first = desk.sync()
    second = desk.sync()

    assert [row["id"] for row in desk.see("/runs")["items"]] == [second["id"], first["id"]]
    assert (first["status"], first["started_by"]) == ("completed", "alice")
    assert first["finished_at"] > first["started_at"]
    assert first["counts"] == {
        "customer": {"sent": 1},
        "product": {"sent": 2},
        "invoice": {"sent": 1},
        "payment": {"sent": 1},
    }
    assert (second["counts"], desk.records("?status=pending")) == ({}, [])


@pytest.mark.feature("INF-069", "INV-025")
def test_what_was_refused_is_listed_with_its_number_the_reason_and_quickbooks_words(
    refused: Desk,
) -> None:
    (run,) = refused.see("/runs")["items"]
    failed = refused.records("?status=failed")

    assert run["status"] == "completed with failures"
    assert run["counts"]["invoice"] == {"failed": 3}
    assert {row["title"] for row in failed} == {"invoice #1", "invoice #2", "invoice #3"}
    for row in failed:
        assert "in a period that is closed in QuickBooks" in row["reason"]
        assert "(code 6210)" in row["quickbooks_said"]
        assert (row["who"], bool(row["cure"])) == ("the bookkeeper", True)


@pytest.mark.feature("INF-071")
def test_retry_all_sends_each_failed_record_once_more(refused: Desk) -> None:
    refused.close_books(None)

    retried = refused.do("POST", "/records/retry-failed")
    again = refused.do("POST", "/records/retry-failed")
    run = refused.sync_proven()

    assert (retried, again) == ({"retried": 3}, {"retried": 0})
    assert run["counts"]["invoice"] == {"sent": 3}
    assert len(refused.in_books("Invoice")) == 3


# What people may do with a record


@pytest.mark.feature("DEAR-052", "INF-077")
def test_a_failed_record_that_is_skipped_is_never_sent_and_leaves_the_list(refused: Desk) -> None:
    refused.close_books(None)
    now = refused.bench.clock.now().isoformat()

    refused.move(ORDERS[0], "skip", "entered by hand")
    refused.do("POST", "/records/retry-failed")
    refused.send(make.invoice(id="o1", number="#1", v=2, memo="a later word"))
    refused.sync()
    refused.sync()

    record = refused.record(ORDERS[0])
    assert record["status"] == "skipped"
    assert record["reason"] == "Skipped by alice: entered by hand"
    assert refused.records("?status=failed") == []
    assert {one["DocNumber"] for one in refused.in_books("Invoice")} == {"#2", "#3"}
    assert moves_of(refused, key_of(ORDERS[0])) == [("failed", "skipped", "alice", now)]


@pytest.mark.feature("DEAR-139")
def test_a_pending_record_that_is_skipped_is_never_sent_and_the_move_is_kept(desk: Desk) -> None:
    desk.send(*make.sale())
    now = desk.bench.clock.now().isoformat()

    answer = desk.move(make.payment(), "skip", "paid in cash")
    desk.sync_proven()

    assert answer.body["reason"] == "Skipped by alice: paid in cash"
    assert desk.in_books("Payment") == []
    assert moves_of(desk, key_of(make.payment())) == [("pending", "skipped", "alice", now)]


@pytest.mark.feature(
    "DEAR-162", note="What failed or was skipped can be made pending again, too, by retry."
)
def test_people_move_records_between_these_statuses_and_no_others(refused: Desk) -> None:
    failed, completed = ORDERS[0], make.customer()
    moves: list[tuple[Document, str, str | None]] = [
        (failed, "skip", "skipped"),
        (failed, "skip", None),
        (failed, "retry", "pending"),
        (failed, "retry", None),
        (failed, "skip", "skipped"),
        (completed, "skip", None),
        (completed, "retry", "pending"),
    ]
    assert [refused.record(one)["status"] for one in (failed, completed)] == ["failed", "completed"]

    for document, move, becomes in moves:
        before = refused.record(document)["status"]
        answer = refused.move(document, move)

        assert answer.status == (200 if becomes else 409), (before, move)
        assert refused.record(document)["status"] == (becomes or before)


@pytest.mark.feature("DEAR-110")
def test_a_completed_record_sent_again_finds_its_object_and_makes_no_second(desk: Desk) -> None:
    desk.send(*make.sale())
    desk.sync()
    link = desk.record(make.invoice())["quickbooks"]

    answer = desk.move(make.invoice(), "retry", "is it there?")
    desk.sync_proven()

    assert answer.body["status"] == "pending"
    record = desk.record(make.invoice())
    assert (record["status"], record["quickbooks"]["id"]) == ("completed", link["id"])
    assert len(desk.in_books("Invoice")) == 1


@pytest.mark.feature(
    "DEAR-110", note="That it was deleted in QuickBooks is told first; who then retries means it."
)
def test_a_completed_record_that_is_no_longer_in_quickbooks_is_made_again(desk: Desk) -> None:
    desk.send(*make.sale()[:3])
    desk.sync()
    gone = desk.record(make.invoice())["quickbooks"]["id"]
    desk.bench.by_hand("delete", "Invoice", Id=gone)
    desk.bench.clock.advance(3600)
    desk.sync()
    told = desk.record(make.invoice())

    desk.move(make.invoice(), "retry", "deleted by mistake")
    desk.sync()

    assert told["status"] == "failed"
    assert told["reason"] == "It was deleted in QuickBooks after Tillbook wrote it."
    assert told["cure"].startswith("Retry it to create it again")
    (invoice,) = desk.in_books("Invoice")
    assert (invoice["DocNumber"], invoice["Id"] != gone) == ("#1001", True)
    assert desk.see("/reconciliation")["agrees"]


def moves_of(desk: Desk, record: str) -> list[tuple[str, str, str, str]]:
    partition = keys.audit(CONNECTION, "").partition
    rows = desk.bench.db.query(Table.SYNC, partition).items
    return [
        (row["from"], row["to"], row["who"], row["at"]) for row in rows if row["record"] == record
    ]
