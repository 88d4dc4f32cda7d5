"""`python-quickbooks`, as installed, with every entity of the emulator that it knows."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException

from tests.clients.conftest import Books
from tests.clients.coverage import kind
from tests.clients.entities import ROWS, Row

#: Attributes of the client's classes that QuickBooks does not have.
STRANGERS = {
    "Attachable": {"EntityRef"},
    "Employee": {"EmailAddress"},
    "VendorCredit": {"FromAccountRef", "ToAccountRef"},
}


def rows(*, can: str = "save", gone: str = "") -> pytest.MarkDecorator:
    """The rows of entities whose class has a method; each test is named after its entity."""
    fitting = [
        row for row in ROWS if hasattr(kind(row.entity), can) and (not gone or row.gone == gone)
    ]
    return pytest.mark.parametrize("row", fitting, ids=lambda row: row.title)


@pytest.fixture
def make(books: Books, qb: QuickBooks) -> Any:
    """Create an entity from its row."""

    def create(row: Row) -> Any:
        body, _ = books.fresh(row)
        return kind(row.entity).from_json(body).save(qb=qb)

    return create


def change(books: Books, row: Row, thing: Any) -> tuple[str, Any]:
    """Change an object as its row says; answers the field and its new value."""
    _, changed = books.fresh(row)
    ((name, value),) = changed.items()
    setattr(thing, name, value)
    return name, value


@rows()
def test_an_entity_is_created_and_read_back(row: Row, make: Any, qb: QuickBooks) -> None:
    saved = make(row)

    read = kind(row.entity).get(saved.Id, qb=qb)

    assert read.to_dict() == saved.to_dict()
    assert str(saved.SyncToken) == "0"


@rows()
def test_every_property_of_the_clients_class_is_known(
    row: Row, books: Books, qb: QuickBooks
) -> None:
    cls = kind(row.entity)
    body, _ = books.fresh(row)
    unset = dict.fromkeys([*vars(cls()), *cls.class_dict, *cls.list_dict])
    strangers = STRANGERS.get(row.entity, ())
    known = {name: None for name in unset if not name.startswith("_") and name not in strangers}

    answer = qb.create_object(row.entity, json.dumps(known | body))

    assert answer[row.entity]["Id"]


@rows()
def test_an_entity_is_found_by_criteria_counted_and_paged(
    row: Row, make: Any, qb: QuickBooks
) -> None:
    cls = kind(row.entity)
    first, second = make(row), make(row)
    value = getattr(second, row.find)

    found = [each.Id for each in cls.filter(**{row.find: value}, qb=qb)]
    chosen = [each.Id for each in cls.choose([first.Id, second.Id], qb=qb)]
    pages = [cls.where(start_position=n, max_results=1, qb=qb)[0].Id for n in (1, 2)]

    assert second.Id in found
    assert set(chosen) == {first.Id, second.Id}
    assert pages == [each.Id for each in cls.all(max_results=2, qb=qb)]
    assert cls.count(qb=qb) == len(cls.all(max_results=1000, qb=qb))
    assert cls.count(f"Id = '{first.Id}'", qb=qb) == 1


@rows()
def test_an_entity_is_updated_in_full(row: Row, make: Any, books: Books, qb: QuickBooks) -> None:
    saved = make(row)
    name, value = change(books, row, saved)

    updated = saved.save(qb=qb)

    assert getattr(updated, name) == value
    assert int(updated.SyncToken) == 1


@rows()
def test_an_entity_is_updated_sparsely(row: Row, make: Any, books: Books, qb: QuickBooks) -> None:
    saved = make(row)
    saved.sparse = True
    name, value = change(books, row, saved)

    updated = saved.save(qb=qb)

    assert getattr(updated, name) == value
    assert int(updated.SyncToken) == 1


@rows(can="delete", gone="delete")
def test_a_transaction_is_deleted(row: Row, make: Any, qb: QuickBooks) -> None:
    saved = make(row)

    answer = saved.delete(qb=qb)

    assert answer[row.entity]["status"] == "Deleted"
    with pytest.raises(ObjectNotFoundException):
        kind(row.entity).get(saved.Id, qb=qb)


@rows(gone="deactivate")
def test_a_name_is_deactivated(row: Row, make: Any, qb: QuickBooks) -> None:
    cls = kind(row.entity)
    saved = make(row)
    saved.Active = False

    ended = saved.save(qb=qb)

    assert ended.Active is False
    assert cls.where(f"Id = '{saved.Id}'", qb=qb) == []
    assert len(cls.where(f"Id = '{saved.Id}' AND Active = false", qb=qb)) == 1


@rows(can="void")
def test_a_transaction_is_voided(row: Row, make: Any, qb: QuickBooks) -> None:
    saved = make(row)

    answer = saved.void(qb=qb)[row.entity]

    assert float(answer["TotalAmt"]) == 0
    assert "Voided" in answer["PrivateNote"]


@rows(can="send")
def test_a_document_is_mailed(row: Row, make: Any, qb: QuickBooks) -> None:
    saved = make(row)

    sent = saved.send(qb=qb, send_to="somebody+else@example.com")[row.entity]

    assert sent["EmailStatus"] == "EmailSent"
    mailed_to = sent.get("BillEmail") or sent.get("POEmail")
    assert mailed_to["Address"] == "somebody+else@example.com"


@rows(can="download_pdf")
def test_a_document_is_printed(row: Row, make: Any, qb: QuickBooks) -> None:
    saved = make(row)

    assert saved.download_pdf(qb=qb).startswith(b"%PDF-")


@rows()
def test_entities_are_created_updated_and_deleted_in_batches(
    row: Row, books: Books, qb: QuickBooks
) -> None:
    cls = kind(row.entity)
    made = batch_create([cls.from_json(books.fresh(row)[0]) for _ in range(3)], qb=qb)
    assert (len(made.successes), made.faults) == (3, [])
    name, _ = change(books, row, made.successes[0])
    stale = copy.deepcopy(made.successes[1])
    stale.SyncToken = "7"
    change(books, row, stale)

    updated = batch_update([made.successes[0], stale], qb=qb)

    assert [getattr(each, name) for each in updated.successes] == [getattr(made.successes[0], name)]
    (fault,) = updated.faults
    assert fault.Error[0].code == "5010"
    assert fault.original_object is stale
    if row.gone == "delete":
        ended = batch_delete([updated.successes[0], made.successes[2]], qb=qb)
        assert (len(ended.successes), ended.faults) == (2, [])


@rows()
def test_changes_of_an_entity_are_captured(row: Row, make: Any, qb: QuickBooks) -> None:
    cls = kind(row.entity)
    saved, ended = make(row), make(row)
    if row.gone == "delete":
        ended.delete(qb=qb)
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="seconds")

    changed = getattr(change_data_capture([cls], since, qb=qb), row.entity)

    by_id = {each.Id: each for each in changed}
    assert saved.Id in by_id
    if row.gone == "delete":
        assert by_id[ended.Id].status == "Deleted"


def test_a_request_id_makes_a_write_repeatable(books: Books, qb: QuickBooks) -> None:
    row = next(row for row in ROWS if row.entity == "Invoice")
    cls, (body, _) = kind("Invoice"), books.fresh(row)

    ids = {cls.from_json(body).save(qb=qb, request_id="once-and-again").Id for _ in range(2)}

    assert len(ids) == 1


def test_an_unknown_entity_is_refused_by_the_client_itself(qb: QuickBooks) -> None:
    with pytest.raises(Exception, match="InventoryAdjustment is not a valid QBO Business Object"):
        qb.create_object("InventoryAdjustment", "{}")


def test_no_session_is_no_surprise() -> None:
    with pytest.raises(QuickbooksException, match="No session"):
        QuickBooks(company_id="1", minorversion=75).get_report("TrialBalance")
