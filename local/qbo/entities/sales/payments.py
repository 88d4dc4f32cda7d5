"""Payments of customers: money received, applied to invoices, together with credits or not."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import settling
from local.qbo.entities.currency.rules import one_foreign, set_currency
from local.qbo.entities.payment_lines import PAYMENT_LINE, payment_lines
from local.qbo.entities.sales import autoapply
from local.qbo.entities.sales.fields import head
from local.qbo.entities.sales.forms import deposit_account, receivable
from local.qbo.entities.sales.payment_shown import shown
from local.qbo.entities.voiding import zeroed
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import (
    CUSTOM_FIELD,
    LINKED_TXN,
    Entity,
    anything,
    flag,
    many,
    money,
    ref,
    text,
)
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company


class PaymentRules(Rules):
    """A payment posts its whole total against receivables, applied or not."""

    number_field = "PaymentRefNum"

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
        customer = change.company.table("Customer").rows[values["CustomerRef"]["value"]]
        set_currency(change, values, customer)
        values["DepositToAccountRef"] = account = deposit_account(change, values)
        one_foreign(change.company, values["CurrencyRef"]["value"], account["value"])
        values["Line"] = lines = payment_lines(change, settling.CUSTOMERS, values)
        left = settling.unapplied(change.company, settling.CUSTOMERS, values["TotalAmt"], lines)
        if left < 0:
            raise faults.business(
                "The amount received must be greater than or equal to the amount applied."
            )
        values["UnappliedAmt"] = left
        values["ProcessPayment"] = False
        values["LinkedTxn"] = []
        change.hidden.pop("voided", None)
        return values

    def show(self, company: "Company", row: Row) -> Values:
        return shown(company, row)

    def splits(self, company: "Company", row: Row) -> tuple[Split, ...]:
        if row.hidden.get("voided"):
            return ()
        control = receivable(company, row.data["CurrencyRef"]["value"])
        cash = row.data["DepositToAccountRef"]["value"]
        return settling.payment_splits(company, row, cash, control)

    def saved(self, change: Change, row: Row) -> None:
        settling.settle_lines(change, row)
        autoapply.saved(change, row)

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        settling.unsettle(company, row, editor)

    def voided(self, company: "Company", row: Row) -> tuple[Values, Values]:
        return {**zeroed(row.data), "Line": [], "UnappliedAmt": cents(ZERO)}, row.hidden


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
        many("Line", PAYMENT_LINE),
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
    frozenset({"create", "read", "update", "delete", "void", "query", "send", "pdf"}),
    "transaction",
    label="Payment",
    void_by=("include", "operation"),
)

ENTITIES = (PAYMENT,)
