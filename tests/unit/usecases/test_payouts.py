"""Payouts of a gateway: from its clearing account to the bank, to the cent."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.checks import check_document
from tillbook.domain.documents import Fee
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.usecases.move_records import move_record

SALE = (make.customer(), make.product(), make.invoice(), make.payment())
ACCOUNTS = Accounts(gateways={"shopify_payments": "93"}, payouts_to="35", payment_fees="94")


def settings(accounts: Accounts) -> ConnectionSettings:
    return ConnectionSettings(export_from=date(2026, 3, 1), tax_code="2", accounts=accounts)


@pytest.fixture
def bench() -> Workbench:
    return Workbench(connection_settings=settings(ACCOUNTS))


def proven(bench: Workbench) -> bool:
    return bool(bench.sync().proof["agrees"])


def the_deposit(bench: Workbench) -> dict[str, Any]:
    (found,) = bench.in_books("Deposit")
    return found


def test_a_payout_empties_the_clearing_account_and_brings_the_bank_what_arrived(
    bench: Workbench,
) -> None:
    bench.accept(*SALE, make.payout())

    assert proven(bench)

    found = the_deposit(bench)
    assert (found["TotalAmt"], found["TxnDate"]) == (Decimal("30.59"), "2026-03-02")
    assert [(line["Amount"], line["Description"]) for line in found["Line"]] == [
        (Decimal("31.81"), "Paid through shopify_payments"),
        (Decimal("-1.22"), "Processing fee"),
    ]
    assert bench.company.balance("Shopify Clearing") == 0
    assert bench.company.balance("Checking") == Decimal("30.59")
    assert bench.company.balance("Merchant Fees") == Decimal("1.22")


def test_a_changed_payout_keeps_its_lines_and_a_cancelled_one_is_deleted(bench: Workbench) -> None:
    bench.accept(make.payout())
    bench.sync()
    before = the_deposit(bench)
    fees = (
        Fee(name="Processing fee", amount=Decimal("1.22")),
        Fee(name="Fee given back", amount=Decimal("-0.10")),
    )

    bench.accept(make.payout(v=2, fees=fees, amount=Decimal("30.69")))
    assert proven(bench)

    after = the_deposit(bench)
    assert (after["Id"], after["TotalAmt"]) == (before["Id"], Decimal("30.69"))
    assert [one["Id"] for one in after["Line"]][:2] == [one["Id"] for one in before["Line"]]

    bench.accept(make.payout(v=3, status="cancelled"))
    assert proven(bench)

    assert bench.in_books("Deposit") == []
    assert not any(bench.company.balances().values())


@pytest.mark.parametrize(
    "accounts, expected",
    [
        (ACCOUNTS.model_copy(update={"payouts_to": None}), "settings.accounts.payouts_to"),
        (ACCOUNTS.model_copy(update={"gateways": {}}), "no clearing account for shopify_payments"),
    ],
)
def test_a_payout_without_its_accounts_is_held_and_says_which_setting(
    accounts: Accounts, expected: str
) -> None:
    bench = Workbench(connection_settings=settings(accounts))
    bench.accept(make.payout())
    bench.sync()

    assert bench.record(make.payout()).status is Status.PENDING
    assert expected in bench.reason(make.payout())


def test_fees_go_to_bank_charges_where_nothing_else_is_chosen() -> None:
    bench = Workbench(
        connection_settings=settings(ACCOUNTS.model_copy(update={"payment_fees": None}))
    )
    bench.accept(make.payout())

    assert proven(bench)

    assert bench.company.balance("Bank Charges") == Decimal("1.22")


@pytest.mark.parametrize("stripped", [False, True])
def test_a_lost_answer_is_found_again_even_without_its_note(
    bench: Workbench, stripped: bool
) -> None:
    bench.accept(make.payout())
    bench.emulator.inject("dropped", commits="yes", operation="batch", count=1)
    bench.sync()
    if stripped:
        bench.by_hand("update", "Deposit", Id=the_deposit(bench)["Id"], PrivateNote="checked")
    bench.clock.advance(3600)

    assert proven(bench)

    assert len(bench.in_books("Deposit")) == 1
    assert bench.record(make.payout()).status is Status.COMPLETED


def test_what_a_person_deleted_is_made_again_on_request(bench: Workbench) -> None:
    bench.accept(make.payout())
    bench.sync()
    bench.clock.advance(3600)
    bench.by_hand("delete", "Deposit", Id=the_deposit(bench)["Id"])
    bench.sync()
    assert bench.in_books("Deposit") == []

    key = bench.record(make.payout()).key
    move_record(bench.services, CONNECTION, key, "retry", actor="alice", why="it was wrong")
    assert proven(bench)

    assert bench.company.balance("Checking") == Decimal("30.59")


def test_it_is_proven_in_a_british_company_as_well() -> None:
    bench = Workbench(profile="uk", connection_settings=settings(ACCOUNTS))
    bench.accept(make.payout(currency="GBP"))

    assert proven(bench)

    assert the_deposit(bench)["TotalAmt"] == Decimal("30.59")


def test_a_payout_that_does_not_foot_is_refused_with_the_difference() -> None:
    (finding,) = check_document(make.payout(amount=Decimal("30.00")))

    assert "gross less fees is 30.59: a difference of -0.59 USD" in str(finding)


def test_a_payout_that_takes_money_from_the_bank_is_refused() -> None:
    (finding,) = check_document(make.payout(gross=Decimal("1.00"), amount=Decimal("-0.22")))

    assert "is negative (-0.22): the gateway took money from the bank." in str(finding)
