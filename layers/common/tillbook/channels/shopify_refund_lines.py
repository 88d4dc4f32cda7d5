"""Lines of refunds and credit notes: positive amounts that the buyer gets back."""

from dataclasses import dataclass
from decimal import Decimal

from tillbook.channels.shopify_lines import adjustment, describe, kind_of, split_tax
from tillbook.channels.shopify_payload import MoneySet, OrderAdjustment, Refund, RefundLineItem
from tillbook.channels.shopify_products import product_id
from tillbook.domain.documents import Line, LineKind, Tax
from tillbook.domain.money import ZERO

_UNIT_PRICE = Decimal("0.000001")
_SHIPPING = "shipping_refund"


@dataclass(frozen=True)
class ShippingRefund:
    amount: Decimal
    tax: Decimal
    amount_set: MoneySet | None
    tax_set: MoneySet | None


def shipping_refunds(refund: Refund) -> list[ShippingRefund]:
    """Shipping that is refunded outside of the adjustments; where these have it, it is there once
    and only repeated here."""
    if any(one.kind == _SHIPPING for one in refund.order_adjustments):
        return []
    return [
        ShippingRefund(
            line.subtotal_amount_set.shop_money.amount,
            line.tax_amount_set.shop_money.amount if line.tax_amount_set else ZERO,
            line.subtotal_amount_set,
            line.tax_amount_set,
        )
        for line in refund.refund_shipping_lines
        if line.subtotal_amount_set is not None
    ]


def refund_lines(refund: Refund, currency: str, inclusive: bool) -> list[Line]:
    """Lines whose gross includes tax where `inclusive`."""
    lines: list[Line] = []
    seen: set[str] = set()
    for index, item in enumerate(refund.refund_line_items):
        if not item.quantity and not item.subtotal:
            continue
        # One sold line may come back in two parts, restocked and not.
        line_id = f"{item.line_item_id}-{index}" if item.line_item_id in seen else item.line_item_id
        seen.add(item.line_item_id)
        lines.append(_item(item, line_id, currency))
    for index, shipping in enumerate(shipping_refunds(refund)):
        taxes = _tax(shipping.tax)
        lines.append(_shipping(f"shipping-{index}", shipping.amount, taxes))
    for index, one in enumerate(refund.order_adjustments):
        if one.amount or one.tax_amount:
            lines.append(_adjustment(one, index, inclusive))
    if (duties := refund.total_duties_set) and duties.shop_money.amount:
        lines.append(_single("duties", LineKind.DUTY, "Duties", duties.shop_money.amount))
    if (fees := refund.total_additional_fees_set) and fees.shop_money.amount:
        lines.append(_single("fees", LineKind.FEE, "Additional fees", fees.shop_money.amount))
    return lines


def _item(item: RefundLineItem, line_id: str, currency: str) -> Line:
    sold = item.line_item
    quantity = item.quantity or 1
    gross, unit_price = item.subtotal, (item.subtotal / quantity).quantize(_UNIT_PRICE)
    if sold is not None and sold.price * quantity >= item.subtotal:
        gross, unit_price = sold.price * quantity, sold.price
    return Line(
        id=line_id,
        kind=kind_of(sold) if sold else LineKind.ITEM,
        product=product_id(sold) if sold else None,
        description=describe(sold) if sold else "",
        quantity=Decimal(quantity),
        unit_price=unit_price,
        gross=gross,
        discount=gross - item.subtotal,
        taxes=split_tax(item.total_tax, sold.tax_lines if sold else (), currency),
    )


def _adjustment(one: OrderAdjustment, index: int, inclusive: bool) -> Line:
    amount = -(one.amount + one.tax_amount) if inclusive else -one.amount
    taxes = _tax(-one.tax_amount)
    if one.kind == _SHIPPING:
        return _shipping(f"shipping-{index}", amount, taxes)
    return adjustment(f"adjustment-{index}", one.reason or "Adjustment", amount, taxes)


def _shipping(line_id: str, amount: Decimal, taxes: tuple[Tax, ...]) -> Line:
    return Line(
        id=line_id,
        kind=LineKind.SHIPPING,
        description="Shipping",
        unit_price=amount,
        gross=amount,
        taxes=taxes,
    )


def _single(line_id: str, kind: LineKind, description: str, amount: Decimal) -> Line:
    return Line(id=line_id, kind=kind, description=description, unit_price=amount, gross=amount)


def _tax(amount: Decimal) -> tuple[Tax, ...]:
    return (Tax(name="Tax", amount=amount),) if amount else ()
