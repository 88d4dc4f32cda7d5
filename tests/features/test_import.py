"""What comes from QuickBooks, and what stays ours whatever happens there."""

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tillbook.domain.documents import Document


@pytest.mark.feature(
    "INF-088",
    note="What a person edited is told by the proof where it moves money, else before the next "
    "change would overwrite it. Tillbook has no vendors.",
)
def test_edits_in_quickbooks_change_no_document_and_are_told(desk: Desk) -> None:
    documents: list[Document] = [make.customer(), make.product(), make.invoice()]
    desk.send(*documents)
    desk.sync_proven()
    before = [desk.record(one)["document"] for one in documents]
    edits: tuple[dict[str, object], ...] = (
        {"PrimaryEmailAddr": {"Address": "bea@example.com"}},
        {"UnitPrice": 99},
        {"TxnDate": "2026-02-05"},
    )
    for document, fields in zip(documents, edits, strict=True):
        link = desk.record(document)["quickbooks"]
        desk.bench.by_hand("update", link["entity"], Id=link["id"], **fields)

    desk.sync()

    assert [desk.record(one)["document"] for one in documents] == before
    proof = desk.see("/reconciliation")
    assert [one["title"] for one in proof["differences"]] == ["invoice #1001"]

    desk.send(make.customer(v=2, phone="1"), make.product(v=2, description="Cobalt"))
    desk.sync()

    told = [desk.record(one)["reason"] for one in documents[:2]]
    assert all("edited in QuickBooks after Tillbook wrote it" in one for one in told), told


@pytest.mark.feature("ZOHO-046")
def test_an_inbound_run_brings_changes_now_and_sends_nothing(desk: Desk) -> None:
    desk.sync()
    desk.bench.by_hand("create", "Account", Name="Web sales", AccountType="Income")
    desk.send(make.customer())

    run = desk.sync("import")

    assert run["status"] == "completed"
    assert "Web sales" in [one["name"] for one in desk.see("/reference/accounts")["items"]]
    assert (desk.record(make.customer())["status"], desk.in_books("Customer")) == ("pending", [])


@pytest.mark.feature("ZOHO-047")
def test_an_outbound_run_sends_what_is_pending_now(desk: Desk) -> None:
    desk.sync("import")
    desk.send(*make.sale())

    run = desk.sync("export")

    assert run["status"] == "completed"
    assert desk.records("?status=pending") == []
    assert [one["DocNumber"] for one in desk.in_books("Invoice")] == ["#1001"]
