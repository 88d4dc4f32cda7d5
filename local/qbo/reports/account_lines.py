"""Postings account by account, as the general ledger and the detailed statement list them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from local.qbo.ledger.ledger import Entry
from local.qbo.money import ZERO
from local.qbo.reports.books import Books, is_balance_sheet
from local.qbo.reports.frame import Params, account_cell, cell, ids, money, natural_sign
from local.qbo.reports.postings import AMOUNTS, BALANCES, Posting, cells, in_sorted_order
from local.qbo.rules import Values
from local.qbo.state.store import Row


@dataclass(eq=False)
class AccountSection:
    """An account's lines within the dates, and the accounts below it.

    `opening` is its balance before them; amounts are by the account's own side.
    """

    account: Row
    opening: Decimal
    lines: list[Posting]
    below: list["AccountSection"] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        own = sum((each.amount for each in self.lines), ZERO)
        return own + sum((each.total for each in self.below), ZERO)

    def render(self, names: list[str], with_below: str = "") -> Values:
        """The section; `with_below` is what a total that holds other accounts says besides."""
        rows: list[Values] = []
        if self.opening:
            rows.append({"ColData": list(self._beginning(names)), "type": "Data"})
        rows += [{"ColData": cells(line, names), "type": "Data"} for line in self.lines]
        rows += [each.render(names, with_below) for each in self.below]
        blanks = [cell("") for _ in names[1:]]
        title = account_cell(self.account, "Name")
        if not self.lines and not self.opening:
            title = cell(title["value"])
        more = with_below if self.below else ""
        summary = [
            cell(f"Total for {title['value']}{more}")
            if index == 0
            else cell(money(self.total) if name in AMOUNTS else "")
            for index, name in enumerate(names)
        ]
        return {
            "Header": {"ColData": [title, *blanks]},
            "Rows": {"Row": rows},
            "Summary": {"ColData": summary},
            "type": "Section",
        }

    def _beginning(self, names: list[str]) -> Iterator[Values]:
        for index, name in enumerate(names):
            if index == 0:
                yield cell("Beginning Balance")
            else:
                yield cell(money(self.opening) if name in BALANCES else "")


def account_sections(
    books: Books, params: Params, width: int, accounts: Iterable[Row]
) -> list[AccountSection]:
    """What is shown per account, sub-accounts in their parents; no more than QuickBooks shows
    with so many columns."""
    wanted = ids(params, "account")
    kinds = {each.lower() for each in ids(params, "account_type")}
    limit = books.company.switches.report_cells
    room = None if limit is None else limit // max(width, 1) + 1
    found: dict[str, AccountSection] = {}
    entries = _Lines(books)
    for account in accounts:
        if wanted and account.id not in wanted:
            continue
        if kinds and account.data["AccountType"].replace(" ", "").lower() not in kinds:
            continue
        section = _section(books, account, entries(account.id), params, room)
        if section.lines or section.opening:
            found[account.id] = section
        if room is not None:
            room = max(room - len(section.lines), 0)
    return _nested(books, found)


def _nested(books: Books, found: dict[str, AccountSection]) -> list[AccountSection]:
    """The sections below their parents, which are there even without lines of their own."""
    roots: dict[str, AccountSection] = {}
    all_of_them = dict(found)

    def place(section: AccountSection) -> None:
        parent = (section.account.data.get("ParentRef") or {}).get("value")
        if not parent:
            roots.setdefault(section.account.id, section)
            return
        above = all_of_them.get(parent)
        if above is None:
            above = all_of_them[parent] = AccountSection(books.account(parent), ZERO, [])
        place(above)
        if section not in above.below:
            above.below.append(section)

    for section in found.values():
        place(section)
    return list(roots.values())


class _Lines:
    """Lines of an account within the dates, by date and then by id."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._found: dict[str, list[tuple[Entry, int]]] | None = None
        if books.asked.basis == "Cash" or books.asked.only:
            self._found = {}
            for entry, index, split in books.splits():
                if books.asked.first <= entry.day <= books.asked.last:
                    self._found.setdefault(split.account, []).append((entry, index))

    def __call__(self, account: str) -> Iterable[tuple[Entry, int]]:
        if self._found is not None:
            lines = self._found.get(account, [])
            return sorted(lines, key=lambda each: (each[0].day, int(each[0].key[1])))
        over = self._books.asked
        return (
            (entry, index)
            for entry in self._books.company.ledger.account_entries(account, over.first, over.last)
            for index, split in enumerate(entry.splits)
            if split.account == account
        )


def _section(
    books: Books,
    account: Row,
    entries: Iterable[tuple[Entry, int]],
    params: Params,
    room: int | None,
) -> AccountSection:
    sign = natural_sign(account)
    opening = ZERO
    if is_balance_sheet(account):
        over = books.asked
        before = books.upto(account.id, over.last)
        opening = (before - books.between(account.id, over.first, over.last)) * sign
    lines: list[Posting] = []
    balance = opening
    for entry, index in entries:
        if room is not None and len(lines) >= room:
            break
        amount = entry.splits[index].amount * sign
        balance += amount
        lines.append(Posting(books, entry, index, account, amount, balance))
    return AccountSection(account, opening, in_sorted_order(lines, params))
