"""Sections of accounts under their parents, with totals; what the two statements are made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from local.qbo.money import ZERO
from local.qbo.reports.books import Books
from local.qbo.reports.frame import account_cell, added, amount_cells, cell, column
from local.qbo.reports.periods import EVER, UNITS, Span, columns
from local.qbo.rules import Values
from local.qbo.state.store import Row

#: Values of summarize_column_by that cut by whom or what, with the list their columns come from.
LISTS = {
    "Customers": "Customer",
    "Vendors": "Vendor",
    "Classes": "Class",
    "Departments": "Department",
}
SUMMARIES = ("Total", *UNITS, *LISTS)

Amounts = dict[str, list[Decimal]]


@dataclass
class Section:
    """Part of a statement: accounts or further sections, and what they come to.

    `amounts` has one number per column, by the section's own side; `used` tells whether any
    account in it has an amount.
    """

    title: str
    group: str
    rows: list[Values]
    amounts: list[Decimal]
    used: bool
    total: str = ""

    def render(self) -> Values:
        result: Values = {}
        blanks = [cell("") for _ in self.amounts]
        result["Header"] = {"ColData": [cell(self.title), *blanks]}
        if self.rows:
            result["Rows"] = {"Row": self.rows}
        cells = amount_cells(self.amounts, blank=False) if self.used else blanks
        name = self.total or f"Total {self.title}"
        result["Summary"] = {"ColData": [cell(name), *cells]}
        return {**result, "type": "Section", "group": self.group}


def of_accounts(
    title: str, group: str, accounts: Iterable[Row], amounts: Amounts, width: int
) -> Section:
    """A section of accounts, each sub-account below its parent, in the order given."""
    tree = _tree(accounts, amounts)
    lists = [each.sums for each in tree]
    sums = added(*lists) if lists else [ZERO] * width
    return Section(title, group, [each.render() for each in tree], sums, bool(tree))


def of_sections(
    title: str, group: str, sections: list[Section], width: int, total: str = ""
) -> Section:
    """A section of sections; those that hold nothing are left out."""
    used = [each for each in sections if each.used]
    sums = added(*(each.amounts for each in used)) if used else [ZERO] * width
    return Section(title, group, [each.render() for each in used], sums, bool(used), total)


def result_row(title: str, group: str, amounts: list[Decimal]) -> Values:
    """A line of the statement that is only a sum."""
    cells = [cell(title), *amount_cells(amounts, blank=False)]
    return {"Summary": {"ColData": cells}, "type": "Section", "group": group}


@dataclass
class _Node:
    account: Row
    own: list[Decimal]
    children: list["_Node"] = field(default_factory=list)

    @property
    def sums(self) -> list[Decimal]:
        return added(self.own, *(each.sums for each in self.children))

    def render(self) -> Values:
        """A row, or a section with the account's own amounts in its head.

        The head of an account that nothing was posted to itself has no id.
        """
        name = self.account.data["Name"]
        if not self.children:
            cells = [account_cell(self.account, "Name"), *amount_cells(self.own)]
            return {"ColData": cells, "type": "Data"}
        head = account_cell(self.account, "Name") if any(self.own) else cell(name)
        sums = amount_cells(self.sums, blank=False)
        return {
            "Header": {"ColData": [head, *amount_cells(self.own)]},
            "Rows": {"Row": [each.render() for each in self.children]},
            "Summary": {"ColData": [cell(f"Total {name}"), *sums]},
            "type": "Section",
        }


def _tree(accounts: Iterable[Row], amounts: Amounts) -> list[_Node]:
    """The accounts that have amounts, or that accounts below them have."""
    nodes = {row.id: _Node(row, amounts[row.id]) for row in accounts}
    roots: list[_Node] = []
    below: dict[str, list[_Node]] = {}
    for node in nodes.values():
        parent = (node.account.data.get("ParentRef") or {}).get("value")
        if parent in nodes:
            below.setdefault(str(parent), []).append(node)
        else:
            roots.append(node)

    def used(level: list[_Node]) -> list[_Node]:
        kept: list[_Node] = []
        for node in level:
            node.children = used(below.get(node.account.id, []))
            if node.children or any(node.own):
                kept.append(node)
        return kept

    return used(roots)


def account_columns(rest: list[Values]) -> Values:
    return {"Column": [column("", "Account", "account"), *rest]}


def time_columns(books: Books, by: str) -> list[Span]:
    """The spans of the columns: one for the whole, or the pieces it is cut into."""
    if by == "Total":
        return [books.asked.span]
    over = books.asked.span
    if over == EVER:
        # All dates have columns as far as anything was posted.
        days = sorted(entry.day for entry in books.entries) or [books.company.today()]
        over = Span(days[0], days[-1])
    return columns(books.company, over, UNITS[by])


def span_column(span: Span) -> Values:
    return column(span.title, "Money", span.title, StartDate=span.first, EndDate=span.last)


def total_column() -> Values:
    return column("Total", "Money", "total")


def by_list(books: Books, by: str, first: str, last: str) -> tuple[list[Values], Amounts]:
    """Columns per customer, vendor, class or department, a last one for none of them, and the
    amounts between two days per account in the same order, debit positive."""
    table = books.company.table(LISTS[by])
    sums: dict[str, dict[str, Decimal]] = {}
    keys: set[str] = set()
    for entry, index, split in books.splits():
        if not first <= entry.day <= last:
            continue
        if by == "Classes":
            key = split.class_id
        elif by == "Departments":
            key = split.department_id
        else:
            party = books.party(entry, index)
            key = party[1] if party and party[0] == LISTS[by] else ""
        keys.add(key)
        account = sums.setdefault(split.account, {})
        account[key] = account.get(key, ZERO) + split.amount

    def title(key: str) -> str:
        data = table.rows[key].data
        return str(data.get("FullyQualifiedName") or data["DisplayName"])

    order = sorted((key for key in keys if key), key=lambda key: title(key).casefold())
    columns = [column(title(key), "Money", key) for key in order]
    if "" in keys:
        order.append("")
        columns.append(column("Not Specified", "Money", "0"))
    amounts = {
        row.id: [sums.get(row.id, {}).get(key, ZERO) for key in order] for row in books.accounts
    }
    return columns, amounts
