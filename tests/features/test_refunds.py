"""Credit notes and refunds."""

from decimal import Decimal

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tillbook.domain.documents import to_json


@pytest.mark.feature("DEAR-029", "ZOHO-058")
def test_a_credit_note_becomes_one_credit_memo(desk: Desk) -> None:
    desk.send(*make.sale(), make.credit_note())

    desk.sync_proven()

    (memo,) = desk.in_books("CreditMemo")
    assert (memo["DocNumber"], memo["TotalAmt"]) == ("#1001-C1", Decimal("12.50"))
    assert memo["CustomerRef"] == desk.in_books("Invoice")[0]["CustomerRef"]


@pytest.mark.feature("ZOHO-059")
def test_a_changed_credit_note_updates_the_same_credit_memo(desk: Desk) -> None:
    desk.send(*make.sale(), make.credit_note())
    desk.sync()
    (before,) = desk.in_books("CreditMemo")

    desk.send(make.credit_note(v=2, lines=(make.line(taxes=()),)))
    desk.sync_proven()

    (after,) = desk.in_books("CreditMemo")
    assert (after["Id"], after["TotalAmt"]) == (before["Id"], 25)


@pytest.mark.feature("ZOHO-061", note="A credit note that was taken back has the status cancelled.")
def test_a_cancelled_credit_note_is_deleted(desk: Desk) -> None:
    desk.send(*make.sale(), make.credit_note())
    desk.sync()

    desk.send(make.credit_note(v=2, status="cancelled"))
    desk.sync_proven()

    assert desk.in_books("CreditMemo") == []


@pytest.mark.feature("DEAR-121")
def test_a_refund_shows_its_lines_and_the_account_that_paid_it(desk: Desk) -> None:
    desk.sync()
    desk.configure(accounts={"gateways": {"shopify_payments": "93"}})
    desk.send(*make.sale(), make.refund())

    desk.sync_proven()

    (refund,) = desk.in_books("RefundReceipt")
    assert refund["DepositToAccountRef"]["value"] == "93"
    assert refund["TotalAmt"] == Decimal("12.50")
    line = refund["Line"][0]
    item = desk.object_of(make.product())["Id"]
    assert line["SalesItemLineDetail"]["ItemRef"]["value"] == item
    assert (line["Amount"], line["SalesItemLineDetail"]["Qty"]) == (Decimal("12.50"), 1)


@pytest.mark.feature("DEAR-159")
def test_a_credit_note_without_lines_is_refused_and_one_taken_back_is_never_sent(
    desk: Desk,
) -> None:
    empty = to_json(make.credit_note()) | {"lines": [], "total": "0"}
    taken_back = make.credit_note(id="n2", status="cancelled")

    (refused,) = desk.do("POST", "/documents", {"documents": [empty]})["results"]
    desk.send(*make.sale(), taken_back)
    desk.sync_proven()

    assert [error["field"] for error in refused["errors"]] == ["lines"]
    record = desk.record(taken_back)
    assert record["status"] == "skipped"
    assert record["reason"].startswith("It was cancelled.")
    assert desk.in_books("CreditMemo") == []


@pytest.mark.feature("ZOHO-060")
def test_a_credit_note_is_allocated_to_its_invoice_and_free_again_when_that_is_taken_back(
    desk: Desk,
) -> None:
    open_before = make.invoice().total
    desk.send(make.customer(), make.product(), make.invoice(), make.credit_note())
    desk.send(make.allocation())

    desk.sync_proven()

    payment = desk.object_of(make.allocation())
    invoice, credit = desk.object_of(make.invoice()), desk.object_of(make.credit_note())
    linked = [(one["Amount"], one["LinkedTxn"][0]["TxnId"]) for one in payment["Line"]]
    assert linked == [(Decimal("12.50"), invoice["Id"]), (Decimal("12.50"), credit["Id"])]
    assert (payment["TotalAmt"], credit["Balance"]) == (0, 0)
    assert invoice["Balance"] == open_before - Decimal("12.50")

    desk.send(make.allocation(v=2, status="cancelled"))
    desk.sync_proven()

    assert desk.in_books("Payment") == []
    assert desk.object_of(make.credit_note())["Balance"] == Decimal("12.50")
    assert desk.object_of(make.invoice())["Balance"] == open_before


@pytest.mark.feature("ZOHO-021", "ZOHO-054", "INV-021")
def test_a_write_off_credits_what_is_open_and_settles_the_invoice_with_it(desk: Desk) -> None:
    desk.configure(accounts={"write_offs": "15"})
    owed = make.invoice().total
    desk.send(make.customer(), make.product(), make.invoice())
    desk.sync()

    desk.send(make.write_off(amount=str(owed)))
    desk.sync_proven()

    credit, invoice = desk.object_of(make.write_off()), desk.object_of(make.invoice())
    assert (credit["TotalAmt"], credit["Balance"], invoice["Balance"]) == (owed, 0, 0)
    assert invoice["LinkedTxn"] == credit["LinkedTxn"]
    assert desk.bench.company.balance("Office Expenses") == owed
