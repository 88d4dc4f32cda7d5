"""What is bought: bills, what vendors credit, and what they are paid."""

from decimal import Decimal

import pytest

from tests.features import samples as make
from tests.features.desk import Desk


@pytest.mark.feature("DEAR-026")
def test_a_purchase_credit_note_becomes_one_vendor_credit_of_the_same_amount(desk: Desk) -> None:
    desk.send(make.vendor(), make.product(), make.bill(), make.vendor_credit())

    desk.sync_proven()

    (found,) = desk.in_books("VendorCredit")
    (vendor,) = desk.in_books("Vendor")
    assert found["VendorRef"]["value"] == vendor["Id"]
    assert (found["DocNumber"], found["TotalAmt"]) == ("PO-7-R", make.vendor_credit().total)


@pytest.mark.feature("ZOHO-029")
def test_vendor_credits_can_be_switched_off(desk: Desk) -> None:
    desk.configure(kinds_off=["vendor_credit"])
    desk.send(make.vendor(), make.product(), make.bill(), make.vendor_credit())

    desk.sync_proven()

    assert len(desk.in_books("Bill")) == 1
    assert desk.in_books("VendorCredit") == []
    left_out = desk.record(make.vendor_credit())
    assert left_out["status"] == "skipped"
    assert "kinds_off" in left_out["reason"]

    desk.configure(kinds_off=[])
    assert desk.move(make.vendor_credit(), "retry").status < 300
    desk.sync_proven()

    assert len(desk.in_books("VendorCredit")) == 1


@pytest.fixture
def owing(desk: Desk) -> Desk:
    """A bill of 40.00 is in the books."""
    desk.configure(accounts={"paid_from": "35", "card": "42"})
    desk.send(make.vendor(), make.product(), make.bill())
    desk.sync_proven()
    return desk


@pytest.mark.feature("ZOHO-068", "INF-043", "INF-045")
def test_a_payment_of_a_bill_becomes_one_bill_payment_that_is_linked_to_it(owing: Desk) -> None:
    owing.send(make.bill_payment())

    owing.sync_proven()

    (paid,) = owing.in_books("BillPayment")
    (bill,) = owing.in_books("Bill")
    assert paid["Line"][0]["LinkedTxn"] == [{"TxnId": bill["Id"], "TxnType": "Bill"}]
    assert (paid["PayType"], paid["TotalAmt"], bill["Balance"]) == ("Check", 40, 0)
    assert paid["CheckPayment"]["BankAccountRef"]["value"] == "35"


@pytest.mark.feature(
    "INF-050", note="The bill has what was received so far; a payment belongs to the bill."
)
def test_a_bill_is_paid_while_it_is_partial_and_when_everything_is_there(owing: Desk) -> None:
    owing.send(make.bill_payment(amount="15.00"))
    owing.sync_proven()
    assert owing.in_books("Bill")[0]["Balance"] == 25
    line = make.line(quantity=Decimal(25), unit_price=Decimal(4), gross=Decimal("100.00"), taxes=())

    owing.send(make.bill(v=2, lines=(line,), total=Decimal("100.00")))
    owing.send(make.bill_payment(id="bp2", amount="60.00"))
    owing.sync_proven()

    assert sorted(one["TotalAmt"] for one in owing.in_books("BillPayment")) == [15, 60]
    assert owing.in_books("Bill")[0]["Balance"] == 25


@pytest.mark.feature(
    "ZOHO-069",
    note="A payment that did not take place has the status cancelled; one that changed "
    "updates the same bill payment.",
)
def test_a_cancelled_payment_of_a_bill_is_deleted(owing: Desk) -> None:
    owing.send(make.bill_payment())
    owing.sync_proven()

    owing.send(make.bill_payment(v=2, status="cancelled"))
    owing.sync_proven()

    assert owing.in_books("BillPayment") == []
    assert owing.in_books("Bill")[0]["Balance"] == 40


@pytest.mark.feature("INF-044")
def test_with_payments_of_bills_switched_off_bills_go_without_them(desk: Desk) -> None:
    desk.configure(kinds_off=["bill_payment"])
    other = make.bill(id="b2", number="PO-8")
    desk.send(make.vendor(), make.product(), make.bill(), other)
    desk.send(make.bill_payment(amount="15.00"), make.bill_payment(id="bp2", bill="b2"))

    desk.sync_proven()

    assert {one["Balance"] for one in desk.in_books("Bill")} == {40}
    assert desk.in_books("BillPayment") == []
    assert desk.record(make.bill_payment())["status"] == "skipped"
