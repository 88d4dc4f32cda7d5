"""Reports as typed rows: TrialBalance and GeneralLedger.

Values are text with two decimals, empty for nothing. The general ledger signs amounts by the
account's natural side (an income account's credits are positive); here a debit is always positive.
Source: Intuit, "Run reports", and recorded answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tillbook.domain.money import ZERO
from tillbook.errors import TransientError
from tillbook.quickbooks.company import Company

LEDGER_COLUMNS = "tx_date,txn_type,doc_num,memo,subt_nat_amount,debt_amt,credit_amt"
"""What to ask GeneralLedger for. A column that QuickBooks does not have it drops silently."""
_TITLES = {
    "Date": "tx_date",
    "Transaction Type": "txn_type",
    "Num": "doc_num",
    "Memo/Description": "memo",
    "Amount": "subt_nat_amount",
    "Debit": "debt_amt",
    "Credit": "credit_amt",
}
_CUT_SHORT = "Unable to display more data"


@dataclass(frozen=True)
class BalanceRow:
    """One account of the trial balance."""

    account: str
    name: str
    debit: Decimal
    credit: Decimal

    @property
    def amount(self) -> Decimal:
        """A debit balance is positive."""
        return self.debit - self.credit


@dataclass(frozen=True)
class LedgerRow:
    """One posting of a transaction to an account; a debit is positive."""

    account: str
    txn_id: str
    txn_type: str
    """As QuickBooks shows it, in the company's language."""
    date: str
    number: str
    amount: Decimal
    memo: str = ""
    """The transaction's note, on rows whose line has no description of its own."""


def trial_balance(report: Mapping[str, Any]) -> list[BalanceRow]:
    """All accounts of a TrialBalance, those of sub-accounts included, without totals."""
    return [
        BalanceRow(cells[0]["id"], cells[0]["value"], _money(cells, 1), _money(cells, 2))
        for _, cells in _data_rows(report)
        if cells[0].get("id")
    ]


def general_ledger(report: Mapping[str, Any], company: Company) -> list[LedgerRow]:
    """All postings of a GeneralLedger asked for with LEDGER_COLUMNS. Raises TransientError for an
    account that was not imported yet, where its side decides the sign."""
    columns = _columns(report)
    where = columns["txn_type"]
    return [
        LedgerRow(
            account=account,
            txn_id=cells[where]["id"],
            txn_type=cells[where].get("value") or "",
            date=_text(cells, columns.get("tx_date")),
            number=_text(cells, columns.get("doc_num")),
            amount=_amount(cells, columns, account, company),
            memo=_text(cells, columns.get("memo")),
        )
        for account, cells in _data_rows(report)
        if account and len(cells) > where and cells[where].get("id")
    ]


def is_cut_short(report: Mapping[str, Any]) -> bool:
    """Whether QuickBooks left out rows because the report is too large: ask for less time."""
    return any(
        str(cell.get("value") or "").startswith(_CUT_SHORT)
        for _, cells in _data_rows(report)
        for cell in cells
    )


def _data_rows(report: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The data rows of a report, each with the account of the section it stands in."""
    yield from _walk(report.get("Rows") or {}, "")


def _walk(rows: Mapping[str, Any], account: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for row in rows.get("Row") or ():
        if cells := row.get("ColData"):
            yield account, cells
        head = (row.get("Header") or {}).get("ColData") or [{}]
        yield from _walk(row.get("Rows") or {}, head[0].get("id") or account)


def _columns(report: Mapping[str, Any]) -> dict[str, int]:
    """Position by key; older answers name columns by their title only."""
    found = {}
    for index, column in enumerate((report.get("Columns") or {}).get("Column") or ()):
        keys = [one["Value"] for one in column.get("MetaData") or () if one["Name"] == "ColKey"]
        title = column.get("ColTitle") or ""
        found[keys[0] if keys else _TITLES.get(title, title)] = index
    return found


def _amount(
    cells: list[dict[str, Any]], columns: Mapping[str, int], account: str, company: Company
) -> Decimal:
    if "debt_amt" in columns and "credit_amt" in columns:
        return _money(cells, columns["debt_amt"]) - _money(cells, columns["credit_amt"])
    natural = _money(cells, columns["subt_nat_amount"])
    if account not in company.accounts:
        raise TransientError(f"account {account} is new in QuickBooks and not imported yet")
    return natural if company.accounts[account].is_debit else -natural


def _money(cells: list[dict[str, Any]], index: int) -> Decimal:
    text = cells[index].get("value") if index < len(cells) else None
    return Decimal(text) if text else ZERO


def _text(cells: list[dict[str, Any]], index: int | None) -> str:
    return "" if index is None else str(cells[index].get("value") or "")
