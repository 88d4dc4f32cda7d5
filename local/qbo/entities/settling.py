"""How payments settle documents: invoices with money and credit memos, bills with money and vendor
credits, and either with what a journal entry left on a receivable or payable account.

A payment keeps lines, each linking one document. A document keeps, per payment, the amount it was
settled by. Whatever changes on one side is carried to the other here. Amounts are in the currency
that payment and document share; what a payment relieves at home follows the document's own rate,
so that nothing is left on the account once a document is paid, and the difference is a gain or a
loss from exchange.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from local.qbo import faults
from local.qbo.entities.currency.rules import HOME_RATE, exchange_account
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Values
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

Target = tuple[str, str]


@dataclass(frozen=True)
class Side:
    """One side of the business: who settles what.

    `sign` is that of a document owed on its control account, debit positive.
    """

    payment: str
    owed: str
    credit: str
    party: str
    name: str
    sign: int


CUSTOMERS = Side("Payment", "Invoice", "CreditMemo", "CustomerRef", "Customer", 1)
VENDORS = Side("BillPayment", "Bill", "VendorCredit", "VendorRef", "Vendor", -1)
_SIDES = {side.payment: side for side in (CUSTOMERS, VENDORS)}


@dataclass(frozen=True)
class Debt:
    """What a document put on a control account: positive where owed, negative for a credit."""

    account: str
    party: str
    amount: Decimal


def debt(side: Side, row: Row) -> Debt | None:
    """What a document leaves to settle on a side; None where it leaves nothing of that kind.

    A journal entry or a deposit counts when it has one party on one control account of the side.
    """
    if row.entity.name in (side.owed, side.credit):
        if row.hidden.get("voided") or not row.hidden["splits"]:
            return None
        sign = 1 if row.entity.name == side.owed else -1
        amount = cents(row.data["TotalAmt"] - row.data.get("Deposit", ZERO)) * sign
        return Debt(row.hidden["splits"][0].account, row.data[side.party]["value"], amount)
    if row.entity.name not in ("JournalEntry", "Deposit"):
        return None
    parties = [each for each in row.hidden["splits"] if each.name and each.name[0] == side.name]
    if len({(each.account, each.name) for each in parties}) != 1:
        return None
    name = parties[0].name
    assert name is not None
    amount = cents(sum((each.own for each in parties), ZERO)) * side.sign
    return Debt(parties[0].account, name[1], amount)


def open_amount(side: Side, row: Row, without: str = "") -> Decimal:
    """What of a document is not settled, in its currency, never negative.

    `without` is a payment whose own part counts as open.
    """
    owed = debt(side, row)
    settled = (v for k, v in row.hidden.get("settled", {}).items() if k != without)
    return cents(abs(owed.amount if owed else ZERO) - sum(settled, ZERO))


def line_target(line: Values) -> Target:
    """Entity and id of the document that a payment line links."""
    link = line["LinkedTxn"][0]
    return (link["TxnType"], link["TxnId"])


def applied(lines: Iterable[Values]) -> dict[Target, Decimal]:
    """Amount per document over a payment's lines."""
    sums: dict[Target, Decimal] = {}
    for line in lines:
        target = line_target(line)
        sums[target] = sums.get(target, ZERO) + line["Amount"]
    return sums


def unapplied(company: "Company", side: Side, total: Decimal, lines: Iterable[Values]) -> Decimal:
    """What is left of a payment: its total, plus credits used, less what it settles."""
    left = total
    for line in lines:
        left += line["Amount"] if _is_credit(company, side, line) else -line["Amount"]
    return cents(left)


def _is_credit(company: "Company", side: Side, line: Values) -> bool:
    target = line_target(line)
    if target[0] in (side.owed, side.credit):
        return target[0] == side.credit
    owed = debt(side, company.row(*target))
    return owed is not None and owed.amount < 0


def settle(
    company: "Company",
    payment: Row,
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
    if settled.get(payment.id, ZERO) == amount:
        return
    if amount:
        settled[payment.id] = amount
    else:
        settled.pop(payment.id, None)
    hidden = {**row.hidden, "settled": settled}
    data = {**row.data, "LinkedTxn": _links(company, row, settled)}
    if "Balance" in data:
        deposit = data.get("Deposit", ZERO)
        data["Balance"] = cents(data["TotalAmt"] - deposit - sum(settled.values(), ZERO))
        if "HomeBalance" in data:
            data["HomeBalance"] = cents(data["Balance"] * data.get("ExchangeRate", HOME_RATE))
        if "RemainingCredit" in data:
            data["RemainingCredit"] = data["Balance"]
    seen = "Balance" in data and company.switches.linked_payment_bumps
    company.alter(row, data, editor, hidden, bump=bump and seen)
    repost_payments(company, row, other_than=payment.id)


def settle_lines(change: Change, payment: Row) -> None:
    """After a payment was saved: what its lines settle, and no longer settle."""
    before = applied(change.earlier("Line") or [])
    after = applied(payment.data["Line"])
    for each in {**before, **after}:
        if before.get(each, ZERO) != after.get(each, ZERO):
            settle(change.company, payment, each, after.get(each, ZERO), change.editor)


def unsettle(company: "Company", payment: Row, editor: str) -> None:
    """Before a payment is deleted or voided: what it settled is open again."""
    for each in applied(payment.data["Line"]):
        settle(company, payment, each, ZERO, editor)


def _links(company: "Company", row: Row, settled: Iterable[str]) -> list[Values]:
    """The document's links: what is no payment stays, the payments follow from `settled`."""
    kept = [each for each in row.data.get("LinkedTxn", ()) if not _is_payment(each["TxnType"])]
    payments = (payment_row(company, id) for id in settled)
    return [*kept, *({"TxnId": each.id, "TxnType": link_type(each)} for each in payments)]


def _is_payment(type: str) -> bool:
    return type.startswith(("Payment", "BillPayment"))


def link_type(payment: Row) -> str:
    """How other transactions name a payment: a bill's payment tells how it was paid."""
    if payment.entity.name == "BillPayment":
        return f"BillPayment{payment.data['PayType']}"
    return payment.entity.name


def payment_row(company: "Company", id: str) -> Row:
    """The payment of either side with an id; transactions share one sequence of ids."""
    customers = company.table(CUSTOMERS.payment).rows.get(id)
    return customers or company.row(VENDORS.payment, id)


def repost_payments(company: "Company", row: Row, other_than: str = "") -> None:
    """Post anew what settles a document in a foreign currency, whose home value may have moved."""
    if row.data.get("ExchangeRate", HOME_RATE) == HOME_RATE:
        return
    for id in row.hidden.get("settled", {}):
        if id != other_than:
            company.post(payment_row(company, id))


def changed(change: Change, row: Row) -> None:
    """After a document was saved: give back what it is overpaid by, or all of it where it now
    belongs to another party or account, or is owed no longer."""
    settled = row.hidden.get("settled")
    if not settled or change.before is None:
        return
    company = change.company
    side = _SIDES[payment_row(company, next(iter(settled))).entity.name]
    before, after = debt(side, change.before), debt(side, row)
    if before is None or after is None or _kind(before) != _kind(after):
        release(company, row, change.editor)
        return
    trim(company, side, row, change.editor)
    repost_payments(company, company.row(*row.key))


def _kind(owed: Debt) -> tuple[str, str, bool]:
    return (owed.account, owed.party, owed.amount > 0)


def refuse_or_release(company: "Company", row: Row, editor: str) -> None:
    """Before a document is deleted or voided: its payments become unapplied, or it is refused."""
    if row.hidden.get("settled"):
        if company.switches.delete_paid_document == "refuse":
            raise faults.fault(
                "800", "Cannot delete object", "Cannot delete object : a payment is applied to it"
            )
        release(company, row, editor)


def release(company: "Company", row: Row, editor: str) -> None:
    """Take a document out of every payment that settles it; the money becomes unapplied."""
    for payment in list(row.hidden.get("settled", {})):
        _reduce(company, payment_row(company, payment), row.key, ZERO, editor)


def trim(company: "Company", side: Side, row: Row, editor: str) -> None:
    """Give back what a document is overpaid by, newest payment first."""
    excess = ZERO - open_amount(side, row)
    for payment, amount in reversed(list(row.hidden["settled"].items())):
        taken = min(excess, amount)
        if taken > 0:
            _reduce(company, payment_row(company, payment), row.key, amount - taken, editor)
            excess -= taken


def _reduce(company: "Company", payment: Row, target: Target, keep: Decimal, editor: str) -> None:
    """Let a payment settle only `keep` of a document, and fit its other lines to what is left."""
    side = _SIDES[payment.entity.name]
    lines: list[Values] = []
    left = keep
    for line in payment.data["Line"]:
        if line_target(line) != target:
            lines.append(line)
        elif left > 0:
            part = min(left, line["Amount"])
            lines.append({**line, "Amount": part})
            left -= part
    lines = _fitted(company, side, payment.data["TotalAmt"], lines)
    before, after = applied(payment.data["Line"]), applied(lines)
    data = {**payment.data, "Line": lines}
    data["UnappliedAmt"] = unapplied(company, side, payment.data["TotalAmt"], lines)
    # The documents first: what a payment posts follows from them.
    for each in before:
        if after.get(each, ZERO) != before[each]:
            amount = after.get(each, ZERO)
            settle(company, payment, each, amount, editor, bump=each != target)
    company.alter(payment, data, editor)


def _fitted(company: "Company", side: Side, total: Decimal, lines: list[Values]) -> list[Values]:
    """Shorten lines that use money up, last first, until credits and money cover them."""
    result = list(lines)
    short = ZERO - unapplied(company, side, total, result)
    for index in range(len(result) - 1, -1, -1):
        line = result[index]
        if short <= 0 or _is_credit(company, side, line):
            continue
        taken = min(short, line["Amount"])
        result[index] = {**line, "Amount": cents(line["Amount"] - taken)}
        short -= taken
    return [line for line in result if line["Amount"]]


def payment_splits(
    company: "Company", row: Row, cash_account: str, control: str
) -> tuple[Split, ...]:
    """What a payment posts: money on one side, what it relieves on the other, and what exchange
    gained or lost between them.

    `control` is the account for what is not applied.
    """
    side = _SIDES[row.entity.name]
    rate = row.data.get("ExchangeRate", HOME_RATE)
    total = row.data["TotalAmt"]
    # Per control account and party: the amount in the payment's currency, and at home.
    relieved: dict[tuple[str, str], list[Decimal]] = {}

    def relieve(account: str, party: str, own: Decimal, home: Decimal) -> None:
        sums = relieved.setdefault((account, party), [ZERO, ZERO])
        sums[0] += own
        sums[1] += home

    for target, amount in applied(row.data["Line"]).items():
        document = company.row(*target)
        owed = debt(side, document)
        assert owed is not None
        sign = 1 if owed.amount > 0 else -1
        home = _home_part(document, owed, row.id, amount)
        relieve(owed.account, owed.party, amount * sign, home * sign)
    left = unapplied(company, side, total, row.data["Line"])
    relieve(control, row.data[side.party]["value"], left, cents(left * rate))

    foreign = rate != HOME_RATE
    money = cents(total * rate)

    def split(account: str, home: Decimal, own: Decimal, party: str = "") -> Split:
        name = (side.name, party) if party else None
        return Split(account, home, name, foreign=own if foreign else None)

    splits = [split(cash_account, money * side.sign, total * side.sign)] if total else []
    splits += [
        split(account, -home * side.sign, -own * side.sign, party)
        for (account, party), (own, home) in relieved.items()
        if own or home
    ]
    gain = -sum((each.amount for each in splits), ZERO)
    if gain:
        splits.append(Split(exchange_account(company), gain, foreign=ZERO))
    return tuple(splits)


def _home_part(document: Row, owed: Debt, payment: str, amount: Decimal) -> Decimal:
    """What a part of a document is at home, so that all its parts sum to what it was posted at."""
    rate: Any = document.data.get("ExchangeRate", HOME_RATE)
    if rate == HOME_RATE:
        return amount
    before = ZERO
    for id, part in document.hidden.get("settled", {}).items():
        if id == payment:
            break
        before += part
    return cents((before + amount) * rate) - cents(before * rate)
