"""What reports add up: the entries on a basis, of the parties, classes and places asked for."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from local.qbo.company import Company
from local.qbo.entities.lists.accounts import BALANCE_SHEET
from local.qbo.ledger.ledger import Entry, Split
from local.qbo.money import ZERO
from local.qbo.reports.cash import EXPENSE, INCOME, CashBasis
from local.qbo.reports.frame import Asked, in_order
from local.qbo.reports.periods import day_before
from local.qbo.state.store import Row

RETAINED = "Retained Earnings"
#: Accounts that a report may need and the chart may lack: name → type, classification.
_VIRTUAL = {
    INCOME: ("Income", "Revenue"),
    EXPENSE: ("Expense", "Expense"),
    RETAINED: ("Equity", "Equity"),
}
#: Where transactions name their customer or vendor.
_PARTIES = (("CustomerRef", "Customer"), ("VendorRef", "Vendor"))


class Series:
    """Amounts by day, to be summed over any span at once."""

    def __init__(self, by_day: dict[str, Decimal]) -> None:
        self._days = sorted(by_day)
        self._upto = [ZERO, *accumulate(by_day[day] for day in self._days)]

    def upto(self, last: str) -> Decimal:
        """Sum from the beginning to a day, included."""
        return self._upto[bisect_right(self._days, last)]

    def between(self, first: str, last: str) -> Decimal:
        """Sum between two days, both included."""
        return self.upto(last) - self._upto[bisect_left(self._days, first)]


class Books:
    """The books as one report sees them."""

    def __init__(self, company: Company, asked: Asked) -> None:
        self.company = company
        self.asked = asked
        rows = list(company.table("Account").rows.values())
        self.retained = company.account_by_subtype("RetainedEarnings") or RETAINED
        rows += [_virtual(company, name) for name in _VIRTUAL]
        self._by_id = {row.id: row for row in rows}

    @cached_property
    def accounts(self) -> list[Row]:
        """Every account in the order of the chart, with those that only reports know."""
        return in_order(list(self._by_id.values()))

    def account(self, id: str) -> Row:
        """An account of the company, or one that only reports know."""
        return self._by_id[id]

    @cached_property
    def entries(self) -> list[Entry]:
        """Every entry on the basis asked for, in no particular order, before any filter."""
        if self.asked.basis == "Cash":
            return list(CashBasis(self.company).entries())
        return list(self.company.ledger.entries.values())

    def splits(self) -> Iterator[tuple[Entry, int, Split]]:
        """Every split that the filters leave, with its entry and its place there."""
        keep = self.filter()
        for entry in self.entries:
            for index, split in enumerate(entry.splits):
                if keep(entry, index, split):
                    yield entry, index, split

    def filter(self) -> Callable[[Entry, int, Split], bool]:
        """Whether a split is of the parties, classes and departments asked for."""
        only = self.asked.only

        def keep(entry: Entry, index: int, split: Split) -> bool:
            party = self.party(entry, index) if "customer" in only or "vendor" in only else None
            return all(
                (
                    "customer" not in only or _is(party, "Customer", only["customer"]),
                    "vendor" not in only or _is(party, "Vendor", only["vendor"]),
                    "class" not in only or split.class_id in only["class"],
                    "department" not in only or split.department_id in only["department"],
                    "source_account" not in only
                    or entry.splits[0].account in only["source_account"],
                )
            )

        return keep if only else lambda entry, index, split: True

    @cached_property
    def series(self) -> dict[str, Series]:
        """Amounts by day per account; from the ledger's running totals where they are enough."""
        if self.asked.basis == "Accrual" and not self.asked.only:
            found = {id: self.company.ledger.by_day(id) for id in self.company.ledger.accounts()}
        else:
            found = {}
            for entry, _, split in self.splits():
                days = found.setdefault(split.account, {})
                days[entry.day] = days.get(entry.day, ZERO) + split.amount
        return {id: Series(days) for id, days in found.items()}

    def upto(self, account: str, last: str) -> Decimal:
        """Balance of an account at the end of a day, debit positive."""
        return self.series[account].upto(last) if account in self.series else ZERO

    def between(self, account: str, first: str, last: str) -> Decimal:
        """What was posted to an account between two days, debit positive."""
        return self.series[account].between(first, last) if account in self.series else ZERO

    def closing(self, last: str) -> tuple[dict[str, Decimal], Decimal]:
        """Balances by account at the end of a day, and the net income since the fiscal year began.

        Accounts of income and expense hold this fiscal year's; what earlier years earned stands
        in retained earnings. Both are debit positive, and there is no closing entry.
        """
        year = self.company.fiscal_year_start(last)
        before = day_before(year)
        result: dict[str, Decimal] = {}
        carried = income = ZERO
        for row in self.accounts:
            if is_balance_sheet(row):
                result[row.id] = self.upto(row.id, last)
                continue
            result[row.id] = self.between(row.id, year, last)
            income += result[row.id]
            carried += self.upto(row.id, before)
        result[self.retained] += carried
        return result, income

    def party(self, entry: Entry, index: int) -> tuple[str, str] | None:
        """The customer or vendor of a split: whom its line names, else whom its form is for."""
        named = entry.splits[index].name
        row = self.company.table(entry.key[0]).rows.get(entry.key[1])
        if named is not None or row is None:
            return named
        if entry.key[0] == "JournalEntry":
            return _of_journal_line(row, index)
        for field, kind in _PARTIES:
            if row.data.get(field):
                return (kind, str(row.data[field]["value"]))
        whom = row.data.get("EntityRef")
        return (str(whom.get("type", "Vendor")), str(whom["value"])) if whom else None

    def party_name(self, party: tuple[str, str] | None) -> str:
        row = self.company.table(party[0]).rows.get(party[1]) if party else None
        return str(row.data["DisplayName"]) if row else ""


def is_balance_sheet(account: Row) -> bool:
    return account.data["Classification"] in BALANCE_SHEET


def _is(party: tuple[str, str] | None, kind: str, wanted: Iterable[str]) -> bool:
    return party is not None and party[0] == kind and party[1] in wanted


def _of_journal_line(row: Row, index: int) -> tuple[str, str] | None:
    """Whom a line of a journal entry names, also on accounts where that moves no balance."""
    lines = row.data["Line"]
    if index >= len(lines):
        return None
    whom = lines[index].get("JournalEntryLineDetail", {}).get("Entity")
    return (str(whom["Type"]), str(whom["EntityRef"]["value"])) if whom else None


def _virtual(company: Company, name: str) -> Row:
    """An account that the company does not have; its id is its name."""
    kind, classification = _VIRTUAL[name]
    now = company.clock.now()
    data = {
        "Name": name,
        "FullyQualifiedName": name,
        "AccountType": kind,
        "Classification": classification,
    }
    return Row(company.table("Account").entity, name, 0, now, now, "", data)
