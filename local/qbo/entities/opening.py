"""Opening balances: what a customer, a vendor or an account starts with.

They are given once, on creation, and are documents like any other from then on: an invoice, a bill,
a journal entry, each against Opening Balance Equity.
"""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.money import cents
from local.qbo.rules import Change, Values
from local.qbo.state.store import Row
from local.qbo.writer import save

if TYPE_CHECKING:
    from local.qbo.company import Company

SYSTEM = "QuickBooks"
_MEMO = "Opening Balance"
_EQUITY = "OpeningBalanceEquity"
#: Types of account whose balance belongs to somebody.
_CONTROL = ("Accounts Receivable", "Accounts Payable")
_NORMAL_DEBIT = "Asset"


def take(change: Change, values: Values, amount_field: str, day_field: str) -> Decimal | None:
    """Take an opening balance out of what was sent; None unless one is to be made now."""
    amount, day = values.pop(amount_field, None), values.pop(day_field, None)
    if not change.creating or not amount or not cents(amount):
        return None
    change.hidden["opening"] = (cents(amount), day or change.company.today())
    return cents(amount)


def check_account(change: Change, values: Values) -> None:
    """Take an account's opening balance. Raises 6060 without its date, 6000 where there is none."""
    dated = bool(values.get("OpeningBalanceDate"))
    if take(change, values, "OpeningBalance", "OpeningBalanceDate") is None:
        return
    if not dated:
        raise faults.fault(
            "6060",
            "Account.OpenBalanceDate must be specified with Account.OpenBalance",
            "Account.OpenBalanceDate must be specified with Account.OpenBalance",
            "OpeningBalanceDate",
        )
    posts = values["Classification"] in ("Asset", "Liability", "Equity")
    if not posts or values["AccountType"] in _CONTROL or values["AccountSubType"] == _EQUITY:
        raise faults.business("This account type doesn't support opening balances.")


def open_account(change: Change, row: Row) -> None:
    """Post what an account starts with, on its natural side."""
    if not change.creating or "opening" not in row.hidden:
        return
    amount, day = row.hidden["opening"]
    company = change.company
    debit = (row.data["Classification"] == _NORMAL_DEBIT) == (amount > 0)
    sides = [(row.id, debit), (equity(company), not debit)]
    body = {
        "TxnDate": day,
        "PrivateNote": _MEMO,
        "CurrencyRef": row.data["CurrencyRef"],
        "Line": [_journal_line(account, abs(amount), debit) for account, debit in sides],
    }
    save(company, company.table("JournalEntry").entity, body, SYSTEM)


def _journal_line(account: str, amount: Decimal, debit: bool) -> Values:
    return {
        "Amount": amount,
        "Description": _MEMO,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {
            "PostingType": "Debit" if debit else "Credit",
            "AccountRef": {"value": account},
        },
    }


def open_customer(change: Change, row: Row) -> None:
    """The invoice that a customer starts with; a credit memo where less than nothing is owed."""
    if not change.creating or "opening" not in row.hidden:
        return
    amount, day = row.hidden["opening"]
    company = change.company
    entity = company.table("Invoice" if amount > 0 else "CreditMemo").entity
    detail = {"TaxCodeRef": {"value": "NON"}} if company.country == "US" else {}
    body = {
        "CustomerRef": {"value": row.id},
        "TxnDate": day,
        "Line": [
            {
                "Amount": abs(amount),
                "Description": _MEMO,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": detail,
            }
        ],
    }
    if company.country != "US":
        body["GlobalTaxCalculation"] = "NotApplicable"
    made = save(company, entity, body, SYSTEM)
    account = equity(company)
    first, *others = made.hidden["splits"]
    splits = (first, *(replace(each, account=account) for each in others))
    hidden = {**made.hidden, "opening": account, "splits": splits}
    company.alter(made, made.data, SYSTEM, hidden, bump=False)


def open_vendor(change: Change, row: Row) -> None:
    """The bill that a vendor starts with; a vendor credit where less than nothing is owed."""
    if not change.creating or "opening" not in row.hidden:
        return
    amount, day = row.hidden["opening"]
    company = change.company
    entity = company.table("Bill" if amount > 0 else "VendorCredit").entity
    body = {
        "VendorRef": {"value": row.id},
        "TxnDate": day,
        "Line": [
            {
                "Amount": abs(amount),
                "Description": _MEMO,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": equity(company)}},
            }
        ],
    }
    if company.country != "US":
        body["GlobalTaxCalculation"] = "NotApplicable"
    save(company, entity, body, SYSTEM)


def equity(company: "Company") -> str:
    """The account of opening balances; made on first use."""
    found = company.account_by_subtype(_EQUITY)
    if found is not None:
        return found
    body = {"Name": "Opening Balance Equity", "AccountSubType": _EQUITY}
    return save(company, company.table("Account").entity, body, SYSTEM).id
