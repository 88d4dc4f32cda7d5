"""Item: what is sold. Always of type NonInventory or Service; stock is kept outside QuickBooks.

An item of type Inventory would post cost of goods sold by itself, a second time beside the
inventory system's, so that one is never created and never linked.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tillbook.domain.checks import Finding
from tillbook.domain.documents import SYSTEM_SOURCE, LineKind, Product
from tillbook.quickbooks.context import Body, Context, NeedsMapping, ref
from tillbook.quickbooks.names import (
    clean_name,
    clean_text,
    cut,
    cut_with_suffix,
    item_name_candidates,
    name_key,
)

ENTITY = "Item"
_DESCRIPTION_LENGTH = 4000
_SKU_LENGTH = 100
LINKABLE = frozenset({"NonInventory", "Service"})


def item_name(document: Product, context: Context) -> str:
    return context.name or next(item_name_candidates(document, context.company))


def body(document: Product, context: Context, *, create: bool) -> Body:
    """All fields we own. Type and account are set once: later they are the bookkeeper's."""
    company = context.company
    fields: Body = {"Name": item_name(document, context)}
    if create:
        system = document.source == SYSTEM_SOURCE
        fields["Type"] = "Service" if system else "NonInventory"
        fields["IncomeAccountRef"] = ref(income_account(document, context))
        if document.purchased and (cost := cost_account(document, context)):
            fields["ExpenseAccountRef"] = ref(cost)
    if code := sku(document, context):
        fields["Sku"] = code
    if description := clean_text(document.description, company):
        fields["Description"] = cut(description, _DESCRIPTION_LENGTH)
    if document.unit_price is not None:
        fields["UnitPrice"] = document.unit_price
    if company.is_us:
        fields["Taxable"] = document.taxable
    return fields


def sku(document: Product, context: Context) -> str:
    return cut(clean_name(document.sku or "", context.company), _SKU_LENGTH)


def income_account(document: Product, context: Context) -> str:
    """Where sales of it are posted; for gift cards the liability for them."""
    if document.source != SYSTEM_SOURCE:
        return context.account("income", context.accounts.income)
    kind = LineKind(document.id)
    setting = {
        LineKind.GIFT_CARD: "gift_cards",
        LineKind.SHIPPING: "shipping",
        LineKind.TIP: "tips",
        LineKind.DUTY: "duties",
        LineKind.FEE: "fees",
        LineKind.ADJUSTMENT: "adjustments",
        LineKind.WRITE_OFF: "write_offs",
    }.get(kind, "income")
    return context.account(setting, context.accounts.of_line(kind))


def cost_account(document: Product, context: Context) -> str | None:
    """Where what is bought of it goes: stocked goods on stock, anything else to purchases. None
    where the settings name no such account; then it is bought line by line without the item."""
    accounts = context.accounts
    account = accounts.inventory if document.stocked else accounts.purchases
    if account is None:
        return None
    return context.account("inventory" if document.stocked else "purchases", account)


def cost_account_of(item: Mapping[str, Any]) -> str | None:
    """The expense account of an item as QuickBooks has it."""
    account: str | None = (item.get("ExpenseAccountRef") or {}).get("value")
    return account


def account_of(item: Mapping[str, Any]) -> str | None:
    """The income account of an item as QuickBooks has it."""
    account: str | None = (item.get("IncomeAccountRef") or {}).get("value")
    return account


def choose(
    document: Product, context: Context, existing: Iterable[dict[str, Any]]
) -> dict[str, Any] | None:
    """The QuickBooks item to link a product to: by SKU, else by name; None if there is none.

    SKUs are not unique in QuickBooks, and a category may carry an item's name: neither misleads.
    Raises NeedsMapping where the only match keeps stock in QuickBooks.
    """
    active = [item for item in existing if item.get("Active", True)]
    matches = [item for item in active if _matches(document, context, item)]
    for item in matches:
        if item.get("Type") in LINKABLE and _account_fits(document, context, account_of(item)):
            return item
    if any(item.get("Type") == "Inventory" for item in matches):
        raise NeedsMapping(
            Finding(
                "product",
                "matches a QuickBooks item of type Inventory, which posts the cost of goods sold "
                "by itself: linked to it, costs would be counted twice.",
                "Make that item inactive in QuickBooks or change its type to non-inventory, then "
                "retry.",
            )
        )
    return None


def _account_fits(document: Product, context: Context, account: str | None) -> bool:
    """A bookkeeper's item keeps its account, whatever ours would be; but what is owed to holders of
    gift cards must never become income."""
    if document.source == SYSTEM_SOURCE and document.id == LineKind.GIFT_CARD:
        return account == income_account(document, context)
    return account is not None


def _matches(document: Product, context: Context, item: Mapping[str, Any]) -> bool:
    ours = sku(document, context)
    theirs = (item.get("Sku") or "").strip()
    if ours and theirs:
        return ours.casefold() == theirs.casefold()
    name = cut_with_suffix(item_name(document, context))
    return name_key(item.get("Name") or "") == name_key(name)
