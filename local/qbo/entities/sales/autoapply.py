"""Credits that QuickBooks applies by itself, where the company's preferences say so.

With `AutoApplyCredit` a new invoice takes what the customer has open: credit memos first, through a
payment of nothing that QuickBooks makes, then payments that are not applied; a new credit memo goes
to the oldest open invoices. With `AutoApplyPayments` a new payment does, for what it does not
apply itself.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo.entities import settling
from local.qbo.money import ZERO
from local.qbo.rules import Change, Values
from local.qbo.state.store import Row
from local.qbo.writer import save

if TYPE_CHECKING:
    from local.qbo.company import Company

SYSTEM = "QuickBooks"
_NOTE = "Created by QB Online to link credits to charges."


def saved(change: Change, row: Row) -> None:
    """After a customer's document was made: apply what there is to what is open."""
    if not change.creating:
        return
    company = change.company
    if row.entity.name == "Payment":
        if company.preference("SalesFormsPrefs", "AutoApplyPayments"):
            _apply_payment(company, row, _open(company, row, "Invoice"))
    elif company.preference("SalesFormsPrefs", "AutoApplyCredit"):
        if row.entity.name == "Invoice":
            _link(company, row, [row], _open(company, row, "CreditMemo"))
            for payment in _open(company, row, "Payment"):
                _apply_payment(company, payment, [company.row(*row.key)])
        else:
            _link(company, row, _open(company, row, "Invoice"), [row])


def _open(company: "Company", like: Row, entity: str) -> list[Row]:
    """What of the same customer is open or not applied, oldest first."""
    table = company.table(entity)
    ids = table.found("CustomerRef", like.data["CustomerRef"]["value"])
    rows = [table.rows[id] for id in ids if table.rows[id].key != like.key]
    left = "UnappliedAmt" if entity == "Payment" else "Balance"
    rows = [row for row in rows if row.data[left] > 0 and not row.hidden.get("voided")]
    return sorted(rows, key=lambda row: (row.data["TxnDate"], int(row.id)))


def _link(company: "Company", new: Row, invoices: Iterable[Row], memos: Iterable[Row]) -> None:
    """Apply credit memos to invoices, as far as both go, by a payment of nothing."""
    memos = list(memos)
    credit = sum((each.data["Balance"] for each in memos), ZERO)
    lines: list[Values] = []
    used = ZERO
    for invoice in invoices:
        part = min(invoice.data["Balance"], credit - used)
        if part > 0:
            lines.append(_line(invoice, part))
            used += part
    for memo in memos:
        part = min(memo.data["Balance"], used)
        if part > 0:
            lines.append(_line(memo, part))
            used -= part
    if not lines:
        return
    body = {
        "CustomerRef": {"value": new.data["CustomerRef"]["value"]},
        "TxnDate": new.data["TxnDate"],
        "TotalAmt": ZERO,
        "PrivateNote": _NOTE,
        "Line": lines,
    }
    save(company, company.table("Payment").entity, body, SYSTEM)


def _apply_payment(company: "Company", payment: Row, invoices: Iterable[Row]) -> None:
    """Apply what is left of a payment to invoices, in their order."""
    left = payment.data["UnappliedAmt"]
    lines: list[Values] = []
    for invoice in invoices:
        part = min(invoice.data["Balance"], left)
        if part > 0:
            lines.append(_line(invoice, part))
            left -= part
    if not lines:
        return
    data = {
        **payment.data,
        "Line": [*payment.data["Line"], *lines],
        "UnappliedAmt": left,
    }
    # The documents first: what a payment posts follows from them.
    for target, amount in settling.applied(data["Line"]).items():
        settling.settle(company, payment, target, amount, SYSTEM)
    company.alter(payment, data, SYSTEM)


def _line(row: Row, amount: Decimal) -> Values:
    link = {"TxnId": row.id, "TxnType": row.entity.name}
    return {"Amount": amount, "LinkedTxn": [link]}
