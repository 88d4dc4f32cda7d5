"""Allocations: a credit note settles an invoice, without money."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import Workbench
from tillbook.domain.documents import Allocation, Document
from tillbook.domain.sync import Status
from tillbook.usecases.move_records import move_record

SALE = (make.customer(), make.product(), make.invoice(), make.credit_note())
OWED = make.invoice().total


def proven(bench: Workbench) -> bool:
    return bool(bench.sync().proof["agrees"])


def balances(bench: Workbench) -> tuple[list[Any], list[Any]]:
    """What is open of invoices, and what is free of credits."""

    def of(entity: str) -> list[Any]:
        found = sorted(bench.in_books(entity), key=lambda one: str(one["DocNumber"]))
        return [one["Balance"] for one in found]

    return of("Invoice"), of("CreditMemo")


def allocated(*more: Document) -> Workbench:
    bench = Workbench()
    bench.accept(*SALE, make.allocation(), *more)
    assert proven(bench)
    return bench


def retried(bench: Workbench, document: Allocation) -> None:
    key = bench.record(document).key
    move_record(bench.services, bench.connection_id, key, "retry", actor="alice", why="")


def test_an_allocation_settles_the_invoice_with_the_credit_in_the_same_run() -> None:
    bench = allocated()

    assert balances(bench) == ([OWED - Decimal("12.50")], [0])
    (payment,) = bench.in_books("Payment")
    assert (payment["TotalAmt"], payment["UnappliedAmt"]) == (0, 0)
    kinds = [line["LinkedTxn"][0]["TxnType"] for line in payment["Line"]]
    assert kinds == ["Invoice", "CreditMemo"]


def test_a_smaller_allocation_changes_the_same_payment() -> None:
    bench = allocated()
    (before,) = bench.in_books("Payment")

    bench.accept(make.allocation(v=2, amount="10.00"))

    assert proven(bench)
    assert [one["Id"] for one in bench.in_books("Payment")] == [before["Id"]]
    assert balances(bench) == ([OWED - 10], [Decimal("2.50")])


def test_a_cancelled_allocation_is_deleted_and_the_credit_is_free_again() -> None:
    bench = allocated()

    bench.accept(make.allocation(v=2, status="cancelled"))

    assert proven(bench)
    assert bench.in_books("Payment") == []
    assert balances(bench) == ([OWED], [Decimal("12.50")])


def test_a_credit_note_and_its_allocation_are_taken_back_together() -> None:
    bench = allocated()

    bench.accept(
        make.credit_note(v=2, status="cancelled"), make.allocation(v=2, status="cancelled")
    )

    assert proven(bench)
    assert bench.in_books("Payment") == []
    assert balances(bench) == ([OWED], [])
    assert bench.record(make.allocation()).status is Status.COMPLETED


def test_one_credit_settles_two_invoices_and_one_invoice_takes_two_credits() -> None:
    bench = allocated(
        make.invoice("o2", number="#1002"),
        make.credit_note("n2").model_copy(update={"number": "#1001-C2"}),
        make.allocation("a2", amount="5.00", credit_note="n2"),
        make.allocation("a3", amount="7.50", credit_note="n2", invoice="o2"),
    )

    assert balances(bench) == ([OWED - Decimal("17.50"), OWED - Decimal("7.50")], [0, 0])


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"amount": "12.51"}, "amount is 12.51, but the invoice is"),
        ({"invoice": "o2"}, "credit_note is of another customer"),
    ],
)
def test_what_quickbooks_would_not_apply_is_held_and_says_why(
    changes: dict[str, Any], problem: str
) -> None:
    bench = Workbench()
    bench.accept(*SALE[:3], make.customer("c2", name="Bo Li"))
    bench.accept(make.credit_note(customer="c1"))
    bench.accept(make.invoice("o2", number="#1002", customer="c2"), make.allocation(**changes))

    assert proven(bench)

    assert bench.in_books("Payment") == []
    assert bench.reason(make.allocation()).startswith(problem)


def test_nothing_is_allocated_to_an_invoice_that_was_cancelled() -> None:
    bench = Workbench()
    bench.accept(*SALE, make.invoice(v=2, status="cancelled"), make.allocation())

    assert proven(bench)

    assert bench.record(make.allocation()).status is Status.SKIPPED
    assert bench.in_books("Payment") == []


def test_an_allocation_that_a_person_deleted_is_made_again_when_somebody_retries_it() -> None:
    bench = allocated()
    bench.clock.advance(3600)
    bench.by_hand("delete", "Payment", Id=bench.in_books("Payment")[0]["Id"])
    bench.sync()
    assert bench.record(make.allocation()).status is Status.FAILED

    retried(bench, make.allocation())

    assert proven(bench)
    assert balances(bench)[1] == [0]


def test_an_allocation_whose_answer_was_lost_is_found_again() -> None:
    bench = Workbench()
    bench.emulator.inject("system_failure", commits="yes", entity="Payment", count=1)
    bench.accept(*SALE, make.allocation())

    assert proven(bench)

    assert len(bench.in_books("Payment")) == 1
    assert bench.record(make.allocation()).status is Status.COMPLETED


def test_an_allocation_that_a_person_edited_is_told_with_what_it_settles() -> None:
    bench = allocated()
    bench.clock.advance(3600)
    (payment,) = bench.in_books("Payment")
    lines = [{"Amount": 8.0, "LinkedTxn": [dict(line["LinkedTxn"][0])]} for line in payment["Line"]]
    bench.by_hand("update", "Payment", Id=payment["Id"], Line=lines)
    bench.accept(make.allocation(v=2, amount="11.00"))

    bench.sync()

    told = "What it pays: 8.00 there, Tillbook would write 11.00."
    assert told in bench.reason(make.allocation())
