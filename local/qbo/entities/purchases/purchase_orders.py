"""Purchase orders: what is asked of a vendor. They post nothing and move no stock."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities.numbering import number_purchase_form
from local.qbo.entities.purchases import orders
from local.qbo.entities.purchases.fields import ORDER_FIELDS
from local.qbo.entities.purchases.forms import (
    BASE,
    LINE_CHECKS,
    PurchaseFormRules,
    copy_address,
    number_lines,
    payable,
    vendor_of,
)
from local.qbo.rules import Change, Values
from local.qbo.schema import Entity
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company


class OrderRules(PurchaseFormRules):
    """Orders: open until bills have billed every line."""

    checks: tuple[str, ...] = (
        *LINE_CHECKS,
        "only where purchase orders are on (5020); APAccountRef a payable account (6430)",
        "POStatus and LinkedTxn follow from the bills that bill it; DocNumber (2050, 6140)",
    )

    def party(self, change: Change, values: Values) -> Row | None:
        company = change.company
        if company.other_preference("VendorAndPurchasesPrefs.PurchaseOrderEnabled") == "false":
            raise faults.permission_denied("PurchaseOrder")
        return vendor_of(company, values)

    def finish(self, change: Change, values: Values) -> None:
        number_purchase_form(change, values)
        number_lines(values)
        copy_address(change, values)
        orders.keep_received(change, values)
        values["APAccountRef"] = payable(change, values)
        values["LinkedTxn"] = change.earlier("LinkedTxn") or []
        values.setdefault("POStatus", "Open")
        values.setdefault("EmailStatus", "NotSet")

    def saved(self, change: Change, row: Row) -> None:
        if row.hidden.get("bills"):
            orders.changed(change.company, row, change.editor)

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        orders.release(company, row, editor)


ENTITIES = (
    Entity(
        "PurchaseOrder",
        ORDER_FIELDS,
        OrderRules(),
        BASE | {"send", "pdf"},
        "transaction",
        label="Purchase Order",
        feature="purchase_orders",
    ),
)
