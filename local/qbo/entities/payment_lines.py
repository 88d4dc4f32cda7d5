"""The lines of a payment, on either side: each applies an amount to one document."""

from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import settling
from local.qbo.faults import QboFault
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Values
from local.qbo.schema import LINKED_TXN, Shape, anything, many, money, text, whole

if TYPE_CHECKING:
    from local.qbo.company import Company

#: Types that QuickBooks shows in links but that no client may link to.
_READ_ONLY = ("Expense", "Check", "CreditCardCredit", "Deposit", "Purchase")

PAYMENT_LINE = Shape(
    "Line",
    (
        text("Id"),
        whole("LineNum"),
        text("Description", 4000),
        money("Amount"),
        text("DetailType"),
        many("LinkedTxn", LINKED_TXN),
        anything("LineEx"),
        anything("CustomExtensions"),
    ),
)


def payment_lines(change: Change, side: settling.Side, values: Values) -> list[Values]:
    """The lines that apply something, as they are kept.

    Raises 2020 without an amount, 2290 for a negative one, 610 and 620 for a link that cannot be,
    6000 where more is applied than is open.
    """
    lines: list[Values] = []
    sums: dict[settling.Target, Decimal] = {}
    for line in values.get("Line") or ():
        links = line.get("LinkedTxn") or []
        if line.get("Amount") is None:
            raise QboFault(faults.missing("Amount", "Line.Amount"))
        if not links:
            continue
        target = _target(change, side, values, links[0])
        if target is None or not line["Amount"]:
            continue
        amount = cents(line["Amount"])
        if amount < 0:
            raise faults.fault(
                "2290",
                "NegativeAmount",
                "Negative amounts aren't supported on transaction lines",
                "Line.Amount",
            )
        sums[target] = sums.get(target, ZERO) + amount
        row = change.company.row(*target)
        if sums[target] > settling.open_amount(side, row, without=change.id):
            raise faults.business(
                "The amount applied to a transaction cannot be more than its open balance."
            )
        link = {"TxnId": target[1], "TxnType": target[0]}
        if target[0] == "Deposit":
            link["TxnLineId"] = links[0]["TxnLineId"]
        lines.append({"Amount": amount, "LinkedTxn": [link]})
    return lines


def _target(
    change: Change, side: settling.Side, values: Values, link: Values
) -> settling.Target | None:
    """The document that a line links; None where it stays unapplied without a word."""
    company = change.company
    kind, id = str(link.get("TxnType", "")), str(link.get("TxnId", ""))
    vendors = side is settling.VENDORS
    if kind not in (side.owed, side.credit, "JournalEntry") and not (vendors and kind == "Deposit"):
        if kind in _READ_ONLY:
            if vendors:
                return None  # what QuickBooks drops: credits that only its own pages can apply
            raise faults.cannot_link(f"{kind} {id}")
        raise QboFault(faults.invalid_enumeration(kind, "Line.LinkedTxn.TxnType"))
    row = company.row(kind, id)
    if kind == "Deposit" and not link.get("TxnLineId"):
        raise QboFault(faults.missing("Line.LinkedTxn.TxnLineId", "Line.LinkedTxn"))
    owed = settling.debt(side, row)
    if owed is None:
        if kind in ("JournalEntry", "Deposit"):
            raise faults.cannot_link(f"{kind} {id}")
        return (kind, id)
    if not _belongs(company, side.name, owed.party, values[side.party]["value"]):
        if company.switches.payment_for_other_customer == "refuse":
            raise faults.cannot_link(f"{kind} {id}")
        return None
    return (kind, id)


def _belongs(company: "Company", entity: str, owner: str, payer: str) -> bool:
    """Whether a document's party is who pays, or lies below it."""
    rows = company.table(entity).rows
    while owner != payer:
        parent = rows[owner].data.get("ParentRef")
        if parent is None:
            return False
        owner = parent["value"]
    return True
