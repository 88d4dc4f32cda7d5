"""Journal entries of an inventory system."""

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tillbook.domain.documents import Role


@pytest.mark.feature("DEAR-044", "INF-061")
def test_a_fulfilled_order_posts_its_cost_from_stock_to_cost_of_goods_once(desk: Desk) -> None:
    desk.send(make.journal())

    desk.sync_proven()
    desk.sync_proven()

    (found,) = desk.in_books("JournalEntry")
    sides = {
        line["JournalEntryLineDetail"]["AccountRef"]["name"]: (
            line["JournalEntryLineDetail"]["PostingType"],
            line["Amount"],
        )
        for line in found["Line"]
    }
    assert sides == {"Cost of Goods Sold": ("Debit", 8), "Inventory Asset": ("Credit", 8)}


@pytest.mark.feature("DEAR-044")
def test_a_stocktake_posts_a_balanced_entry(desk: Desk) -> None:
    desk.configure(accounts={"stock_adjustments": "97"})
    lines = (
        make.entry("lost", "debit", "4.00", Role.STOCK_ADJUSTMENTS),
        make.entry("stock", "credit", "4.00", Role.INVENTORY),
    )
    desk.send(make.journal(number="COUNT-3", lines=lines))

    desk.sync_proven()

    assert desk.bench.company.balance("97") == 4
    assert desk.bench.company.balance("Inventory Asset") == -4


@pytest.mark.feature(
    "DEAR-045",
    note="A company is imported when it is connected; what can be missing is an account that it "
    "got later.",
)
def test_an_entry_on_an_account_that_was_not_imported_is_held_and_says_so(desk: Desk) -> None:
    lines = (
        make.entry("1", "debit", "4.00", account="4711"),
        make.entry("2", "credit", "4.00", Role.INVENTORY),
    )
    desk.send(make.journal(lines=lines))

    desk.sync()

    shown = desk.record(make.journal())
    assert shown["status"] == "pending"
    assert "account 4711, which is not among the accounts imported" in shown["reason"]
    assert desk.in_books("JournalEntry") == []


@pytest.mark.feature(
    "DEAR-055",
    "DEAR-056",
    note="The inventory system works the cost out; it sends the entry again once it knows it.",
)
def test_an_entry_waits_while_its_cost_is_zero_and_names_the_products(desk: Desk) -> None:
    desk.send(make.journal(lines=make.cogs("0.00")))
    desk.sync()

    shown = desk.record(make.journal())
    assert shown["status"] == "pending"
    assert shown["reason"] == "cost is zero: nothing is known of what p1 cost."

    desk.send(make.journal(v=2))
    desk.sync_proven()

    assert desk.record(make.journal())["status"] == "completed"
    assert desk.bench.company.balance("Cost of Goods Sold") == 8


@pytest.mark.feature("INF-062")
@pytest.mark.parametrize(
    "kinds_off, invoices, entries",
    [([], 1, 1), (["invoice"], 0, 1), (["journal"], 1, 0), (["invoice", "journal"], 0, 0)],
)
def test_sales_and_their_cost_are_switched_on_and_off_apart(
    desk: Desk, kinds_off: list[str], invoices: int, entries: int
) -> None:
    desk.configure(kinds_off=kinds_off)
    desk.send(make.customer(), make.product(), make.invoice(), make.journal())

    desk.sync_proven()

    assert len(desk.in_books("Invoice")) == invoices
    assert len(desk.in_books("JournalEntry")) == entries
