"""The sweep finds what does not fit together and mends what needs no person."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes import MemoryDatabase, MemoryQueue
from tests.unit.channels import shop
from tests.unit.channels.shop import Item
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, Kind, key_of
from tillbook.domain.sync import Status
from tillbook.ports import Delete, Key, Put, Table
from tillbook.store import events, keys, links, notices, proofs, records
from tillbook.usecases.translate_event import translate_event

SALE = (make.customer(), make.product(), make.invoice(), make.payment())


@pytest.fixture
def bench() -> Workbench:
    """A sale is in the books and was counted; a day has passed."""
    bench = Workbench()
    bench.accept(*SALE)
    bench.sync()
    bench.clock.advance(86_400)
    return bench


def sweep(bench: Workbench) -> Any:
    result = bench.sync("sweep")
    assert result.run.error is None
    return result


def remove(bench: Workbench, *wanted: Key) -> None:
    bench.db.write(*(Delete(key) for key in wanted))


def queued(bench: Workbench) -> list[str]:
    queue = bench.services.translate_queue
    assert isinstance(queue, MemoryQueue)
    return queue.sent


def a_page_at_a_time(bench: Workbench, page_bytes: int) -> None:
    assert isinstance(bench.db, MemoryDatabase)
    bench.db.page_bytes = page_bytes
    bench.hurry = True


def stored(bench: Workbench, key: Key) -> Any:
    return bench.db.get(key)


def pointers(bench: Workbench, kind: Kind = Kind.INVOICE) -> list[str]:
    return records.pending(bench.db, CONNECTION, kind, limit=9).records


def test_a_sweep_of_stores_in_order_mends_nothing_and_counts_everything(bench: Workbench) -> None:
    result = sweep(bench)

    assert result.run.counts == {}
    assert result.run.batches == 0
    completeness = result.proof["completeness"]
    assert completeness["counted"].startswith("everything at ")
    assert completeness["records"] == {"completed": 5, "pending": 0, "failed": 0, "skipped": 0}
    assert (completeness["documents"], completeness["adds_up"]) == (5, True)
    assert result.proof["agrees"]


def deliver(bench: Workbench) -> str:
    """An order arrives as a webhook; the key of its event."""
    channel = bench.add_shop()
    body = shop.encode(shop.order(Item(), number=1007))
    bench.deliver(channel, "orders/create", body, "delivery-1")
    [event] = bench.services.event_log.keys(f"{channel}/")
    return str(event)


def test_an_event_without_outcome_is_queued_again_once_it_is_late(bench: Workbench) -> None:
    event = deliver(bench)
    remove(bench, keys.event(CONNECTION, event))

    early = sweep(bench)
    assert queued(bench) == []
    assert early.proof["completeness"]["events"]["queued"] == 1

    bench.clock.advance(16 * 60)
    late = sweep(bench)

    assert queued(bench) == [event]
    assert late.run.counts["sweep"] == {"requeued": 1}
    translate_event(bench.services, event)
    after = sweep(bench).proof["completeness"]
    assert (after["events"]["queued"], after["events"]["translated"]) == (0, 1)


def test_an_event_whose_documents_are_gone_is_translated_again(bench: Workbench) -> None:
    event = deliver(bench)
    outcome = events.load_outcome(bench.db, CONNECTION, event)
    assert outcome is not None
    [gone] = [one["record"] for one in outcome.documents if one["title"] == "invoice #1007"]
    record = records.load(bench.db, CONNECTION, gone)
    assert record is not None
    remove(
        bench,
        keys.record(CONNECTION, gone),
        keys.document(CONNECTION, gone, record.version, record.content),
        records.pointer(CONNECTION, record),
    )

    lost = sweep(bench).proof["completeness"]
    assert (lost["lost"], lost["adds_up"]) == ([gone], False)

    translate_event(bench.services, queued(bench)[0], again=True)
    found = bench.sync().proof["completeness"]
    assert (found["lost"], found["adds_up"]) == ([], True)


def test_a_document_without_a_record_gets_one_linked_to_what_it_had_become(
    bench: Workbench,
) -> None:
    remove(bench, keys.record(CONNECTION, key_of(make.invoice())))

    assert sweep(bench).run.counts["sweep"] == {"repaired": 1}
    result = bench.sync()

    assert len(bench.in_books("Invoice")) == 1
    assert bench.record(make.invoice()).status is Status.COMPLETED
    assert result.proof["agrees"]


def test_a_document_that_was_never_sent_and_has_no_record_is_sent(bench: Workbench) -> None:
    other = make.invoice(id="o2", number="#1002")
    bench.accept(other)
    record = bench.record(other)
    remove(bench, keys.record(CONNECTION, record.key), records.pointer(CONNECTION, record))

    sweep(bench)
    result = bench.sync()

    assert {one["DocNumber"] for one in bench.in_books("Invoice")} == {"#1001", "#1002"}
    assert result.proof["agrees"]


def test_a_record_follows_the_newest_revision(bench: Workbench) -> None:
    before = bench.record(make.invoice())
    bench.accept(make.invoice(v=2, memo="by the window"))
    newer = bench.record(make.invoice())
    remove(bench, records.pointer(CONNECTION, newer))
    bench.db.write(records.save(CONNECTION, newer, before, bench.clock.now()))

    sweep(bench)

    assert bench.record(make.invoice()).revision == newer.revision
    assert pointers(bench) == [newer.key]


def test_what_is_pending_gets_its_pointer_and_what_is_not_loses_it(bench: Workbench) -> None:
    waiting = make.invoice(id="o2", number="#1002")
    bench.accept(waiting)
    done = bench.record(make.invoice())
    remove(bench, records.pointer(CONNECTION, bench.record(waiting)))
    stray = keys.pending(CONNECTION, Kind.INVOICE, "2026-01-01", "invoice-of-nothing")
    bench.db.write(
        Put(records.pointer(CONNECTION, done), {"record": done.key}),
        Put(stray, {"record": "invoice-of-nothing"}),
    )

    assert sweep(bench).run.counts["sweep"] == {"repaired": 3}

    assert pointers(bench) == [key_of(waiting)]


def test_a_link_that_is_not_seen_from_quickbooks_is_written_again(bench: Workbench) -> None:
    record = bench.record(make.invoice())
    assert record.link is not None
    book = links.book_key(str(bench.company.realm), Kind.INVOICE, record.link.id)
    remove(bench, book)

    result = sweep(bench)

    assert stored(bench, book)["record"] == record.key
    assert result.proof["agrees"]


def test_what_people_changed_and_deleted_is_told_once(bench: Workbench) -> None:
    other = make.invoice(id="o2", number="#1002")
    bench.accept(other)
    bench.sync()
    by_number = {one["DocNumber"]: one["Id"] for one in bench.in_books("Invoice")}
    bench.by_hand("update", "Invoice", Id=by_number["#1001"], DocNumber="BY-HAND-1")
    bench.clock.advance(60)

    sweep(bench)
    sweep(bench)

    drift = proofs.load_drift(bench.db, CONNECTION)
    assert drift is not None
    assert [one["title"] for one in drift.records] == ["invoice #1001"]
    told, _ = notices.list_notices(bench.db, CONNECTION)
    assert len([one for one in told if "drift" in one.text]) == 1


def test_a_record_that_is_sent_by_no_batch_that_is_known_is_reported(bench: Workbench) -> None:
    other = make.invoice(id="o2", number="#1002")
    bench.accept(other)
    record = bench.record(other)
    item = stored(bench, keys.record(CONNECTION, record.key))
    sending = {k: v for k, v in item.items() if k not in ("pk", "sk")}
    bench.db.write(
        Put(
            keys.record(CONNECTION, record.key),
            {**sending, "status": "sending", "intent": "of-nobody"},
        )
    )

    sweep(bench)

    drift = proofs.load_drift(bench.db, CONNECTION)
    assert drift is not None
    assert [one["title"] for one in drift.records] == ["invoice #1002"]
    assert "not known any more" in drift.records[0]["what"]


def test_a_sweep_that_runs_out_of_time_goes_on_page_by_page(bench: Workbench) -> None:
    more = [make.invoice(id=f"p{n}", number=f"#3{n:03d}") for n in range(40)]
    bench.accept(*more)
    bench.sync()
    remove(bench, keys.record(CONNECTION, key_of(more[7])))
    a_page_at_a_time(bench, 4_000)  # a few documents

    result = sweep(bench)

    assert result.run.counts["sweep"] == {"repaired": 1}
    assert result.proof["completeness"]["documents"] == 45
    assert result.proof["completeness"]["adds_up"]


def test_what_arrives_during_a_sweep_is_not_taken_for_a_loss(bench: Workbench) -> None:
    arriving = iter(make.invoice(id=f"q{n}", number=f"#4{n:03d}") for n in range(60))
    a_page_at_a_time(bench, 2_000)
    bench.meanwhile = lambda: bench.accept(next(arriving))

    result = sweep(bench)

    assert result.run.counts == {}
    assert result.proof["completeness"]["adds_up"]


def test_what_is_not_in_the_books_is_right_after_every_kind_of_run(bench: Workbench) -> None:
    def shown() -> list[tuple[str, str, int, str]]:
        proof = proofs.load_proof(bench.db, CONNECTION) or {}
        missing = proof["completeness"]["not_in_books"]
        return [(one["kind"], one["status"], one["count"], one["amount"]) for one in missing]

    cancelled = make.invoice(id="o2", number="#1002", status="cancelled")
    too_long = make.invoice(id="o3", number="1" * 30)
    bench.accept(cancelled, too_long)
    bench.sync()
    expected = [("invoice", "pending", 1, "31.81"), ("invoice", "skipped", 1, "31.81")]
    assert shown() == expected
    bench.clock.advance(3600)
    bench.sync()
    assert shown() == expected
    sweep(bench)
    assert shown() == expected

    bench.accept(make.invoice(v=2, id="o3", number="#1003"))
    bench.sync()
    assert shown() == expected[1:]
    remove(bench, keys.aside(CONNECTION, key_of(cancelled)))
    sweep(bench)
    assert shown() == expected[1:]
    bench.accept(make.invoice(v=2, id="o2", number="#1002"))
    bench.sync()
    assert shown() == []


def test_a_second_object_with_the_marker_of_a_document_is_told_and_the_books_do_not_agree(
    bench: Workbench,
) -> None:
    (invoice,) = bench.in_books("Invoice")
    copied = ("CustomerRef", "TxnDate", "PrivateNote")
    item = invoice["Line"][0]["SalesItemLineDetail"]["ItemRef"]
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": "10.00",
        "SalesItemLineDetail": {"ItemRef": item},
    }
    bench.by_hand("create", "Invoice", **{name: invoice[name] for name in copied}, Line=[line])

    proof = sweep(bench).proof

    assert not proof["agrees"]
    (double,) = proof["doubles"]
    assert (double["title"], double["linked"]) == ("invoice #1001", invoice["Id"])
    assert double["quickbooks"] != invoice["Id"]


def test_the_opposite_edits_of_old_documents_are_found_by_the_sweep(bench: Workbench) -> None:
    line = make.line(quantity=Decimal(1), gross=Decimal("12.50"), taxes=())
    pair: tuple[Document, ...] = (
        make.invoice(id="o2", number="#1002", lines=(line,)),
        make.credit_note(lines=(line,)),
    )
    bench.accept(*pair)
    bench.sync()
    bench.clock.advance(timedelta(days=2).total_seconds())
    number = {one["DocNumber"]: one["Id"] for one in bench.in_books("Invoice")}["#1002"]
    bench.by_hand("delete", "Invoice", Id=number)
    for note in bench.in_books("CreditMemo"):
        bench.by_hand("delete", "CreditMemo", Id=note["Id"])

    proof = sweep(bench).proof

    assert {one["title"] for one in proof["differences"]} == {
        "invoice #1002",
        "credit note #1001-C1",
    }


def test_nothing_of_a_sweep_is_left_in_the_way_of_another(bench: Workbench) -> None:
    for _ in range(2):
        assert sweep(bench).proof["agrees"]

    state = stored(bench, Key(Table.SYNC, f"{CONNECTION}#PROOF", "SWEEP"))
    assert state["phase"] == "done"
