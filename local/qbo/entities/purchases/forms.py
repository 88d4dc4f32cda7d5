"""What the purchase forms share, and the two that move what a vendor is owed: Bill, VendorCredit.

Tax, stock and what is posted follow from the lines.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import dimensions, settling
from local.qbo.entities.currency.rules import (
    at_home,
    control_account,
    currency_of_account,
    set_currency,
    set_home_amounts,
)
from local.qbo.entities.numbering import number_purchase_form, refuse_used_bill_number
from local.qbo.entities.purchases import orders
from local.qbo.entities.purchases.fields import (
    BILL_FIELDS,
    PURCHASE_LINE,
    VENDOR_CREDIT_FIELDS,
)
from local.qbo.entities.purchases.lines import Bought, expense_lines
from local.qbo.entities.tax.documents import Base, Taxed, document_tax
from local.qbo.entities.terms import due_date
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Rules, Values, referred
from local.qbo.schema import Entity
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

LINE_CHECKS = (
    "lines: item or account exists and is active (2500, 6440), no receivable account (6430); "
    "Amount = Qty × UnitPrice (6070); HasBeenBilled read-only (2170), billable asks for a customer "
    "(6310)",
    "total not negative (6000); books not closed (6210)",
)


class PurchaseFormRules(Rules, ABC):
    """A form with lines that buy items or are charged to accounts."""

    def build(self, change: Change) -> Values:
        dimensions.header(change, change.values)
        values = self.resolved(change)
        values.setdefault("TxnDate", change.company.today())
        party = self.party(change, values)
        rate = set_currency(change, values, party)
        bought = expense_lines(change, values, self.payee(values))
        base = Base(bought.by_code, purchase=True, lines=bought.lines)
        taxed = document_tax(change, base)
        values["Line"] = bought.lines
        values["TxnTaxDetail"] = taxed.detail
        values["GlobalTaxCalculation"] = taxed.calculation
        values["TotalAmt"] = cents(bought.net + taxed.total)
        bought.make_dearer(taxed.costs)
        if values["TotalAmt"] < 0:
            raise faults.business("You must specify a transaction amount that is 0 or greater.")
        self.finish(change, values)
        values["Line"] = [_in_order(line) for line in values["Line"]]
        set_home_amounts(values, rate, change.company)
        change.hidden.pop("voided", None)
        self.post(change, values, bought, taxed, rate)
        return values

    def sign(self, values: Values) -> int:
        """1 for what is bought, -1 for what goes back."""
        return 1

    @abstractmethod
    def party(self, change: Change, values: Values) -> Row | None:
        """Who it is bought from."""

    def payee(self, values: Values) -> str | None:
        """Which vendor a line on a payable account is charged to; None refuses such lines."""
        return None

    @abstractmethod
    def finish(self, change: Change, values: Values) -> None:
        """Number the form and set the fields of its kind only."""

    def post(
        self, change: Change, values: Values, bought: Bought, taxed: Taxed, rate: Decimal
    ) -> None:
        """Keep what the form posts and which stock it moves."""


class PostingFormRules(PurchaseFormRules, ABC):
    """A form that posts its lines against what is owed or paid."""

    @abstractmethod
    def money_split(self, values: Values) -> Split:
        """The other side of the lines: what is owed or paid, negative for what is bought."""

    def post(
        self, change: Change, values: Values, bought: Bought, taxed: Taxed, rate: Decimal
    ) -> None:
        change.hidden["splits"] = self._splits(change, values, bought, taxed, rate)
        # What each line posts at home, whose splits follow the first, without those of nothing.
        posted = iter(change.hidden["splits"][1:])
        costs = [next(posted).amount if each.amount else ZERO for each in bought.debits]
        change.hidden["stock"] = tuple(
            (item, quantity * self.sign(values), costs[at], bought.debits[at].class_id)
            for item, quantity, at in bought.stock
        )

    def _splits(
        self, change: Change, values: Values, bought: Bought, taxed: Taxed, rate: Decimal
    ) -> tuple[Split, ...]:
        sign = self.sign(values)
        lines = [
            replace(each, amount=each.amount * sign)
            for each in (*bought.debits, *taxed.credits)
            if each.amount
        ]
        if not lines:
            return ()
        splits = [self.money_split(values), *lines]
        department = (values.get("DepartmentRef") or {}).get("value")
        if department:
            splits = [replace(each, department_id=department) for each in splits]
        code = values["CurrencyRef"]["value"]
        return at_home(change.company, tuple(splits), code, rate, values["TxnDate"])


class PayableRules(PostingFormRules, ABC):
    """Forms that move what a vendor is owed, and that bill payments settle."""

    checks: tuple[str, ...] = (
        *LINE_CHECKS,
        "VendorRef on every update (2020); vendor exists and is active (2500)",
        "APAccountRef a payable account of the currency (6430)",
        "Balance and LinkedTxn follow from bill payments",
    )

    def party(self, change: Change, values: Values) -> Row | None:
        return vendor_of(change.company, values)

    def finish(self, change: Change, values: Values) -> None:
        values["APAccountRef"] = payable(change, values)
        values["LinkedTxn"] = self.links(change, values)
        settled = sum(change.hidden.get("settled", {}).values(), ZERO)
        values["Balance"] = cents(values["TotalAmt"] - settled)

    def links(self, change: Change, values: Values) -> list[Values]:
        """What the document is linked to."""
        return change.earlier("LinkedTxn") or []

    def money_split(self, values: Values) -> Split:
        name = ("Vendor", values["VendorRef"]["value"])
        return Split(values["APAccountRef"]["value"], -values["TotalAmt"] * self.sign(values), name)

    def saved(self, change: Change, row: Row) -> None:
        settling.changed(change, row)

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        settling.refuse_or_release(company, row, editor)


class BillRules(PayableRules):
    """Bills: due by their terms; they may bill what was ordered."""

    checks: tuple[str, ...] = (
        *PayableRules.checks,
        "DocNumber (2050, 6140 where WarnDuplicateBillNumber)",
        "new lines bill order lines by LinkedTxn with TxnLineId; a wrong one is dropped silently",
    )

    def finish(self, change: Change, values: Values) -> None:
        refuse_used_bill_number(change, values)
        number_lines(values)
        copy_address(change, values)
        super().finish(change, values)
        if "DueDate" not in change.sent and (
            change.creating or not change.sparse or change.sent & {"TxnDate", "SalesTermRef"}
        ):
            values.pop("DueDate", None)
        values.setdefault("DueDate", self._due(change, values))

    def links(self, change: Change, values: Values) -> list[Values]:
        orders.link_lines(change, values)
        return orders.header_links(values["Line"], super().links(change, values))

    def saved(self, change: Change, row: Row) -> None:
        orders.billed(change, row)
        super().saved(change, change.company.row(*row.key))

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        super().deleted(company, row, editor)
        orders.unbilled(company, row, editor)

    def _due(self, change: Change, values: Values) -> str:
        terms = change.company.table("Term").rows
        if values.get("SalesTermRef") is None and change.creating:
            company = change.company
            usual = vendor_of(company, values).data.get("TermRef") or company.preference(
                "VendorAndPurchasesPrefs", "DefaultTerms"
            )
            term = terms.get(str((usual or {}).get("value", "")))
            if term is not None:
                values["SalesTermRef"] = {"value": term.id, "name": term.data["Name"]}
        reference = values.get("SalesTermRef") or {}
        return due_date(values["TxnDate"], terms.get(reference.get("value", "")))


class VendorCreditRules(PayableRules):
    """Vendor credits: what is left of one can be applied to bills by a bill payment."""

    checks: tuple[str, ...] = (*PayableRules.checks, "DocNumber (2050, 6140)")

    def sign(self, values: Values) -> int:
        return -1

    def finish(self, change: Change, values: Values) -> None:
        number_purchase_form(change, values)
        number_lines(values)
        super().finish(change, values)


def vendor_of(company: "Company", values: Values) -> Row:
    """The vendor of a form whose reference was found."""
    return company.table("Vendor").rows[values["VendorRef"]["value"]]


def copy_address(change: Change, values: Values) -> None:
    """Give a new form its vendor's address, unless another was sent."""
    address = vendor_of(change.company, values).data.get("BillAddr")
    if change.creating and address:
        values.setdefault("VendorAddr", address)


def number_lines(values: Values) -> None:
    """Set LineNum, as all forms have it but Purchase."""
    for number, line in enumerate(values["Line"], start=1):
        line["LineNum"] = number


def _in_order(line: Values) -> Values:
    """A line's values as QuickBooks orders them."""
    return {each.name: line[each.name] for each in PURCHASE_LINE.fields if each.name in line}


def payable(change: Change, values: Values) -> Values:
    """The payable account: as sent, or the one of the currency.

    Raises 6430 for another type of account or one of another currency, 6000 without any.
    """
    company = change.company
    code = values["CurrencyRef"]["value"]
    reference = values.get("APAccountRef")
    if reference is None or (change.before and "APAccountRef" not in change.sent):
        known = company.table("Account").rows.get(str((reference or {}).get("value")))
        if known is None or currency_of_account(company, known.id) != code:
            id = control_account(company, "AccountsPayable", code)
            if id is None:
                raise faults.business("You need an Accounts Payable account.")
            reference = {"value": id}
    assert reference is not None
    earlier = change.earlier("APAccountRef")
    row = referred(company, "Account", reference, "APAccountRef", earlier)
    if (
        row.data["AccountType"] != "Accounts Payable"
        or currency_of_account(company, row.id) != code
    ):
        raise faults.wrong_account_type()
    return {"value": row.id, "name": row.data["FullyQualifiedName"]}


BASE = frozenset({"create", "read", "update", "delete", "query"})

ENTITIES = (
    Entity(
        "Bill",
        BILL_FIELDS,
        BillRules(),
        BASE,
        "transaction",
        label="Bill",
        feature="bills",
        always=("VendorRef",),
    ),
    Entity(
        "VendorCredit",
        VENDOR_CREDIT_FIELDS,
        VendorCreditRules(),
        BASE,
        "transaction",
        label="Vendor Credit",
        feature="bills",
        always=("VendorRef",),
    ),
)
