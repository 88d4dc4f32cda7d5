"""What is bought: bills by what was received, changed and taken back; accounts of their own."""

from decimal import Decimal
from typing import Any

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tillbook.domain.documents import Line, LineKind, Product, Tax


def stocked() -> Product:
    return make.product(stocked=True, purchased=True)


def received(quantity: int) -> dict[str, Any]:
    """A bill of so many mugs at 4.00."""
    gross = Decimal(4) * quantity
    line = make.line(quantity=Decimal(quantity), unit_price=Decimal(4), gross=gross, taxes=())
    return {"lines": (line,), "total": gross}


def more(id: str, amount: str, kind: LineKind) -> Line:
    return make.line(
        id,
        None,
        quantity=Decimal(1),
        unit_price=Decimal(amount),
        gross=Decimal(amount),
        taxes=(),
        kind=kind,
    )


@pytest.mark.feature(
    "DEAR-025",
    "ZOHO-065",
    "INF-047",
    note="A purchase order stays in the source; what is received comes as a bill.",
)
def test_a_bill_becomes_one_bill_of_the_same_vendor_lines_total_date_and_number(
    desk: Desk,
) -> None:
    desk.send(make.vendor(), stocked(), make.bill())

    desk.sync_proven()

    (found,) = desk.in_books("Bill")
    assert found["VendorRef"]["name"] == "Mug Works"
    assert (found["DocNumber"], found["TxnDate"], found["TotalAmt"]) == ("PO-7", "2026-03-02", 40)
    detail = found["Line"][0]["ItemBasedExpenseLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (10, 4)
    assert desk.in_books("PurchaseOrder") == []


@pytest.mark.feature("ZOHO-066")
def test_a_changed_bill_updates_the_same_one(desk: Desk) -> None:
    desk.send(make.vendor(), stocked(), make.bill())
    desk.sync()
    (before,) = desk.in_books("Bill")

    desk.send(make.bill(v=2, number="PO-7/A", **received(11)))
    desk.sync_proven()

    (after,) = desk.in_books("Bill")
    assert (after["Id"], after["DocNumber"], after["TotalAmt"]) == (before["Id"], "PO-7/A", 44)


@pytest.mark.feature("ZOHO-067")
def test_a_deleted_bill_is_gone(desk: Desk) -> None:
    desk.send(make.vendor(), stocked(), make.bill())
    desk.sync()

    desk.send(make.bill(v=2, status="cancelled"))
    desk.sync_proven()

    assert desk.in_books("Bill") == []


@pytest.mark.feature(
    "INF-034", "INF-035", note="The source sends the bill with what was received so far."
)
def test_what_arrives_later_is_added_to_the_same_bill(desk: Desk) -> None:
    desk.send(make.vendor(), stocked(), make.bill(**received(3)))
    desk.sync_proven()
    (first,) = desk.in_books("Bill")
    assert first["Line"][0]["ItemBasedExpenseLineDetail"]["Qty"] == 3

    desk.send(make.bill(v=2, **received(10)))
    desk.sync_proven()

    (after,) = desk.in_books("Bill")
    assert after["Id"] == first["Id"]
    assert after["Line"][0]["ItemBasedExpenseLineDetail"]["Qty"] == 10


@pytest.mark.feature("ZOHO-077", "ZOHO-078")
def test_discount_and_adjustment_of_a_bill_are_lines_on_accounts(desk: Desk) -> None:
    desk.configure(accounts={"purchase_discounts": "96"})
    goods = make.line(
        quantity=Decimal(10),
        unit_price=Decimal(4),
        gross=Decimal("40.00"),
        discount=Decimal("3.00"),
        taxes=(),
    )
    lines = (goods, more("2", "1.50", LineKind.ADJUSTMENT))
    desk.send(make.vendor(), stocked(), make.bill(lines=lines, total=Decimal("38.50")))

    desk.sync_proven()

    (found,) = desk.in_books("Bill")
    assert found["TotalAmt"] == Decimal("38.50")
    assert [
        (line["Amount"], line["AccountBasedExpenseLineDetail"]["AccountRef"]["name"])
        for line in found["Line"][1:]
    ] == [(Decimal("1.50"), "Cost of Goods Sold"), (Decimal("-3.00"), "Rounding")]


@pytest.mark.feature("INF-042")
def test_tax_on_purchases_in_the_us_is_a_line_on_the_account_that_was_chosen(desk: Desk) -> None:
    desk.configure(accounts={"purchase_tax": "15"})
    tax = Tax(name="CA tax", rate=Decimal("0.08"), amount=Decimal("3.20"))
    goods = make.line(
        quantity=Decimal(10), unit_price=Decimal(4), gross=Decimal("40.00"), taxes=(tax,)
    )
    desk.send(make.vendor(), stocked(), make.bill(lines=(goods,), total=Decimal("43.20")))

    desk.sync_proven()

    (found,) = desk.in_books("Bill")
    line = found["Line"][-1]
    assert (line["Amount"], found["TotalAmt"]) == (Decimal("3.20"), Decimal("43.20"))
    assert line["AccountBasedExpenseLineDetail"]["AccountRef"]["value"] == "15"


@pytest.mark.feature(
    "INF-084", "INF-085", "INF-086", note="A service is a product that is not stocked."
)
@pytest.mark.parametrize(
    "kept, account", [(True, "Inventory Asset"), (False, "Cost of Goods Sold")]
)
def test_an_item_that_is_bought_has_the_account_of_what_it_is(
    desk: Desk, kept: bool, account: str
) -> None:
    desk.send(make.vendor(), make.product(stocked=kept, purchased=True), make.bill())

    desk.sync_proven()

    (item,) = (one for one in desk.in_books("Item") if one["Name"] == "Blue mug")
    assert item["ExpenseAccountRef"]["name"] == account
    assert item["Type"] == "NonInventory"
