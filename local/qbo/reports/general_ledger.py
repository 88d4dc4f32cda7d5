"""GeneralLedger: every split of every account within the dates, with running balances.

Amounts are signed by the account's natural side: an income account's credits are positive.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.qbo.company import Company
from local.qbo.entities.lists.accounts import BALANCE_SHEET
from local.qbo.ledger import Entry, Split
from local.qbo.money import ZERO
from local.qbo.reports.frame import cell, chart, header, money, period
from local.qbo.rules import Values
from local.qbo.store import Row


@dataclass(frozen=True)
class Posting:
    """One line of the report."""

    entry: Entry
    split: Split
    account: Row
    name: str
    other: str
    amount: Decimal
    balance: Decimal


Cell = Callable[[Posting], dict[str, Any]]

#: name → title, type, content
_COLUMNS: dict[str, tuple[str, str, Cell]] = {
    "tx_date": ("Date", "Date", lambda p: cell(p.entry.day)),
    "txn_type": ("Transaction Type", "String", lambda p: cell(p.entry.label, p.entry.key[1])),
    "doc_num": ("Num", "String", lambda p: cell(p.entry.number)),
    "name": ("Name", "String", lambda p: cell(p.name)),
    "memo": ("Memo/Description", "String", lambda p: cell(p.split.memo or p.entry.memo)),
    "split_acc": ("Split", "String", lambda p: cell(p.other)),
    "account_name": (
        "Account",
        "String",
        lambda p: cell(p.account.data["FullyQualifiedName"], p.account.id),
    ),
    "debt_amt": (
        "Debit",
        "Money",
        lambda p: cell(money(p.split.amount) if p.split.amount > 0 else ""),
    ),
    "credit_amt": (
        "Credit",
        "Money",
        lambda p: cell(money(-p.split.amount) if p.split.amount < 0 else ""),
    ),
    "subt_nat_amount": ("Amount", "Money", lambda p: cell(money(p.amount))),
    "rbal_nat_amount": ("Balance", "Money", lambda p: cell(money(p.balance))),
}
_DEFAULT = (
    "tx_date",
    "txn_type",
    "doc_num",
    "name",
    "memo",
    "split_acc",
    "subt_nat_amount",
    "rbal_nat_amount",
)


def general_ledger(company: Company, params: dict[str, str]) -> Values:
    """The report. Unknown columns are dropped without a word, as QuickBooks does."""
    over = period(company, params)
    asked = [each.strip() for each in params.get("columns", "").split(",") if each.strip()]
    columns = [name for name in asked or _DEFAULT if name in _COLUMNS]
    wanted = {each for each in params.get("account", "").split(",") if each}
    sections: list[Values] = []
    for account in chart(company):
        if wanted and account.id not in wanted:
            continue
        section = _section(company, account, over.first, over.last, columns)
        if section is not None:
            sections.append(section)
    return {
        "Header": header(company, "GeneralLedger", over, empty=not sections),
        "Columns": {
            "Column": [
                {
                    "ColTitle": _COLUMNS[name][0],
                    "ColType": _COLUMNS[name][1],
                    "MetaData": [{"Name": "ColKey", "Value": name}],
                }
                for name in columns
            ]
        },
        "Rows": {"Row": sections},
    }


def _section(
    company: Company, account: Row, first: str, last: str, columns: list[str]
) -> Values | None:
    entries = company.ledger.account_entries(account.id, first, last)
    on_sheet = account.data["Classification"] in BALANCE_SHEET
    natural = 1 if account.data["Classification"] in ("Asset", "Expense") else -1
    opening = ZERO
    if on_sheet:
        before = company.ledger.balance_between(account.id, None, last)
        opening = before - company.ledger.balance_between(account.id, first, last)
    if not entries and not opening:
        return None
    rows: list[Values] = []
    balance = opening * natural
    if on_sheet and opening:
        rows.append(
            {
                "ColData": [
                    cell("Beginning Balance")
                    if index == 0
                    else cell(money(balance))
                    if name == "rbal_nat_amount"
                    else cell("")
                    for index, name in enumerate(columns)
                ],
                "type": "Data",
            }
        )
    total = ZERO
    for entry in entries:
        for index, split in enumerate(entry.splits):
            if split.account != account.id:
                continue
            amount = split.amount * natural
            total += amount
            balance += amount
            other = _other(company, entry, index)
            name = entry.name or _name(company, split)
            posting = Posting(entry, split, account, name, other, amount, balance)
            rows.append(
                {"ColData": [_COLUMNS[column][2](posting) for column in columns], "type": "Data"}
            )
    title = account.data["FullyQualifiedName"]
    return {
        "Header": {
            "ColData": [
                cell(title, account.id) if index == 0 else cell("") for index in range(len(columns))
            ]
        },
        "Rows": {"Row": rows},
        "Summary": {
            "ColData": [
                cell(f"Total for {title}")
                if index == 0
                else cell(money(total))
                if column == "subt_nat_amount"
                else cell("")
                for index, column in enumerate(columns)
            ]
        },
        "type": "Section",
    }


def _name(company: Company, split: Split) -> str:
    """Whose balance a journal line moves."""
    row = company.table(split.name[0]).rows.get(split.name[1]) if split.name else None
    return str(row.data["DisplayName"]) if row else ""


def _other(company: Company, entry: Entry, index: int) -> str:
    """The account on the other side of a split, or `-Split-` when there are several."""
    if index == 0 or entry.key[0] == "JournalEntry":
        others = [split.account for at, split in enumerate(entry.splits) if at != index]
        if len(others) != 1:
            return "-Split-"
        other = others[0]
    else:
        other = entry.splits[0].account
    return str(company.table("Account").rows[other].data["FullyQualifiedName"])
