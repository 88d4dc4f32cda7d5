"""What documents say about tracked items: checked, and completed for the layers.

A form whose lines move tracked items keeps them, as (item id, quantity, cost), in
`hidden["stock"]` when it is built. Quantities are positive in and negative out. The cost is what
the line posts to the item's asset account, at home, debit positive; None for what the layers
value. A fourth value is the id of the line's class.
"""

from decimal import Decimal

from local.qbo import faults
from local.qbo.faults import QboFault
from local.qbo.money import ZERO
from local.qbo.rules import Change, Values
from local.qbo.state.store import Row


def is_tracked(item: Row) -> bool:
    return bool(item.data["Type"] == "Inventory")


def needed_quantity(detail: Values) -> Decimal:
    """The quantity of a tracked item's line. Raises 6520 when absent."""
    quantity: Decimal | None = detail.get("Qty")
    if quantity is None:
        raise quantity_missing()
    return quantity


def quantity_missing() -> QboFault:
    return faults.fault(
        "6520", "Missing Inventory Item Quantity", "Quantity required for inventory item"
    )


def before_start() -> QboFault:
    return faults.fault(
        "6270",
        "Transaction date is prior to start date for inventory item",
        "Transactions with inventory (QOH) products cant be dated earlier than the Inventory Start "
        "Date for the product",
    )


def complete(change: Change, data: Values) -> None:
    """Complete what a form keeps in `hidden["stock"]` with the accounts and costs of today, so
    that it posts the same later, whatever becomes of the item.

    Raises 6270 for a date before an item was tracked, 6520 for a cost without a quantity.
    """
    stock = change.hidden.get("stock")
    if not stock:
        change.hidden.pop("stock", None)
        return
    completed = []
    for each in stock:
        if isinstance(each, dict):
            completed.append(each)
            continue
        id, quantity, cost, *rest = each
        item = change.company.table("Item").rows[id]
        if not quantity and cost:
            raise quantity_missing()
        if data["TxnDate"] < item.data["InvStartDate"]:
            raise before_start()
        completed.append(
            {
                "item": id,
                "quantity": quantity,
                "cost": cost,
                "asset": item.data["AssetAccountRef"]["value"],
                "contra": _contra(data, item),
                "fallback": item.data.get("PurchaseCost", ZERO),
                "basis": _basis(change),
                "class_id": rest[0] if rest else "",
            }
        )
    change.hidden["stock"] = tuple(completed)


def _contra(data: Values, item: Row) -> str:
    reference = data.get("AdjustAccountRef") or item.data["ExpenseAccountRef"]
    return str(reference["value"])


def _basis(change: Change) -> str:
    if change.entity.name != "InventoryAdjustment":
        return "sold"
    return "last" if change.company.switches.adjustment_cost == "last" else "fallback"
