"""Products and services: services, goods, tracked goods, categories and bundles."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from local.qbo import faults
from local.qbo.entities.inventory import tracked
from local.qbo.entities.lists.named import NamedRules, below
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Entry
from local.qbo.money import ZERO
from local.qbo.rules import BY_PERSON, Change, Values, referred, resolve
from local.qbo.schema import (
    CUSTOM_FIELD,
    Entity,
    Shape,
    anything,
    day,
    enum,
    flag,
    list_name,
    many,
    number,
    obj,
    ref,
    text,
)
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

# What is sold may also be owed, such as gift cards. Source: Intuit, "Sell and redeem gift cards or
# certificates in QuickBooks Online": the item is linked to a liability account.
# What is not paid any more is credited by an item of the account for bad debts. Source: Intuit,
# "Write off bad debt in QuickBooks Online".
_INCOME = (
    *("Income", "Other Income", "Expense", "Other Expense"),
    *("Other Current Liability", "Long Term Liability"),
)
# Inventory systems that keep stock themselves have what they buy posted to the asset account.
_COSTS = ("Cost of Goods Sold", "Expense", "Other Expense", "Other Current Asset")
#: The accounts of an item: name, types, and for a tracked item types and subtype.
_ACCOUNTS = (
    ("IncomeAccountRef", _INCOME, ("Income",), "SalesOfProductIncome"),
    ("ExpenseAccountRef", _COSTS, ("Cost of Goods Sold",), ""),
    ("AssetAccountRef", (), ("Other Current Asset",), "Inventory"),
)
_MOST = Decimal(99_999_999_999)
#: Levels of categories; an item may lie below the last.
DEEPEST_CATEGORY = 4
_SOLD = (
    "IncomeAccountRef",
    "ExpenseAccountRef",
    "UnitPrice",
    "PurchaseCost",
    "Sku",
    "Taxable",
    "PrefVendorRef",
)


class ItemRules(NamedRules):
    """What all items share, and what each type has."""

    space = "Item"
    child_flag = "SubItem"
    taken = "Another product or service is already using this name. Please use a different name."
    checks = (
        *NamedRules.checks,
        "income account present and of an income type (2020, 6430)",
        "expense account of a cost type (6430)",
        "tracked items: plan and preference (5020), TrackQtyOnHand and InvStartDate (6000), "
        "QtyOnHand and three accounts (2020) of their types (6430)",
        "type unchanged but for Service and NonInventory, and to Inventory (2170)",
        "parents are categories (700), in 4 levels (6180)",
        "bundles refused on create (500); only categories can be deleted",
        "QtyOnHand follows from the transactions; another one sent makes an adjustment",
    )

    def build(self, change: Change) -> Values:
        values = change.values
        kind = values.setdefault("Type", "Service")
        self._check_type(change, kind)
        for name in ("UnitPrice", "PurchaseCost", "QtyOnHand", "ReorderPoint"):
            if abs(values.get(name, ZERO)) > _MOST:
                raise QboFault(faults.invalid_number(values[name], name))
        if kind == "Inventory":
            tracked.build(change, values)
        else:
            tracked.drop(values)
        if kind != "Group":
            values.pop("ItemGroupDetail", None)
            values.pop("PrintGroupedItems", None)
        if kind == "Category":
            for name in _SOLD:
                values.pop(name, None)
        else:
            self._check_accounts(change, values, kind)
            values.setdefault("UnitPrice", ZERO)
            values.setdefault("PurchaseCost", ZERO)
            values.setdefault("Taxable", False)
        built = super().build(change)
        if built.get("ParentRef"):
            built["Level"] = built["FullyQualifiedName"].count(":")
        if kind == "Inventory" and not built["Active"] and not change.creating:
            tracked.retire(change)
        return built

    def parent(self, change: Change, values: Values) -> Row | None:
        row = super().parent(change, values)
        if row is None:
            values.pop("SubItem", None)
            values.pop("Level", None)
            return None
        if row.data["Type"] != "Category":
            raise faults.fault(
                "700",
                "Parent Reference Invalid",
                f"Parent Reference Invalid : {row.data['FullyQualifiedName']}",
                "ParentRef",
            )
        above = row.data["FullyQualifiedName"]
        if values["Type"] == "Category":
            if above.count(":") + 2 + _reach(change) > DEEPEST_CATEGORY:
                raise faults.fault(
                    "6180", "Sub Level Limit", f"Sub Level Limit : {DEEPEST_CATEGORY} levels"
                )
            own = change.earlier("FullyQualifiedName")
            if own and above.casefold().startswith(f"{own}:".casefold()):
                raise faults.fault("900", "Parent cannot be child", "Parent cannot be child")
        values["ParentRef"] = {"value": row.id, "name": above}
        return row

    def entry(self, company: "Company", row: Row) -> Entry | None:
        return tracked.starting_entry(row)

    def show(self, company: "Company", row: Row) -> Values:
        return tracked.show(company, row) if row.data["Type"] == "Inventory" else row.data

    def value(self, company: "Company", row: Row, name: str) -> Any:
        return row.data.get(name)

    def may_delete(self, company: "Company", row: Row) -> None:
        if row.data["Type"] != "Category":
            raise faults.unsupported("Delete")

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        """What lay in a category lies in the one above it afterwards."""
        company.names.free(self.space, row.data["FullyQualifiedName"])
        above = row.data.get("ParentRef")
        prefix = (
            f"{company.row('Item', above['value']).data['FullyQualifiedName']}:" if above else ""
        )
        for id in list(company.table("Item").found("ParentRef", row.id)):
            child = company.row("Item", id)
            full = prefix + child.data["FullyQualifiedName"].rpartition(":")[2]
            if company.names.owner(self.space, full) not in (None, child.key):
                raise faults.duplicate_name(self.taken)
            data = {**child.data, "FullyQualifiedName": full, "ParentRef": above}
            data["SubItem"] = True if above else None
            data["Level"] = full.count(":") or None
            company.names.free(self.space, child.data["FullyQualifiedName"])
            company.names.claim(self.space, full, child.key)
            self._rename_children(company, company.alter(child, data, editor))

    def _check_type(self, change: Change, kind: str) -> None:
        before = change.earlier("Type")
        if kind == "Group" and change.creating:
            if BY_PERSON not in change.options:
                raise faults.unsupported("Create of Item Type Group")
            change.values["ItemGroupDetail"] = {"ItemGroupLine": _components(change)}
            change.values.setdefault("PrintGroupedItems", True)
        if before in (None, kind):
            return
        if before not in ("Service", "NonInventory") or kind in ("Category", "Group"):
            raise QboFault(faults.invalid_enumeration(kind, "Type"))

    def _check_accounts(self, change: Change, values: Values, kind: str) -> None:
        if kind == "Group":
            for name in ("IncomeAccountRef", "ExpenseAccountRef"):
                values.pop(name, None)
            return
        if not values.get("IncomeAccountRef") and not values.get("ExpenseAccountRef"):
            raise QboFault(faults.missing("IncomeAccountRef"))
        for name, plain, of_tracked, subtype in _ACCOUNTS:
            reference = values.get(name)
            if not reference:
                continue
            account = referred(change.company, "Account", reference, name, change.earlier(name))
            types = of_tracked if kind == "Inventory" else plain
            wanted = subtype if kind == "Inventory" else ""
            if account.data["AccountType"] not in types or (
                wanted and account.data["AccountSubType"] != wanted
            ):
                raise faults.wrong_account_type()


def _reach(change: Change) -> int:
    """How many levels of categories there are below the one that changes."""
    own = str(change.earlier("FullyQualifiedName") or "").count(":")
    under = below(change.company, "Item", change.id)
    names = [each.data["FullyQualifiedName"] for each in under if each.data["Type"] == "Category"]
    return max((name.count(":") - own for name in names), default=0)


def _components(change: Change) -> list[Values]:
    """The lines of a bundle: an item each, that is no bundle and no category, and how many."""
    sent = (change.values.get("ItemGroupDetail") or {}).get("ItemGroupLine", [])
    lines: list[Values] = []
    for line in sent:
        if not line.get("ItemRef"):
            raise QboFault(faults.missing("ItemRef", "ItemGroupDetail.ItemGroupLine"))
        item = referred(change.company, "Item", line["ItemRef"], "ItemGroupDetail.ItemRef")
        if item.data["Type"] in ("Group", "Category"):
            raise faults.invalid_reference()
        named = resolve(change.company, "Item", line["ItemRef"], "ItemGroupDetail.ItemRef")
        lines.append(
            {"ItemRef": {**named, "type": item.data["Type"]}, "Qty": line.get("Qty", Decimal(1))}
        )
    if not lines:
        raise QboFault(faults.missing("ItemGroupDetail"))
    return lines


_GROUP_DETAIL = Shape(
    "ItemGroupDetail",
    (many("ItemGroupLine", Shape("ItemGroupLine", (ref("ItemRef"), number("Qty")))),),
)

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
        flag("TrackQtyOnHand", keep=True),
        number("QtyOnHand"),
        day("InvStartDate", keep=True),
        ref("PrefVendorRef", "Vendor"),
        ref("SalesTaxCodeRef", "TaxCode"),
        ref("PurchaseTaxCodeRef", "TaxCode"),
        ref("ClassRef", "Class"),
        number("ReorderPoint"),
        ref("TaxClassificationRef"),
        many("CustomField", CUSTOM_FIELD),
        anything("Level"),
        obj("ItemGroupDetail", _GROUP_DETAIL, keep=True),
        flag("PrintGroupedItems", keep=True),
        anything("ItemCategoryType"),
        anything("AbatementRate"),
        anything("ReverseChargeRate"),
        anything("ServiceType"),
    ),
    ItemRules(),
    frozenset({"create", "read", "update", "delete", "query"}),
)

ENTITIES = (ITEM,)
