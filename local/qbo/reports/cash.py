"""The cash basis: what the ledger says once nothing counts before money moves.

The rule is general accounting knowledge, with the accounts that QuickBooks names for it. What an
invoice or a bill posts beside its receivable or payable counts on the day it is paid, and as far
as it is: each payment takes its share of every line, in cents, so that the shares sum to the
whole. A payment dated before its document waits for it. Money that is applied to nothing, or not
yet, is Unapplied Cash Payment Income, or Unapplied Cash Bill Payment Expense. Receivables and
payables are zero. What is on a receivable or payable account but is no document that can be paid
(a deposit, a cheque, a journal entry for several parties) counts on its day against the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from local.qbo.company import Company
from local.qbo.entities import ENTITIES, settling
from local.qbo.ledger.ledger import Entry, Split
from local.qbo.money import ZERO, cents
from local.qbo.reports.open_items import homes
from local.qbo.state.store import Row

INCOME = "Unapplied Cash Payment Income"
EXPENSE = "Unapplied Cash Bill Payment Expense"
_SIDES = {"Accounts Receivable": settling.CUSTOMERS, "Accounts Payable": settling.VENDORS}
_MONEY = ("Bank", "Credit Card")

Splits = tuple[Split, ...]


@dataclass
class _Document:
    """How a document counts: `at_once` on its day, and a share with each payment, by its id.

    `homes` is what each payment relieves of its control account, at home, debit positive;
    `shares` is None where payments recognise nothing of it.
    """

    row: Row
    at_once: Splits
    homes: dict[str, Decimal] = field(default_factory=dict)
    shares: dict[str, Splits] | None = None


class CashBasis:
    """The entries of a company as the cash basis has them; see the module."""

    def __init__(self, company: Company) -> None:
        self._company = company
        accounts = company.table("Account").rows.values()
        self._control = {
            row.id: _SIDES[row.data["AccountType"]]
            for row in accounts
            if row.data["AccountType"] in _SIDES
        }
        self._money = frozenset(
            row.id
            for row in accounts
            if row.data["AccountType"] in _MONEY or row.data["AccountSubType"] == "UndepositedFunds"
        )
        self._unapplied = {
            settling.CUSTOMERS.name: company.account_by_subtype("UnappliedCashPaymentIncome")
            or INCOME,
            settling.VENDORS.name: company.account_by_subtype("UnappliedCashBillPaymentExpense")
            or EXPENSE,
        }
        self._documents: dict[tuple[str, str], _Document] = {}

    def entries(self) -> Iterable[Entry]:
        """Every entry that is left, each balanced; payments last."""
        sides = [each for each in _SIDES.values() if each.payment in ENTITIES]
        payments = {each.payment for each in sides}
        for entry in self._company.ledger.entries.values():
            if entry.key[0] in payments:
                continue
            if any(each.account in self._control for each in entry.splits):
                yield from _kept(entry, self._document_splits(entry))
            else:
                yield entry
        for side in sides:
            for row in self._company.table(side.payment).rows.values():
                if not row.hidden.get("voided"):
                    yield from self._payment(side, row)

    def _document_splits(self, entry: Entry) -> list[Split]:
        """What counts on the document's day: also what was paid before it."""
        document = self._document(entry.key)
        splits = list(document.at_once)
        for id, share in (document.shares or {}).items():
            payment = settling.payment_row(self._company, id)
            if payment.data["TxnDate"] < entry.day:
                side = _side_of(payment)
                splits.append(self._waiting(side, payment, document.homes[id]))
                splits += share
        return splits

    def _payment(self, side: settling.Side, row: Row) -> Iterable[Entry]:
        """A payment: its money, the shares it recognises, and what waits or is unapplied.

        One that only joins credits to debts has no entry in the ledger.
        """
        posted = self._company.ledger.entries.get(row.key) or Entry(
            row.key,
            row.data["TxnDate"],
            row.entity.label,
            row.data.get("PaymentRefNum") or row.data.get("DocNumber", ""),
            row.data[side.party].get("name", ""),
            row.data.get("PrivateNote", ""),
            (),
        )
        splits = [each for each in posted.splits if each.account not in self._control]
        for target in settling.applied(row.data["Line"]):
            document = self._document(target)
            if document.shares is not None and document.row.data["TxnDate"] <= posted.day:
                splits += document.shares[row.id]
        left = -sum((each.amount for each in splits), ZERO)
        yield from _kept(posted, [*splits, self._waiting(side, row, left)])

    def _document(self, key: tuple[str, str]) -> _Document:
        if key not in self._documents:
            self._documents[key] = self._made(key)
        return self._documents[key]

    def _made(self, key: tuple[str, str]) -> _Document:
        row = self._company.row(*key)
        entry = self._company.ledger.entries.get(key)
        splits = entry.splits if entry else ()
        control = [each for each in splits if each.account in self._control]
        others = [each for each in splits if each.account not in self._control]
        total = sum((each.amount for each in control), ZERO)
        accounts = {each.account for each in control}
        if not total and len(accounts) <= 1:
            return _Document(row, tuple(others))
        own_money = self._money | _deposited(row)
        money = [each for each in others if each.account in own_money]
        paid = sum((each.amount for each in money), ZERO)
        counted = total + paid
        owed = settling.debt(self._control[control[0].account], row)
        if len(accounts) > 1 or not owed or not counted or not 0 <= paid / counted < 1:
            waiting = (
                replace(each, account=self._unapplied[self._control[each.account].name])
                for each in control
            )
            return _Document(row, (*others, *waiting))
        if not paid and not row.hidden.get("settled"):
            return _Document(row, ())
        rest = [
            replace(each, name=each.name or control[0].name)
            for each in others
            if each.account not in own_money
        ]
        relieved = homes(row, total)
        before = _share(rest, paid / counted, -paid)
        shares: dict[str, Splits] = {}
        at_once = (*money, *before)
        settled = home = ZERO
        for id, part in row.hidden.get("settled", {}).items():
            settled += part
            home += relieved[id]
            fraction = (paid + total * settled / abs(owed.amount)) / counted
            upto = _share(rest, fraction, -paid - home)
            shares[id] = tuple(
                replace(now, amount=now.amount - then.amount)
                for now, then in zip(upto, before, strict=True)
            )
            before = upto
        return _Document(row, at_once, relieved, shares)

    def _waiting(self, side: settling.Side, payment: Row, amount: Decimal) -> Split:
        """Money of a payment that nothing is recognised for."""
        party = (side.name, payment.data[side.party]["value"])
        return Split(self._unapplied[side.name], amount, party)


def _deposited(row: Row) -> frozenset[str]:
    """Where the deposit on an invoice went."""
    to = row.data.get("DepositToAccountRef")
    return frozenset({to["value"]}) if to and row.data.get("Deposit") else frozenset()


def _side_of(payment: Row) -> settling.Side:
    customers = payment.entity.name == settling.CUSTOMERS.payment
    return settling.CUSTOMERS if customers else settling.VENDORS


def _share(splits: list[Split], fraction: Decimal, total: Decimal) -> Splits:
    """A fraction of each split, in cents; what rounding leaves to `total` goes to the greatest."""
    done = [replace(each, amount=cents(each.amount * fraction), foreign=None) for each in splits]
    left = total - sum((each.amount for each in done), ZERO)
    if left:
        at = max(range(len(done)), key=lambda index: abs(splits[index].amount))
        done[at] = replace(done[at], amount=done[at].amount + left)
    return tuple(done)


def _kept(entry: Entry, splits: Iterable[Split]) -> Iterable[Entry]:
    """The entry with other splits, those of no amount left out; nothing without any."""
    left = tuple(each for each in splits if each.amount)
    if left:
        yield replace(entry, splits=left)
