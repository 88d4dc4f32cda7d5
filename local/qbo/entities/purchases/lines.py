"""The lines of purchase forms: each buys an item, or is charged to an account."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from local.qbo import faults
from local.qbo.entities import dimensions
from local.qbo.entities.currency.rules import currency_of_account
from local.qbo.entities.features import turned_off
from local.qbo.entities.sales.lines import number_line
from local.qbo.entities.tax.documents import line_code, line_net
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.ledger.stock import needed_quantity
from local.qbo.money import ZERO, cents, spread
from local.qbo.rules import Change, Values, referred, resolve
from local.qbo.state.store import Row

ITEM, ACCOUNT = "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"
_KNOWN_ELSEWHERE = (
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "DescriptionOnly",
    "SubTotalLineDetail",
    "GroupLineDetail",
    "JournalEntryLineDetail",
    "DepositLineDetail",
    "PaymentLineDetail",
    "TaxLineDetail",
    "ItemAdjustmentLineDetail",
)


@dataclass
class Bought:
    """The lines of a form and what they come to, in cents of its own currency.

    `debits` are the amounts per account, positive; `by_code` sums them by the tax code of their
    line; `stock` are the tracked items with their quantity and which of the debits is theirs.
    """

    lines: list[Values] = field(default_factory=list)
    debits: list[Split] = field(default_factory=list)
    by_code: dict[str, Decimal] = field(default_factory=dict)
    stock: list[tuple[str, Decimal, int]] = field(default_factory=list)

    @property
    def net(self) -> Decimal:
        return sum((each.amount for each in self.debits), ZERO)

    def make_dearer(self, costs: Mapping[str, Decimal]) -> None:
        """Add tax that is not recovered, by tax code, to what the lines of the code are charged."""
        codes = [
            (each[each["DetailType"]].get("TaxCodeRef") or {}).get("value") for each in self.lines
        ]
        for code, cost in costs.items():
            at = [index for index, each in enumerate(codes) if each == code]
            shares = spread(cost, [self.debits[index].amount for index in at])
            for index, share in zip(at, shares, strict=True):
                split = self.debits[index]
                self.debits[index] = replace(split, amount=split.amount + share)


def expense_lines(change: Change, values: Values, vendor: str | None = None) -> Bought:
    """Check and complete the lines of a purchase form whose currency is set. Raises QboFault.

    `vendor` is who a line on a payable account is charged to: such lines are refused (6430) where
    it is None, and ask for one (6000) where it is empty.
    """
    bought = Bought()
    earlier = {each["Id"]: each for each in change.earlier("Line") or () if each.get("Id")}
    used: set[str] = set()
    for line in values["Line"]:
        kind = line.get("DetailType")
        if kind in _KNOWN_ELSEWHERE:
            raise QboFault(faults.invalid_enumeration(kind, "Line.DetailType"))
        if kind not in (ITEM, ACCOUNT):
            raise QboFault(faults.unparsable() if kind else faults.missing("DetailType"))
        id = number_line(change, line, earlier, used)
        was = earlier.get(id, {}).get(kind, {})
        detail = dict(line.get(kind) or {})
        amount = _amount(line, detail)
        item = str((detail.get("ItemRef") or {}).get("value", ""))
        code = line_code(change, detail, item, purchase=True)
        amount = line_net(change, detail, amount, code, purchase=True)
        if kind == ITEM:
            split = _item(change, bought, detail, was, amount)
        else:
            split = _account(change, detail, was, amount, vendor)
            _check_payable(change, values, split)
        _billable(change, detail, was)
        detail.pop("TaxCodeRef", None)
        if code:
            detail["TaxCodeRef"] = {"value": code}
        bought.by_code[code] = bought.by_code.get(code, ZERO) + amount
        class_id = dimensions.of_line(change, change.values, detail, was, f"Line.{kind}")
        memo = line.get("Description", "")
        bought.debits.append(replace(split, memo=memo, class_id=class_id))
        bought.lines.append(_done(id, line, kind, detail, amount))
    return bought


def _done(id: str, line: Values, kind: str, detail: Values, amount: Decimal) -> Values:
    done: Values = {"Id": id}
    if line.get("Description"):
        done["Description"] = line["Description"]
    done["Amount"] = amount
    done["DetailType"] = kind
    done[kind] = detail
    if line.get("ProjectRef"):
        done["ProjectRef"] = line["ProjectRef"]
    done["CustomExtensions"] = []
    return done


def _amount(line: Values, detail: Values) -> Decimal:
    if line.get("Amount") is None:
        raise QboFault(faults.missing("Amount", "Line.Amount"))
    amount: Decimal = line["Amount"]
    qty, price = detail.get("Qty"), detail.get("UnitPrice")
    if qty is not None and price is not None and cents(amount) != cents(qty * price):
        raise faults.amount_mismatch(amount)
    return cents(amount)


def _item(change: Change, bought: Bought, detail: Values, was: Values, amount: Decimal) -> Split:
    element = f"Line.{ITEM}.ItemRef"
    if not change.company.preference("ProductAndServicesPrefs", "ForPurchase"):
        raise faults.business("Items on purchases are turned off for this company.", element)
    if not detail.get("ItemRef"):
        raise faults.line_detail_missing()
    row = referred(change.company, "Item", detail["ItemRef"], element, was.get("ItemRef"), element)
    if row.data["Type"] == "Category":
        raise faults.invalid_reference(
            "An item in this transaction is set up as a category instead of a product or service."
        )
    tracked = bool(row.data.get("TrackQtyOnHand"))
    account = row.data.get("AssetAccountRef" if tracked else "ExpenseAccountRef")
    if account is None:
        raise faults.wrong_account_type()
    if tracked:
        bought.stock.append((row.id, needed_quantity(detail), len(bought.debits)))
    detail["ItemRef"] = {"value": row.id, "name": row.data["FullyQualifiedName"]}
    return Split(account["value"], amount)


def _account(
    change: Change, detail: Values, was: Values, amount: Decimal, vendor: str | None
) -> Split:
    if not detail.get("AccountRef"):
        raise faults.line_detail_missing()
    row = referred(
        change.company, "Account", detail["AccountRef"], "AccountRef", was.get("AccountRef")
    )
    detail["AccountRef"] = {"value": row.id, "name": row.data["FullyQualifiedName"]}
    return Split(row.id, amount, _owed_to(row, vendor))


def _owed_to(account: Row, vendor: str | None) -> tuple[str, str] | None:
    """Whose balance a line moves: a vendor's, on a payable account."""
    kind = account.data["AccountType"]
    if kind == "Accounts Receivable" or (kind == "Accounts Payable" and vendor is None):
        raise faults.wrong_account_type()
    if kind != "Accounts Payable":
        return None
    if not vendor:
        raise faults.business(
            "When you use Accounts Payable, you must choose a vendor in the Name field."
        )
    return ("Vendor", vendor)


def _check_payable(change: Change, values: Values, split: Split) -> None:
    """Refuse a payable account of another currency than the form's. Raises 6000."""
    if split.name is not None:
        code = currency_of_account(change.company, split.account)
        if code != values["CurrencyRef"]["value"]:
            raise faults.business("You can only use one foreign currency per transaction.")


def _billable(change: Change, detail: Values, was: Values) -> None:
    """Set BillableStatus: as sent, or as the customer on the line makes it.

    Raises 2170 for HasBeenBilled, which only billing sets; 6310 for a billable line that names no
    customer; 6000 for what is turned off where the switch says so.
    """
    company = change.company
    preferences = company.preferences.get("VendorAndPurchasesPrefs", {})
    if detail.get("CustomerRef") and not preferences.get("TrackingByCustomer"):
        turned_off(company, "Customers on expenses are", "Line.CustomerRef")
        del detail["CustomerRef"]
    tracked = preferences.get("BillableExpenseTracking")
    if detail.get("BillableStatus") == "Billable" and not tracked:
        turned_off(company, "Billable expenses are", "Line.BillableStatus")
        del detail["BillableStatus"]
    if detail.get("CustomerRef"):
        detail["CustomerRef"] = resolve(
            company, "Customer", detail["CustomerRef"], "Line.CustomerRef", was.get("CustomerRef")
        )
    status = detail.get("BillableStatus")
    if status == "HasBeenBilled":
        raise QboFault(faults.invalid_enumeration("HAS_BEEN_BILLED"))
    if status is None:
        chosen = detail.get("CustomerRef") and company.switches.customer_makes_billable
        status = "Billable" if chosen and tracked else "NotBillable"
    if status == "Billable" and not detail.get("CustomerRef"):
        raise faults.fault("6310", "MissingCustomer", "Missing Customer", "Line")
    detail["BillableStatus"] = status
