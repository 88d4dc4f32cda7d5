"""The lines of sales forms: checked, priced, numbered, and summed.

QuickBooks answers the item lines first, then the subtotal it computed, then the discount.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import dimensions
from local.qbo.entities.features import turned_off
from local.qbo.entities.sales.bundles import expand, parts_of
from local.qbo.entities.tax.documents import line_code, line_net
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.ledger.stock import is_tracked, needed_quantity
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Values, referred, resolve
from local.qbo.schema import (
    LINKED_TXN,
    Field,
    Shape,
    anything,
    day,
    flag,
    many,
    money,
    number,
    obj,
    ref,
    text,
    whole,
)

if TYPE_CHECKING:
    from local.qbo.company import Company

SHIPPING_ITEM = "SHIPPING_ITEM_ID"
_ITEM_ELEMENT = "Line.SalesItemLineDetail.ItemRef"

SALES_ITEM_DETAIL = Shape(
    "SalesItemLineDetail",
    (
        day("ServiceDate"),
        ref("ItemRef"),
        ref("ClassRef"),
        number("UnitPrice"),
        number("Qty"),
        ref("ItemAccountRef"),
        ref("TaxCodeRef"),
        number("DiscountRate"),
        number("DiscountAmt"),
        number("TaxInclusiveAmt"),
        ref("TaxClassificationRef"),
        anything("MarkupInfo"),
        number("RatePercent"),
    ),
)
DISCOUNT_DETAIL = Shape(
    "DiscountLineDetail",
    (
        flag("PercentBased"),
        number("DiscountPercent"),
        ref("DiscountAccountRef"),
        ref("TaxCodeRef"),
        ref("ClassRef"),
    ),
)
DESCRIPTION_DETAIL = Shape("DescriptionLineDetail", (day("ServiceDate"), ref("TaxCodeRef")))
_LINE = (
    text("Id"),
    whole("LineNum"),
    text("Description", 4000),
    money("Amount"),
    Field("DetailType", "text"),
    many("LinkedTxn", LINKED_TXN),
    obj("SalesItemLineDetail", SALES_ITEM_DETAIL),
    obj("DiscountLineDetail", DISCOUNT_DETAIL),
    obj("DescriptionLineDetail", DESCRIPTION_DETAIL),
    anything("SubTotalLineDetail"),
    anything("CustomExtensions"),
    anything("CustomField"),
    anything("LineEx"),
)
GROUP_DETAIL = Shape(
    "GroupLineDetail",
    (
        ref("GroupItemRef"),
        number("Quantity"),
        many("Line", Shape("Line", _LINE)),
        day("ServiceDate"),
        anything("UOMSetRef"),
    ),
)
SALES_LINE = Shape("Line", (*_LINE, obj("GroupLineDetail", GROUP_DETAIL)))

DETAIL_TYPES = (
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "DescriptionOnly",
    "SubTotalLineDetail",
    "GroupLineDetail",
)
_KNOWN_ELSEWHERE = (
    "ItemBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail",
    "JournalEntryLineDetail",
    "DepositLineDetail",
    "PaymentLineDetail",
    "TaxLineDetail",
    "ItemAdjustmentLineDetail",
)


@dataclass
class Priced:
    """The lines of a document and what they come to, in cents.

    `credits` are the amounts per income account, positive; `by_code` sums them by the tax code
    of their line, which for `subtotal` and `shipping` together is everything. `stock` are the
    tracked items sold: id, quantity, class.
    """

    lines: list[Values] = field(default_factory=list)
    credits: list[Split] = field(default_factory=list)
    subtotal: Decimal = ZERO
    shipping: Decimal = ZERO
    by_code: dict[str, Decimal] = field(default_factory=dict)
    discount: Decimal = ZERO
    discount_account: str = ""
    discount_code: str = ""
    stock: list[tuple[str, Decimal, str]] = field(default_factory=list)

    @property
    def with_parts(self) -> list[Values]:
        """The lines, and those within bundles."""
        return [*self.lines, *(part for line in self.lines for part in parts_of(line))]

    @property
    def net(self) -> Decimal:
        return self.subtotal + self.shipping - self.discount


def price(change: Change, sent: list[Values]) -> Priced:
    """Check and complete the lines of a sales form. Raises QboFault."""
    priced = Priced()
    known = [each for line in change.earlier("Line") or () for each in (line, *parts_of(line))]
    earlier = {each["Id"]: each for each in known if each.get("Id")}
    used: set[str] = set()
    count = 0
    discount: Values | None = None
    for line in sent:
        kind = line.get("DetailType")
        if kind == "SubTotalLineDetail":
            continue
        if kind == "DiscountLineDetail":
            discount = discount or line
            continue
        if kind in _KNOWN_ELSEWHERE:
            raise QboFault(faults.invalid_enumeration(kind, "Line.DetailType"))
        if kind not in DETAIL_TYPES:
            raise QboFault(faults.unparsable() if kind else faults.missing("DetailType"))
        id = number_line(change, line, earlier, used)
        before = earlier.get(id, {})
        count += 1
        numbered = {"Id": id, "LineNum": count}
        if kind == "GroupLineDetail":
            group, parts = expand(change, line, before)
            for part in parts:
                part_id = number_line(change, part, earlier, used)
                count += 1
                done = _item(change, priced, part, earlier.get(part_id, {}))
                group["GroupLineDetail"]["Line"].append({"Id": part_id, "LineNum": count, **done})
            priced.lines.append({**numbered, **group})
        elif kind == "DescriptionOnly":
            priced.lines.append({**numbered, **_description(line)})
        else:
            priced.lines.append({**numbered, **_item(change, priced, line, before)})
    priced.subtotal, priced.shipping = cents(priced.subtotal), cents(priced.shipping)
    if not priced.lines:
        raise QboFault(faults.missing("Line"))
    priced.lines.append(
        {
            "Amount": priced.subtotal,
            "DetailType": "SubTotalLineDetail",
            "SubTotalLineDetail": {},
        }
    )
    if discount is not None:
        _discount(change, priced, discount)
    return priced


def number_line(
    change: Change, line: Values, earlier: dict[str, Values], used: set[str], first: int = 1
) -> str:
    """The line's id: its own where the transaction has it, else the next; never one again."""
    id = line.get("Id")
    if id is None or id not in earlier or id in used:
        next_id = change.hidden.get("next_line", first)
        change.hidden["next_line"] = next_id + 1
        id = str(next_id)
    used.add(id)
    return id


def _description(line: Values) -> Values:
    if not line.get("Description"):
        raise faults.line_detail_missing()
    return {
        "Description": line["Description"],
        "DetailType": "DescriptionOnly",
        "DescriptionLineDetail": line.get("DescriptionLineDetail", {}),
    }


def _item(change: Change, priced: Priced, line: Values, before: Values) -> Values:
    company = change.company
    detail = dict(line.get("SalesItemLineDetail") or {})
    amount = _amount(line, detail)
    was = before.get("SalesItemLineDetail", {})
    reference = detail.get("ItemRef") or {
        "value": company.other_preference("SalesFormsPrefs.DefaultItem") or "1"
    }
    is_shipping = reference["value"] == SHIPPING_ITEM
    code = line_code(change, detail, reference["value"], shipping=is_shipping)
    amount = line_net(change, detail, amount, code)
    class_id = dimensions.of_line(change, change.values, detail, was, "Line.SalesItemLineDetail")
    memo = line.get("Description", "")
    if is_shipping:
        account = _shipping_account(change)
        if account is None:
            amount = cents(ZERO)
        else:
            priced.credits.append(Split(account, amount, memo=memo, class_id=class_id))
            priced.shipping += amount
        detail["ItemRef"] = {"value": SHIPPING_ITEM}
    else:
        row = referred(company, "Item", reference, _ITEM_ELEMENT, was.get("ItemRef"), _ITEM_ELEMENT)
        if row.data["Type"] == "Category":
            raise faults.invalid_reference(
                "An item in this transaction is set up as a category instead of a product or "
                "service."
            )
        if row.data["Type"] == "Group":
            raise faults.invalid_reference(
                "An item in this transaction is set up as a bundle instead of a product or service."
            )
        account_ref = row.data.get("IncomeAccountRef")
        if account_ref is None:
            raise faults.wrong_account_type()
        if is_tracked(row):
            priced.stock.append((row.id, needed_quantity(detail), class_id))
        # An opening balance is income of no item.
        account = str(change.hidden.get("opening") or account_ref["value"])
        priced.credits.append(Split(account, amount, memo=memo, class_id=class_id))
        priced.subtotal += amount
        detail["ItemRef"] = {"value": row.id, "name": row.data["FullyQualifiedName"]}
        detail["ItemAccountRef"] = account_ref
    detail.pop("TaxCodeRef", None)
    if code:
        detail["TaxCodeRef"] = {"value": code}
    priced.by_code[code] = priced.by_code.get(code, ZERO) + amount
    _optional_columns(company, detail)
    done: Values = {}
    if line.get("Description"):
        done["Description"] = line["Description"]
    done["Amount"] = amount
    done["DetailType"] = "SalesItemLineDetail"
    done["SalesItemLineDetail"] = {
        each.name: detail[each.name] for each in SALES_ITEM_DETAIL.fields if each.name in detail
    }
    return done


def _optional_columns(company: "Company", detail: Values) -> None:
    """Columns of the form that a company has turned off. Raises 6000 where the switch says so."""
    if detail.get("ServiceDate") and not company.preference("SalesFormsPrefs", "AllowServiceDate"):
        turned_off(company, "Service dates are")
        del detail["ServiceDate"]
    shown = company.preference("ProductAndServicesPrefs", "QuantityWithPriceAndRate", True)
    if not shown and company.switches.quantities_turned_off == "drop":
        detail.pop("Qty", None)
        detail.pop("UnitPrice", None)


def _amount(line: Values, detail: Values) -> Decimal:
    qty, price_each = detail.get("Qty"), detail.get("UnitPrice")
    if line.get("Amount") is None:
        raise QboFault(faults.missing("Amount", "Line.Amount"))
    amount: Decimal = line["Amount"]
    if qty is not None and price_each is not None and cents(amount) != cents(qty * price_each):
        raise faults.amount_mismatch(amount)
    return cents(amount)


def _shipping_account(change: Change) -> str | None:
    forms = change.company.preferences.get("SalesFormsPrefs", {})
    account = forms.get("DefaultShippingAccount")
    if forms.get("AllowShipping") and account:
        return str(account)
    turned_off(change.company, "Shipping is")
    return None


def _discount(change: Change, priced: Priced, line: Values) -> None:
    company = change.company
    forms = company.preferences.get("SalesFormsPrefs", {})
    if not forms.get("AllowDiscount"):
        turned_off(company, "Discounts are")
        return
    detail = dict(line.get("DiscountLineDetail") or {})
    if detail.get("PercentBased"):
        if detail.get("DiscountPercent") is None:
            raise faults.fault(
                "6090",
                "Discount Line missing required info",
                "Discount Line missing required info : DiscountPercent",
                "Line",
            )
        reduced = priced.subtotal
        if company.switches.discount_on_shipping:
            reduced += priced.shipping
        priced.discount = cents(reduced * detail["DiscountPercent"] / 100)
    elif line.get("Amount") is None:
        raise faults.fault(
            "6090",
            "Discount Line missing required info",
            "Discount Line missing required info : Amount",
            "Line",
        )
    else:
        priced.discount = cents(line["Amount"])
    detail.setdefault("PercentBased", False)
    reference = detail.get("DiscountAccountRef") or {"value": forms["DefaultDiscountAccount"]}
    detail["DiscountAccountRef"] = resolve(
        company, "Account", reference, "Line.DiscountLineDetail.DiscountAccountRef"
    )
    account = company.table("Account").rows[detail["DiscountAccountRef"]["value"]]
    if account.data["Classification"] not in ("Revenue", "Expense"):
        raise faults.wrong_account_type()
    priced.discount_account = account.id
    if company.country != "US" and detail.get("TaxCodeRef"):
        priced.discount_code = line_code(change, detail)
    done = {
        "Amount": priced.discount,
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": detail,
    }
    if line.get("Description"):
        done["Description"] = line["Description"]
    priced.lines.append(done)
