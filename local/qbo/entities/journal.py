"""Journal entries: the ledger's own form."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import dimensions, settling
from local.qbo.entities.currency.rules import at_home, set_currency
from local.qbo.entities.numbering import left_to_quickbooks, refuse_duplicate
from local.qbo.entities.sales.fields import head
from local.qbo.entities.sales.lines import number_line
from local.qbo.entities.tax.journal import JournalTax
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
    flag,
    many,
    money,
    number,
    obj,
    ref,
    text,
    whole,
)
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_NUMBERS = "JournalNumber"
_ELEMENT = "Line.JournalEntryLineDetail"
#: Types of account that belong to someone, who is then named: entity, and the two words for it.
PARTIES = {
    "Accounts Receivable": ("Customer", "Accounts Receivable", "customer"),
    "Accounts Payable": ("Vendor", "Accounts Payable", "vendor"),
}

_ENTITY = Shape(
    "EntityTypeRef",
    (
        enum("Type", "Customer", "Vendor", "Employee"),
        ref("EntityRef"),
    ),
)
_DETAIL = Shape(
    "JournalEntryLineDetail",
    (
        enum("PostingType", "Debit", "Credit"),
        ref("AccountRef"),
        obj("Entity", _ENTITY),
        ref("ClassRef"),
        ref("DepartmentRef"),
        ref("TaxCodeRef"),
        text("TaxApplicableOn"),
        number("TaxAmount"),
        number("TaxInclusiveAmt"),
        text("BillableStatus"),
        anything("JournalCodeRef"),
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
        obj("JournalEntryLineDetail", _DETAIL),
        many("LinkedTxn", LINKED_TXN),
        many("CustomField", CUSTOM_FIELD),
        anything("CustomExtensions"),
        anything("ProjectRef"),
    ),
)


class JournalRules(Rules):
    """At least two lines that balance; receivables and payables name who."""

    checks = (
        "at least two lines (6000), each with account and posting type (2020, 2260)",
        "debits equal credits, tax included (2300)",
        "outside the US, a line with a tax code says TaxApplicableOn (2270) and TaxAmount (2280)",
        "an A/R line names a customer, an A/P line a vendor (6000)",
    )

    def build(self, change: Change) -> Values:
        values = self.resolved(change)
        company = change.company
        values.setdefault("TxnDate", company.today())
        rate = set_currency(change, values, None)
        values.setdefault("Adjustment", False)
        asked = left_to_quickbooks(change, values) or "allowautodocnum" in change.options
        number = values.get("DocNumber")
        if not number and asked:
            number = str(company.count(_NUMBERS, company.last_number(_NUMBERS) + 1))
            values["DocNumber"] = number
        if number and company.other_preference("WarnDuplicateJournalNumber") == "true":
            refuse_duplicate(change, number)
        splits: list[Split] = []
        tax = JournalTax(change)
        values["Line"] = self._lines(change, values["Line"], splits, tax)
        splits += tax.splits
        tax.show(values)
        if sum((each.amount for each in splits), ZERO) != 0:
            raise _unbalanced(change)
        values["TotalAmt"] = 0
        if change.earlier("LinkedTxn"):
            values["LinkedTxn"] = change.earlier("LinkedTxn")
        code = values["CurrencyRef"]["value"]
        change.hidden["splits"] = at_home(company, tuple(splits), code, rate, values["TxnDate"])
        return values

    def saved(self, change: Change, row: Row) -> None:
        settling.changed(change, row)

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        settling.refuse_or_release(company, row, editor)

    def _lines(
        self, change: Change, sent: list[Values], splits: list[Split], tax: JournalTax
    ) -> list[Values]:
        earlier = {each["Id"]: each for each in change.earlier("Line") or ()}
        used: set[str] = set()
        lines: list[Values] = []
        for line in sent:
            if line.get("DetailType") == "DescriptionOnly":
                continue
            detail = dict(line.get("JournalEntryLineDetail") or {})
            if line.get("Amount") is None:
                raise QboFault(faults.missing("Amount", "Line.Amount"))
            if not detail.get("PostingType"):
                raise faults.fault("2260", "MissingPostingType", "MissingPostingType", "Line")
            if not detail.get("AccountRef"):
                raise QboFault(faults.missing("AccountRef", "Line"))
            amount = cents(line["Amount"])
            if amount < 0:
                raise faults.fault(
                    "2290",
                    "NegativeAmount",
                    "Negative amounts aren't supported on transaction lines",
                    "Line.Amount",
                )
            amount = tax.line(detail, amount)
            id = number_line(change, line, earlier, used, first=0)
            before = earlier.get(id, {}).get("JournalEntryLineDetail", {})
            account = referred(
                change.company,
                "Account",
                detail["AccountRef"],
                "AccountRef",
                before.get("AccountRef"),
            )
            detail["AccountRef"] = {"value": account.id, "name": account.data["FullyQualifiedName"]}
            party = self._party(change, detail, account)
            sign = 1 if detail["PostingType"] == "Debit" else -1
            splits.append(
                Split(
                    account.id,
                    amount * sign,
                    party,
                    line.get("Description", ""),
                    class_id=dimensions.of_line(change, {}, detail, before, _ELEMENT),
                    department_id=dimensions.location_of_line(change, detail, before, _ELEMENT),
                )
            )
            done: Values = {
                "Id": id,
                "Amount": amount,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": detail,
            }
            if line.get("Description"):
                done["Description"] = line["Description"]
            lines.append(done)
        if sum(1 for line in lines if line["Amount"]) < 2:
            raise faults.business("Fill out at least two detail lines to continue.")
        return lines

    def _party(self, change: Change, detail: Values, account: Row) -> tuple[str, str] | None:
        """Whose balance a line moves: only on receivable and payable accounts."""
        needed = PARTIES.get(account.data["AccountType"])
        sent = detail.get("Entity") or {}
        kind, reference = sent.get("Type"), sent.get("EntityRef")
        if reference is not None and kind:
            detail["Entity"] = {
                "Type": kind,
                "EntityRef": resolve(
                    change.company, kind, reference, "Line.JournalEntryLineDetail.Entity"
                ),
            }
        if needed is None:
            return None
        if kind != needed[0] or reference is None:
            raise faults.business(
                f"When you use {needed[1]}, you must choose a {needed[2]} in the Name field."
            )
        return (kind, str(reference["value"]))


def _unbalanced(change: Change) -> QboFault:
    if change.company.switches.unbalanced_journal == "6000":
        return faults.business("Please balance debits and credits.", "Line")
    sentence = "Amount on debits not equal to credits"
    return faults.fault("2300", sentence, sentence, "Line")


JOURNAL_ENTRY = Entity(
    "JournalEntry",
    (
        *head(),
        flag("Adjustment", keep=True),
        many("Line", _LINE, required=True),
        anything("TxnTaxDetail"),
        text("GlobalTaxCalculation"),
        money("TotalAmt", read_only=True),
        many("LinkedTxn", LINKED_TXN, read_only=True),
        many("CustomField", CUSTOM_FIELD),
    ),
    JournalRules(),
    frozenset({"create", "read", "update", "delete", "query"}),
    "transaction",
    label="Journal Entry",
)

ENTITIES = (JOURNAL_ENTRY,)
