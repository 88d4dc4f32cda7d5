"""Payments of bills: by check, by card and by a vendor's credit; changed, deleted and proven."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import BillPayment
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.usecases.move_records import move_record

CHOSEN = ConnectionSettings(accounts=Accounts(paid_from="35", card="42"))
PAYABLES = "Accounts Payable (A/P)"


@pytest.fixture
def bench() -> Workbench:
    """Mugs for 40.00 were bought and are not paid."""
    bench = Workbench(connection_settings=CHOSEN)
    bench.accept(make.vendor(), make.product(), make.bill())
    assert proven(bench)
    return bench


def proven(bench: Workbench) -> bool:
    return bool(bench.sync().proof["agrees"])


def only(bench: Workbench, entity: str) -> dict[str, Any]:
    (found,) = bench.in_books(entity)
    return found


def why(bench: Workbench, document: BillPayment) -> str:
    record = bench.record(document)
    assert record.reason is not None
    return f"{record.status}: {record.reason.what} {record.reason.cure}"


def test_a_check_pays_its_bill_from_the_bank(bench: Workbench) -> None:
    bench.accept(make.bill_payment(reference="1042"))

    assert proven(bench)

    paid, bill = only(bench, "BillPayment"), only(bench, "Bill")
    assert (paid["PayType"], paid["TotalAmt"], paid["DocNumber"]) == ("Check", 40, "1042")
    assert paid["CheckPayment"]["BankAccountRef"]["name"] == "Checking"
    assert bill["Balance"] == 0
    assert bill["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "BillPaymentCheck"}]
    balances = bench.company.balances()
    assert balances["Checking"] == -40
    assert not balances.get(PAYABLES)


def test_a_card_pays_its_bill_in_part(bench: Workbench) -> None:
    bench.accept(make.bill_payment(amount="15.00", method="card"))

    assert proven(bench)

    paid = only(bench, "BillPayment")
    assert paid["CreditCardPayment"]["CCAccountRef"]["name"] == "Visa"
    assert only(bench, "Bill")["Balance"] == 25
    assert bench.company.balance("Visa") == -15


def test_what_is_paid_beyond_the_bill_stays_as_the_vendors_credit(bench: Workbench) -> None:
    bench.accept(make.bill_payment(amount="50.00"))

    assert proven(bench)

    paid = only(bench, "BillPayment")
    assert (paid["TotalAmt"], paid["Line"][0]["Amount"]) == (50, 40)
    assert bench.company.balance(PAYABLES) == 10


def test_a_changed_payment_is_the_same_one_and_may_change_from_check_to_card(
    bench: Workbench,
) -> None:
    bench.accept(make.bill_payment())
    bench.sync()
    before = only(bench, "BillPayment")

    bench.accept(make.bill_payment(v=2, amount="30.00", method="card"))

    assert proven(bench)
    after = only(bench, "BillPayment")
    assert (after["Id"], after["PayType"], after["TotalAmt"]) == (before["Id"], "CreditCard", 30)
    assert "CheckPayment" not in after
    assert bench.company.balance("Checking") == 0
    assert only(bench, "Bill")["Balance"] == 10


def test_a_cancelled_payment_is_deleted_and_its_bill_open_again(bench: Workbench) -> None:
    bench.accept(make.bill_payment())
    bench.sync()

    bench.accept(make.bill_payment(v=2, status="cancelled"))

    assert proven(bench)
    assert bench.in_books("BillPayment") == []
    assert only(bench, "Bill")["Balance"] == 40


def test_a_bill_that_grows_after_it_was_paid_is_open_for_the_rest(bench: Workbench) -> None:
    bench.accept(make.bill_payment())
    bench.sync()
    lines = (
        make.line(quantity=Decimal(25), unit_price=Decimal(4), gross=Decimal("100.00"), taxes=()),
    )

    bench.accept(
        make.bill(v=2, lines=lines, total=Decimal("100.00")), make.bill_payment("bp2", amount="60")
    )

    assert proven(bench)
    assert only(bench, "Bill")["Balance"] == 0
    assert len(bench.in_books("BillPayment")) == 2


def test_the_payment_of_a_cancelled_bill_is_held_with_its_reason(bench: Workbench) -> None:
    bench.accept(make.bill(v=2, status="cancelled"), make.bill_payment())

    bench.sync()

    told = why(bench, make.bill_payment())
    assert told.startswith("pending")
    assert "PO-7 was cancelled" in told
    assert "Cancel the payment at its source" in told
    assert bench.in_books("BillPayment") == []

    bench.accept(make.bill_payment(v=2, status="cancelled"))
    assert proven(bench)
    assert bench.record(make.bill_payment()).status is Status.SKIPPED


def test_a_bill_that_is_cancelled_after_it_was_paid_leaves_the_money_to_the_vendor(
    bench: Workbench,
) -> None:
    bench.accept(make.bill_payment())
    bench.sync()

    bench.accept(make.bill(v=2, status="cancelled"))

    assert proven(bench)
    assert bench.company.balance(PAYABLES) == 40

    bench.clock.advance(3600)
    bench.accept(make.bill_payment(v=2, status="cancelled"))

    assert proven(bench)
    assert not any(bench.company.balances().values())


def test_without_a_chosen_account_the_setting_is_named() -> None:
    bench = Workbench()
    bench.accept(make.vendor(), make.product(), make.bill(), make.bill_payment())

    bench.sync()

    assert "settings.accounts.paid_from is not set" in why(bench, make.bill_payment())


def test_a_lost_answer_makes_no_second_payment(bench: Workbench) -> None:
    bench.emulator.inject("dropped", commits="yes", operation="batch", count=1)

    bench.accept(make.bill_payment())

    assert proven(bench)
    assert only(bench, "BillPayment")["TotalAmt"] == 40


def test_one_that_a_person_deleted_is_made_again_when_they_say_so(bench: Workbench) -> None:
    bench.accept(make.bill_payment())
    bench.sync()
    paid = only(bench, "BillPayment")
    bench.by_hand("delete", "BillPayment", Id=paid["Id"], SyncToken=paid["SyncToken"])
    bench.clock.advance(3600)
    bench.sync()
    record = bench.record(make.bill_payment())
    assert record.status is Status.FAILED

    move_record(bench.services, CONNECTION, record.key, "retry", actor="alice", why="by mistake")

    assert proven(bench)
    assert only(bench, "Bill")["Balance"] == 0


def test_what_a_person_changed_is_told_in_words(bench: Workbench) -> None:
    bench.accept(make.bill_payment())
    bench.sync()
    paid = only(bench, "BillPayment")
    bench.by_hand(
        "update",
        "BillPayment",
        Id=paid["Id"],
        SyncToken=paid["SyncToken"],
        sparse=True,
        VendorRef=paid["VendorRef"],
        PayType="Check",
        CheckPayment={"BankAccountRef": {"value": "36"}},
    )
    bench.clock.advance(3600)

    bench.accept(make.bill_payment(v=2, memo="as agreed"))
    bench.sync()

    told = why(bench, make.bill_payment())
    assert told.startswith("failed")
    assert 'Bank account: "Savings" there, Tillbook would write "Checking"' in told


def test_a_vendors_credit_is_used_for_a_bill_and_no_money_moves(bench: Workbench) -> None:
    used = make.bill_payment(amount="8.00", vendor_credit="vc1")
    bench.accept(make.vendor_credit(), used)

    assert proven(bench)

    assert only(bench, "BillPayment")["TotalAmt"] == 0
    assert only(bench, "VendorCredit")["Balance"] == 0
    assert only(bench, "Bill")["Balance"] == 32
    assert bench.company.balance(PAYABLES) == -32
    assert bench.company.balance("Checking") == 0

    bench.accept(make.bill_payment(v=2, amount="8.00", vendor_credit="vc1", status="cancelled"))

    assert proven(bench)
    assert only(bench, "VendorCredit")["Balance"] == 8
    assert only(bench, "Bill")["Balance"] == 40


def test_a_credit_that_was_cancelled_pays_nothing(bench: Workbench) -> None:
    used = make.bill_payment(amount="8.00", vendor_credit="vc1")
    bench.accept(make.vendor_credit(status="cancelled"), used)

    bench.sync()

    assert "vendor credit PO-7-R was cancelled" in why(bench, used)
