"""How payments settle invoices with money and credit memos.

A payment keeps lines, each linking one document. A document keeps, per payment, the amount it was
settled by. Whatever changes on one side is carried to the other here.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo.money import ZERO, cents
from local.qbo.rules import Values
from local.qbo.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

Target = tuple[str, str]


def line_target(line: Values) -> Target:
    """Entity and id of the document that a payment line links."""
    link = line["LinkedTxn"][0]
    return (link["TxnType"], link["TxnId"])


def applied(lines: list[Values]) -> dict[Target, Decimal]:
    """Amount per document over a payment's lines."""
    sums: dict[Target, Decimal] = {}
    for line in lines:
        target = line_target(line)
        sums[target] = sums.get(target, ZERO) + line["Amount"]
    return sums


def unapplied(total: Decimal, lines: list[Values]) -> Decimal:
    """What is left of a payment: its total, plus credits used, less invoices settled."""
    left = total
    for line in lines:
        left += line["Amount"] if line_target(line)[0] == "CreditMemo" else -line["Amount"]
    return cents(left)


def settle(
    company: "Company",
    payment: str,
    target: Target,
    amount: Decimal,
    editor: str,
    *,
    bump: bool = True,
) -> None:
    """Record how much of a document a payment settles; zero takes the link away.

    Without `bump` the document's token stays, as the change is part of another one of it.
    """
    row = company.row(*target)
    settled = dict(row.hidden.get("settled", {}))
    if settled.get(payment, ZERO) == amount:
        return
    if amount:
        settled[payment] = amount
    else:
        settled.pop(payment, None)
    deposit = row.data.get("Deposit", ZERO)
    balance = cents(row.data["TotalAmt"] - deposit - sum(settled.values(), ZERO))
    data = {
        **row.data,
        "LinkedTxn": [{"TxnId": id, "TxnType": "Payment"} for id in settled],
        "Balance": balance,
    }
    if target[0] == "CreditMemo":
        data["RemainingCredit"] = balance
    company.alter(
        row,
        data,
        editor,
        {**row.hidden, "settled": settled},
        bump=bump and company.switches.linked_payment_bumps,
    )


def release(company: "Company", row: Row, editor: str) -> None:
    """Take a document out of every payment that settles it; the money becomes unapplied."""
    for payment in list(row.hidden.get("settled", {})):
        _reduce(company, payment, row.key, ZERO, editor)


def trim(company: "Company", row: Row, editor: str) -> None:
    """Give back what a document is overpaid by, newest payment first."""
    excess = ZERO - row.data["Balance"]
    for payment, amount in reversed(list(row.hidden["settled"].items())):
        taken = min(excess, amount)
        if taken > 0:
            _reduce(company, payment, row.key, amount - taken, editor)
            excess -= taken


def _reduce(company: "Company", payment: str, target: Target, keep: Decimal, editor: str) -> None:
    """Let a payment settle only `keep` of a document, and fit its other lines to what is left."""
    row = company.row("Payment", payment)
    lines: list[Values] = []
    left = keep
    for line in row.data["Line"]:
        if line_target(line) != target:
            lines.append(line)
        elif left > 0:
            part = min(left, line["Amount"])
            lines.append({**line, "Amount": part})
            left -= part
    lines = _fitted(row.data["TotalAmt"], lines)
    before, after = applied(row.data["Line"]), applied(lines)
    data = {**row.data, "Line": lines, "UnappliedAmt": unapplied(row.data["TotalAmt"], lines)}
    company.alter(row, data, editor)
    for each in before:
        if after.get(each, ZERO) != before[each]:
            settle(company, payment, each, after.get(each, ZERO), editor, bump=each != target)


def _fitted(total: Decimal, lines: list[Values]) -> list[Values]:
    """Shorten invoice lines, last first, until credits and money cover them."""
    result = list(lines)
    short = ZERO - unapplied(total, result)
    for index in range(len(result) - 1, -1, -1):
        line = result[index]
        if short <= 0 or line_target(line)[0] == "CreditMemo":
            continue
        taken = min(short, line["Amount"])
        result[index] = {**line, "Amount": cents(line["Amount"] - taken)}
        short -= taken
    return [line for line in result if line["Amount"]]
