"""Items of every type: what each needs, what may change, and bundles on sales."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from local.qbo.people.person import edit, set_preferences
from tests.emulator.conftest import Api, line
from tests.emulator.test_inventory import COGS, EQUITY, SHRINKAGE, STOCK, sell, widget

TRACKED = {
    "Name": "Widget",
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 10,
    "PurchaseCost": 4,
    "InvStartDate": "2026-01-01",
    "IncomeAccountRef": {"value": "79"},
    "ExpenseAccountRef": {"value": COGS},
    "AssetAccountRef": {"value": STOCK},
}


def item(api: Api, name: str = "Box", kind: str = "NonInventory", **more: Any) -> Any:
    body = {"Name": name, "Type": kind, "IncomeAccountRef": {"value": "79"}}
    return api.save("item", {**body, **more})


def change(api: Api, id: str, **more: Any) -> Any:
    token = api.read(f"item/{id}")["SyncToken"]
    return api.save("item", {"Id": id, "SyncToken": token, "sparse": True, **more})


def refused_change(api: Api, id: str, **more: Any) -> Any:
    token = api.read(f"item/{id}")["SyncToken"]
    return api.refusal("item", {"Id": id, "SyncToken": token, "sparse": True, **more})


@pytest.mark.parametrize(
    "without, code, says",
    [
        (
            "TrackQtyOnHand",
            "6000",
            "Business Validation Error: When you create an item, if Track quantity on hand is "
            "turned off, the item cannot be of type Inventory.",
        ),
        (
            "InvStartDate",
            "6000",
            "Business Validation Error: As of date for initial quantity on hand is required",
        ),
        (
            "AssetAccountRef",
            "2020",
            "An inventory asset account is required if you are tracking inventory quantities for "
            "this product.",
        ),
        ("QtyOnHand", "2020", "Required parameter QtyOnHand is missing in the request"),
        ("IncomeAccountRef", "2020", "Required parameter IncomeAccountRef is missing"),
        ("ExpenseAccountRef", "2020", "Required parameter ExpenseAccountRef is missing"),
    ],
)
def test_a_tracked_item_needs_all_that_stock_needs(
    api: Api, without: str, code: str, says: str
) -> None:
    body = {name: value for name, value in TRACKED.items() if name != without}

    refusal = api.refusal("item", body)

    assert refusal["code"] == code
    assert says in refusal["Detail"]


@pytest.mark.parametrize(
    "name, account",
    [("IncomeAccountRef", "1"), ("ExpenseAccountRef", "7"), ("AssetAccountRef", "4")],
)
def test_a_tracked_item_has_accounts_of_their_types(api: Api, name: str, account: str) -> None:
    assert api.refusal("item", {**TRACKED, name: {"value": account}})["code"] == "6430"


def test_stock_needs_a_plan_and_a_preference(api: Api, company: Company) -> None:
    set_preferences(company, {"ProductAndServicesPrefs": {"QuantityOnHand": False}})

    assert api.refusal("item", TRACKED)["code"] == "5020"


@pytest.mark.parametrize("name", ["UnitPrice", "PurchaseCost"])
def test_prices_have_a_limit(api: Api, name: str) -> None:
    body = {"Name": "Box", "IncomeAccountRef": {"value": "79"}, name: Decimal(100000000000)}

    assert api.refusal("item", body)["code"] == "2090"


def test_goods_and_services_may_change_into_each_other_and_into_stock_but_not_back(
    api: Api,
) -> None:
    box = item(api)["Id"]

    assert change(api, box, Type="Service")["Type"] == "Service"
    started = {name: value for name, value in TRACKED.items() if name != "Name"}
    assert change(api, box, **started)["QtyOnHand"] == 10
    assert refused_change(api, box, Type="NonInventory")["code"] == "2170"
    assert refused_change(api, item(api, "Other")["Id"], Type="Category")["code"] == "2170"


def test_stock_keeping_units_may_repeat(api: Api) -> None:
    assert item(api, Sku="A-1")["Sku"] == item(api, "Another", Sku="A-1")["Sku"]


def test_another_quantity_sent_with_an_item_is_an_adjustment(api: Api, company: Company) -> None:
    id = widget(api)

    changed = change(api, id, QtyOnHand=7, InvStartDate="2026-03-01")

    assert (changed["QtyOnHand"], changed["InvStartDate"]) == (7, "2026-01-01")
    assert changed["SyncToken"] == "1"
    assert company.balance(SHRINKAGE, "2026-02-28") == 0
    assert company.balance(SHRINKAGE, "2026-03-01") == 12
    assert api.query("select count(*) from InventoryAdjustment")["totalCount"] == 1


def test_another_quantity_may_be_refused_as_was_seen(api: Api, company: Company) -> None:
    company.switches.item_quantity_update = "refuse"

    refusal = refused_change(api, widget(api), QtyOnHand=7)

    assert refusal["code"] == "6000"
    assert "We couldn't adjust the stock starting value of this item." in refusal["Detail"]
    assert "Error code: (-10600) (-10600)" in refusal["Detail"]


def test_a_start_moves_as_long_as_nothing_lies_before_it(api: Api, company: Company) -> None:
    id = widget(api)
    sell(api, id, "1", "2026-02-01")

    change(api, id, InvStartDate="2026-01-15")
    assert company.balance(EQUITY, "2026-01-14") == 0
    assert refused_change(api, id, InvStartDate="2026-02-02")["code"] == "6270"


def test_stock_of_an_item_made_inactive_is_adjusted_to_zero(api: Api, company: Company) -> None:
    id = widget(api)

    gone = change(api, id, Active=False)

    assert (gone["Active"], gone["QtyOnHand"]) == (False, 0)
    assert company.balance(STOCK) == 0
    assert company.balance(SHRINKAGE) == 40


def test_the_asset_account_stays_once_something_has_moved(api: Api, company: Company) -> None:
    other = api.save("account", {"Name": "Stock 2", "AccountSubType": "Inventory"})["Id"]
    id = widget(api)

    change(api, id, AssetAccountRef={"value": other})
    assert company.balance(STOCK) == 0
    assert company.balance(other) == 40
    sell(api, id, "10", "2026-02-01")
    assert refused_change(api, id, AssetAccountRef={"value": STOCK})["code"] == "6000"


def test_merged_accounts_go_on_with_the_stock_that_they_had(api: Api, company: Company) -> None:
    costs = api.save("account", {"Name": "Costs 2", "AccountType": "Cost of Goods Sold"})["Id"]
    id = widget(api, "1", ExpenseAccountRef={"value": costs})
    sell(api, id, "1", "2026-02-01")

    edit(company, "merge", "Account", {"Id": costs, "into": COGS})

    assert company.balance(COGS) == 4
    assert company.balance(costs) == 0


def test_items_lie_in_categories_four_levels_deep(api: Api) -> None:
    above: dict[str, Any] = {}
    for level in range(1, 5):
        made = api.save("item", {"Name": f"C{level}", "Type": "Category", **above})
        above = {"SubItem": True, "ParentRef": {"value": made["Id"]}}
    assert made["FullyQualifiedName"] == "C1:C2:C3:C4"
    assert "QtyOnHand" not in made
    assert "UnitPrice" not in made

    box = item(api, **above)

    assert (box["FullyQualifiedName"], box["Level"]) == ("C1:C2:C3:C4:Box", 4)
    assert box["ParentRef"] == {"value": made["Id"], "name": "C1:C2:C3:C4"}
    deeper = {"Name": "C5", "Type": "Category", **above}
    assert api.refusal("item", deeper)["code"] == "6180"
    top = item(api, "Top")["Id"]
    below = {"SubItem": True, "ParentRef": {"value": top}}
    assert api.refusal("item", {**TRACKED, **below})["code"] == "700"


def test_a_category_that_moves_takes_its_depth_along(api: Api) -> None:
    def category(name: str, parent: Any = None) -> Any:
        above = {"SubItem": True, "ParentRef": {"value": parent["Id"]}} if parent else {}
        return api.save("item", {"Name": name, "Type": "Category", **above})

    upper = category("U2", category("U1"))
    moved = category("M1")
    lowest = category("M2", moved)
    item(api, SubItem=True, ParentRef={"value": lowest["Id"]})
    head = {"Id": moved["Id"], "SyncToken": moved["SyncToken"], "sparse": True, "SubItem": True}

    deeper = category("U3", upper)
    assert api.refusal("item", {**head, "ParentRef": {"value": deeper["Id"]}})["code"] == "6180"
    api.save("item", {**head, "ParentRef": {"value": upper["Id"]}})

    assert api.read(f"item/{lowest['Id']}")["FullyQualifiedName"] == "U1:U2:M1:M2"


def test_a_category_cannot_lie_in_itself(api: Api) -> None:
    top = api.save("item", {"Name": "Top", "Type": "Category"})["Id"]
    low = api.save(
        "item",
        {"Name": "Low", "Type": "Category", "SubItem": True, "ParentRef": {"value": top}},
    )["Id"]

    assert refused_change(api, top, SubItem=True, ParentRef={"value": low})["code"] == "900"


def test_a_category_and_an_item_cannot_share_a_name(api: Api) -> None:
    api.save("item", {"Name": "Garden", "Type": "Category"})

    body = {"Name": "garden", "Type": "Service", "IncomeAccountRef": {"value": "1"}}
    assert api.refusal("item", body)["code"] == "6240"


def test_only_a_category_can_be_deleted_and_leaves_what_it_held(api: Api) -> None:
    top = api.save("item", {"Name": "Top", "Type": "Category"})
    box = item(api, SubItem=True, ParentRef={"value": top["Id"]})

    api.save("item", {"Id": top["Id"], "SyncToken": "0"}, operation="delete")

    left = api.read(f"item/{box['Id']}")
    assert left["FullyQualifiedName"] == "Box"
    assert "ParentRef" not in left
    head = {"Id": box["Id"], "SyncToken": left["SyncToken"]}
    assert api.refusal("item", head, operation="delete")["code"] == "500"
    api.save("item", {"Name": "Top", "Type": "Category"})


def bundle(api: Api, company: Company) -> tuple[str, str]:
    """A bundle of two tracked widgets and a box; ids of bundle and widget."""
    id = widget(api)
    box = item(api, UnitPrice=2, Taxable=True)["Id"]
    made = edit(
        company,
        "create",
        "Item",
        {
            "Name": "Kit",
            "Type": "Group",
            "ItemGroupDetail": {
                "ItemGroupLine": [
                    {"ItemRef": {"value": id}, "Qty": 2},
                    {"ItemRef": {"value": box}, "Qty": 1},
                ]
            },
        },
    )
    return str(made["Item"]["Id"]), id


def test_bundles_are_made_by_people_and_read_by_clients(api: Api, company: Company) -> None:
    body = {"Name": "Kit", "Type": "Group"}
    assert "Create of Item Type Group" in api.refusal("item", body)["Detail"]

    kit, id = bundle(api, company)

    read = api.query("select * from Item where Type = 'Group'")["Item"][0]
    assert read["Id"] == kit
    assert read["ItemGroupDetail"]["ItemGroupLine"][0] == {
        "ItemRef": {"value": id, "name": "Widget", "type": "Inventory"},
        "Qty": 2,
    }
    assert change(api, kit, Description="Both")["ItemGroupDetail"] == read["ItemGroupDetail"]


def test_a_bundle_sold_is_a_line_with_lines_for_its_items(api: Api, company: Company) -> None:
    kit, id = bundle(api, company)
    detail = {"GroupItemRef": {"value": kit}, "Quantity": 3}
    body = {
        "TxnDate": "2026-02-01",
        "Line": [{"DetailType": "GroupLineDetail", "GroupLineDetail": detail}, line("1")],
    }

    receipt = api.save("salesreceipt", body)

    group, plain, subtotal = receipt["Line"]
    assert (group["Amount"], group["LineNum"], plain["LineNum"]) == (0, 1, 4)
    parts = group["GroupLineDetail"]["Line"]
    assert [each["Amount"] for each in parts] == [54, 6]
    assert [each["SalesItemLineDetail"]["Qty"] for each in parts] == [6, 3]
    assert [each["Id"] for each in (group, *parts, plain)] == ["1", "2", "3", "4"]
    assert subtotal["Amount"] == receipt["TotalAmt"] == 61
    assert api.read(f"item/{id}")["QtyOnHand"] == 4
    assert company.balance(COGS) == 24
    again = api.save("salesreceipt", {**receipt, "PrivateNote": "As read"})
    assert again["Line"] == receipt["Line"]


def test_a_bundle_is_no_item_of_its_own_on_a_line(api: Api, company: Company) -> None:
    kit, id = bundle(api, company)

    assert api.refusal("salesreceipt", {"Line": [line("1", item=kit)]})["code"] == "2500"
    wrong = {"GroupItemRef": {"value": id}}
    body = {"Line": [{"DetailType": "GroupLineDetail", "GroupLineDetail": wrong}]}
    assert api.refusal("salesreceipt", body)["code"] == "2500"
