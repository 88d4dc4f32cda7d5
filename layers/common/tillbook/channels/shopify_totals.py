"""Whether an order foots: its lines against the totals that Shopify states.

    total_line_items_price = price x quantity of all lines but tips
    subtotal_price         = total_line_items_price - discounts of lines
    total_discounts        = discounts of lines and of shipping
    total_tax              = taxes of lines, shipping and duties
    total_price            = subtotal_price + shipping after discounts + tips + duties + fees
                             + total_tax, unless prices include it

These are the amounts as ordered. An order that was edited may keep them while its lines change;
then `current_total_price` with what was refunded added back is what the lines must come to.

Source: Shopify's REST Admin API reference, resource Order.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tillbook.channels.shopify_payload import LineItem, Order, Refund
from tillbook.channels.shopify_refund_lines import shipping_refunds
from tillbook.domain.checks import Finding
from tillbook.domain.documents import Line
from tillbook.domain.money import ZERO, minor_unit
from tillbook.errors import BadInput

_CURE = (
    "Compare the order's totals, discounts and edits in Shopify. Its next update is taken by "
    "itself; if Shopify cannot be corrected, enter the order in QuickBooks by hand."
)


def foot(order: Order, lines: Sequence[Line], units: Sequence[int]) -> Decimal:
    """The total that Shopify states for these lines, with the tax that a marketplace remits.

    Raises BadInput with each amount that does not add up. Amounts of a multi-currency order are
    converted one by one, so they may differ by a minor unit per line.
    """
    tolerance = minor_unit(order.currency) * len(lines) if order.multi_currency else ZERO
    total, tax = line_total(order, lines), _tax(lines)

    def agree(stated: Decimal | None, computed: Decimal) -> bool:
        return stated is None or abs(stated - computed) <= tolerance

    _check_shipping(order)
    if _is_edited(order, units):
        if agree(order.total_price, total) and agree(order.total_tax, tax):
            return order.total_price
        before_refunds = _current_before_refunds(order)
        if before_refunds is not None:
            edited_total, edited_tax = before_refunds
            if agree(edited_total, total) and agree(edited_tax, tax):
                return edited_total
        raise BadInput(_finding(order, "total_price", order.total_price, total))
    discounts = _discounts(order.line_items)
    of_shipping = _sum(
        one.amount for line in order.shipping_lines for one in line.discount_allocations
    )
    goods = _goods(order)
    stated = {
        "total_price": (order.total_price, total),
        "total_tax": (order.total_tax, tax),
        "subtotal_price": (order.subtotal_price, goods - discounts),
        "total_discounts": (order.total_discounts, discounts + of_shipping),
    }
    findings = [
        _finding(order, field, amount, computed)
        for field, (amount, computed) in stated.items()
        if amount is not None and not agree(amount, computed)
    ]
    if findings:
        raise BadInput(*findings)
    return order.total_price


def line_total(order: Order, lines: Iterable[Line]) -> Decimal:
    """What lines come to, with every tax."""
    lines = list(lines)
    net = _sum(line.gross - line.discount for line in lines)
    return net if order.taxes_included else net + _tax(lines)


def _is_edited(order: Order, units: Sequence[int]) -> bool:
    """Whether lines were added, taken out or credited after the order was made."""
    ordered = [line.quantity for line in order.line_items]
    stated = order.total_line_items_price
    return (
        list(units) != ordered
        or (stated is not None and stated != _goods(order))
        or any(line.is_removed for line in order.shipping_lines)
        or any(refund.refund_line_items and not refund.transactions for refund in order.refunds)
    )


def _current_before_refunds(order: Order) -> tuple[Decimal, Decimal | None] | None:
    """Total and tax of the edited order, with what was refunded added back."""
    if order.current_total_price is None:
        return None
    values = [_refunded(refund, order.taxes_included) for refund in order.refunds]
    total = order.current_total_price + _sum(value for value, _ in values)
    if order.current_total_tax is None:
        return total, None
    return total, order.current_total_tax + _sum(tax for _, tax in values)


def _refunded(refund: Refund, inclusive: bool) -> tuple[Decimal, Decimal]:
    """Goods and shipping of a refund with their tax, and that tax."""
    goods = _sum(item.subtotal for item in refund.refund_line_items)
    tax = _sum(item.total_tax for item in refund.refund_line_items)
    for shipping in shipping_refunds(refund):
        goods += shipping.amount
        tax += shipping.tax
    for one in refund.order_adjustments:
        if one.kind == "shipping_refund":
            goods -= one.amount + (one.tax_amount if inclusive else ZERO)
            tax -= one.tax_amount
    return (goods if inclusive else goods + tax), tax


def _check_shipping(order: Order) -> None:
    for index, line in enumerate(order.shipping_lines):
        stated = line.discounted_price
        after = line.price - _sum(one.amount for one in line.discount_allocations)
        if stated is not None and stated != after and not order.multi_currency:
            where = f"shipping_lines[{index}].discounted_price"
            raise BadInput(_finding(order, where, stated, after, "price less its discounts"))


def _goods(order: Order) -> Decimal:
    return _sum(line.price * line.quantity for line in order.line_items if not line.is_tip)


def _discounts(lines: Iterable[LineItem]) -> Decimal:
    return _sum(
        one.amount for line in lines if not line.is_tip for one in line.discount_allocations
    )


def _tax(lines: Iterable[Line]) -> Decimal:
    return _sum(line.tax + line.marketplace_tax for line in lines)


def _finding(
    order: Order, field: str, stated: Decimal, computed: Decimal, what: str = "lines"
) -> Finding:
    come = "come" if what == "lines" else "comes"
    return Finding(
        field,
        f"is {stated}, but the {what} {come} to {computed}: a difference of "
        f"{stated - computed} {order.currency}.",
        _CURE,
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
