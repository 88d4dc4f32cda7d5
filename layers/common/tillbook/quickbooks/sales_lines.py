"""Lines of sales forms: one line per line of the document, and one for all discounts.

QuickBooks keeps a single discount line per form and drops a second one silently, so discounts are
added up. Amounts are sent before discount; where a document is tax inclusive they are sent net.
"""

from dataclasses import dataclass
from decimal import Decimal

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Line, SalesDocument, TradeDocument, product_key
from tillbook.domain.money import ZERO, round_money
from tillbook.domain.sync import Link
from tillbook.quickbooks import taxes
from tillbook.quickbooks.context import Body, Context, NeedsMapping, ref
from tillbook.quickbooks.names import clean_text, cut

DISCOUNT = "tillbook:discount"
"""Our line id of the discount line in `Link.line_ids`."""
DESCRIPTION_LENGTH = 4000
# As many digits as QuickBooks has been seen to keep of a unit price.
_PRICE_UNIT = Decimal("0.000001")


@dataclass(frozen=True)
class Amounts:
    """What a line posts: income before discount, and the discount; net of any tax."""

    income: Decimal
    discount: Decimal


def amounts(document: TradeDocument, line: Line) -> Amounts:
    """Net amounts of a line. Tax inside the price is taken out of price and discount alike, so that
    the difference is exactly `document.net(line)`."""
    after_discount = line.gross - line.discount
    if not document.tax_inclusive or not after_discount:
        return Amounts(line.gross, line.discount)
    net = document.net(line)
    income = round_money(line.gross * net / after_discount, document.currency)
    return Amounts(income, income - net)


def discount(document: SalesDocument) -> Decimal:
    """All discounts of a document, net of tax."""
    return sum((amounts(document, line).discount for line in document.lines), ZERO)


def lines(document: SalesDocument, context: Context, link: Link | None) -> list[Body]:
    """The Line array, whole: QuickBooks deletes what an update leaves out, and keeps the identity
    of lines sent with the ids it gave them."""
    check_sum(document)
    ids = link.line_ids if link else {}
    body = [
        with_id(ids.get(line.id), _sales_line(document, line, context)) for line in document.lines
    ]
    if total := discount(document):
        if total < 0:
            raise NeedsMapping(
                Finding("discount", f"is negative ({total}).", "Send a surcharge as a line.")
            )
        body.append(with_id(ids.get(DISCOUNT), _discount_line(total, context)))
    return body


def line_keys(document: SalesDocument) -> list[str]:
    """Our line ids in the order of `lines`."""
    keys = [line.id for line in document.lines]
    return [*keys, DISCOUNT] if discount(document) else keys


def _sales_line(document: SalesDocument, line: Line, context: Context) -> Body:
    amount = amounts(document, line).income
    item = context.link(product_key(document, line), "product")
    detail: Body = {
        "ItemRef": ref(item.id),
        **quantity_and_price(document, line, amount),
        **taxes.line_code(document, line, context),
    }
    if taxes.states_inclusive_price(document, line, context):
        detail["TaxInclusiveAmt"] = line.gross
    description = cut(clean_text(line.description, context.company), DESCRIPTION_LENGTH)
    return {
        **({"Description": description} if description else {}),
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def quantity_and_price(document: TradeDocument, line: Line, amount: Decimal) -> Body:
    """Qty and UnitPrice where their product is the amount (fault 6070), else neither: the unit
    price of the document, or one worked back from the amount."""
    if line.quantity <= 0:
        return {}
    for price in (line.unit_price, amount / line.quantity):
        kept = price.quantize(_PRICE_UNIT).normalize()
        if round_money(line.quantity * kept, document.currency) == amount:
            return {"Qty": line.quantity, "UnitPrice": kept}
    return {}


def _discount_line(total: Decimal, context: Context) -> Body:
    if not context.company.allow_discount:
        raise NeedsMapping(
            Finding(
                "discount",
                "is given, but discounts are switched off in QuickBooks.",
                "Switch them on in QuickBooks: Account and settings > Sales > Discount.",
            )
        )
    account = context.account("discount", context.accounts.discount)
    return {
        "Amount": total,
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": False, "DiscountAccountRef": ref(account)},
    }


def with_id(line_id: str | None, line: Body) -> Body:
    return line if line_id is None else {"Id": line_id, **line}


def check_sum(document: TradeDocument) -> None:
    """The last guard before the books: what is sent adds up to the document's total."""
    sent = [amounts(document, line) for line in document.lines]
    finer = [a for a in sent if a.income != round_money(a.income, document.currency)]
    total = sum((a.income - a.discount for a in sent), document.tax)
    if finer or total != document.total:
        raise NeedsMapping(
            Finding(
                "total",
                f"is {document.total}, but what would be sent to QuickBooks adds up to {total} "
                f"{document.currency} in amounts that QuickBooks rounds.",
                "Round the amounts of the lines at their source.",
            )
        )
