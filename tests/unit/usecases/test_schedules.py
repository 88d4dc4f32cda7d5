"""Schedules of events that could double a document, lose one or write over a person's edit."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.unit.usecases.edits import (
    configured_settings,
    edit,
    lines,
    plain_lines,
    sale,
    send,
    the,
)
from tests.unit.usecases.test_edits import begin
from tests.unit.usecases.test_lost_and_edited import lose_answer, recover
from tests.workbench import Workbench
from tillbook.domain.documents import Document, Kind, key_of
from tillbook.domain.settings import Conflicts
from tillbook.domain.sync import Status
from tillbook.quickbooks.mapping import ENTITY
from tillbook.quickbooks.markers import marked, marker
from tillbook.store import connections
from tillbook.usecases.connections import delete_connection

PAGE = 1000


def after_the_first(bench: Workbench, asked: str, what: Callable[[], object]) -> None:
    """Something happens in QuickBooks once a query about an entity was answered."""
    send_call, waiting = bench.http.send, [what]

    def call(request: Any, **given: Any) -> Any:
        answer = send_call(request, **given)
        if "/query" in request.url.path and asked in request.url.params["query"] and waiting:
            waiting.pop()()
        return answer

    vars(bench.http)["send"] = call


def test_what_a_person_deletes_between_two_pages_hides_nothing_behind_it() -> None:
    """Its row moves up from the second page to the first, which was read already."""
    bench = sale()
    customer = {"value": the(bench, "Customer")["Id"]}
    for _ in range(PAGE):
        bench.by_hand("create", "Payment", CustomerRef=customer, TotalAmt=1)
    theirs = bench.in_books("Payment")[0]["Id"]
    lease = lose_answer(bench, make.payment(amount="10.00"))
    bench.clock.advance(600)  # the next look is the last one
    after_the_first(bench, "from Payment", lambda: bench.by_hand("delete", "Payment", Id=theirs))

    recover(bench, lease, Kind.PAYMENT)

    assert len(bench.in_books("Payment")) == PAGE
    assert len([one for one in bench.in_books("Payment") if marked(one)]) == 1
    assert bench.sync().proof["agrees"]


@pytest.mark.parametrize("duplicates", ["refuse", "accept"])
def test_a_buyers_remark_cannot_pass_for_the_marker(duplicates: str) -> None:
    bench = sale()
    bench.emulator.switches.set("duplicate_sales_doc_number", duplicates)
    remark = f"Thanks! {marker(key_of(make.invoice(id='another')))}"
    invoice = make.invoice(id="o2", number="#1002", memo=remark)

    lease = lose_answer(bench, invoice)
    recover(bench, lease, Kind.INVOICE)

    assert len(bench.in_books("Invoice")) == 2
    assert bench.record(invoice).status is Status.COMPLETED
    assert marked(bench.in_books("Invoice")[1]) == key_of(invoice)
    assert "Thanks!" in bench.in_books("Invoice")[1]["PrivateNote"]


@pytest.mark.parametrize("theirs", ["ClassRef", "ServiceDate"])
def test_what_a_bookkeeper_says_of_our_lines_is_not_lost_without_asking(theirs: str) -> None:
    """QuickBooks drops from a line what an update does not send of it."""
    bench = sale()
    bench.by_hand("create", "Class", Name="Retail")
    (retail,) = bench.in_books("Class")
    said = {"ClassRef": {"value": retail["Id"]}, "ServiceDate": "2026-03-01"}
    changed = plain_lines(bench)
    changed[0]["SalesItemLineDetail"][theirs] = said[theirs]
    edit(bench, "Invoice", Line=changed, TxnTaxDetail={"TotalTax": 1.81})

    send(bench, make.invoice(v=2, memo="deliver on Monday"))

    assert bench.record(make.invoice()).status is Status.FAILED
    assert "class or day of service" in bench.reason(make.invoice())
    assert theirs in json.dumps(lines(bench)[0], default=str)


@pytest.mark.parametrize(
    "document", [make.invoice(id="o2", number="#1002"), make.payment(amount="10.00")]
)
def test_what_lost_its_note_and_was_dated_otherwise_before_we_looked_exists_once(
    document: Document,
) -> None:
    bench = sale()
    lease = lose_answer(bench, document)
    entity = ENTITY[document.kind]
    made = bench.in_books(entity)[-1]
    bench.by_hand("update", entity, Id=made["Id"], PrivateNote="", TxnDate="2026-03-05")
    before = len(bench.in_books(entity))

    recover(bench, lease, document.kind)

    assert len(bench.in_books(entity)) == before
    link = bench.record(document).link
    assert link is not None
    assert link.id == made["Id"]
    assert {"PrivateNote", "TxnDate"} <= link.edits.keys()


def test_one_object_is_taken_for_one_document_only() -> None:
    """Two customers of a household, of whom one came to the books and was renamed there."""
    shared: dict[str, Any] = {"email": "lee@example.com", "phone": "+1 555 0100"}
    first = make.customer(id="c1", name="Ana Lee", **shared)
    second = make.customer(id="c2", name="Bo Lee", **shared)
    bench = Workbench()
    bench.accept(second)
    bench.emulator.inject(
        "system_failure", commits="no", entity="Customer", operation="create", count=1
    )
    lease = lose_answer(bench, first)
    edit(bench, "Customer", DisplayName="Ana Lee-Adams")

    recover(bench, lease, Kind.CUSTOMER)

    links = [bench.record(one).link for one in (first, second)]
    assert len({link.id for link in links if link}) == 2
    assert len(bench.in_books("Customer")) == 2


def test_a_connection_made_again_waits_for_what_the_deleted_one_had_on_its_way() -> None:
    """A refund commits after its connection was deleted and another one looked for marks."""
    bench = sale()
    refund = make.refund()
    bench.accept(refund, make.invoice(id="o2", number="#1002"))
    lease = begin(bench)
    bench.export(lease, Kind.PRODUCT)
    bench.emulator.inject("dropped", commits="later", delay=110, operation="batch", count=1)
    assert not bench.export(lease, Kind.REFUND).done
    old = connections.load(bench.db, bench.connection_id)
    assert old is not None
    delete_connection(bench.services, old)
    bench.connection_id = "connection-2"
    bench.connect()
    bench.configure(configured_settings(Conflicts()))
    bench.accept(make.customer(), make.product(), make.invoice(), refund)

    result = bench.sync()

    assert result.waited >= 110
    assert len(bench.in_books("RefundReceipt")) == 1
    assert result.proof["agrees"]


def test_a_connection_made_again_waits_for_nothing_where_nothing_was_under_way() -> None:
    bench = sale()
    old = connections.load(bench.db, bench.connection_id)
    assert old is not None
    delete_connection(bench.services, old)
    bench.connection_id = "connection-2"
    bench.connect()

    assert bench.sync().waited == 0
