"""What people change and delete in QuickBooks is noted, however much it is."""

from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, key_of
from tillbook.domain.sync import Status
from tillbook.errors import LeaseLost
from tillbook.quickbooks.company import Account, Company
from tillbook.store import company as companies
from tillbook.store import names, runs
from tillbook.store.company import Import
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.import_reference import import_reference
from tillbook.usecases.move_records import move_record
from tillbook.usecases.runs import begin_run, start_run

SALE = (make.customer(), make.product(), make.invoice(), make.payment())
DAY = 24 * 3600
TOO_MANY = 1005


@pytest.fixture
def bench() -> Workbench:
    """A sale is in the books."""
    bench = Workbench()
    bench.accept(*SALE)
    bench.sync()
    bench.clock.advance(3600)
    return bench


def make_many_by_hand(bench: Workbench, number: int) -> None:
    for each in range(number):
        bench.by_hand("create", "Customer", DisplayName=f"Guest {each:04}")


def the_invoice(bench: Workbench) -> dict[str, Any]:
    (invoice,) = bench.in_books("Invoice")
    return invoice


def test_what_changed_or_was_deleted_among_more_than_a_thousand_objects_is_not_missed(
    bench: Workbench,
) -> None:
    """Each entity is asked alone, and one with too many changes is paged through."""
    make_many_by_hand(bench, TOO_MANY)
    bench.by_hand("update", "Invoice", Id=the_invoice(bench)["Id"], DocNumber="BY-HAND-1")
    bench.by_hand("delete", "Payment", Id=bench.in_books("Payment")[0]["Id"])
    bench.clock.advance(600)  # the next run looks a little further back than this one

    reads = bench.sync().run.reads

    assert bench.record(make.invoice()).is_edited
    assert bench.record(make.payment()).status is Status.FAILED
    wanted = [f"Guest {number:04}" for number in (0, TOO_MANY - 1)]
    assert len(names.find(bench.db, CONNECTION, names.NAMES, wanted)) == 2
    # Neither every name nor every transaction is read again.
    assert reads < 30
    assert bench.sync().run.reads < reads


def test_an_edit_is_noticed_after_a_pause_that_is_too_long_for_changes(bench: Workbench) -> None:
    bench.by_hand("update", "Invoice", Id=the_invoice(bench)["Id"], DocNumber="BY-HAND-1")
    bench.clock.advance(40 * DAY)

    bench.sync()

    assert bench.record(make.invoice()).is_edited


def test_what_a_person_deleted_says_so_at_once_and_is_not_sent_again(bench: Workbench) -> None:
    bench.by_hand("delete", "Invoice", Id=the_invoice(bench)["Id"])

    result = bench.sync()

    record = bench.record(make.invoice())
    assert (record.status, record.link) == (Status.FAILED, None)
    assert "was deleted in QuickBooks" in bench.reason(make.invoice())
    assert result.run.status == "completed with failures"
    assert bench.sync().run.batches == 0
    assert bench.in_books("Invoice") == []


@pytest.mark.parametrize("how", ["retry", "skip"])
def test_what_was_deleted_is_made_again_or_left_as_a_person_says(
    bench: Workbench, how: str
) -> None:
    bench.by_hand("delete", "Invoice", Id=the_invoice(bench)["Id"])
    bench.sync()

    move_record(bench.services, CONNECTION, key_of(make.invoice()), how, actor="al", why="")
    result = bench.sync()

    assert len(bench.in_books("Invoice")) == (how == "retry")
    assert result.proof["agrees"]


def test_what_was_skipped_and_then_deleted_is_expected_no_more(bench: Workbench) -> None:
    bench.accept(make.invoice(v=2, memo="deliver on Monday"))
    move_record(bench.services, CONNECTION, key_of(make.invoice()), "skip", actor="al", why="")
    bench.by_hand("delete", "Invoice", Id=the_invoice(bench)["Id"])

    result = bench.sync()

    assert bench.record(make.invoice()).status is Status.SKIPPED
    assert result.proof["agrees"]


def test_a_zombie_stores_no_names(bench: Workbench) -> None:
    """Names are written without a transaction: who lost the lease while it read stops there."""
    run = start_run(bench.services, CONNECTION, direction="both", started_by="alice")
    zombie = Lease(CONNECTION, run.run, begin_run(bench.services, CONNECTION, run.run))
    bench.by_hand("create", "Customer", DisplayName="Too late")
    transport, answer = bench.http, bench.http.send

    def answers_late(*args: Any, **kwargs: Any) -> Any:
        response = answer(*args, **kwargs)
        bench.clock.advance(3600)
        transport.send = answer  # type: ignore[method-assign]
        runs.take_lease(bench.db, CONNECTION, "another", bench.clock.now())
        return response

    transport.send = answers_late  # type: ignore[method-assign]
    with pytest.raises(LeaseLost):
        import_reference(bench.services, zombie, lambda: 300.0)

    assert names.find(bench.db, CONNECTION, names.NAMES, ["Too late"]) == {}


def test_a_company_with_any_number_of_accounts_is_stored_and_read_whole() -> None:
    bench = Workbench()
    accounts = {
        str(number): Account(
            id=str(number), name=f"Sales of the shop in street number {number}" * 3, type="Income"
        )
        for number in range(9_000)
    }
    company = Company(name="Acme", country="US", home_currency="USD", accounts=accounts)

    companies.save(bench.db, CONNECTION, company, Import())

    assert companies.load(bench.db, CONNECTION) == (company, Import())
    small = company.model_copy(update={"accounts": {"1": accounts["1"]}})
    companies.save(bench.db, CONNECTION, small, Import())
    assert companies.load_company(bench.db, CONNECTION) == small


def test_several_that_were_left_to_a_person_may_be_deleted_at_once() -> None:
    """Both leave the projection of the same accounts, in one transaction."""
    bench = Workbench()
    orders = [make.invoice(id=f"o{number}", number=f"#{number}") for number in (1, 2)]
    bench.accept(make.customer(), make.product(), *orders)
    bench.sync()
    for order in orders:
        bench.by_hand("update", "Invoice", Id=id_of(bench, order), DueDate="2026-12-24")
    bench.clock.advance(3600)
    bench.sync()
    for order in orders:
        move_record(bench.services, CONNECTION, key_of(order), "skip", actor="alice", why="")
        bench.by_hand("delete", "Invoice", Id=id_of(bench, order))
    bench.clock.advance(3600)

    result = bench.sync()

    assert result.run.status == "completed"
    assert result.proof["agrees"]


def id_of(bench: Workbench, document: Document) -> str:
    link = bench.record(document).link
    assert link is not None
    return link.id
