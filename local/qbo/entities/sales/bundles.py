"""Bundles on sales forms: one line that holds a line for each of the bundle's items."""

from decimal import Decimal

from local.qbo import faults
from local.qbo.faults import QboFault
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Values, referred

_ELEMENT = "Line.GroupLineDetail.GroupItemRef"


def parts_of(line: Values) -> list[Values]:
    """The lines within a line; none but in a bundle's."""
    parts: list[Values] = (line.get("GroupLineDetail") or {}).get("Line", [])
    return parts


def expand(change: Change, line: Values, before: Values) -> tuple[Values, list[Values]]:
    """A bundle's line without its parts, and the parts as sent or, when none were, of the bundle.

    Its own amount is zero: the parts have theirs. Source: invoices recorded in public test suites
    of QuickBooks clients. Raises 2020 and 2500 for what is no bundle.
    """
    sent = line.get("GroupLineDetail") or {}
    if not sent.get("GroupItemRef"):
        raise QboFault(faults.missing("GroupItemRef", _ELEMENT))
    was = before.get("GroupLineDetail", {}).get("GroupItemRef")
    row = referred(change.company, "Item", sent["GroupItemRef"], _ELEMENT, was, _ELEMENT)
    if row.data["Type"] != "Group":
        raise faults.invalid_reference(_ELEMENT, _ELEMENT)
    quantity = sent.get("Quantity", Decimal(1))
    parts = sent.get("Line") or [
        _part(change, each, quantity) for each in row.data["ItemGroupDetail"]["ItemGroupLine"]
    ]
    for part in parts:
        if part.get("DetailType") != "SalesItemLineDetail":
            raise QboFault(faults.invalid_enumeration(part.get("DetailType"), "Line.DetailType"))
    done: Values = {"Description": line["Description"]} if line.get("Description") else {}
    done["Amount"] = cents(ZERO)
    done["DetailType"] = "GroupLineDetail"
    done["GroupLineDetail"] = {
        "GroupItemRef": {"value": row.id, "name": row.data["FullyQualifiedName"]},
        "Quantity": quantity,
        "Line": [],
    }
    return done, parts


def _part(change: Change, component: Values, quantity: Decimal) -> Values:
    item = change.company.row("Item", component["ItemRef"]["value"]).data
    price = item.get("UnitPrice", ZERO)
    detail = {
        "ItemRef": {"value": component["ItemRef"]["value"]},
        "Qty": component["Qty"] * quantity,
        "UnitPrice": price,
    }
    if change.company.country != "US" and item.get("SalesTaxCodeRef"):
        detail["TaxCodeRef"] = item["SalesTaxCodeRef"]
    part: Values = {"Description": item["Description"]} if item.get("Description") else {}
    part["Amount"] = cents(detail["Qty"] * price)
    part["DetailType"] = "SalesItemLineDetail"
    part["SalesItemLineDetail"] = detail
    return part
