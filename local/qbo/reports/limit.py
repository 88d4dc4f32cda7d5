"""The end of reports that are too large: QuickBooks stops after so many cells, with HTTP 200."""

from local.qbo.reports.frame import cell
from local.qbo.rules import Values

NOTICE = "Unable to display more data. Please reduce the date range."


def limited(report: Values, cells: int | None) -> Values:
    """The report, cut once it has so many cells; what is open then gets no total."""
    if cells is None:
        return report
    rows, left = _cut(report["Rows"]["Row"], cells)
    if left >= 0:
        return report
    blanks = [cell("") for _ in report["Columns"]["Column"][1:]]
    end = {"ColData": [cell(NOTICE), *blanks], "type": "Data"}
    return {**report, "Rows": {"Row": [*rows, end]}}


def _cut(rows: list[Values], left: int) -> tuple[list[Values], int]:
    """The rows that fit, and how many cells are left; negative when some did not."""
    kept: list[Values] = []
    for row in rows:
        parts = [row, row.get("Header", {}), row.get("Summary", {})]
        left -= sum(len(each.get("ColData", ())) for each in parts)
        if left < 0:
            return kept, left
        if "Rows" not in row:
            kept.append(row)
            continue
        below, left = _cut(row["Rows"]["Row"], left)
        if left < 0:
            short = {name: value for name, value in row.items() if name != "Summary"}
            return [*kept, {**short, "Rows": {"Row": below}}], left
        kept.append(row)
    return kept, left
