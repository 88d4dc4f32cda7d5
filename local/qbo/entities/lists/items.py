"""Products and services. Items that track quantity are not kept; see the README."""

from local.qbo import faults
from local.qbo.entities.lists.named import NamedRules
from local.qbo.faults import QboFault
from local.qbo.money import ZERO
from local.qbo.rules import Change, Values, referred
from local.qbo.schema import (
    CUSTOM_FIELD,
    Entity,
    anything,
    day,
    enum,
    flag,
    list_name,
    many,
    number,
    ref,
    text,
)
from local.qbo.store import Row

# What is sold may also be owed, such as gift cards. Source: Intuit, "Sell and redeem gift cards or
# certificates in QuickBooks Online": the item is linked to a liability account.
_INCOME = ("Income", "Other Income", "Other Current Liability", "Long Term Liability")
_COSTS = ("Cost of Goods Sold", "Expense", "Other Expense")


class ItemRules(NamedRules):
    """Services, goods that are not tracked, and categories."""

    space = "Item"
    child_flag = "SubItem"
    taken = "Another product or service is already using this name. Please use a different name."
    checks = (
        *NamedRules.checks,
        "income account present and of an income type (2020, 6430)",
        "expense account of a cost type (6430)",
        "type unchanged; tracked items and bundles refused",
    )

    def build(self, change: Change) -> Values:
        values = change.values
        kind = values.setdefault("Type", "Service")
        if kind == "Group":
            raise faults.unsupported("Create of Item Type Group")
        if kind == "Inventory":
            self._refuse_tracked(values)
        if (
            change.before
            and kind != change.earlier("Type")
            and "Category" in (kind, change.earlier("Type"))
        ):
            raise QboFault(faults.invalid_enumeration(kind, "Type"))
        if kind == "Category":
            for name in ("IncomeAccountRef", "ExpenseAccountRef", "UnitPrice", "Sku"):
                values.pop(name, None)
        else:
            self._check_accounts(change, values)
            values.setdefault("UnitPrice", ZERO)
            values.setdefault("PurchaseCost", ZERO)
            values.setdefault("Taxable", False)
        values["TrackQtyOnHand"] = False
        return super().build(change)

    def parent(self, change: Change, values: Values) -> Row | None:
        row = super().parent(change, values)
        if row is None:
            values.pop("SubItem", None)
        return row

    def _check_accounts(self, change: Change, values: Values) -> None:
        if not values.get("IncomeAccountRef") and not values.get("ExpenseAccountRef"):
            raise QboFault(faults.missing("IncomeAccountRef"))
        for name, types in (("IncomeAccountRef", _INCOME), ("ExpenseAccountRef", _COSTS)):
            reference = values.get(name)
            if reference:
                account = referred(change.company, "Account", reference, name, change.earlier(name))
                if account.data["AccountType"] not in types:
                    raise faults.wrong_account_type()

    def _refuse_tracked(self, values: Values) -> None:
        if not values.get("TrackQtyOnHand"):
            raise faults.business(
                "When you create an item, if Track quantity on hand is turned off, the item "
                "cannot be of type Inventory."
            )
        raise faults.permission_denied("Type")


ITEM = Entity(
    "Item",
    (
        list_name("Name", 100, required=True, keep=True),
        text("Sku", 100, filterable=True),
        text("Description", 4000),
        flag("Active", keep=True, filterable=True),
        flag("SubItem", filterable=True),
        ref("ParentRef", filterable=True),
        text("FullyQualifiedName", read_only=True, filterable=True),
        flag("Taxable", filterable=True, keep=True),
        flag("SalesTaxIncluded"),
        number("UnitPrice"),
        enum(
            "Type",
            "Service",
            "NonInventory",
            "Inventory",
            "Category",
            "Group",
            keep=True,
            filterable=True,
        ),
        ref("IncomeAccountRef", "Account"),
        text("PurchaseDesc", 1000),
        flag("PurchaseTaxIncluded"),
        number("PurchaseCost"),
        ref("ExpenseAccountRef", "Account"),
        ref("AssetAccountRef", "Account"),
        flag("TrackQtyOnHand"),
        number("QtyOnHand"),
        day("InvStartDate"),
        ref("PrefVendorRef", "Vendor"),
        ref("SalesTaxCodeRef", "TaxCode"),
        ref("PurchaseTaxCodeRef", "TaxCode"),
        ref("ClassRef", "Class"),
        number("ReorderPoint"),
        ref("TaxClassificationRef"),
        many("CustomField", CUSTOM_FIELD),
        anything("Level"),
        anything("ItemGroupDetail"),
        anything("PrintGroupedItems"),
        anything("ItemCategoryType"),
        anything("AbatementRate"),
        anything("ReverseChargeRate"),
        anything("ServiceType"),
    ),
    ItemRules(),
)

ENTITIES = (ITEM,)
