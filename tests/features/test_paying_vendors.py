"""What is bought: bills, what vendors credit, and what they are paid."""

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
