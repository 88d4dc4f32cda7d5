"""InventoryValuationSummary: how many of each tracked item there are, and at what cost."""

from decimal import Decimal

from local.qbo.company import Company
from local.qbo.ledger.stock import is_tracked
from local.qbo.money import CENT, ZERO
from local.qbo.reports.aging import aging_header, options
from local.qbo.reports.frame import Params, cell, column, ids, money, parse_day
from local.qbo.reports.periods import named
from local.qbo.rules import Values


def inventory_valuation_summary(company: Company, params: Params) -> Values:
    """The report on its `report_date`, or on the last day of its date_macro; else today."""
    macro = params.get("date_macro", "")
    sent = parse_day(params, "report_date")
    day = sent or (named(company, macro).last if macro else company.today())
    wanted = ids(params, "item")
    total = ZERO
    rows: list[Values] = []
    items = [row for row in company.table("Item").rows.values() if is_tracked(row)]
    for item in sorted(items, key=lambda row: str(row.data["FullyQualifiedName"]).casefold()):
        if wanted and item.id not in wanted:
            continue
        moves = [each for each in company.inventory.moves(item.id) if each.day <= day]
        quantity = sum((each.quantity for each in moves), ZERO)
        costs = ((company.inventory.cost(each), each.quantity) for each in moves)
        value = sum((cost if moved > 0 else -cost for cost, moved in costs), ZERO)
        if not quantity and not value and item.data.get("Active") is False:
            continue
        total += value
        rows.append(
            {
                "ColData": [
                    cell(item.data["FullyQualifiedName"], item.id),
                    cell(item.data.get("Sku", "")),
                    cell(_plain(quantity)),
                    cell(money(value)),
                    cell(money(value / quantity) if quantity else ""),
                ]
            }
        )
    empty = not rows
    sums = [cell("TOTAL"), cell(" "), cell(""), cell(money(total)), cell("")]
    rows.append({"ColData": sums, "group": "GrandTotal"})
    shown = (macro or ("" if sent else "today")).lower()
    head = aging_header(company, {}, "InventoryValuationSummary", day, shown)
    head["Option"] = options(day, empty=empty)
    titles = ("SKU", "Qty", "Asset Value", "Avg Cost")
    columns = [column("", "ProductsAndService"), *(column(each, "Money") for each in titles)]
    return {"Header": head, "Columns": {"Column": columns}, "Rows": {"Row": rows}}


def _plain(quantity: Decimal) -> str:
    """A quantity with two decimals, or as many more as it has."""
    return format(quantity if quantity % CENT else quantity.quantize(CENT), "f")
