"""Payments of customers: money received, applied to invoices, together with credits or not."""

from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import settling
from local.qbo.entities.lists.accounts import only_home
from local.qbo.entities.sales.fields import head
from local.qbo.entities.sales.forms import deposit_account, receivable, zeroed
from local.qbo.faults import QboFault
from local.qbo.ledger import Entry, Split
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import (
    CUSTOM_FIELD,
    LINKED_TXN,
    Entity,
    Shape,
    anything,
    flag,
    many,
    money,
    ref,
    text,
    whole,
)
from local.qbo.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_LINKABLE = ("Invoice", "CreditMemo")
_KNOWN_TYPES = ("JournalEntry", "Expense", "Check", "CreditCardCredit", "Deposit")


class PaymentRules(Rules):
    """A payment posts its whole total against receivables, applied or not."""

    checks = (
        "CustomerRef and TotalAmt (2020, 6000)",
        "linked documents exist (610) and belong to the customer or its sub-customers",
        "no more applied than open, nor than received (6000)",
        "DepositToAccountRef a bank or current asset (6430)",
    )

    def build(self, change: Change) -> Values:
        values = self.resolved(change)
        total = values.get("TotalAmt")
        if total is None:
            raise faults.business("You must set a transaction amount.")
        if total < 0:
            raise faults.business("You must specify a transaction amount that is 0 or greater.")
        values["TotalAmt"] = cents(total)
        values.setdefault("TxnDate", change.company.today())
        values["CurrencyRef"] = only_home(change.company, values)
        values["DepositToAccountRef"] = deposit_account(change, values)
        values["Line"] = lines = self._lines(change, values)
        left = settling.unapplied(values["TotalAmt"], lines)
        if left < 0:
            raise faults.business(
                "The amount received must be greater than or equal to the amount applied."
            )
        values["UnappliedAmt"] = left
        values["ProcessPayment"] = False
        values["LinkedTxn"] = []
        change.hidden.pop("voided", None)
        return values

    def entry(self, company: "Company", row: Row) -> Entry | None:
        total = row.data["TotalAmt"]
        if not total:
            return None
        customer = row.data["CustomerRef"]
        return Entry(
            row.key,
            row.data["TxnDate"],
            row.entity.label,
            row.data.get("PaymentRefNum", ""),
            customer.get("name", ""),
            row.data.get("PrivateNote", ""),
            (
                Split(row.data["DepositToAccountRef"]["value"], total),
                Split(receivable(company), -total, ("Customer", customer["value"])),
            ),
        )

    def saved(self, change: Change, row: Row) -> None:
        before = settling.applied(change.earlier("Line") or [])
        after = settling.applied(row.data["Line"])
        for target in before.keys() | after.keys():
            if before.get(target, ZERO) != after.get(target, ZERO):
                settling.settle(
                    change.company, row.id, target, after.get(target, ZERO), change.editor
                )

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        for target in settling.applied(row.data["Line"]):
            settling.settle(company, row.id, target, ZERO, editor)

    def voided(self, company: "Company", row: Row) -> tuple[Values, Values]:
        return {**zeroed(row.data), "Line": [], "UnappliedAmt": cents(ZERO)}, row.hidden

    def _lines(self, change: Change, values: Values) -> list[Values]:
        lines: list[Values] = []
        sums: dict[settling.Target, Decimal] = {}
        for line in values.get("Line") or ():
            links = line.get("LinkedTxn") or []
            if line.get("Amount") is None:
                raise QboFault(faults.missing("Amount", "Line.Amount"))
            if not links:
                continue
            target = self._target(change, values, links[0])
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
            if sums[target] > self._open(change, target):
                raise faults.business(
                    "The amount applied to a transaction cannot be more than its open balance."
                )
            lines.append(
                {
                    "Amount": amount,
                    "LinkedTxn": [{"TxnId": target[1], "TxnType": target[0]}],
                }
            )
        return lines

    def _target(self, change: Change, values: Values, link: Values) -> settling.Target | None:
        company = change.company
        kind, id = link.get("TxnType"), str(link.get("TxnId", ""))
        if kind not in _LINKABLE:
            if kind in _KNOWN_TYPES:
                raise faults.cannot_link(f"{kind} {id}")
            raise QboFault(faults.invalid_enumeration(kind, "Line.LinkedTxn.TxnType"))
        row = company.table(kind).rows.get(id)
        if row is None:
            raise faults.not_found(deleted=id in company.table(kind).deleted)
        if not self._belongs(
            company, row.data["CustomerRef"]["value"], values["CustomerRef"]["value"]
        ):
            if company.switches.payment_for_other_customer == "refuse":
                raise faults.cannot_link(f"{kind} {id}")
            return None
        return (kind, id)

    def _belongs(self, company: "Company", owner: str, payer: str) -> bool:
        customers = company.table("Customer").rows
        while owner != payer:
            parent = customers[owner].data.get("ParentRef")
            if parent is None:
                return False
            owner = parent["value"]
        return True

    def _open(self, change: Change, target: settling.Target) -> Decimal:
        row = change.company.row(*target)
        own: Decimal = row.hidden.get("settled", {}).get(change.id, ZERO)
        return Decimal(row.data["Balance"]) + own


_LINE = Shape(
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

PAYMENT = Entity(
    "Payment",
    (
        *(each for each in head() if each.name != "DocNumber"),
        text("DocNumber", 21),
        ref("CustomerRef", "Customer", required=True, filterable=True),
        money("TotalAmt", filterable=True),
        money("UnappliedAmt", read_only=True),
        ref("DepositToAccountRef", "Account"),
        ref("PaymentMethodRef", "PaymentMethod", filterable=True),
        text("PaymentRefNum", 21, filterable=True),
        many("Line", _LINE),
        many("LinkedTxn", LINKED_TXN, read_only=True),
        ref("ARAccountRef"),
        flag("ProcessPayment"),
        anything("CreditCardPayment"),
        anything("CheckPayment"),
        many("CustomField", CUSTOM_FIELD),
        ref("ProjectRef"),
        ref("TaxExemptionRef"),
    ),
    PaymentRules(),
    frozenset({"create", "read", "update", "delete", "void", "query"}),
    "transaction",
    label="Payment",
    void_by=("include", "operation"),
)

ENTITIES = (PAYMENT,)
