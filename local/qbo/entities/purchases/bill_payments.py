"""Payments to vendors: by check or card, applied to bills, together with vendor credits or not."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import dimensions, settling
from local.qbo.entities.currency.rules import one_foreign, set_currency, set_home_amounts
from local.qbo.entities.numbering import refuse_used_check_number
from local.qbo.entities.payment_lines import PAYMENT_LINE, payment_lines
from local.qbo.entities.purchases.forms import BASE, payable, vendor_of
from local.qbo.entities.sales.fields import PRINT_STATUS, head
from local.qbo.entities.voiding import zeroed
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.money import cents
from local.qbo.rules import Change, Rules, Values, referred
from local.qbo.schema import (
    ADDRESS,
    CUSTOM_FIELD,
    Entity,
    Shape,
    anything,
    enum,
    flag,
    many,
    money,
    obj,
    ref,
    text,
)
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_CHECK = Shape(
    "BillPaymentCheck",
    (
        ref("BankAccountRef"),
        enum("PrintStatus", *PRINT_STATUS),
        obj("PayeeAddr", ADDRESS),
        anything("CheckDetail"),
        anything("BillPaymentCheckEx"),
    ),
)
_CARD = Shape(
    "BillPaymentCreditCard",
    (ref("CCAccountRef"), anything("CCDetail"), anything("BillPaymentCreditCardEx")),
)
#: Per PayType: the field with the account that pays, its key, the account's type, the label.
_WAYS = {
    "Check": ("CheckPayment", "BankAccountRef", "Bank", "Bill Payment (Check)"),
    "CreditCard": (
        "CreditCardPayment",
        "CCAccountRef",
        "Credit Card",
        "Bill Payment (Credit Card)",
    ),
}


class BillPaymentRules(Rules):
    """A payment posts its whole total against payables, applied or not."""

    checks = (
        "TotalAmt (6000), at least one line that links a document (2020)",
        "linked documents exist (610) and belong to the vendor; links to purchases are dropped",
        "no more applied than open, nor than paid (6000); the rest is the vendor's credit",
        "CheckPayment.BankAccountRef a bank, CreditCardPayment.CCAccountRef a card (2020, 6430), "
        "but for nothing paid",
        "DocNumber (2050; 6140 among checks)",
    )

    def build(self, change: Change) -> Values:
        dimensions.header(change, change.values)
        values = self.resolved(change)
        company = change.company
        if values.get("TotalAmt") is None:
            raise faults.business("You must set a transaction amount.")
        values["TotalAmt"] = cents(values["TotalAmt"])
        if values["TotalAmt"] < 0:
            raise faults.business("You must specify a transaction amount that is 0 or greater.")
        values.setdefault("TxnDate", company.today())
        rate = set_currency(change, values, vendor_of(company, values))
        values["APAccountRef"] = payable(change, values)
        self._check_way(change, values)
        if values["PayType"] == "Check" and values.get("DocNumber"):
            refuse_used_check_number(change, values["DocNumber"])
        values["Line"] = lines = payment_lines(change, settling.VENDORS, values)
        if not lines:
            raise QboFault(faults.missing("Line"))
        if settling.unapplied(company, settling.VENDORS, values["TotalAmt"], lines) < 0:
            raise faults.business(
                "The amount paid must be greater than or equal to the amount applied."
            )
        set_home_amounts(values, rate, company)
        change.hidden.pop("voided", None)
        return values

    def label(self, row: Row) -> str:
        return _WAYS[row.data["PayType"]][3]

    def splits(self, company: "Company", row: Row) -> tuple[Split, ...]:
        if row.hidden.get("voided"):
            return ()
        name, key, _, _ = _WAYS[row.data["PayType"]]
        cash = row.data.get(name, {}).get(key, {}).get("value", "")
        control = row.data["APAccountRef"]["value"]
        return settling.payment_splits(company, row, cash, control)

    def saved(self, change: Change, row: Row) -> None:
        settling.settle_lines(change, row)

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        settling.unsettle(company, row, editor)

    def voided(self, company: "Company", row: Row) -> tuple[Values, Values]:
        return {**zeroed(row.data), "Line": []}, row.hidden

    def _check_way(self, change: Change, values: Values) -> None:
        """Complete how it is paid: the other way's field goes, and the account is checked."""
        name, key, type, _ = _WAYS[values["PayType"]]
        for other, *_ in _WAYS.values():
            if other != name:
                values.pop(other, None)
        way = dict(values.get(name) or {})
        if not way and values.get(name) is None:
            raise QboFault(faults.missing(name))
        if name == "CheckPayment":
            way.setdefault("PrintStatus", "NeedToPrint")
        reference = way.get(key)
        if reference is not None:
            earlier = (change.earlier(name) or {}).get(key)
            row = referred(change.company, "Account", reference, f"{name}.{key}", earlier)
            if row.data["AccountType"] != type:
                raise faults.wrong_account_type()
            way[key] = {"value": row.id, "name": row.data["FullyQualifiedName"]}
            one_foreign(change.company, values["CurrencyRef"]["value"], row.id)
        elif values["TotalAmt"]:
            raise QboFault(faults.missing(key, f"{name}.{key}"))
        values[name] = way


ENTITIES = (
    Entity(
        "BillPayment",
        (
            ref("VendorRef", "Vendor", required=True, filterable=True),
            ref("APAccountRef", "Account", keep=True, filterable=True),
            enum("PayType", *_WAYS, required=True),
            obj("CheckPayment", _CHECK),
            obj("CreditCardPayment", _CARD),
            money("TotalAmt", filterable=True),
            *head(),
            many("Line", PAYMENT_LINE, required=True),
            flag("ProcessBillPayment"),
            many("CustomField", CUSTOM_FIELD),
            text("Memo", 4000),
        ),
        BillPaymentRules(),
        BASE | {"void"},
        "transaction",
        label="Bill Payment",
        feature="bills",
        void_by=("include",),
    ),
)
