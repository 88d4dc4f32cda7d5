"""Tracked items: layers, cost of goods sold, and what happens out of order."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.qbo import Company, Emulator, Limits, ManualClock
from local.qbo.people.person import set_preferences
from local.qbo.state.storage import Storage
from tests.emulator.conftest import Api, line

STOCK, COGS, SHRINKAGE, EQUITY = "81", "80", "91", "34"


def widget(api: Api, qty: str = "10", cost: str = "4", **more: Any) -> str:
    """A tracked item that starts with a quantity at a unit cost."""
    body = {
        "Name": "Widget",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": Decimal(qty),
        "PurchaseCost": Decimal(cost),
        "UnitPrice": Decimal(9),
        "InvStartDate": "2026-01-01",
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": COGS},
        "AssetAccountRef": {"value": STOCK},
        **more,
    }
    return str(api.save("item", body)["Id"])


def sold(item: str, qty: str, price: str = "9") -> dict[str, Any]:
    amount = Decimal(qty) * Decimal(price)
    return line(str(amount), item=item, Qty=Decimal(qty), UnitPrice=Decimal(price))


def sell(api: Api, item: str, qty: str, day: str, path: str = "salesreceipt", **more: Any) -> Any:
    return api.save(path, {"TxnDate": day, "Line": [sold(item, qty)], **more})


def adjust(api: Api, item: str, qty: str, day: str, **more: Any) -> Any:
    detail = {"ItemRef": {"value": item}, "QtyDiff": Decimal(qty)}
    body = {
        "AdjustAccountRef": {"value": SHRINKAGE},
        "TxnDate": day,
        "Line": [{"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": detail}],
    }
    return api.save("inventoryadjustment", {**body, **more})


def buy(
    api: Api, item: str, qty: str, amount: str, day: str, path: str = "bill", **more: Any
) -> Any:
    """Buy from, or give back to, a vendor at a total price."""
    vendor = more.pop("vendor", None) or api.save("vendor", {"DisplayName": "Maker"})["Id"]
    bought = {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": Decimal(amount),
        "ItemBasedExpenseLineDetail": {"ItemRef": {"value": item}, "Qty": Decimal(qty)},
    }
    return api.save(
        path, {"VendorRef": {"value": vendor}, "TxnDate": day, "Line": [bought], **more}
    )


def cost(company: Company, entity: str, id: str) -> Decimal:
    """What a document debits to the cost of goods sold."""
    entry = company.ledger.entries[(entity, id)]
    return sum((each.amount for each in entry.splits if each.account == COGS), Decimal(0))


@pytest.fixture(autouse=True)
def _the_account_holds_what_is_there(company: Company) -> Any:
    yield
    tracked = [
        row.id for row in company.table("Item").rows.values() if row.data.get("InvStartDate")
    ]
    assert company.balance(STOCK) == sum(
        (company.inventory.value(id) for id in tracked), Decimal(0)
    )


def test_what_an_item_starts_with_is_worth_its_cost(api: Api, company: Company) -> None:
    item = widget(api)

    assert company.balance(STOCK, "2025-12-31") == 0
    assert company.balance(STOCK, "2026-01-01") == 40
    assert company.balance(EQUITY) == -40
    assert api.read(f"item/{item}")["QtyOnHand"] == 10
    ledger = api.get("reports/GeneralLedger", start_date="2026-01-01", end_date="2026-01-02").text
    assert "Inventory Starting Value" in ledger


def test_a_sale_posts_its_cost_on_its_day(api: Api, company: Company) -> None:
    item = widget(api)

    receipt = sell(api, item, "3", "2026-02-01")

    assert company.balance(COGS, "2026-01-31") == 0
    assert company.balance(COGS, "2026-02-01") == 12
    assert company.balance(STOCK) == 28
    assert api.read(f"item/{item}")["QtyOnHand"] == 7
    assert receipt["TotalAmt"] == 27


def test_oldest_goods_go_first(api: Api, company: Company) -> None:
    """Intuit's own example: 20 at 6, 30 at 7; 15 sold cost 90, the next 20 cost 135."""
    item = widget(api, "20", "6")
    api.save("item", {"Id": item, "SyncToken": "0", "sparse": True, "PurchaseCost": 7})
    company.switches.adjustment_cost = "purchase_cost"
    adjust(api, item, "30", "2026-01-05")

    first, second = (sell(api, item, qty, "2026-01-10")["Id"] for qty in ("15", "20"))

    assert cost(company, "SalesReceipt", first) == 90
    assert cost(company, "SalesReceipt", second) == 135


def test_an_invoice_moves_stock_until_it_is_voided_or_deleted(api: Api, company: Company) -> None:
    item, customer = widget(api), {"CustomerRef": {"value": api.customer()}}
    voided = sell(api, item, "2", "2026-02-01", "invoice", **customer)
    deleted = sell(api, item, "3", "2026-02-01", "invoice", **customer)
    assert company.balance(STOCK) == 20

    api.save("invoice", {"Id": voided["Id"], "SyncToken": "0"}, operation="void")
    api.save("invoice", {"Id": deleted["Id"], "SyncToken": "0"}, operation="delete")

    assert company.balance(STOCK) == 40
    assert company.balance(COGS) == 0
    assert api.read(f"item/{item}")["QtyOnHand"] == 10


def test_returned_goods_come_back_at_what_they_cost(api: Api, company: Company) -> None:
    item, customer = widget(api), {"CustomerRef": {"value": api.customer()}}
    sell(api, item, "4", "2026-02-01")

    sell(api, item, "1", "2026-02-02", "creditmemo", **customer)
    sell(api, item, "1", "2026-02-03", "refundreceipt", DepositToAccountRef={"value": "35"})

    assert company.balance(COGS) == 8
    assert api.read(f"item/{item}")["QtyOnHand"] == 8


def test_sold_before_it_is_there_it_is_valued_at_the_last_cost_and_corrected_later(
    api: Api, company: Company
) -> None:
    item = widget(api, "1", "4")
    early = sell(api, item, "3", "2026-02-01")
    assert cost(company, "SalesReceipt", early["Id"]) == 12
    assert api.read(f"item/{item}")["QtyOnHand"] == -2
    api.save("item", {"Id": item, "SyncToken": "0", "sparse": True, "PurchaseCost": 5})
    company.switches.adjustment_cost = "purchase_cost"

    adjust(api, item, "10", "2026-02-05")

    assert cost(company, "SalesReceipt", early["Id"]) == 14
    assert company.balance(COGS, "2026-02-01") == 14
    assert company.balance(STOCK) == 40
    assert api.read(f"salesreceipt/{early['Id']}")["SyncToken"] == "0"


def test_a_sale_dated_back_takes_the_older_goods(api: Api, company: Company) -> None:
    item = widget(api, "5", "4")
    api.save("item", {"Id": item, "SyncToken": "0", "sparse": True, "PurchaseCost": 6})
    company.switches.adjustment_cost = "purchase_cost"
    adjust(api, item, "5", "2026-01-02")
    late = sell(api, item, "5", "2026-03-01")
    assert cost(company, "SalesReceipt", late["Id"]) == 20

    back = sell(api, item, "5", "2026-02-01")

    assert cost(company, "SalesReceipt", back["Id"]) == 20
    assert cost(company, "SalesReceipt", late["Id"]) == 30
    assert company.balance(STOCK) == 0


def test_a_refused_sale_moves_nothing(api: Api, company: Company) -> None:
    item = widget(api)
    body = {
        "TxnDate": "2026-02-01",
        "Line": [sold(item, "3")],
        "DepositToAccountRef": {"value": "7"},
    }

    assert api.refusal("salesreceipt", body)["code"] == "6430"
    assert api.read(f"item/{item}")["QtyOnHand"] == 10


def test_a_tracked_line_needs_a_quantity(api: Api) -> None:
    refusal = api.refusal("salesreceipt", {"Line": [line("9", item=widget(api))]})

    assert refusal["code"] == "6520"
    assert refusal["Message"] == "Missing Inventory Item Quantity"
    assert refusal["Detail"] == "Quantity required for inventory item"


def test_nothing_moves_before_an_item_is_tracked(api: Api) -> None:
    body = {"TxnDate": "2025-12-31", "Line": [sold(widget(api), "1")]}

    refusal = api.refusal("salesreceipt", body)

    assert refusal["code"] == "6270"
    assert refusal["Message"] == "Transaction date is prior to start date for inventory item"
    assert refusal["Detail"] == (
        "Transactions with inventory (QOH) products cant be dated earlier than the Inventory Start "
        "Date for the product"
    )


def test_an_adjustment_is_charged_to_the_account_it_names(api: Api, company: Company) -> None:
    item = widget(api)

    made = adjust(api, item, "-2", "2026-02-01", PrivateNote="Broken")

    assert company.balance(SHRINKAGE) == 8
    assert (made["DocNumber"], made["PrivateNote"], made["SyncToken"]) == ("1", "Broken", "0")
    assert made["Line"] == [
        {
            "ItemAdjustmentLineDetail": {
                "ItemRef": {"value": item, "name": "Widget"},
                "QtyDiff": -2,
            },
            "Id": "1",
        }
    ]
    assert api.query("select * from InventoryAdjustment")["InventoryAdjustment"] == [made]


def test_an_adjustment_changes_sparsely_and_can_be_deleted(api: Api, company: Company) -> None:
    item = widget(api)
    made = adjust(api, item, "-2", "2026-02-01")
    lines = [{"Id": "1", **made["Line"][0]}]
    lines[0]["ItemAdjustmentLineDetail"]["QtyDiff"] = -3
    body = {"Id": made["Id"], "SyncToken": "0", "Line": lines}
    assert api.refusal("inventoryadjustment", {**body, **made})["code"] == "500"

    changed = api.save("inventoryadjustment", {**body, "sparse": True})
    assert (changed["Line"][0]["Id"], changed["DocNumber"]) == ("1", "1")
    assert company.balance(SHRINKAGE) == 12
    gone = {"Id": made["Id"], "SyncToken": "1"}
    api.save("inventoryadjustment", gone, operation="delete")
    assert company.balance(SHRINKAGE) == 0


def test_adjustments_are_for_us_companies_whose_plan_has_stock(api: Api, company: Company) -> None:
    item = widget(api)
    company.info["Country"] = "CA"
    body = {
        "AdjustAccountRef": {"value": SHRINKAGE},
        "Line": [{"ItemAdjustmentLineDetail": {"ItemRef": {"value": item}, "QtyDiff": 1}}],
    }

    assert api.refusal("inventoryadjustment", body)["code"] == "5030"


def test_whether_adjustments_can_be_queried_is_a_switch(api: Api, emulator: Emulator) -> None:
    emulator.switches.inventory_adjustment_query = False

    answer = api.get("query", query="select * from InventoryAdjustment")

    assert "Metadata not found for Entity: InventoryAdjustment" in answer.text


def test_stock_is_there_again_after_a_restart(tmp_path: Path) -> None:
    first = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
    storage = Storage(tmp_path / "books.db")
    storage.load(first)
    first.seed("us")
    api = Api(first)
    item = widget(api, "1", "4")
    early = sell(api, item, "3", "2026-02-01")
    storage.save(first)
    storage.close()

    second = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
    storage = Storage(tmp_path / "books.db")
    storage.load(second)
    company = second.company()
    assert company.inventory.quantity(item) == -2
    adjust(Api(second), item, "2", "2026-02-02")
    assert cost(company, "SalesReceipt", early["Id"]) == 12
    assert company.balance(STOCK) == company.inventory.value(item) == 0
    storage.close()


def test_goods_returned_before_the_next_delivery_settle_what_was_sold_without_them(
    api: Api, company: Company
) -> None:
    item, customer = widget(api, "0", "5"), {"CustomerRef": {"value": api.customer()}}
    early = sell(api, item, "3", "2026-02-04")
    buy(api, item, "3", "0", "2026-02-15")
    assert cost(company, "SalesReceipt", early["Id"]) == 0

    sell(api, item, "7", "2026-02-13", "creditmemo", **customer)

    assert cost(company, "SalesReceipt", early["Id"]) == 15
    assert company.balance(STOCK) == 20


def test_a_bill_brings_goods_in_at_what_they_cost(api: Api, company: Company) -> None:
    item = widget(api, "1", "4")

    buy(api, item, "3", "20", "2026-02-01")
    first, second = (sell(api, item, "2", day)["Id"] for day in ("2026-02-02", "2026-02-03"))

    assert company.balance(STOCK, "2026-02-01") == 24
    assert cost(company, "SalesReceipt", first) == Decimal("10.67")
    assert cost(company, "SalesReceipt", second) == Decimal("13.33")
    assert company.balance(STOCK) == 0


def test_what_goes_back_to_a_vendor_leaves_at_its_cost_and_the_rest_is_cost_of_sales(
    api: Api, company: Company
) -> None:
    item = widget(api, "10", "4")

    buy(api, item, "2", "10", "2026-02-01", "vendorcredit")

    assert company.balance(STOCK) == 32
    assert company.balance(COGS) == -2
    assert company.balance("33") == 10


def test_what_is_bought_abroad_is_worth_what_it_cost_at_home(api: Api, company: Company) -> None:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    euro = api.save("vendor", {"DisplayName": "Fabrik", "CurrencyRef": {"value": "EUR"}})["Id"]
    item = widget(api, "0", "4")

    buy(api, item, "3", "10", "2026-02-01", vendor=euro, ExchangeRate=Decimal("1.1111"))

    assert company.balance(STOCK) == company.inventory.value(item) == Decimal("11.11")


def test_offers_and_orders_move_nothing(api: Api, company: Company) -> None:
    item, customer = widget(api), {"CustomerRef": {"value": api.customer()}}

    sell(api, item, "2", "2026-02-01", "estimate", **customer)
    buy(api, item, "2", "9", "2026-02-01", "purchaseorder")

    assert api.read(f"item/{item}")["QtyOnHand"] == 10
    assert company.balance(STOCK) == 40
