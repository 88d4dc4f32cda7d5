"""Money between a company's own accounts: transfers, and payments of credit cards."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import dimensions
from local.qbo.entities.currency.rules import (
    at_home,
    currency_of_account,
    home_code,
    set_currency,
)
from local.qbo.entities.sales.fields import PRINT_STATUS, head
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.money import cents
from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import Entity, anything, enum, money, ref, text
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_BALANCE_SHEET = ("Asset", "Liability", "Equity")
_CONTROL = ("Accounts Receivable", "Accounts Payable")


class TransferRules(Rules):
    """From one account of the balance sheet to another. `from_field` and `to_field` name them."""

    from_field = "FromAccountRef"
    to_field = "ToAccountRef"
    number_field = "CheckNum"
    checks: tuple[str, ...] = (
        "accounts of the balance sheet, neither A/R nor A/P (6430), and different (6000)",
        "every update sends both accounts (2020)",
        "Amount not negative (6000); one foreign currency (6000)",
    )

    def build(self, change: Change) -> Values:
        self._both_sent(change)
        department = dimensions.header(change, change.values)
        values = self.resolved(change)
        company = change.company
        values.setdefault("TxnDate", company.today())
        source = self._account(company, values, self.from_field)
        target = self._account(company, values, self.to_field)
        if source == target:
            raise faults.business("You can't transfer funds from and to the same account.")
        amount = cents(values["Amount"])
        if amount < 0:
            raise faults.business("You must specify a transaction amount that is 0 or greater.")
        values["Amount"] = amount
        if "CurrencyRef" not in change.sent:
            values["CurrencyRef"] = {"value": self._currency(company, source, target)}
        rate = set_currency(change, values, None)
        splits = (
            Split(source, -amount, department_id=department),
            Split(target, amount, department_id=department),
        )
        code = values["CurrencyRef"]["value"]
        change.hidden["splits"] = at_home(company, splits, code, rate, values["TxnDate"])
        return values

    def _both_sent(self, change: Change) -> None:
        """A transfer's accounts are required on a sparse update too."""
        absent = [n for n in (self.from_field, self.to_field) if n not in change.sent]
        if absent:
            raise QboFault(*(faults.missing(name) for name in absent))

    def _account(self, company: "Company", values: Values, field: str) -> str:
        row = company.table("Account").rows[values[field]["value"]]
        if not self._fits(row, field):
            raise faults.wrong_account_type()
        return row.id

    def _fits(self, row: Row, field: str) -> bool:
        return (
            row.data["Classification"] in _BALANCE_SHEET and row.data["AccountType"] not in _CONTROL
        )

    def _currency(self, company: "Company", source: str, target: str) -> str:
        """The foreign currency where one of the accounts has one."""
        codes = [currency_of_account(company, each) for each in (source, target)]
        home = home_code(company)
        return next((code for code in codes if code != home), home)


class CardPaymentRules(TransferRules):
    """From a bank account to a credit card, in the home currency only."""

    from_field = "BankAccountRef"
    to_field = "CreditCardAccountRef"
    checks = (
        "BankAccountRef a bank, CreditCardAccountRef a credit card (6430)",
        "Amount not negative (6000); home currency only (6000)",
    )

    def _both_sent(self, change: Change) -> None:
        """Nothing beyond what the declaration requires."""

    def _fits(self, row: Row, field: str) -> bool:
        wanted = "Bank" if field == self.from_field else "Credit Card"
        return bool(row.data["AccountType"] == wanted)

    def _currency(self, company: "Company", source: str, target: str) -> str:
        home = home_code(company)
        if any(currency_of_account(company, each) != home for each in (source, target)):
            raise faults.business("Credit card payments can only be made in your home currency.")
        return home


_OPERATIONS = frozenset({"create", "read", "update", "delete", "query"})

TRANSFER = Entity(
    "Transfer",
    (
        *(each for each in head() if each.name != "DocNumber"),
        ref("FromAccountRef", "Account", required=True),
        ref("ToAccountRef", "Account", required=True),
        money("Amount", required=True),
        ref("ClassRef", "Class"),
    ),
    TransferRules(),
    _OPERATIONS,
    "transaction",
    label="Transfer",
)

CREDIT_CARD_PAYMENT = Entity(
    "CreditCardPayment",
    (
        *(each for each in head() if each.name != "DocNumber"),
        ref("BankAccountRef", "Account", required=True),
        ref("CreditCardAccountRef", "Account", required=True),
        money("Amount", required=True),
        ref("VendorRef", "Vendor", filterable=True),
        text("Memo", 4000),
        enum("PrintStatus", *PRINT_STATUS),
        text("CheckNum", 21),
        anything("LinkedTxn"),
    ),
    CardPaymentRules(),
    _OPERATIONS,
    "transaction",
    label="Credit Card Payment",
    shown_as="CreditCardPaymentTxn",
)

ENTITIES = (TRANSFER, CREDIT_CARD_PAYMENT)
