"""Rows per customer or vendor, those below others in their section, and the total of all."""

from decimal import Decimal

from local.qbo.company import Company
from local.qbo.money import ZERO
from local.qbo.reports.frame import added, amount_cells, cell
from local.qbo.rules import Values

_NOBODY = "Not Specified"


def party_rows(
    company: Company, kind: str, amounts: dict[str, list[Decimal]], width: int
) -> list[Values]:
    """A row per party with amounts, by name, and the grand total.

    A customer that others stand below is a section: its own amounts in the head.
    """
    table = company.table(kind).rows
    below: dict[str, list[str]] = {}
    shown = set(amounts)
    for id in amounts:
        while id in table and (parent := (table[id].data.get("ParentRef") or {}).get("value")):
            if id not in below.setdefault(parent, []):
                below[parent].append(id)
            id = parent
            shown.add(id)
    listed = {id for children in below.values() for id in children}
    zeros = [ZERO] * width

    def name(id: str) -> str:
        return str(table[id].data["DisplayName"]) if id in table else _NOBODY

    def sums(id: str) -> list[Decimal]:
        return added(amounts.get(id, zeros), *(sums(each) for each in below.get(id, ())))

    def row(id: str) -> Values:
        own = amounts.get(id, zeros)
        head = [cell(name(id), id), *amount_cells(own[:-1]), *amount_cells(own[-1:], blank=False)]
        if id not in below:
            return {"ColData": head}
        children = sorted(below[id], key=lambda each: name(each).casefold())
        total = [cell(f"Total {name(id)}"), *amount_cells(sums(id), blank=False)]
        return {
            "Header": {"ColData": head},
            "Rows": {"Row": [row(each) for each in children]},
            "Summary": {"ColData": total},
            "type": "Section",
        }

    roots = sorted(shown - listed, key=lambda each: name(each).casefold())
    rows = [row(id) for id in roots]
    total = added(zeros, *amounts.values())
    cells = [cell("TOTAL"), *amount_cells(total, blank=False)]
    rows.append({"group": "GrandTotal", "type": "Section", "Summary": {"ColData": cells}})
    return rows
