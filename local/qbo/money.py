"""Amounts: Decimal throughout, rounded half up to cents, as QuickBooks does."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """The amount in whole cents, halves away from zero; never a negative zero."""
    rounded = amount.quantize(CENT, ROUND_HALF_UP)
    return rounded or CENT * 0


def grouped(amount: Decimal) -> str:
    """The Java form that some fault texts use: thousands separated, no trailing zeros."""
    return format(amount.quantize(Decimal("0.001"), ROUND_HALF_UP).normalize(), ",f")


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide an amount in cents by weight so that the parts sum to it; the last takes the rest."""
    whole = sum(weights, ZERO)
    parts: list[Decimal] = []
    left, left_weight = total, whole
    for weight in weights:
        part = cents(left * weight / left_weight) if left_weight else cents(ZERO)
        parts.append(part)
        left -= part
        left_weight -= weight
    if parts and left:
        parts[-1] += left
    return parts
