"""Deposits: what waited in Undeposited Funds goes to the bank, beside money that comes directly."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import dimensions, settling
from local.qbo.entities.banking.undeposited import (
    Waiting,
    deposit_of,
    is_undeposited,
    mark,
    waiting,
)
from local.qbo.entities.currency.rules import (
    at_home,
    currency_of_account,
    exchange_account,
    home_code,
    set_currency,
    set_home_amounts,
)
from local.qbo.entities.journal import PARTIES
from local.qbo.entities.sales.fields import head
from local.qbo.entities.sales.lines import number_line
from local.qbo.entities.tax.deposits import DepositTax
from local.qbo.entities.tax.shapes import TXN_TAX_DETAIL
from local.qbo.entities.tax.world import CALCULATIONS
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Rules, Values, referred, resolve
from local.qbo.schema import (
    CUSTOM_FIELD,
    LINKED_TXN,
    Entity,
    Shape,
    anything,
    enum,
    many,
    money,
    obj,
    ref,
    text,
    whole,
)
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_TO = ("Bank", "Other Current Asset")
_ENTITIES = {"customer": "Customer", "vendor": "Vendor", "employee": "Employee"}
_ELEMENT = "Line.DepositLineDetail"

_DETAIL = Shape(
    "DepositLineDetail",
    (
        ref("AccountRef"),
        ref("Entity"),
        ref("PaymentMethodRef"),
        text("CheckNum", 21),
        ref("ClassRef"),
        anything("TxnType", read_only=False),
        ref("TaxCodeRef"),
        text("TaxApplicableOn"),
        anything("ProjectRef", read_only=False),
    ),
)
_LINE = Shape(
    "Line",
    (
        text("Id"),
        whole("LineNum"),
        text("Description", 4000),
        money("Amount"),
        text("DetailType"),
        many("LinkedTxn", LINKED_TXN),
        obj("DepositLineDetail", _DETAIL),
        anything("CustomField"),
        anything("CustomExtensions"),
        anything("ProjectRef"),
    ),
)
_CASH_BACK = Shape("CashBackInfo", (ref("AccountRef"), money("Amount"), text("Memo", 4000)))


@dataclass
class _Lines:
    """The lines of a deposit: as they are kept, what each posts, in which currencies they come,
    by index what the linked ones take, and the keys of that."""

    tax: DepositTax
    kept: list[Values] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    taken: dict[int, Waiting] = field(default_factory=dict)
    keys: set[object] = field(default_factory=set)


class DepositRules(Rules):
    """A deposit posts to its account what its lines come to, less the cash kept back."""

    checks = (
        "linked lines: TxnLineId (2020), in Undeposited Funds and in no other deposit (620), the "
        "full amount (6000)",
        "direct lines: AccountRef (2020); an A/R line names a customer, an A/P line a vendor "
        "(6000); negative for fees",
        "DepositToAccountRef a bank or current asset (6430); total not negative (6000)",
        "one foreign currency (6000)",
        "outside the US, a direct line with a tax code says TaxApplicableOn (2270)",
    )

    def build(self, change: Change) -> Values:
        department = dimensions.header(change, change.values)
        values = self.resolved(change)
        company = change.company
        values.setdefault("TxnDate", company.today())
        bank = referred(
            company,
            "Account",
            values["DepositToAccountRef"],
            "DepositToAccountRef",
            change.earlier("DepositToAccountRef"),
        )
        if bank.data["AccountType"] not in _TO:
            raise faults.wrong_account_type()
        if is_undeposited(company, bank.id):
            raise faults.business("Select a bank account for this deposit.")
        lines = self._lines(change, values["Line"])
        if "CurrencyRef" not in change.sent:
            code = min(lines.codes, default=currency_of_account(company, bank.id))
            values["CurrencyRef"] = {"value": code}
        rate = set_currency(change, values, None)
        code = values["CurrencyRef"]["value"]
        if lines.codes - {code}:
            raise faults.business("You can only use one foreign currency per transaction.")
        back = self._cash_back(change, values)
        tax = lines.tax.post(values, lines.splits)
        total = cents(sum((line["Amount"] for line in lines.kept), tax) - back)
        if total < 0:
            raise faults.business("You must specify a transaction amount that is 0 or greater.")
        values["Line"] = lines.kept
        values["TotalAmt"] = total
        set_home_amounts(values, rate, company)
        splits = [Split(bank.id, total), *lines.splits]
        if back:
            splits.append(Split(values["CashBack"]["AccountRef"]["value"], back))
        splits = [replace(each, department_id=department) for each in splits]
        posted = at_home(company, tuple(splits), code, rate, values["TxnDate"])
        change.hidden["splits"] = _relieved(company, posted, lines)
        change.hidden["taken"] = tuple(each.key for each in lines.taken.values())
        return values

    def saved(self, change: Change, row: Row) -> None:
        before = change.before.hidden["taken"] if change.before else ()
        after = row.hidden["taken"]
        for key in before:
            if key not in after:
                mark(change.company, key, None, change.editor)
        for key in after:
            if key not in before:
                mark(change.company, key, row.id, change.editor)
        settling.changed(change, row)

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        settling.refuse_or_release(company, row, editor)
        for key in row.hidden["taken"]:
            mark(company, key, None, editor)

    def _lines(self, change: Change, sent: list[Values]) -> _Lines:
        earlier = {each["Id"]: each for each in change.earlier("Line") or ()}
        used: set[str] = set()
        lines = _Lines(DepositTax(change))
        for line in sent:
            if line.get("Amount") is None:
                raise QboFault(faults.missing("Amount", "Line.Amount"))
            amount = cents(line["Amount"])
            id = number_line(change, line, earlier, used)
            done: Values = {"Id": id, "LineNum": len(lines.kept) + 1}
            if line.get("Description"):
                done["Description"] = line["Description"]
            done["Amount"] = amount
            if line.get("LinkedTxn"):
                done["LinkedTxn"] = self._linked(change, line, amount, lines)
            else:
                before = earlier.get(id, {}).get("DepositLineDetail", {})
                detail = self._direct(change, line, before, amount, lines)
                done |= {
                    "LinkedTxn": [],
                    "DetailType": "DepositLineDetail",
                    "DepositLineDetail": detail,
                }
            lines.kept.append(done)
        return lines

    def _linked(self, change: Change, line: Values, amount: Decimal, lines: _Lines) -> list[Values]:
        """Take what one transaction left in Undeposited Funds."""
        if line.get("DetailType"):
            # Reported of both forms: a linked line has neither a type nor a detail.
            if line.get("DepositLineDetail"):
                raise faults.business("Select a bank account for this deposit.")
            raise QboFault(faults.missing(f"{_ELEMENT}.AccountRef"))
        link = line["LinkedTxn"][0]
        found = waiting(change.company, link)
        holder = deposit_of(found.row, found.part)
        if found.key in lines.keys or holder not in (None, change.id):
            raise faults.cannot_link(f"{link['TxnType']} {link['TxnId']}")
        if amount != found.own:
            raise faults.business(
                "The amount of a deposited transaction must be its full amount.", "Line.Amount"
            )
        lines.taken[len(lines.splits)] = found
        lines.keys.add(found.key)
        lines.splits.append(Split(found.account, -amount, memo=line.get("Description", "")))
        currency = found.row.data.get("CurrencyRef") or {"value": home_code(change.company)}
        lines.codes.add(currency["value"])
        return [
            {
                "TxnId": link["TxnId"],
                "TxnType": link["TxnType"],
                "TxnLineId": link["TxnLineId"],
            }
        ]

    def _direct(
        self, change: Change, line: Values, before: Values, amount: Decimal, lines: _Lines
    ) -> Values:
        """Money, or a fee, that goes straight to or from an account."""
        company = change.company
        detail = dict(line.get("DepositLineDetail") or {})
        if not detail.get("AccountRef"):
            raise QboFault(faults.missing(f"{_ELEMENT}.AccountRef"))
        account = referred(
            company,
            "Account",
            detail["AccountRef"],
            f"{_ELEMENT}.AccountRef",
            before.get("AccountRef"),
        )
        detail["AccountRef"] = {"value": account.id, "name": account.data["FullyQualifiedName"]}
        if detail.get("PaymentMethodRef"):
            detail["PaymentMethodRef"] = resolve(
                company,
                "PaymentMethod",
                detail["PaymentMethodRef"],
                f"{_ELEMENT}.PaymentMethodRef",
                before.get("PaymentMethodRef"),
            )
        lines.tax.line(detail, len(lines.splits), amount)
        party = self._party(change, detail, account, before, lines)
        lines.splits.append(
            Split(
                account.id,
                -amount,
                party,
                line.get("Description", ""),
                class_id=dimensions.of_line(change, {}, detail, before, _ELEMENT),
            )
        )
        return detail

    def _party(
        self, change: Change, detail: Values, account: Row, before: Values, lines: _Lines
    ) -> tuple[str, str] | None:
        """Who a line is from; whose balance it moves, where it is receivable or payable."""
        sent = detail.get("Entity")
        kind = ""
        if sent is not None:
            kind = _ENTITIES.get(str(sent.get("type", "Customer")).lower(), "")
            if not kind:
                raise QboFault(
                    faults.invalid_enumeration(sent.get("type"), f"{_ELEMENT}.Entity.type")
                )
            row = referred(change.company, kind, sent, f"{_ELEMENT}.Entity", before.get("Entity"))
            name = {"value": row.id, "name": row.data["DisplayName"], "type": kind.upper()}
            detail["Entity"] = name
            if row.data.get("CurrencyRef"):
                lines.codes.add(row.data["CurrencyRef"]["value"])
        needed = PARTIES.get(account.data["AccountType"])
        if needed is None:
            return None
        if kind != needed[0]:
            raise faults.business(
                f"When you use {needed[1]}, you must choose a {needed[2]} in the Name field."
            )
        return (kind, str(detail["Entity"]["value"]))

    def _cash_back(self, change: Change, values: Values) -> Decimal:
        """What is kept of the money, in the deposit's currency. Raises 2020, 2140, 6430."""
        sent = values.get("CashBack")
        if not sent or not sent.get("Amount"):
            values.pop("CashBack", None)
            return cents(ZERO)
        if not sent.get("AccountRef"):
            raise QboFault(faults.missing("CashBack.AccountRef"))
        amount = cents(sent["Amount"])
        if amount < 0:
            raise faults.fault(
                "2140", "Invalid Amount", f"Invalid Amount : {amount}", "CashBack.Amount"
            )
        earlier = (change.earlier("CashBack") or {}).get("AccountRef")
        row = referred(change.company, "Account", sent["AccountRef"], "CashBack", earlier)
        if (
            row.data["Classification"] not in ("Asset", "Liability", "Equity")
            or row.data["AccountType"] in PARTIES
        ):
            raise faults.wrong_account_type()
        account = {"value": row.id, "name": row.data["FullyQualifiedName"]}
        values["CashBack"] = {**sent, "Amount": amount, "AccountRef": account}
        return amount


def _relieved(company: "Company", splits: tuple[Split, ...], lines: _Lines) -> tuple[Split, ...]:
    """Splits whose linked lines take from Undeposited Funds what was put there at home; what
    another rate makes of it is gained or lost."""
    done = list(splits)
    for index, found in lines.taken.items():
        done[index + 1] = replace(done[index + 1], amount=-found.home)
    gain = -sum((each.amount for each in done), ZERO)
    if gain:
        done.append(Split(exchange_account(company), gain, foreign=ZERO))
    return tuple(done)


DEPOSIT = Entity(
    "Deposit",
    (
        *head(),
        ref("DepositToAccountRef", "Account", required=True, filterable=True),
        many("Line", _LINE, required=True),
        obj("CashBack", _CASH_BACK),
        money("TotalAmt", read_only=True, filterable=True),
        obj("TxnTaxDetail", TXN_TAX_DETAIL),
        enum("GlobalTaxCalculation", *CALCULATIONS),
        anything("AttachableRef"),
        many("CustomField", CUSTOM_FIELD),
    ),
    DepositRules(),
    frozenset({"create", "read", "update", "delete", "query"}),
    "transaction",
    label="Deposit",
)

ENTITIES = (DEPOSIT,)
