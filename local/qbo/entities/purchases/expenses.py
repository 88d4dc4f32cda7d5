"""Purchases: what is paid at once, by cash, check or card, and what a card gets back."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities.currency.rules import currency_of_account
from local.qbo.entities.numbering import number_purchase_form
from local.qbo.entities.purchases.fields import PURCHASE_FIELDS
from local.qbo.entities.purchases.forms import BASE, LINE_CHECKS, PostingFormRules
from local.qbo.entities.voiding import zeroed
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.rules import Change, Values, referred
from local.qbo.schema import Entity
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_ACCOUNTS = {
    "Cash": ("Bank", "Other Current Asset"),
    "Check": ("Bank",),
    "CreditCard": ("Credit Card",),
}
_PAYEES = ("Vendor", "Customer", "Employee")
#: Label in reports, and QuickBooks' number for the type of transaction, as `PurchaseEx` shows it.
_KINDS = {
    "Cash": ("Expense", "54"),
    "Check": ("Check", "3"),
    "CreditCard": ("Credit Card Expense", "54"),
}
_CREDIT = ("Credit Card Credit", "11")


class PurchaseRules(PostingFormRules):
    """What the money account gives, the lines take; a card credit the other way round."""

    checks: tuple[str, ...] = (
        *LINE_CHECKS,
        "PaymentType on every update (2020); AccountRef fits it: Cash and Check a bank, CreditCard "
        "a card (6430)",
        "Credit for cards only; EntityRef a vendor, customer or employee; a payable account on a "
        "line asks for a vendor (6000)",
        "DocNumber (2050, 6140; checks share theirs with bill payments)",
    )

    def sign(self, values: Values) -> int:
        return -1 if values.get("Credit") else 1

    def label(self, row: Row) -> str:
        return _kind(row.data)[0]

    def party(self, change: Change, values: Values) -> Row | None:
        if values["PaymentType"] != "CreditCard":
            values.pop("Credit", None)  # QuickBooks ignores it on cash and checks
        else:
            values.setdefault("Credit", False)
        company = change.company
        account = company.table("Account").rows[values["AccountRef"]["value"]]
        if account.data["AccountType"] not in _ACCOUNTS[values["PaymentType"]]:
            raise faults.wrong_account_type()
        reference = values.get("EntityRef")
        if reference is None:
            currency = {"value": currency_of_account(company, account.id)}
            values.setdefault("CurrencyRef", currency)
            return None
        kind = reference.get("type") or _kind_of_name(company, reference["value"])
        if kind not in _PAYEES:
            raise QboFault(faults.invalid_enumeration(kind, "EntityRef.type"))
        row = referred(company, kind, reference, "EntityRef", change.earlier("EntityRef"))
        values["EntityRef"] = {"value": row.id, "name": row.data["DisplayName"], "type": kind}
        return row

    def payee(self, values: Values) -> str | None:
        reference = values.get("EntityRef") or {}
        return str(reference["value"]) if reference.get("type") == "Vendor" else ""

    def finish(self, change: Change, values: Values) -> None:
        number_purchase_form(change, values)
        values.setdefault("PrintStatus", "NotSet")
        values.setdefault("CustomField", [])
        values["PurchaseEx"] = _internal("TxnType", _kind(values)[1])

    def money_split(self, values: Values) -> Split:
        return Split(values["AccountRef"]["value"], -values["TotalAmt"] * self.sign(values))

    def voided(self, company: "Company", row: Row) -> tuple[Values, Values]:
        hidden = {name: value for name, value in row.hidden.items() if name != "stock"}
        return zeroed(row.data), {**hidden, "splits": ()}

    def show(self, company: "Company", row: Row) -> Values:
        return {**row.data, "status": "Voided"} if row.hidden.get("voided") else row.data


def _kind(values: Values) -> tuple[str, str]:
    return _CREDIT if values.get("Credit") else _KINDS[values["PaymentType"]]


def _kind_of_name(company: "Company", id: str) -> str:
    """The list that a name is on; customers, vendors and employees share their ids."""
    return next((each for each in _PAYEES if id in company.table(each).rows), "Vendor")


def _internal(name: str, value: str) -> Values:
    """A name and value in the form that QuickBooks' own classes leave in an answer."""
    return {
        "any": [
            {
                "name": "{http://schema.intuit.com/finance/v3}NameValue",
                "declaredType": "com.intuit.schema.finance.v3.NameValue",
                "scope": "javax.xml.bind.JAXBElement$GlobalScope",
                "value": {"Name": name, "Value": value},
                "nil": False,
                "globalScope": True,
                "typeSubstituted": False,
            }
        ]
    }


ENTITIES = (
    Entity(
        "Purchase",
        PURCHASE_FIELDS,
        PurchaseRules(),
        BASE,
        "transaction",
        always=("PaymentType",),
    ),
)
