"""ProfitAndLoss: income, cost and expense of a span of days, by account, and what is left."""

from decimal import Decimal

from local.qbo.company import Company
from local.qbo.money import ZERO
from local.qbo.reports.books import Books, is_balance_sheet
from local.qbo.reports.frame import (
    YEAR_TO_DATE,
    Params,
    added,
    asked,
    header,
    natural_sign,
    summarised_by,
)
from local.qbo.reports.statement import (
    LISTS,
    SUMMARIES,
    Amounts,
    Section,
    account_columns,
    by_list,
    of_accounts,
    result_row,
    span_column,
    time_columns,
    total_column,
)
from local.qbo.rules import Values

#: group → title, account type
_SECTIONS = {
    "Income": ("Income", "Income"),
    "COGS": ("Cost of Goods Sold", "Cost of Goods Sold"),
    "Expenses": ("Expenses", "Expense"),
    "OtherIncome": ("Other Income", "Other Income"),
    "OtherExpenses": ("Other Expenses", "Other Expense"),
}


def profit_and_loss(company: Company, params: Params) -> Values:
    """The report; the fiscal year to date where no days are asked for."""
    books = Books(company, asked(company, params, YEAR_TO_DATE))
    by = summarised_by(params, SUMMARIES)
    columns, amounts, width = _amounts(books, by)
    sections = {
        group: of_accounts(
            title,
            group,
            [row for row in books.accounts if row.data["AccountType"] == kind],
            amounts,
            width,
        )
        for group, (title, kind) in _SECTIONS.items()
    }
    empty = not any(each.used for each in sections.values())
    options = (("AccountingStandard", "GAAP"),)
    return {
        "Header": header(
            company, "ProfitAndLoss", books.asked, empty=empty, by=by, options=options
        ),
        "Columns": account_columns(columns),
        "Rows": {"Row": _rows(sections)},
    }


def _rows(sections: dict[str, Section]) -> list[Values]:
    """Income and Expenses stay when empty; the other sections only show when used."""
    income, cogs, expenses, more, less = sections.values()
    gross = _less(income.amounts, cogs.amounts)
    operating = _less(gross, expenses.amounts)
    other = _less(more.amounts, less.amounts)
    rows = [income.render()]
    if cogs.used:
        rows.append(cogs.render())
    rows.append(result_row("Gross Profit", "GrossProfit", gross))
    rows.append(expenses.render())
    rows.append(result_row("Net Operating Income", "NetOperatingIncome", operating))
    rows += [each.render() for each in (more, less) if each.used]
    if more.used or less.used:
        rows.append(result_row("Net Other Income", "NetOtherIncome", other))
    rows.append(result_row("Net Income", "NetIncome", added(operating, other)))
    return rows


def _amounts(books: Books, by: str) -> tuple[list[Values], Amounts, int]:
    """Columns, the amounts per account of income or expense by its own side, and how many."""
    rows = [row for row in books.accounts if not is_balance_sheet(row)]
    if by in LISTS:
        columns, sums = by_list(books, by, books.asked.first, books.asked.last)
        found = {row.id: sums[row.id] for row in rows}
    else:
        spans = time_columns(books, by)
        columns = [span_column(span) for span in spans] if by != "Total" else []
        found = {
            row.id: [books.between(row.id, span.first, span.last) for span in spans] for row in rows
        }
    amounts: Amounts = {}
    for row in rows:
        sign = natural_sign(row)
        own = [each * sign for each in found[row.id]]
        amounts[row.id] = own if by == "Total" else [*own, sum(own, ZERO)]
    return [*columns, total_column()], amounts, len(columns) + 1


def _less(amounts: list[Decimal], taken: list[Decimal]) -> list[Decimal]:
    return [left - right for left, right in zip(amounts, taken, strict=True)]
