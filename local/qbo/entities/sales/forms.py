"""Sales forms: Invoice, SalesReceipt, CreditMemo, RefundReceipt."""

from abc import ABC, abstractmethod
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import dimensions, settling
from local.qbo.entities.currency.rules import (
    at_home,
    control_account,
    set_currency,
    set_home_amounts,
)
from local.qbo.entities.features import turned_off
from local.qbo.entities.numbering import number_sales_form
from local.qbo.entities.sales import autoapply, conversions
from local.qbo.entities.sales.custom_fields import custom_fields
from local.qbo.entities.sales.fields import (
    CREDIT_MEMO_FIELDS,
    INVOICE_FIELDS,
    ONLINE_FLAGS,
    RECEIPT_FIELDS,
    REFUND_FIELDS,
)
from local.qbo.entities.sales.lines import Priced, price
from local.qbo.entities.tax.documents import Base, Taxed, document_tax
from local.qbo.entities.terms import due_date
from local.qbo.entities.voiding import zeroed
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Rules, Values, referred
from local.qbo.schema import Entity
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_CASH = ("Bank", "Other Current Asset")


class SalesRules(Rules, ABC):
    """What all sales forms share. `sign` is 1 for a sale and -1 for its return."""

    checks: tuple[str, ...] = (
        "lines: item exists, active, no category (2500); Amount = Qty × UnitPrice (6070)",
        "one discount line; shipping by SHIPPING_ITEM_ID",
        "US: TAX/NON per line (6100), one code per document (6160) or the engine's own",
        "elsewhere: a code per line (6000, 2500, 6160), GlobalTaxCalculation (6170)",
        "tax once per rate; TotalTax and TaxLine override",
        "total not negative (6000); books not closed (6210); DocNumber (2050, 6140)",
    )
    sign = 1
    customer_needed = True
    #: What a new document says of its printing.
    print_status = "NeedToPrint"

    def build(self, change: Change) -> Values:
        dimensions.header(change, change.values)
        values = change.values = self.resolved(change)
        company = change.company
        values.setdefault("TxnDate", company.today())
        self._check_customer(change, values)
        self._check_email(change, values)
        self._copy_addresses(change, values)
        rate = set_currency(change, values, self._customer(company, values))
        number_sales_form(change, values)
        priced = price(change, values["Line"])
        discount_first = bool(values.get("ApplyTaxAfterDiscount"))
        base = Base(
            priced.by_code,
            priced.discount,
            discount_first,
            discount_code=priced.discount_code,
            lines=priced.with_parts,
        )
        taxed = document_tax(change, base)
        total = cents(priced.net + taxed.total)
        if total < 0:
            raise faults.business("You must specify a transaction amount that is 0 or greater.")
        values["Line"] = priced.lines
        values["TxnTaxDetail"] = taxed.detail
        values["TotalAmt"] = total
        values["GlobalTaxCalculation"] = taxed.calculation
        values["ApplyTaxAfterDiscount"] = None if taxed.calculation else discount_first
        values["CustomField"] = custom_fields(company, values.get("CustomField") or [])
        values.setdefault("PrintStatus", self.print_status)
        values.setdefault("EmailStatus", "NotSet")
        self.finish(change, values)
        set_home_amounts(values, rate, company)
        change.hidden.pop("voided", None)
        change.hidden["splits"] = self._splits(change, values, priced, taxed, rate)
        change.hidden["stock"] = self.stock(priced)
        return values

    def finish(self, change: Change, values: Values) -> None:
        """Fields of one kind of form only."""

    @abstractmethod
    def money_account(self, company: "Company", values: Values) -> str:
        """The account on the other side of the income: receivable, or where money goes."""

    def money_name(self, values: Values) -> tuple[str, str] | None:
        """Whose balance the form moves."""
        return None

    def extra_splits(self, change: Change, values: Values) -> tuple[Split, ...]:
        """What the form posts besides the sale."""
        return ()

    def stock(self, priced: Priced) -> tuple[tuple[str, Decimal, None, str], ...]:
        """The tracked items that the form moves; forms that do not post move none."""
        return tuple((item, -qty * self.sign, None, of) for item, qty, of in priced.stock)

    def saved(self, change: Change, row: Row) -> None:
        conversions.saved(change, row)

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        conversions.deleted(company, row, editor)

    def voided(self, company: "Company", row: Row) -> tuple[Values, Values]:
        data = {**zeroed(row.data), "LinkedTxn": []}
        return data, {**row.hidden, "splits": (), "tax_override": None}

    def _check_customer(self, change: Change, values: Values) -> None:
        if values.get("CustomerRef") is None and self.customer_needed:
            raise QboFault(faults.missing("CustomerRef"))

    def _check_email(self, change: Change, values: Values) -> None:
        """Raises 6420 for what is to be mailed to nobody, unless a full update took it away."""
        if values.get("EmailStatus") != "NeedToSend" or values.get("BillEmail"):
            return
        if not change.creating and not change.sparse and "EmailStatus" not in change.sent:
            values["EmailStatus"] = "NotSet"
            return
        raise faults.fault(
            "6420", "Email address is required", "Email address is required", "BillEmail"
        )

    def _customer(self, company: "Company", values: Values) -> Row | None:
        reference = values.get("CustomerRef")
        return company.table("Customer").rows[reference["value"]] if reference else None

    def _copy_addresses(self, change: Change, values: Values) -> None:
        customer = values.get("CustomerRef")
        if customer is None or not change.creating:
            return
        data = change.company.table("Customer").rows[customer["value"]].data
        for name in ("BillAddr", "ShipAddr"):
            if name not in values and data.get(name):
                values[name] = data[name]
        if "BillEmail" not in values and data.get("PrimaryEmailAddr"):
            values["BillEmail"] = data["PrimaryEmailAddr"]

    def _splits(
        self, change: Change, values: Values, priced: Priced, taxed: Taxed, rate: Decimal
    ) -> tuple[Split, ...]:
        company, sign = change.company, self.sign
        splits = [
            Split(
                self.money_account(company, values),
                values["TotalAmt"] * sign,
                self.money_name(values),
            )
        ]
        splits += [
            replace(each, amount=-each.amount * sign)
            for each in (*priced.credits, *taxed.credits)
            if each.amount
        ]
        if priced.discount:
            class_id = str((values.get("ClassRef") or {}).get("value", ""))
            account = priced.discount_account
            splits.append(Split(account, priced.discount * sign, class_id=class_id))
        splits += self.extra_splits(change, values)
        if len(splits) == 1:
            return ()
        department = (values.get("DepartmentRef") or {}).get("value")
        if department:
            splits = [replace(each, department_id=department) for each in splits]
        code = values["CurrencyRef"]["value"]
        return at_home(company, tuple(splits), code, rate, values["TxnDate"])


class OnAccountRules(SalesRules):
    """Forms that move a customer's balance and that payments settle."""

    checks: tuple[str, ...] = (
        *SalesRules.checks,
        "customer exists and is active (2020, 2500)",
        "Balance and LinkedTxn follow from payments",
    )

    def money_account(self, company: "Company", values: Values) -> str:
        return receivable(company, values["CurrencyRef"]["value"])

    def money_name(self, values: Values) -> tuple[str, str] | None:
        return ("Customer", values["CustomerRef"]["value"])

    def finish(self, change: Change, values: Values) -> None:
        values["LinkedTxn"] = conversions.links(change, values)
        settled = sum(change.hidden.get("settled", {}).values(), ZERO)
        values["Balance"] = cents(values["TotalAmt"] - values.get("Deposit", ZERO) - settled)

    def saved(self, change: Change, row: Row) -> None:
        super().saved(change, row)
        settling.changed(change, row)
        autoapply.saved(change, row)

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        super().deleted(company, row, editor)
        settling.refuse_or_release(company, row, editor)

    def voided(self, company: "Company", row: Row) -> tuple[Values, Values]:
        data, hidden = super().voided(company, row)
        data.pop("Deposit", None)
        return {**data, "Balance": cents(ZERO)}, {**hidden, "settled": {}}


class InvoiceRules(OnAccountRules):
    """Invoices: due by their terms, with an optional deposit taken at once."""

    def finish(self, change: Change, values: Values) -> None:
        values.update({name: values.get(name, False) for name in ONLINE_FLAGS})
        if values.get("Deposit"):
            self._check_deposit(change, values)
        super().finish(change, values)
        if "DueDate" not in change.sent and (
            change.creating or not change.sparse or change.sent & {"TxnDate", "SalesTermRef"}
        ):
            values["DueDate"] = self._due(change, values)
        values.setdefault("DueDate", self._due(change, values))

    def extra_splits(self, change: Change, values: Values) -> tuple[Split, ...]:
        deposit = values.get("Deposit")
        if not deposit:
            return ()
        account = values["DepositToAccountRef"]["value"]
        return (
            Split(account, deposit),
            Split(self.money_account(change.company, values), -deposit, self.money_name(values)),
        )

    def _check_deposit(self, change: Change, values: Values) -> None:
        if not change.company.preference("SalesFormsPrefs", "AllowDeposit"):
            turned_off(change.company, "Deposits are", "Deposit")
            del values["Deposit"]
            return
        values["Deposit"] = cents(values["Deposit"])
        if not 0 <= values["Deposit"] <= values["TotalAmt"]:
            raise faults.fault(
                "2140", "Invalid Amount", f"Invalid Amount : {values['Deposit']}", "Deposit"
            )
        values["DepositToAccountRef"] = deposit_account(change, values)

    def _due(self, change: Change, values: Values) -> str:
        company = change.company
        reference = values.get("SalesTermRef")
        if reference is None and change.creating:
            customer = company.table("Customer").rows[values["CustomerRef"]["value"]]
            reference = customer.data.get("SalesTermRef")
            if reference is not None:
                values["SalesTermRef"] = reference
        if reference is None:
            reference = company.preference("SalesFormsPrefs", "DefaultTerms")
        row = company.table("Term").rows.get((reference or {}).get("value", ""))
        return due_date(values["TxnDate"], row)


class CreditMemoRules(OnAccountRules):
    """Credit memos: what is left of one can be applied to invoices by a payment."""

    sign = -1

    def finish(self, change: Change, values: Values) -> None:
        super().finish(change, values)
        values["RemainingCredit"] = values["Balance"]

    def voided(self, company: "Company", row: Row) -> tuple[Values, Values]:
        data, hidden = super().voided(company, row)
        return {**data, "RemainingCredit": cents(ZERO)}, hidden


class ReceiptRules(SalesRules):
    """Sales paid at once."""

    customer_needed = False
    checks: tuple[str, ...] = (
        *SalesRules.checks,
        "DepositToAccountRef a bank or current asset (6430), default Undeposited Funds",
    )

    def finish(self, change: Change, values: Values) -> None:
        values["Balance"] = cents(ZERO)
        values["LinkedTxn"] = conversions.links(change, values)
        values["DepositToAccountRef"] = deposit_account(change, values)

    def money_account(self, company: "Company", values: Values) -> str:
        return str(values["DepositToAccountRef"]["value"])


class RefundRules(ReceiptRules):
    """Money given back."""

    sign = -1
    print_status = "NotSet"


def receivable(company: "Company", code: str) -> str:
    """The receivable account of a currency. Raises 6000 in a company without one."""
    account = control_account(company, "AccountsReceivable", code)
    if account is None:
        raise faults.business("You need an Accounts Receivable account.")
    return account


def deposit_account(change: Change, values: Values) -> Values:
    """Where money goes: as sent, or Undeposited Funds. Raises 6430 for a wrong account type."""
    reference = values.get("DepositToAccountRef")
    if reference is None:
        id = change.company.account_by_subtype("UndepositedFunds")
        if id is None:
            raise QboFault(faults.missing("DepositToAccountRef"))
        reference = {"value": id}
    row = referred(
        change.company,
        "Account",
        reference,
        "DepositToAccountRef",
        change.earlier("DepositToAccountRef"),
    )
    if row.data["AccountType"] not in _CASH:
        raise faults.wrong_account_type()
    return {"value": row.id, "name": row.data["FullyQualifiedName"]}


_BASE = frozenset({"create", "read", "update", "delete", "query", "send", "pdf"})

ENTITIES = (
    Entity(
        "Invoice",
        INVOICE_FIELDS,
        InvoiceRules(),
        _BASE | {"void"},
        "transaction",
        label="Invoice",
        void_by=("operation",),
    ),
    Entity(
        "SalesReceipt",
        RECEIPT_FIELDS,
        ReceiptRules(),
        _BASE | {"void"},
        "transaction",
        label="Sales Receipt",
        void_by=("include",),
    ),
    Entity(
        "CreditMemo",
        CREDIT_MEMO_FIELDS,
        CreditMemoRules(),
        _BASE,
        "transaction",
        label="Credit Memo",
    ),
    Entity("RefundReceipt", REFUND_FIELDS, RefundRules(), _BASE, "transaction", label="Refund"),
)
