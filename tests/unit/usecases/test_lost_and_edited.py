"""An answer is lost, and before anybody looks a person edits the object, or the settings change."""

from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.unit.usecases.edits import (
    add_line,
    configured_settings,
    edit,
    in_books,
    lines,
    move,
    sale,
    send,
    the,
)
from tests.unit.usecases.test_edits import begin
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, Kind
from tillbook.domain.settings import Conflicts
from tillbook.domain.sync import Status
from tillbook.errors import TransientError
from tillbook.store import intents
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.runs import finish_run


def lose_answer(
    bench: Workbench, document: Document, reads: int = 0, *, remembered: bool = False
) -> Lease:
    """Our write takes effect, its answer is lost and so is the look into the books after it.
    `reads` are made before. `remembered`: QuickBooks keeps the answer for who repeats the call."""
    bench.emulator.switches.set("requestid_retention", None if remembered else 0)
    bench.accept(document)
    lease = begin(bench)
    bench.emulator.inject("dropped", commits="yes", operation="batch", count=1)
    bench.emulator.inject("server_error", operation="query", count=9, skip=reads)
    with pytest.raises(TransientError):
        bench.export(lease, document.kind)
    bench.emulator.injections.clear()
    assert intents.open_intents(bench.db, CONNECTION)
    return lease


def recover(bench: Workbench, lease: Lease, kind: Kind) -> None:
    while not (progress := bench.export(lease, kind)).done:
        bench.clock.advance(progress.wait_seconds)
    finish_run(bench.services, CONNECTION, lease.run_id, lease.fence, None)
    assert intents.open_intents(bench.db, CONNECTION) == []


@pytest.mark.parametrize(
    "fields, newer",
    [
        ({"DocNumber": "BY-HAND"}, {"number": "#1002-B"}),
        ({"TxnDate": "2026-03-20"}, {"number": "#1002", "date": make.DAY.replace(day=5)}),
        ({"PrivateNote": "no marker"}, {"number": "#1002", "memo": "deliver on Monday"}),
    ],
)
def test_an_invoice_edited_before_its_lost_answer_is_recovered_exists_once_and_asks(
    fields: dict[str, str], newer: dict[str, Any]
) -> None:
    bench = sale()
    invoice = make.invoice(id="o2", number="#1002")
    lease = lose_answer(bench, invoice)
    made = second(bench)
    bench.by_hand("update", "Invoice", Id=made["Id"], **fields)

    recover(bench, lease, Kind.INVOICE)

    assert len(bench.in_books("Invoice")) == 2
    link = bench.record(invoice).link
    assert link is not None
    assert (link.id, link.edits.keys() - {"DueDate"}) == (made["Id"], set(fields))
    # What was edited before we ever saw it is an edit all the same.
    send(bench, make.invoice(id="o2", v=2, **newer))
    assert bench.record(invoice).status is Status.FAILED
    assert [one for one in fields.values() if one in bench.reason(invoice)]


def second(bench: Workbench) -> dict[str, Any]:
    (found,) = [one for one in bench.in_books("Invoice") if one["DocNumber"] == "#1002"]
    return found


@pytest.mark.parametrize(
    "fields",
    [
        {"DisplayName": "Eve Adams-Lee"},
        {"PrimaryEmailAddr": {"Address": "eve@elsewhere.example"}},
        {"GivenName": "Evelyn"},
    ],
)
def test_a_customer_edited_before_its_lost_answer_is_recovered_exists_once(
    fields: dict[str, Any],
) -> None:
    bench = Workbench()
    customer = make.customer(name="Eve Adams", email="eve@example.com", given_name="Eve")
    lease = lose_answer(bench, customer)
    edit(bench, "Customer", **fields)

    recover(bench, lease, Kind.CUSTOMER)

    link = bench.record(customer).link
    assert link is not None
    assert (link.id, list(link.edits)) == (the(bench, "Customer")["Id"], list(fields))


def edited_after_a_lost_update(remembered: bool) -> tuple[Workbench, Document]:
    bench = in_books(Workbench(), make.customer())
    newer = make.customer(v=2, email="new@example.com", phone="+1 555 0100")
    lease = lose_answer(bench, newer, remembered=remembered)
    edit(bench, "Customer", PrimaryPhone={"FreeFormNumber": "555 0199"})
    recover(bench, lease, Kind.CUSTOMER)
    assert the(bench, "Customer")["PrimaryEmailAddr"] == {"Address": "new@example.com"}
    assert the(bench, "Customer")["PrimaryPhone"] == {"FreeFormNumber": "555 0199"}
    return bench, newer


def test_an_update_that_quickbooks_still_answers_for_was_made_before_the_edit() -> None:
    bench, newer = edited_after_a_lost_update(remembered=True)

    assert bench.record(newer).status is Status.COMPLETED
    bench.sync("import")
    link = bench.record(newer).link
    assert link is not None
    assert list(link.edits) == ["PrimaryPhone"]


def test_of_an_update_that_nobody_remembers_only_the_edit_of_the_person_is_asked_about() -> None:
    bench, newer = edited_after_a_lost_update(remembered=False)

    assert bench.reason(newer) == (
        "It was edited in QuickBooks after Tillbook wrote it. "
        'Phone: "555 0199" there, Tillbook would write "+1 555 0100".'
    )
    move(bench, newer, "retry")
    bench.sync()
    assert the(bench, "Customer")["PrimaryPhone"] == {"FreeFormNumber": "+1 555 0100"}


def test_an_edit_of_what_a_lost_update_did_not_write_is_still_an_edit() -> None:
    bench = sale()
    bench.configure(configured_settings(Conflicts(fields={"Invoice.Line": "theirs"})))
    add_line(bench)
    lease = lose_answer(bench, make.invoice(v=2, number="#1001-B", lines=(make.line(),)), 1)
    add_line(bench, amount="9.00")

    recover(bench, lease, Kind.INVOICE)
    send(bench, make.invoice(v=3, number="#1001-C", lines=(make.line(),)))

    assert the(bench, "Invoice")["DocNumber"] == "#1001-C"
    assert len(lines(bench)) == 4
    assert bench.record(make.invoice()).kept == ("Line",)


def test_lines_of_a_lost_invoice_are_known_though_a_person_put_one_between_them() -> None:
    bench = sale()
    bench.by_hand("delete", "Invoice", Id=the(bench, "Invoice")["Id"])
    invoice = make.invoice(id="o2", number="#1002")
    lease = lose_answer(bench, invoice)
    ids = [line["Id"] for line in lines(bench)]
    add_line(bench)

    recover(bench, lease, Kind.INVOICE)

    link = bench.record(invoice).link
    assert link is not None
    assert list(link.line_ids.values()) == ids


def test_a_prefix_changed_before_a_lost_answer_is_recovered_hides_nothing() -> None:
    bench = sale()
    invoice = make.invoice(id="o2", number="#1002")
    lease = lose_answer(bench, invoice)
    bench.by_hand("update", "Invoice", Id=second(bench)["Id"], PrivateNote="no marker")
    bench.configure(configured_settings(Conflicts()).model_copy(update={"number_prefix": "WEB-"}))

    recover(bench, lease, Kind.INVOICE)

    assert len(bench.in_books("Invoice")) == 2
    assert bench.record(invoice).link is not None
