"""Splits as lines of a report, and the columns that such reports have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.qbo.clock import stamp
from local.qbo.company import Company
from local.qbo.entities.currency.rules import multicurrency
from local.qbo.ledger.ledger import Entry, Split
from local.qbo.money import ZERO
from local.qbo.reports.books import Books
from local.qbo.reports.frame import Params, account_cell, cell, column, money
from local.qbo.rules import Values
from local.qbo.state.store import Row


@dataclass(frozen=True)
class Posting:
    """One split as a line: `amount` and `balance` are by its account's own side."""

    books: Books
    entry: Entry
    index: int
    account: Row
    amount: Decimal = ZERO
    balance: Decimal = ZERO

    @property
    def split(self) -> Split:
        return self.entry.splits[self.index]

    @property
    def row(self) -> Row:
        """The transaction itself."""
        return self.books.company.row(*self.entry.key)


Cell = Callable[[Posting], dict[str, Any]]


def _name(posting: Posting, kind: str = "") -> dict[str, Any]:
    party = posting.books.party(posting.entry, posting.index)
    if party is None or (kind and party[0] != kind):
        return cell("", "")
    return cell(posting.books.party_name(party), party[1])


def other_side(posting: Posting) -> dict[str, Any]:
    """The account on the other side of a split, or `-Split-` when there are several."""
    entry, index = posting.entry, posting.index
    if index == 0 or entry.key[0] == "JournalEntry":
        others = [split.account for at, split in enumerate(entry.splits) if at != index]
        if len(others) != 1:
            return cell("-Split-", "")
        other = others[0]
    else:
        other = entry.splits[0].account
    return account_cell(posting.books.account(other))


def _listed(posting: Posting, entity: str, id: str) -> dict[str, Any]:
    row = posting.books.company.table(entity).rows.get(id) if id else None
    return cell(str(row.data["FullyQualifiedName"]), id) if row else cell("", "")


def _debit(posting: Posting) -> dict[str, Any]:
    return cell(money(posting.split.amount) if posting.split.amount > 0 else "")


def _credit(posting: Posting) -> dict[str, Any]:
    return cell(money(-posting.split.amount) if posting.split.amount < 0 else "")


def _foreign(posting: Posting) -> dict[str, Any]:
    sign = 1 if posting.amount * posting.split.amount >= 0 else -1
    return cell(money(posting.split.own * sign))


def _memo(posting: Posting) -> dict[str, Any]:
    return cell(posting.split.memo or posting.entry.memo)


_NON_POSTING = ("Estimate", "PurchaseOrder")
#: name → title, type, content
COLUMNS: dict[str, tuple[str, str, Cell]] = {
    "tx_date": ("Date", "Date", lambda p: cell(p.entry.day)),
    "txn_type": ("Transaction Type", "String", lambda p: cell(p.entry.label, p.entry.key[1])),
    "doc_num": ("Num", "String", lambda p: cell(p.entry.number)),
    "is_no_post": (
        "Posting",
        "String",
        lambda p: cell("No" if p.entry.key[0] in _NON_POSTING else "Yes"),
    ),
    "name": ("Name", "String", _name),
    "cust_name": ("Customer", "String", lambda p: _name(p, "Customer")),
    "vend_name": ("Vendor", "String", lambda p: _name(p, "Vendor")),
    "emp_name": ("Employee", "String", lambda p: _name(p, "Employee")),
    "dept_name": (
        "Location",
        "String",
        lambda p: _listed(p, "Department", p.split.department_id),
    ),
    "klass_name": ("Class", "String", lambda p: _listed(p, "Class", p.split.class_id)),
    "memo": ("Memo/Description", "String", _memo),
    "account_name": ("Account", "String", lambda p: account_cell(p.account)),
    "split_acc": ("Split", "String", other_side),
    "other_account": ("Split", "String", other_side),
    "due_date": ("Due Date", "Date", lambda p: cell(p.row.data.get("DueDate", ""))),
    "is_cleared": ("Clr", "String", lambda p: cell("")),
    "create_date": ("Create Date", "Date", lambda p: cell(stamp(p.row.created))),
    "last_mod_date": ("Last Modified", "Date", lambda p: cell(stamp(p.row.updated))),
    "last_mod_by": ("Last Modified By", "String", lambda p: cell(p.row.editor)),
    "currency": (
        "Currency",
        "String",
        lambda p: cell((p.row.data.get("CurrencyRef") or {}).get("value", "")),
    ),
    "exch_rate": (
        "Exchange Rate",
        "String",
        lambda p: cell(format(p.row.data.get("ExchangeRate", 1), "f")),
    ),
    "nat_foreign_amount": ("Foreign Amount", "Money", _foreign),
    "debt_amt": ("Debit", "Money", _debit),
    "debt_home_amt": ("Debit", "Money", _debit),
    "credit_amt": ("Credit", "Money", _credit),
    "credit_home_amt": ("Credit", "Money", _credit),
    "subt_nat_amount": ("Amount", "Money", lambda p: cell(money(p.amount))),
    "subt_nat_home_amount": ("Amount", "Money", lambda p: cell(money(p.amount))),
    "rbal_nat_amount": ("Balance", "Money", lambda p: cell(money(p.balance))),
    "rbal_nat_home_amount": ("Balance", "Money", lambda p: cell(money(p.balance))),
}
AMOUNTS = ("subt_nat_amount", "subt_nat_home_amount")
BALANCES = ("rbal_nat_amount", "rbal_nat_home_amount")
#: Columns that only a company with several currencies has.
_FOREIGN = (
    "currency",
    "exch_rate",
    "nat_foreign_amount",
    "debt_home_amt",
    "credit_home_amt",
    "subt_nat_home_amount",
    "rbal_nat_home_amount",
)
_AT_HOME = {
    "debt_amt": "debt_home_amt",
    "credit_amt": "credit_home_amt",
    "subt_nat_amount": "subt_nat_home_amount",
    "rbal_nat_amount": "rbal_nat_home_amount",
}


def chosen(company: Company, params: Params, default: Iterable[str]) -> list[str]:
    """The columns asked for, or the default ones, that this company has.

    QuickBooks drops an unknown or unavailable one without a word.
    """
    asked = [each.strip() for each in params.get("columns", "").split(",") if each.strip()]
    accounting = company.preferences.get("AccountingInfoPrefs", {})
    missing: set[str] = set()
    if not (accounting.get("ClassTrackingPerTxn") or accounting.get("ClassTrackingPerTxnLine")):
        missing.add("klass_name")
    if not accounting.get("TrackDepartments"):
        missing.add("dept_name")
    if not multicurrency(company):
        missing.update(_FOREIGN)
    elif company.switches.plain_amounts_with_currencies == "drop":
        missing.update(_AT_HOME)
    return [name for name in asked or _here(default, missing) if _shown(name, missing)]


def _here(default: Iterable[str], missing: set[str]) -> list[str]:
    """The default columns; amounts at home where the plain ones are not there."""
    return [_AT_HOME.get(name, name) if name in missing else name for name in default]


def _shown(name: str, missing: set[str]) -> bool:
    return name in COLUMNS and name not in missing


def column_heads(names: Iterable[str]) -> Values:
    return {"Column": [column(COLUMNS[name][0], COLUMNS[name][1], name) for name in names]}


def cells(posting: Posting, names: Iterable[str]) -> list[Values]:
    return [COLUMNS[name][2](posting) for name in names]


def sorting(params: Params) -> tuple[str, bool]:
    """The column to sort lines by, empty for their date, and whether the last comes first.

    `order_by` is what some clients send where `sort_by` is documented.
    """
    by = params.get("sort_by") or params.get("order_by") or ""
    return (by if by in COLUMNS else "", params.get("sort_order") == "descend")


def in_sorted_order(lines: list[Posting], params: Params) -> list[Posting]:
    """The lines, given by date, in the order asked for."""
    by, descending = sorting(params)
    if by:
        content = COLUMNS[by][2]
        numeric = COLUMNS[by][1] == "Money"

        def key(line: Posting) -> Any:
            text = str(content(line)["value"])
            return Decimal(text or 0) if numeric else text.casefold()

        lines = sorted(lines, key=key)
    return lines[::-1] if descending else lines
