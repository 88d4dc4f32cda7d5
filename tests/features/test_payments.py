"""Money received: one payment for each, linked to its invoice."""

from decimal import Decimal

import pytest

from tests.features import samples as make
from tests.features.desk import Desk


@pytest.fixture
def paid(desk: Desk) -> Desk:
    desk.send(*make.sale())
    desk.sync_proven()
    return desk


@pytest.mark.feature("ZOHO-055", "INV-004")
def test_a_payment_is_linked_to_its_invoice_and_lowers_what_is_open(desk: Desk) -> None:
    desk.send(make.customer(), make.product(), make.invoice(), make.payment(amount="30.00"))

    desk.sync_proven()

    (invoice,) = desk.in_books("Invoice")
    (payment,) = desk.in_books("Payment")
    (line,) = payment["Line"]
    assert line["LinkedTxn"] == [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    assert (payment["TotalAmt"], payment["UnappliedAmt"]) == (30, 0)
    assert invoice["Balance"] == Decimal("1.81")


@pytest.mark.feature("ZOHO-056")
def test_a_changed_payment_updates_the_same_one(paid: Desk) -> None:
    (before,) = paid.in_books("Payment")

    paid.send(make.payment(v=2, amount="20.00"))
    paid.sync_proven()

    (after,) = paid.in_books("Payment")
    assert (after["Id"], after["TotalAmt"]) == (before["Id"], 20)
    assert paid.in_books("Invoice")[0]["Balance"] == Decimal("11.81")


@pytest.mark.feature("ZOHO-057", note="A payment that did not take place has the status cancelled.")
def test_a_cancelled_payment_is_deleted_and_its_invoice_open_again(paid: Desk) -> None:
    paid.send(make.payment(v=2, status="cancelled"))

    paid.sync_proven()

    assert paid.in_books("Payment") == []
    (invoice,) = paid.in_books("Invoice")
    assert invoice["Balance"] == invoice["TotalAmt"] == Decimal("31.81")


@pytest.mark.feature("DEAR-154")
def test_a_negative_payment_is_refused_at_once(desk: Desk) -> None:
    body = {"documents": [make.payment().model_dump(mode="json") | {"amount": "-5.00"}]}

    (result,) = desk.do("POST", "/documents", body)["results"]

    assert result["status"] == "refused"
    (error,) = result["errors"]
    assert (error["field"], error["message"]) == ("amount", "is less than 0.")
    assert error["cure"]
    assert desk.records() == []
