"""Products and items: linked where they are the same, never doubled, never with stock."""

from decimal import Decimal

import pytest

from local.qbo.people.bookkeeper import post
from tests.features import samples as make
from tests.features.desk import Desk
from tests.unit.channels import shop

INVENTORY = {"Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 4}


def own_items(desk: Desk) -> dict[str, str]:
    """Name and type of the active items, besides the two that every company begins with."""
    return {
        one["Name"]: one["Type"]
        for one in desk.in_books("Item")
        if one.get("Active", True) and one["Id"] not in ("1", "2")
    }


def keep_item(desk: Desk, name: str, **fields: object) -> str:
    """A bookkeeper's item that posts to 'Design income'; its id."""
    values = {"Name": name, "Type": "NonInventory", "IncomeAccountRef": {"value": "82"}, **fields}
    return post(desk.bench.company, "Item", values).id


def keep_stock(desk: Desk, name: str) -> str:
    """An item that tracks quantity. The emulator makes none, so an item is turned into one."""
    company = desk.bench.company
    row = company.row("Item", keep_item(desk, name))
    company.alter(row, {**row.data, **INVENTORY}, "Beth Bookkeeper")
    return row.id


# Created


@pytest.mark.feature("INF-082", "INF-083", "ZOHO-043", "DEAR-041")
def test_items_are_made_without_stock_and_sell_to_the_chosen_account(desk: Desk) -> None:
    desk.sync()
    desk.configure(accounts={"income": "1"})

    desk.send(make.product(stocked=True), make.customer(), make.invoice())
    desk.sync_proven()

    assert own_items(desk) == {"Blue mug": "NonInventory", "Shipping charged": "Service"}
    assert desk.object_of(make.product())["IncomeAccountRef"]["value"] == "1"


@pytest.mark.feature("ZOHO-039", "INV-018")
def test_an_order_brings_an_item_for_each_product_and_the_next_one_uses_it(desk: Desk) -> None:
    channel = desk.bench.add_shop()
    lamp = shop.Item()
    shade = shop.Item(title="Shade", variant=441, product=812, sku="SHADE-1", variant_title=None)

    for number, sold_items in ((1001, [lamp, shade]), (1002, [shade])):
        body = shop.order(*sold_items, number=number, shipping=None)
        desk.bench.deliver(channel, "orders/create", shop.encode(body), f"d{number}")
    desk.sync_proven()

    assert own_items(desk) == {"Desk lamp - Brass": "NonInventory", "Shade": "NonInventory"}
    items = {one["Name"]: one["Id"] for one in desk.in_books("Item")}
    sold = {
        invoice["DocNumber"]: [
            line["SalesItemLineDetail"]["ItemRef"]["value"]
            for line in invoice["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]
        for invoice in desk.in_books("Invoice")
    }
    assert sold["#1001"] == [items["Desk lamp - Brass"], items["Shade"]]
    assert sold["#1002"] == [items["Shade"]]


@pytest.mark.feature("INV-019")
def test_a_line_that_names_no_product_uses_one_item_for_all_such_lines(desk: Desk) -> None:
    lines = (make.line(product=None), make.line(id="2", product=None))

    desk.send(make.customer(), make.invoice(lines=lines))
    desk.sync_proven()

    assert own_items(desk) == {"Uncategorised sales": "Service"}


@pytest.mark.feature("DEAR-043", "INF-087")
def test_quantities_in_stock_are_never_sent(desk: Desk) -> None:
    channel = desk.bench.add_shop()
    variant = {
        "id": 44012800101,
        "product_id": 8120055001,
        "title": "Brass",
        "price": "40.00",
        "sku": "LAMP-01",
        "inventory_quantity": 17,
        "updated_at": "2026-03-14T09:00:00-05:00",
    }
    product = {
        "id": 8120055001,
        "title": "Desk lamp",
        "updated_at": "2026-03-14T09:00:00-05:00",
        "variants": [variant],
    }
    later = {"updated_at": "2026-03-15T09:00:00-05:00", "inventory_quantity": 3}

    desk.bench.deliver(channel, "products/update", shop.encode(product), "p1")
    desk.sync_proven()
    written = desk.written()
    changed = product | {"variants": [variant | later], "updated_at": later["updated_at"]}
    desk.bench.deliver(channel, "products/update", shop.encode(changed), "p2")
    desk.sync_proven()

    assert own_items(desk) == {"Desk lamp - Brass": "NonInventory"}
    assert desk.written() == written > 0
    (item,) = [one for one in desk.in_books("Item") if one["Name"].startswith("Desk lamp")]
    assert "QtyOnHand" not in item


# Linked


@pytest.mark.feature("ZOHO-042", note="It is linked; nothing has to be made inactive.")
def test_an_item_of_the_same_name_is_linked_and_not_doubled(desk: Desk) -> None:
    existing = keep_item(desk, "Blue mug")

    desk.send(*make.sale())
    run = desk.sync_proven()

    assert run["counts"]["product"] == {"linked": 1, "sent": 1}  # sent: the item for shipping
    assert desk.record(make.product())["quickbooks"]["id"] == existing
    assert own_items(desk).keys() == {"Blue mug", "Shipping charged"}


@pytest.mark.feature("INF-072")
def test_a_space_too_many_does_not_make_another_item(desk: Desk) -> None:
    keep_item(desk, "Apple")

    desk.send(make.product(name="Apple ", sku=None))
    run = desk.sync()

    assert run["counts"]["product"] == {"linked": 1}
    assert own_items(desk).keys() == {"Apple"}


@pytest.mark.feature(
    "DEAR-115", note="Neither is blocked: one of them gets its SKU as an addition to the name."
)
def test_two_products_of_one_name_become_two_items(desk: Desk) -> None:
    desk.send(make.product())
    desk.sync()
    desk.send(make.product(id="p2", sku="MUG-2"))
    run = desk.sync()

    assert run["status"] == "completed"
    assert own_items(desk).keys() == {"Blue mug", "Blue mug (MUG-2)"}


@pytest.mark.feature("DEAR-070")
def test_the_account_of_an_item_stays_as_the_bookkeeper_changed_it(desk: Desk) -> None:
    desk.send(make.product())
    desk.sync()
    (item,) = [one for one in desk.in_books("Item") if one["Name"] == "Blue mug"]
    desk.bench.by_hand("update", "Item", Id=item["Id"], IncomeAccountRef={"value": "1"})

    desk.send(make.product(v=2, unit_price=Decimal("13.00")))
    desk.sync_proven()

    found = desk.object_of(make.product())
    assert (found["UnitPrice"], found["IncomeAccountRef"]["value"]) == (13, "1")


@pytest.mark.feature("DEAR-066")
def test_the_version_of_an_item_is_known_after_each_write(desk: Desk) -> None:
    seen = []
    for number in (1, 2, 3):
        desk.send(make.product(v=number, unit_price=Decimal(10 + number)))
        desk.sync()
        link = desk.record(make.product())["quickbooks"]
        seen.append((link["sync_token"], desk.object_of(make.product())["SyncToken"]))

    assert seen == [("0", "0"), ("1", "1"), ("2", "2")]


@pytest.mark.feature(
    "DEAR-069", note="Where a person changed the very fields that are sent, that person decides."
)
def test_a_version_that_moved_on_in_quickbooks_is_read_again_and_the_change_sent(
    desk: Desk,
) -> None:
    desk.send(make.product())
    desk.sync()
    item = desk.object_of(make.product())
    desk.bench.by_hand("update", "Item", Id=item["Id"], PurchaseDesc="From Hicks")

    desk.send(make.product(v=2, unit_price=Decimal("13.00")))
    run = desk.sync("export")  # without the import, which would have seen the new version

    found = desk.object_of(make.product())
    assert run["status"] == "completed"
    assert (found["Id"], found["UnitPrice"], found["PurchaseDesc"]) == (
        item["Id"],
        13,
        "From Hicks",
    )
    assert own_items(desk).keys() == {"Blue mug"}


# Items that keep stock in QuickBooks


@pytest.mark.parametrize(
    "tracks_globally",
    [
        pytest.param(True, marks=pytest.mark.feature("DEAR-040")),
        pytest.param(False, marks=pytest.mark.feature("DEAR-058")),
    ],
)
def test_an_item_that_keeps_stock_is_never_sold_through_and_says_why(
    desk: Desk, tracks_globally: bool
) -> None:
    desk.bench.company.preferences["ProductAndServicesPrefs"]["QuantityOnHand"] = tracks_globally
    keep_stock(desk, "Blue mug")

    desk.send(*make.sale())
    desk.sync()

    product, invoice = desk.record(make.product()), desk.record(make.invoice())
    assert product["status"] == "pending"
    assert "linked to it, costs would be counted twice" in product["reason"]
    assert invoice["reason"] == "Waiting for product MUG-B."
    assert desk.in_books("Invoice") == []


@pytest.mark.feature("DEAR-064")
def test_quickbooks_renames_what_is_made_inactive_so_that_the_name_is_free_again(
    desk: Desk,
) -> None:
    old = keep_item(desk, "Blue mug")

    desk.bench.by_hand("deactivate", "Item", Id=old)
    new = keep_item(desk, "Blue mug")

    found = {one["Id"]: (one["Name"], one["Active"]) for one in desk.in_books("Item")}
    assert found[old] == ("Blue mug (deleted)", False)
    assert found[new] == ("Blue mug", True)
