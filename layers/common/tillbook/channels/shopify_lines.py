"""Lines of an order and shares of their taxes."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from tillbook.channels.shopify_payload import Duty, LineItem, Order, ShippingLine, TaxLine
from tillbook.channels.shopify_products import full_name, product_id
from tillbook.domain.documents import Line, LineKind, Tax
from tillbook.domain.money import ZERO, round_money

ROUNDING = "rounding"
CASH_ROUNDING = "cash-rounding"


def units_sold(order: Order) -> list[int]:
    """Units of each line as sold and edited: refunds do not lower them, since a refund is a
    document of its own; units that an edit took out without a refund are gone.

    A cancelled order keeps what was ordered.
    """
    refunded: Counter[str] = Counter()
    for refund in order.refunds:
        for item in refund.refund_line_items:
            refunded[item.line_item_id] += item.quantity
    ordered = [line.quantity for line in order.line_items]
    if order.cancelled_at is not None:
        return ordered
    return [
        line.quantity
        if line.current_quantity is None
        else min(line.quantity, line.current_quantity + refunded[line.id])
        for line in order.line_items
    ]


def order_lines(order: Order, units: Sequence[int]) -> list[Line]:
    """Items, duties, tip, shipping and fees, in this order."""
    lines: list[Line] = []
    for line, count in zip(order.line_items, units, strict=True):
        if not line.is_tip and count:
            lines.append(_item(line, count, order.currency))
    if not order.duties_included:
        lines += _duties(order)
    if tip := order_tip(order):
        lines.append(_single("tip", LineKind.TIP, "Tip", tip))
    for index, shipping in enumerate(order.shipping_lines):
        if not shipping.is_removed:
            lines.append(_shipping(shipping, index))
    fees = order.original_total_additional_fees_set
    if fees is not None and fees.shop_money.amount:
        lines.append(_single("fees", LineKind.FEE, "Additional fees", fees.shop_money.amount))
    return lines


def order_tip(order: Order) -> Decimal:
    """Shopify states a tip in the order and again as a line: it is counted once."""
    of_lines = (line.price * line.quantity for line in order.line_items if line.is_tip)
    return order.total_tip_received or sum(of_lines, ZERO)


def describe(line: LineItem) -> str:
    return (line.name or full_name(line.title, line.variant_title) or line.sku or "")[:4000]


def kind_of(line: LineItem) -> LineKind:
    if line.is_tip:
        return LineKind.TIP
    return LineKind.GIFT_CARD if line.gift_card else LineKind.ITEM


def adjustment(
    line_id: str, description: str, amount: Decimal, taxes: tuple[Tax, ...] = ()
) -> Line:
    """One amount that is no sale of goods; it may be negative."""
    return _single(line_id, LineKind.ADJUSTMENT, description, amount, taxes)


def tax(line: TaxLine, amount: Decimal) -> Tax:
    return Tax(
        name=(line.title or "Tax")[:200],
        rate=line.rate,
        amount=amount,
        collected_by="marketplace" if line.channel_liable else "seller",
    )


def split_tax(amount: Decimal, sold: Sequence[TaxLine], currency: str) -> tuple[Tax, ...]:
    """An amount of tax in the proportion of the taxes of the line that was sold. What rounding
    leaves goes to the largest."""
    whole = sum((line.price for line in sold), ZERO)
    if not amount:
        return ()
    if not whole:
        return (Tax(name="Tax", amount=amount),)
    shares = [round_money(amount * line.price / whole, currency) for line in sold]
    largest = max(range(len(sold)), key=lambda index: sold[index].price)
    shares[largest] += amount - sum(shares, ZERO)
    return tuple(tax(line, share) for line, share in zip(sold, shares, strict=True) if share)


def _item(line: LineItem, units: int, currency: str) -> Line:
    def part(amount: Decimal) -> Decimal:
        if units == line.quantity:
            return amount
        return round_money(amount * units / line.quantity, currency)

    return Line(
        id=line.id,
        kind=kind_of(line),
        product=product_id(line),
        description=describe(line),
        quantity=Decimal(units),
        unit_price=line.price,
        gross=line.price * units,
        discount=part(sum((one.amount for one in line.discount_allocations), ZERO)),
        taxes=tuple(tax(one, part(one.price)) for one in line.tax_lines),
    )


def _shipping(line: ShippingLine, index: int) -> Line:
    return Line(
        id=f"shipping-{line.id or index}",
        kind=LineKind.SHIPPING,
        description=(line.title or "Shipping")[:4000],
        unit_price=line.price,
        gross=line.price,
        discount=sum((one.amount for one in line.discount_allocations), ZERO),
        taxes=tuple(tax(one, one.price) for one in line.tax_lines),
    )


def _duties(order: Order) -> list[Line]:
    """Duties of the lines, each with its taxes; else their total, where only that is stated."""
    found = [
        _duty(f"duty-{line.id}-{index}", duty, describe(line))
        for line in order.line_items
        for index, duty in enumerate(line.duties)
        if duty.shop_money is not None and duty.shop_money.amount
    ]
    stated = order.original_total_duties_set
    if not found and stated is not None and stated.shop_money.amount:
        return [_single("duties", LineKind.DUTY, "Duties", stated.shop_money.amount)]
    return found


def _duty(line_id: str, duty: Duty, goods: str) -> Line:
    amount = duty.shop_money.amount if duty.shop_money else ZERO
    taxes = tuple(tax(one, one.price) for one in duty.tax_lines)
    return _single(line_id, LineKind.DUTY, f"Duty on {goods}"[:4000], amount, taxes)


def _single(
    line_id: str, kind: LineKind, description: str, amount: Decimal, taxes: tuple[Tax, ...] = ()
) -> Line:
    return Line(
        id=line_id,
        kind=kind,
        description=description[:4000],
        unit_price=amount,
        gross=amount,
        taxes=taxes,
    )
