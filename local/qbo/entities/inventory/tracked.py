"""Items whose quantity QuickBooks tracks: what they start with, and how their quantity changes."""

from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults, plans
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Entry, Split
from local.qbo.ledger.stock import before_start
from local.qbo.money import ZERO, cents
from local.qbo.rules import BY_PERSON, Change, Values
from local.qbo.state.store import Row
from local.qbo.writer import save

if TYPE_CHECKING:
    from local.qbo.company import Company

#: Where a quantity that is put right by hand goes, in a company that still has the account.
SHRINKAGE = "Inventory Shrinkage"
_ONLY = ("QtyOnHand", "InvStartDate", "AssetAccountRef", "ReorderPoint")


def drop(values: Values) -> None:
    """Leave out what only tracked items have."""
    values["TrackQtyOnHand"] = False
    for name in _ONLY:
        values.pop(name, None)


def build(change: Change, values: Values) -> None:
    """Check what is peculiar to a tracked item, and change its quantity where another is sent.

    Raises 6000 and 2020 for what is missing, 5020 where the plan or a preference has no stock,
    6270 for a start after something has moved.
    """
    if not values.get("TrackQtyOnHand"):
        raise faults.business(
            "When you create an item, if Track quantity on hand is turned off, the item cannot be "
            "of type Inventory."
        )
    _check_allowed(change)
    for name in ("IncomeAccountRef", "ExpenseAccountRef"):
        if not values.get(name):
            raise QboFault(faults.missing(name))
    if not values.get("AssetAccountRef"):
        raise _asset_missing()
    quantity: Decimal | None = values.pop("QtyOnHand", None)
    if change.earlier("Type") != "Inventory":
        _start(change, values, quantity)
        return
    here = change.company.inventory.quantity(change.id)
    if quantity is not None and quantity != here:
        _put_right(change, values, quantity - here)
    _move_start(change, values)


def retire(change: Change) -> None:
    """Adjust the quantity of an item to zero, as QuickBooks does when it is made inactive."""
    here = change.company.inventory.quantity(change.id)
    if here and change.company.switches.deactivated_stock == "adjust":
        adjust(change, -here, change.company.today())


def adjust(change: Change, difference: Decimal, day: str) -> None:
    """Post an inventory adjustment of the item."""
    company = change.company
    assert change.before is not None
    found = company.table("Account").found("FullyQualifiedName", SHRINKAGE.casefold())
    account = next(iter(found), change.before.data["ExpenseAccountRef"]["value"])
    save(
        company,
        company.table("InventoryAdjustment").entity,
        {
            "TxnDate": day,
            "AdjustAccountRef": {"value": account},
            "Line": [
                {
                    "DetailType": "ItemAdjustmentLineDetail",
                    "ItemAdjustmentLineDetail": {
                        "ItemRef": {"value": change.id},
                        "QtyDiff": difference,
                    },
                }
            ],
        },
        change.editor,
        frozenset({BY_PERSON}),
    )


def starting_entry(row: Row) -> Entry | None:
    """What an item posts for the goods that it started with."""
    start = next(iter(row.hidden.get("stock", ())), None)
    if start is None or not start["cost"]:
        return None
    memo = f"{row.data['Name']} - Opening inventory and value"
    splits = (Split(start["contra"], -start["cost"]), Split(start["asset"], start["cost"]))
    return Entry(row.key, start["day"], "Inventory Starting Value", "START", "", memo, splits)


def _check_allowed(change: Change) -> None:
    company = change.company
    if not plans.includes(company, "inventory") or not company.preference(
        "ProductAndServicesPrefs", "QuantityOnHand"
    ):
        raise faults.permission_denied("Type")


def _asset_missing() -> QboFault:
    return faults.fault(
        "2020",
        "Required param missing, need to supply the required value for the API",
        "An inventory asset account is required if you are tracking inventory quantities for this "
        "product.",
        "AssetAccountRef",
    )


def _start(change: Change, values: Values, quantity: Decimal | None) -> None:
    if quantity is None:
        raise QboFault(faults.missing("QtyOnHand"))
    if quantity < 0:
        raise QboFault(faults.invalid_number(quantity, "QtyOnHand"))
    if not values.get("InvStartDate"):
        raise faults.business("As of date for initial quantity on hand is required")
    unit = values.get("PurchaseCost", ZERO)
    equity = change.company.account_by_subtype("OpeningBalanceEquity")
    if equity is None:
        raise faults.business("You need an Opening Balance Equity account.")
    change.hidden["stock"] = (
        {
            "item": change.id,
            "day": values["InvStartDate"],
            "quantity": quantity,
            "cost": cents(quantity * unit),
            "asset": values["AssetAccountRef"]["value"],
            "contra": equity,
            "fallback": unit,
        },
    )


def _put_right(change: Change, values: Values, difference: Decimal) -> None:
    """Adjust to the quantity sent, on the date sent with it, or today; the start stays."""
    if change.company.switches.item_quantity_update == "refuse":
        raise faults.business(
            "We couldn't adjust the stock starting value of this item. Please try again later. "
            "Error code: (-10600) (-10600)"
        )
    dated = "InvStartDate" in change.sent and values.get("InvStartDate")
    adjust(change, difference, dated or change.company.today())
    values["InvStartDate"] = change.earlier("InvStartDate")
    change.forced = True


def _move_start(change: Change, values: Values) -> None:
    """Let the start follow its date and account."""
    day, account = values.get("InvStartDate"), values["AssetAccountRef"]["value"]
    if not day:
        raise faults.business("As of date for initial quantity on hand is required")
    (start,) = change.hidden["stock"]
    moved = [m for m in change.company.inventory.moves(change.id) if m.key[0] != "Item"]
    if moved and moved[0].day < day:
        raise before_start()
    if moved and account != start["asset"]:
        raise faults.business(
            "You can't change the inventory asset account of a product that has transactions.",
            "AssetAccountRef",
        )
    change.hidden["stock"] = ({**start, "day": day, "asset": account},)


def show(company: "Company", row: Row) -> Values:
    """The item with its quantity on hand."""
    return {**row.data, "QtyOnHand": company.inventory.quantity(row.id)}
