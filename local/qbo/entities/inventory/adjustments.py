"""Inventory adjustments: what is there is less, or more, than the books say."""

import re
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import dimensions
from local.qbo.entities.numbering import refuse_duplicate
from local.qbo.entities.sales.lines import number_line
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Entry
from local.qbo.ledger.stock import is_tracked
from local.qbo.rules import BY_PERSON, Change, Rules, Values, referred
from local.qbo.schema import (
    Entity,
    Shape,
    anything,
    day,
    many,
    number,
    obj,
    ref,
    text,
    whole,
)
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_DETAIL = "ItemAdjustmentLineDetail"
_NUMBERS = "AdjustmentNumber"
_TAIL = re.compile(r"\d{1,11}\Z")
#: Types of account that an adjustment cannot be charged to.
_UNFIT = ("Accounts Receivable", "Accounts Payable")


class AdjustmentRules(Rules):
    """Changes of quantity; their value follows from the layers.

    Source: Intuit, reference page InventoryAdjustment. Answers have no DetailType in their lines.
    """

    checks = (
        "a US company (5030) on Plus or Advanced (5020)",
        "AdjustAccountRef present (2020), neither receivable nor payable (6430)",
        "lines: tracked item (2500) and QtyDiff (2020), not before InvStartDate (6270)",
        "updates are sparse (500); DocNumber counted on when absent",
    )

    def build(self, change: Change) -> Values:
        self._check_allowed(change)
        dimensions.header(change, change.values)
        values = self.resolved(change)
        company = change.company
        values.setdefault("TxnDate", company.today())
        values.setdefault("PrivateNote", "")
        account = company.table("Account").rows[values["AdjustAccountRef"]["value"]].data
        if account["AccountType"] in _UNFIT or account["AccountSubType"] == "Inventory":
            raise faults.wrong_account_type()
        self._number(change, values)
        stock: list[tuple[object, ...]] = []
        values["Line"] = self._lines(change, values["Line"], stock)
        change.hidden["stock"] = tuple(stock)
        return values

    def entry(self, company: "Company", row: Row) -> Entry | None:
        """Only what the layers add to it."""
        return None

    def _check_allowed(self, change: Change) -> None:
        if change.before is not None and not change.sparse:
            raise faults.unsupported("Full update")
        if BY_PERSON not in change.options and change.company.info.get("Country", "US") != "US":
            raise faults.fault("5030", "Feature Not Supported", "Feature Not Supported")

    def _number(self, change: Change, values: Values) -> None:
        company = change.company
        number = values.get("DocNumber") or change.earlier("DocNumber")
        if not number:
            number = str(company.last_number(_NUMBERS) + 1)
        elif company.switches.duplicate_adjustment_number == "refuse":
            refuse_duplicate(change, number)
        values["DocNumber"] = number
        if change.creating and _TAIL.match(number):
            company.count(_NUMBERS, int(number))

    def _lines(
        self, change: Change, sent: list[Values], stock: list[tuple[object, ...]]
    ) -> list[Values]:
        earlier = {each["Id"]: each for each in change.earlier("Line") or ()}
        used: set[str] = set()
        lines: list[Values] = []
        for line in sent:
            kind = line.get("DetailType", _DETAIL)
            if kind != _DETAIL:
                raise QboFault(faults.invalid_enumeration(kind, "Line.DetailType"))
            id = number_line(change, line, earlier, used)
            was = earlier.get(id, {}).get(_DETAIL, {})
            detail = dict(line.get(_DETAIL) or {})
            if not detail.get("ItemRef"):
                raise QboFault(faults.missing("ItemRef", "Line"))
            item = referred(
                change.company, "Item", detail["ItemRef"], "ItemRef", was.get("ItemRef")
            )
            if not is_tracked(item):
                raise faults.invalid_reference("ItemRef", "Line")
            if detail.get("QtyDiff") is None:
                raise QboFault(faults.missing("QtyDiff", "Line"))
            class_id = dimensions.of_line(change, change.values, detail, was, f"Line.{_DETAIL}")
            stock.append((item.id, detail["QtyDiff"], None, class_id))
            detail["ItemRef"] = {"value": item.id, "name": item.data["FullyQualifiedName"]}
            lines.append({_DETAIL: detail, "Id": id})
        return lines


_LINE = Shape(
    "Line",
    (
        text("Id"),
        whole("LineNum"),
        text("Description", 4000),
        text("DetailType"),
        number("Amount"),
        obj(_DETAIL, Shape(_DETAIL, (ref("ItemRef"), number("QtyDiff"), ref("ClassRef")))),
        anything("LinkedTxn"),
        anything("CustomExtensions"),
    ),
)

INVENTORY_ADJUSTMENT = Entity(
    "InventoryAdjustment",
    (
        text("DocNumber", 21, filterable=True),
        day("TxnDate", filterable=True),
        text("PrivateNote", 4000),
        ref("DepartmentRef", "Department"),
        ref("ClassRef", "Class"),
        ref("AdjustAccountRef", "Account", required=True),
        many("Line", _LINE, required=True),
    ),
    AdjustmentRules(),
    frozenset({"create", "read", "update", "delete", "query"}),
    "transaction",
    label="Inventory Qty Adjust",
    feature="inventory",
)

ENTITIES = (INVENTORY_ADJUSTMENT,)
