"""What a company holds of ours already is linked before anything is sent."""

from datetime import date
from decimal import Decimal

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, key_of
from tillbook.domain.settings import ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.errors import Conflict
from tillbook.quickbooks.markers import marker
from tillbook.store import channels, connections, marks, notices
from tillbook.usecases.connections import delete_connection, disconnect
from tillbook.usecases.import_reference import TRANSACTIONS
from tillbook.usecases.move_records import move_record

SALE = (
    make.customer(),
    make.product(),
    make.invoice(),
    make.payment(),
    make.refund(),
    make.credit_note(),
)
SETTINGS = ConnectionSettings(export_from=date(2026, 3, 1), tax_code="2")


@pytest.fixture
def bench() -> Workbench:
    """A sale is in the books."""
    bench = Workbench()
    bench.accept(*SALE)
    bench.sync()
    return bench


def in_books(bench: Workbench) -> dict[str, int]:
    return {one: len(bench.in_books(one)) for one in ("Customer", "Item", *TRANSACTIONS)}


def delete_and_connect_again(bench: Workbench, changed: ConnectionSettings = SETTINGS) -> None:
    old = connections.load(bench.db, bench.connection_id)
    assert old is not None
    delete_connection(bench.services, old)
    bench.connection_id = "connection-2"
    bench.connect()
    bench.configure(changed)


def forget_older_connections(bench: Workbench) -> None:
    """As if it were another installation of Tillbook that exported to this company before."""
    items = bench.db._items  # type: ignore[attr-defined]
    for key in [key for key in items if "#BOOKS" in key.partition or CONNECTION in key.partition]:
        bench.db._store(key, None)  # type: ignore[attr-defined]


def copy_by_hand(bench: Workbench, document: Document, number: str) -> str:
    """Somebody copies an invoice in QuickBooks, note and all; the id of the copy."""
    (item, *_) = bench.in_books("Item")
    (customer, *_) = bench.in_books("Customer")
    bench.by_hand(
        "create",
        "Invoice",
        DocNumber=number,
        TxnDate="2026-03-02",
        CustomerRef={"value": customer["Id"]},
        PrivateNote=f"A copy. {marker(key_of(document))}",
        Line=[
            {
                "Amount": "1.00",
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
            }
        ],
    )
    return next(str(one["Id"]) for one in bench.in_books("Invoice") if one["DocNumber"] == number)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_connection_made_again_for_the_same_company_doubles_nothing(
    bench: Workbench, elsewhere: bool
) -> None:
    before = in_books(bench)
    delete_and_connect_again(bench)
    if elsewhere:
        forget_older_connections(bench)
        bench.connect()
        bench.configure(SETTINGS)

    bench.accept(*SALE)
    result = bench.sync()

    assert in_books(bench) == before
    assert result.run.batches == 0
    assert bench.statuses()["completed"] == 7  # with the item for shipping
    assert result.proof["agrees"]
    assert not marks.are_waiting(bench.db, bench.connection_id)


def test_newer_revisions_update_what_an_earlier_connection_made(bench: Workbench) -> None:
    before = in_books(bench)
    delete_and_connect_again(bench)

    bench.accept(*SALE, make.customer(v=2, phone="+12075550199"))
    bench.accept(make.invoice(v=2, memo="deliver on Monday", lines=(make.line(),)))
    bench.accept(make.credit_note(v=2, status="cancelled"))
    result = bench.sync()

    assert in_books(bench) == {**before, "CreditMemo": 0}
    (invoice,) = bench.in_books("Invoice")
    assert "Monday" in invoice["PrivateNote"]
    assert invoice["TotalAmt"] == Decimal("26.81")
    (customer,) = bench.in_books("Customer")
    assert customer["PrimaryPhone"]["FreeFormNumber"] == "+12075550199"
    assert bench.statuses()["failed"] == 0
    assert result.proof["agrees"]


def test_an_edit_made_before_the_connection_was_made_again_is_still_a_persons(
    bench: Workbench,
) -> None:
    (invoice,) = bench.in_books("Invoice")
    bench.by_hand("update", "Invoice", Id=invoice["Id"], DocNumber="BY-HAND-1")
    delete_and_connect_again(bench)

    bench.accept(*SALE, make.invoice(v=2, number="#1001-B"))
    bench.sync()

    assert bench.record(make.invoice()).status is Status.FAILED
    assert bench.in_books("Invoice")[0]["DocNumber"] == "BY-HAND-1"


def test_names_that_a_person_changed_are_found_by_the_link_that_outlived_the_connection(
    bench: Workbench,
) -> None:
    (customer,) = bench.in_books("Customer")
    bench.by_hand("update", "Customer", Id=customer["Id"], DisplayName="Souza, Ana")
    bench.sync()
    before = in_books(bench)
    delete_and_connect_again(bench)

    bench.accept(*SALE)
    result = bench.sync()

    assert in_books(bench) == before
    assert [one["DisplayName"] for one in bench.in_books("Customer")] == ["Souza, Ana"]
    assert result.proof["agrees"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_customers_and_items_of_one_name_are_told_apart(bench: Workbench, elsewhere: bool) -> None:
    """By their links, or by what was added to their names."""
    others = (
        make.customer(id="c2", email="other@example.com"),
        make.customer(id="c3", email=None),
        make.product(id="p2", sku=None),
        make.product(id="p3", sku="MUG-C"),
        make.invoice(id="o3", number="#1003", customer="c3", lines=(make.line(product="p2"),)),
    )
    bench.accept(*others)
    bench.sync()
    before = in_books(bench)
    delete_and_connect_again(bench)
    if elsewhere:
        forget_older_connections(bench)
        bench.connect()
        bench.configure(SETTINGS)

    bench.accept(*reversed(others), *SALE)
    result = bench.sync()

    assert in_books(bench) == before
    assert result.proof["agrees"]


def test_a_channel_made_again_for_the_same_shop_gives_the_same_records() -> None:
    bench = Workbench()
    assert bench.add_shop() != bench.add_shop()
    made = channels.list_channels(bench.db, CONNECTION)

    assert len({one.source for one in made}) == 1


def test_what_is_dated_before_the_start_of_exports_is_looked_for_when_the_start_moves_back(
    bench: Workbench,
) -> None:
    before = in_books(bench)
    bench.clock.advance(3600)
    delete_and_connect_again(bench, SETTINGS.model_copy(update={"export_from": date(2026, 3, 3)}))
    bench.accept(*SALE)
    bench.sync()
    assert bench.record(make.invoice()).status is Status.SKIPPED

    bench.configure(SETTINGS)
    for document in SALE[2:]:
        move_record(
            bench.services, bench.connection_id, key_of(document), "retry", actor="al", why=""
        )
    result = bench.sync()

    assert in_books(bench) == before
    assert result.proof["agrees"]


def test_connecting_again_after_a_disconnection_reads_no_transactions(bench: Workbench) -> None:
    found = connections.load(bench.db, CONNECTION)
    assert found is not None
    usual = bench.sync().run.reads
    disconnect(bench.services, found)
    bench.connect()

    assert bench.sync().run.reads == usual


def test_a_run_may_be_asked_to_look_through_everything(bench: Workbench) -> None:
    """Such as after the company's data were moved by other means."""
    bench.sync()
    usual = bench.sync().run.reads

    assert bench.sync("adopt").run.reads == usual + len(TRANSACTIONS)
    assert bench.sync().run.reads == usual


def test_the_first_of_two_objects_with_one_mark_is_linked_and_the_other_is_told(
    bench: Workbench,
) -> None:
    copy = copy_by_hand(bench, make.invoice(), "COPY-1")
    delete_and_connect_again(bench)
    bench.accept(*SALE)

    bench.sync()

    link = bench.record(make.invoice()).link
    assert link is not None
    assert link.id != copy
    (double,) = marks.doubles(bench.db, bench.connection_id)
    assert (double.id, double.linked, double.number) == (copy, link.id, "COPY-1")


def test_a_copy_with_our_mark_is_told_once_until_it_is_deleted(bench: Workbench) -> None:
    copy = copy_by_hand(bench, make.invoice(), "COPY-1")

    bench.sync()
    bench.sync()

    found, _ = notices.list_notices(bench.db, CONNECTION)
    (told,) = [one for one in found if one.subject == "Invoice #1001 is in QuickBooks twice"]
    assert "COPY-1" in told.text
    assert [one.id for one in marks.doubles(bench.db, CONNECTION)] == [copy]

    bench.by_hand("delete", "Invoice", Id=copy)
    bench.sync()

    assert marks.doubles(bench.db, CONNECTION) == []


def test_a_copy_whose_mark_was_taken_out_is_no_double(bench: Workbench) -> None:
    copy = copy_by_hand(bench, make.invoice(), "COPY-1")
    bench.sync()

    bench.by_hand("update", "Invoice", Id=copy, PrivateNote="ours no more")
    bench.sync()

    assert marks.doubles(bench.db, CONNECTION) == []


def test_a_company_that_another_organisation_has_connected_is_refused(bench: Workbench) -> None:
    bench.connection_id = "connection-2"

    with pytest.raises(Conflict, match=r"connected already\. Delete the connection that has"):
        bench.connect(organisation="globex")

    found = connections.load(bench.db, "connection-2")
    assert found is not None
    assert found.realm_id is None


def test_a_company_is_refused_to_a_second_connection_of_its_own_organisation(
    bench: Workbench,
) -> None:
    bench.connection_id = "connection-2"

    with pytest.raises(Conflict, match="connected already"):
        bench.connect()
