"""Who wins where a person changed in QuickBooks what a channel changes as well."""

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tillbook.domain.documents import Document, key_of


def edit(desk: Desk, document: Document, **fields: object) -> None:
    link = desk.record(document)["quickbooks"]
    desk.bench.by_hand("update", link["entity"], Id=link["id"], **fields)


def test_a_field_of_the_books_that_wins_is_kept_and_named(desk: Desk) -> None:
    desk.configure(conflicts={"fields": {"Customer.PrimaryEmailAddr": "theirs"}})
    desk.send(make.customer())
    desk.sync()
    edit(desk, make.customer(), PrimaryEmailAddr={"Address": "bea@elsewhere.example"})

    desk.send(make.customer(v=2, email="new@example.com", phone="+1 555 0100"))
    desk.sync()

    record, customer = desk.record(make.customer()), desk.object_of(make.customer())
    assert (record["status"], record["kept"], record["overwritten"]) == (
        "completed",
        ["e-mail"],
        [],
    )
    assert record["edited_in_quickbooks"]
    assert customer["PrimaryEmailAddr"] == {"Address": "bea@elsewhere.example"}
    assert customer["PrimaryPhone"] == {"FreeFormNumber": "+1 555 0100"}


def test_what_a_bookkeeper_keeps_is_in_the_proof_with_its_amounts(desk: Desk) -> None:
    desk.send(make.customer(), make.product(), make.invoice())
    desk.sync_proven()
    edit(desk, make.invoice(), TxnDate="2026-02-05")
    desk.sync()
    assert not desk.see("/reconciliation")["agrees"]

    assert desk.move(make.invoice(), "skip", "moved on purpose").status == 200
    desk.sync_proven()

    (kept,) = desk.see("/reconciliation")["kept"]
    assert (kept["record"], set(kept["fields"])) == (key_of(make.invoice()), {"date", "due date"})


@pytest.mark.parametrize(
    "name, message, cure",
    [
        ("Budget.Line", "'Budget' is nothing that Tillbook writes.", "Choose one of Customer."),
        ("Customer.Notes", "'Notes' is no field of Customer", "Customer.PrimaryEmailAddr"),
        ("Invoice.TxnTaxDetail", "is decided with Line", "Use Invoice.Line."),
        ("Payment.TotalAmt", "is decided with Line", "Use Payment.Line."),
    ],
)
def test_a_policy_for_what_tillbook_does_not_write_is_refused_with_the_choices(
    desk: Desk, name: str, message: str, cure: str
) -> None:
    settings = desk.see("/settings") | {"conflicts": {"fields": {name: "ours"}}}

    answer = desk.call("PUT", "/settings", settings)

    assert answer.status == 422, answer.body
    (error,) = answer.body["errors"]
    assert error["field"] == f"conflicts.fields.{name}"
    assert message in error["message"]
    assert cure in error["cure"]
    assert desk.see("/settings")["conflicts"] == {"default": "ask", "fields": {}}


def test_an_unknown_policy_is_refused(desk: Desk) -> None:
    settings = desk.see("/settings") | {"conflicts": {"default": "newest"}}

    answer = desk.call("PUT", "/settings", settings)

    assert answer.status == 422
    assert "conflicts.default" in answer.body["errors"][0]["field"]
