"""ProfitAndLossDetail: the lines behind each amount of the profit and loss.

No row has a group; the sections are known by their titles, and expenses are positive as income is.
"""

from decimal import Decimal

from local.qbo.company import Company
from local.qbo.money import ZERO
from local.qbo.reports.account_lines import account_sections
from local.qbo.reports.books import Books
from local.qbo.reports.frame import YEAR_TO_DATE, Params, asked, cell, header, money
from local.qbo.reports.postings import AMOUNTS, chosen, column_heads
from local.qbo.rules import Values

_DEFAULT = (
    "tx_date",
    "txn_type",
    "doc_num",
    "name",
    "klass_name",
    "memo",
    "split_acc",
    "subt_nat_amount",
    "rbal_nat_amount",
)
#: Account type → title of its section.
_TITLES = {"Expense": "Expenses", "Other Expense": "Other Expenses"}


class _Detail:
    """The parts of the report, with the columns that it has."""

    def __init__(self, company: Company, params: Params) -> None:
        self.books = Books(company, asked(company, params, YEAR_TO_DATE))
        self.names = chosen(company, params, _DEFAULT)
        self._params = params

    def kind(self, kind: str) -> tuple[list[Values], Decimal]:
        """The section of a type of accounts, none when it is empty, and its total."""
        accounts = [row for row in self.books.accounts if row.data["AccountType"] == kind]
        sections = account_sections(self.books, self._params, len(self.names), accounts)
        if not sections:
            return [], ZERO
        title = _TITLES.get(kind, kind)
        total = sum((each.total for each in sections), ZERO)
        rows = [each.render(self.names) for each in sections]
        return [self.section(title, rows, f"Total for {title}", total)], total

    def section(self, title: str, rows: list[Values], total: str, amount: Decimal) -> Values:
        blanks = [cell("") for _ in self.names[1:]]
        return {
            "Header": {"ColData": [cell(title), *blanks]},
            "Rows": {"Row": rows},
            **self.sum(total, amount),
        }

    def sum(self, title: str, amount: Decimal) -> Values:
        sums = [cell(money(amount) if each in AMOUNTS else "") for each in self.names[1:]]
        return {"Summary": {"ColData": [cell(title), *sums]}, "type": "Section"}


def profit_and_loss_detail(company: Company, params: Params) -> Values:
    """The report; the fiscal year to date where no days are asked for."""
    detail = _Detail(company, params)
    income, earned = detail.kind("Income")
    goods, cost = detail.kind("Cost of Goods Sold")
    expenses, spent = detail.kind("Expense")
    more, gained = detail.kind("Other Income")
    less, lost = detail.kind("Other Expense")
    ordinary = earned - cost - spent
    net = ordinary + gained - lost
    gross = [detail.sum("Gross Profit", earned - cost)] if goods else []
    inner = [*income, *goods, *gross, *expenses]
    other = [*more, *less]
    rows: list[Values] = []
    if inner:
        total = "Net Ordinary Income" if other else "Net Income"
        rows.append(detail.section("Ordinary Income/Expenses", inner, total, ordinary))
    if other:
        title = "Other Income/Expense"
        rows.append(detail.section(title, other, "Net Other Income", gained - lost))
        rows.append(detail.sum("Net Income", net))
    return {
        "Header": header(company, "ProfitAndLossDetail", detail.books.asked, empty=not rows, by=""),
        "Columns": column_heads(detail.names),
        "Rows": {"Row": rows},
    }
