"""Journals: what an inventory system posts, from documents to the books and back."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.unit.usecases.test_adopt import delete_and_connect_again, forget_older_connections
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.checks import check_document
from tillbook.domain.documents import Journal, Role
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.quickbooks.company import Company
from tillbook.quickbooks.context import Context, NeedsMapping
from tillbook.quickbooks.mapping import build
from tillbook.usecases.move_records import move_record

DETAIL = "JournalEntryLineDetail"
PAYING_OUT = ConnectionSettings(
    export_from=make.DAY, accounts=Accounts(gateways={"shopify_payments": "93"}, payouts_to="35")
)


@pytest.fixture
def bench() -> Workbench:
    return Workbench()


def proven(bench: Workbench) -> bool:
    return bool(bench.sync().proof["agrees"])


def the_entry(bench: Workbench) -> dict[str, Any]:
    (found,) = bench.in_books("JournalEntry")
    return found


def line_ids(found: dict[str, Any]) -> list[str]:
    return [line["Id"] for line in found["Line"]]


def test_cost_of_goods_sold_is_one_balanced_entry_between_the_accounts_of_its_roles(
    bench: Workbench,
) -> None:
    bench.accept(make.journal(memo="Order #1001 was fulfilled"))

    assert proven(bench)

    found = the_entry(bench)
    assert (found["DocNumber"], found["TxnDate"]) == ("COGS-1001", "2026-03-02")
    assert found["PrivateNote"].startswith("Order #1001 was fulfilled\n")
    assert [
        (line["Amount"], line["JournalEntryLineDetail"]["PostingType"]) for line in found["Line"]
    ] == [(8, "Debit"), (8, "Credit")]
    assert bench.company.balance("Cost of Goods Sold") == 8
    assert bench.company.balance("Inventory Asset") == -8


def test_a_changed_entry_keeps_its_lines_and_a_cancelled_one_is_deleted(bench: Workbench) -> None:
    bench.accept(make.journal())
    bench.sync()
    before = the_entry(bench)
    more = (
        make.entry("lost", "debit", "2.00", Role.STOCK_ADJUSTMENTS),
        make.entry("stock", "credit", "11.00", Role.INVENTORY),
        make.entry("cost", "debit", "9.00", account="80"),
    )

    bench.accept(make.journal(v=2, lines=more))
    assert proven(bench)

    after = the_entry(bench)
    assert after["Id"] == before["Id"]
    assert line_ids(after)[1:] == line_ids(before)[::-1]
    assert bench.company.balance("Inventory Asset") == -11

    bench.accept(make.journal(v=3, status="cancelled"))
    assert proven(bench)

    assert bench.in_books("JournalEntry") == []
    assert not any(bench.company.balances().values())


def test_it_waits_while_its_cost_is_zero_and_follows_once_there_is_one(bench: Workbench) -> None:
    bench.accept(make.journal(lines=make.cogs("0.00")))
    bench.sync()

    assert bench.record(make.journal()).status is Status.PENDING
    assert bench.reason(make.journal()) == "cost is zero: nothing is known of what p1 cost."

    bench.accept(make.journal(v=2))
    assert proven(bench)
    assert bench.record(make.journal()).status is Status.COMPLETED


def test_receivables_and_payables_name_whose_they_are(bench: Workbench) -> None:
    lines = (
        make.entry("1", "debit", "5.00", Role.RECEIVABLES, customer="c1"),
        make.entry("2", "credit", "5.00", account="33", vendor="v1"),
    )
    bench.accept(make.customer(), make.vendor(), make.journal(lines=lines))

    assert proven(bench)

    assert bench.in_books("Customer")[0]["Balance"] == 5
    assert bench.in_books("Vendor")[0]["Balance"] == 5


def test_a_line_on_payables_by_their_id_waits_for_its_vendor(bench: Workbench) -> None:
    lines = (
        make.entry("1", "debit", "5.00", Role.COGS),
        make.entry("2", "credit", "5.00", account="33"),
    )
    bench.accept(make.journal(lines=lines))
    bench.sync()

    assert "names no vendor" in bench.reason(make.journal())


def test_without_a_chart_of_accounts_it_is_held_and_says_so() -> None:
    lines = (
        make.entry("1", "debit", "5.00", account="80"),
        make.entry("2", "credit", "5.00", account="81"),
    )
    empty = Context(
        settings=ConnectionSettings(),
        company=Company(name="New", country="US", home_currency="USD"),
    )
    with pytest.raises(NeedsMapping, match="chart of accounts: is not imported"):
        build(make.journal(lines=lines), empty, None)


def test_what_a_person_deleted_is_made_again_on_request(bench: Workbench) -> None:
    bench.accept(make.journal())
    bench.sync()
    bench.clock.advance(3600)
    bench.by_hand("delete", "JournalEntry", Id=the_entry(bench)["Id"])
    bench.sync()
    assert bench.in_books("JournalEntry") == []

    key = bench.record(make.journal()).key
    move_record(bench.services, CONNECTION, key, "retry", actor="alice", why="it was wrong")
    assert proven(bench)

    assert bench.company.balance("Cost of Goods Sold") == 8


@pytest.mark.parametrize("stripped", [False, True])
def test_a_lost_answer_is_found_again_even_without_its_note(
    bench: Workbench, stripped: bool
) -> None:
    bench.accept(make.journal())
    bench.emulator.inject("dropped", commits="yes", operation="batch", count=1)
    bench.sync()
    if stripped:
        bench.by_hand("update", "JournalEntry", Id=the_entry(bench)["Id"], PrivateNote="checked")
    bench.clock.advance(3600)

    assert proven(bench)

    assert len(bench.in_books("JournalEntry")) == 1
    assert bench.record(make.journal()).status is Status.COMPLETED


def test_what_a_person_edited_is_told_by_the_sum_of_its_debits(bench: Workbench) -> None:
    bench.accept(make.journal())
    bench.sync()
    bench.clock.advance(3600)
    edited = [
        {"Id": line["Id"], "Amount": 7, "DetailType": line["DetailType"], DETAIL: line[DETAIL]}
        for line in the_entry(bench)["Line"]
    ]
    bench.by_hand("update", "JournalEntry", Id=the_entry(bench)["Id"], Line=edited)

    bench.accept(make.journal(v=2, lines=make.cogs("9.00")))
    bench.sync()

    assert bench.record(make.journal()).status is Status.FAILED
    assert "2 of 7.00 in all there, Tillbook would write 2 of 9.00" in bench.reason(make.journal())


def test_another_installation_finds_what_is_in_the_books_already(bench: Workbench) -> None:
    documents = (make.journal(), make.payout())
    bench.configure(PAYING_OUT)
    bench.accept(*documents)
    bench.sync()
    delete_and_connect_again(bench, PAYING_OUT)
    forget_older_connections(bench)

    bench.accept(*documents)
    assert proven(bench)

    assert [len(bench.in_books(one)) for one in ("JournalEntry", "Deposit")] == [1, 1]
    assert {bench.record(one).status for one in documents} == {Status.COMPLETED}


def test_it_is_proven_in_a_british_company_as_well() -> None:
    bench = Workbench(profile="uk")
    bench.accept(make.journal(currency="GBP"))

    assert proven(bench)

    assert len(bench.in_books("JournalEntry")) == 1


def findings(document: Journal) -> list[str]:
    return [str(one) for one in check_document(document)]


def test_what_does_not_balance_is_refused_with_the_difference() -> None:
    lines = (*make.cogs(), make.entry("odd", "debit", "0.50", Role.STOCK_ADJUSTMENTS))

    (finding,) = findings(make.journal(lines=lines))

    assert "debits are 8.50, credits 8.00, a difference of 0.50 USD" in finding


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, "lines[0].account: is missing"),
        ({"role": Role.COGS, "account": "80"}, "lines[0].account: stands by a role."),
        ({"role": Role.RECEIVABLES}, "lines[0].customer: is missing on receivables."),
        ({"role": Role.PAYABLES}, "lines[0].vendor: is missing on payables."),
        (
            {"role": Role.COGS, "customer": "c1", "vendor": "v1"},
            "lines[0].vendor: stands by a customer.",
        ),
        ({"role": Role.COGS, "amount": Decimal("8.001")}, "lines[0].amount: is 8.001, finer"),
    ],
)
def test_a_line_that_says_too_little_or_too_much_is_refused(
    changes: dict[str, Any], expected: str
) -> None:
    amount = str(changes.pop("amount", "8.00"))
    lines = (
        make.entry("1", "debit", amount, **changes),
        make.entry("2", "credit", amount, Role.INVENTORY),
    )

    assert findings(make.journal(lines=lines))[0].startswith(expected)


def test_two_lines_with_one_id_are_refused() -> None:
    lines = (
        make.entry("1", "debit", "8.00", Role.COGS),
        make.entry("1", "credit", "8.00", Role.INVENTORY),
    )

    assert findings(make.journal(lines=lines)) == [
        "lines[1].id: is that of another line. Give each line its own id."
    ]
