"""What is left of a transaction that is voided."""

from decimal import Decimal

from local.qbo.entities.sales.bundles import parts_of
from local.qbo.money import ZERO, cents
from local.qbo.rules import Values


def zeroed(data: Values) -> Values:
    """A voided transaction's data: amounts and quantities zero, the note says so."""
    note = data.get("PrivateNote")
    result = {
        **data,
        "PrivateNote": f"Voided - {note}" if note else "Voided",
        "TotalAmt": cents(ZERO),
    }
    if "Line" in data:
        result["Line"] = [_zero_line(line) for line in data["Line"]]
    if data.get("TxnTaxDetail"):
        result["TxnTaxDetail"] = {"TotalTax": cents(ZERO)}
    return result


def _zero_line(line: Values) -> Values:
    result = dict(line)
    if "Amount" in result:
        result["Amount"] = cents(ZERO)
    for kind in ("SalesItemLineDetail", "ItemBasedExpenseLineDetail"):
        if "Qty" in result.get(kind, ()):
            result[kind] = {**result[kind], "Qty": Decimal(0)}
    if parts_of(line):
        parts = [_zero_line(part) for part in parts_of(line)]
        result["GroupLineDetail"] = {**line["GroupLineDetail"], "Line": parts}
    return result
