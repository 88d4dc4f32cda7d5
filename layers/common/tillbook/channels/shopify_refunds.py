"""Refunds: money paid back becomes a refund, goods taken back without money a credit note.

    money paid back = refunded lines and their tax - adjustments + duties + fees

An adjustment is negative for a shipping refund or an amount without lines, and positive for a
restocking charge. A refund whose two sides differ is refused.

In shops whose prices include tax, `subtotal` includes it as well. A refund does not say whether it
comes from one, so the rates of its lines decide or, where these leave it open, what foots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tillbook.channels.parsing import checked, stamp
from tillbook.channels.shopify_lines import adjustment
from tillbook.channels.shopify_payload import MoneySet, Order, Refund, Transaction
from tillbook.channels.shopify_refund_lines import refund_lines, shipping_refunds
from tillbook.domain import documents as model
from tillbook.domain.checks import Finding
from tillbook.domain.documents import Line
from tillbook.domain.money import CURRENCIES, ZERO, minor_unit
from tillbook.errors import BadInput

_BY_HAND = (
    "Compare the refund in Shopify with what its gateway paid out. Enter it in QuickBooks by hand "
    "if Shopify cannot be corrected."
)


@dataclass(frozen=True)
class Nothing:
    """A refund that leaves no trace in the books, at least not yet, and why."""

    reason: str


@dataclass(frozen=True)
class _Sums:
    """A refund in one currency; `rest` are adjustments, duties and fees, with their tax."""

    goods: Decimal
    tax: Decimal
    rest: Decimal

    def value(self, inclusive: bool) -> Decimal:
        return self.goods + self.rest + (ZERO if inclusive else self.tax)


def refund_document(
    refund: Refund, source: str, *, order: Order | None = None
) -> model.Refund | model.CreditNote | Nothing:
    """The document of a refund. `order` is given where the refund came within its order: that gives
    the same document, and settles what the refund alone leaves open.

    Raises BadInput where it does not foot.
    """
    moves = [move for move in refund.transactions if move.kind == "refund"]
    if moves and all(move.test for move in moves):
        return Nothing("It is a refund of a test payment.")
    paid = [move for move in moves if move.status == "success"]
    if any(move.status == "pending" for move in moves):
        return Nothing(
            "The gateway has not paid all of it back yet; the order's next update brings it."
        )
    if moves and not paid:
        raise _finding(
            "transactions",
            "failed at the payment gateway, so no money was paid back.",
            "Repeat the refund in Shopify.",
        )
    currency = _currency(refund, paid, order)
    money = sum((move.amount or ZERO for move in paid), ZERO)
    if not money:
        inclusive = _stated_inclusive(refund, currency, order)
        lines = refund_lines(refund, currency, inclusive)
        value = _sums(refund).value(inclusive)
        if not value:
            return Nothing("It moves no money and credits nothing; only stock has moved.")
        if value < 0:
            raise _finding("order_adjustments", f"come to more than is refunded: {value}.")
        return _document(refund, source, currency, inclusive, lines, ())
    inclusive = _footing_inclusive(refund, paid, money, currency)
    lines = refund_lines(refund, currency, inclusive)
    if _in_shop_currency(paid, currency):
        lines += _without_lines(refund, paid, money, inclusive)
    return _document(refund, source, currency, inclusive, lines, paid)


def gateways(names: Sequence[str | None]) -> str | None:
    """One name for the gateways of a payment; `gift_card+shopify_payments` for a mixed one."""
    return "+".join(sorted({name for name in names if name}))[:100] or None


def value_of(document: model.Refund | model.CreditNote) -> Decimal:
    """What a refund is worth to the buyer: its total and the tax that a marketplace remits."""
    return document.total + sum((line.marketplace_tax for line in document.lines), ZERO)


def _document(
    refund: Refund,
    source: str,
    currency: str,
    inclusive: bool,
    lines: Sequence[Line],
    paid: Sequence[Transaction],
) -> model.Refund | model.CreditNote:
    when = refund.processed_at or refund.created_at
    if when is None:
        raise _finding("processed_at", "is missing.", "Include it where include_fields are set.")
    document = (model.Refund if paid else model.CreditNote)(
        source=source,
        id=refund.id,
        version=stamp(when),
        number=f"R{refund.id}",
        date=when.date(),
        currency=currency,
        invoice=refund.order_id,
        tax_inclusive=inclusive,
        lines=tuple(lines),
        total=_total(lines, inclusive),
        memo=(refund.note or "")[:4000],
    )
    if isinstance(document, model.Refund):
        gateway = gateways([move.gateway for move in paid])
        document = document.model_copy(update={"gateway": gateway})
    checked([document])
    return document


def _total(lines: Sequence[Line], inclusive: bool) -> Decimal:
    """What the seller pays back: all of it but the tax that a marketplace remits."""
    amounts = (line.gross - line.discount - line.marketplace_tax for line in lines)
    if inclusive:
        return sum(amounts, ZERO)
    taxes = sum((line.tax + line.marketplace_tax for line in lines), ZERO)
    return sum(amounts, ZERO) + taxes


def _currency(refund: Refund, paid: Sequence[Transaction], order: Order | None) -> str:
    """The shop's currency."""
    sets: list[MoneySet | None] = [refund.total_duties_set, refund.total_additional_fees_set]
    sets += [item.subtotal_set for item in refund.refund_line_items]
    sets += [one.amount_set for one in refund.order_adjustments]
    codes = [one.shop_money.currency_code for one in sets if one is not None]
    codes += [order.currency] if order is not None else []
    codes += [move.currency for move in paid]
    code = next((code for code in codes if code is not None), None)
    if code is None:
        raise _finding("total_duties_set", "is missing, and nothing else names the currency.")
    if code not in CURRENCIES:
        raise _finding("currency", "is unknown.", "Use an ISO 4217 code such as USD.")
    return code


def _in_shop_currency(paid: Sequence[Transaction], currency: str) -> bool:
    return all(move.currency in (None, currency) for move in paid)


def _sums(refund: Refund, *, buyer: bool = False) -> _Sums:
    """In the shop's currency, or in the buyer's."""

    def pick(amount: Decimal, both: MoneySet | None, where: str) -> Decimal:
        if not buyer or not amount:
            return amount
        if both is None or both.presentment_money is None:
            raise _finding(where, "is not stated in the currency that was paid back.")
        return both.presentment_money.amount

    goods, tax, rest = ZERO, ZERO, ZERO
    for index, item in enumerate(refund.refund_line_items):
        where = f"refund_line_items[{index}]"
        goods += pick(item.subtotal, item.subtotal_set, f"{where}.subtotal_set")
        tax += pick(item.total_tax, item.total_tax_set, f"{where}.total_tax_set")
    for both in shipping_refunds(refund):
        goods += pick(both.amount, both.amount_set, "refund_shipping_lines")
        tax += pick(both.tax, both.tax_set, "refund_shipping_lines")
    for index, one in enumerate(refund.order_adjustments):
        where = f"order_adjustments[{index}]"
        rest -= pick(one.amount, one.amount_set, f"{where}.amount_set")
        rest -= pick(one.tax_amount, one.tax_amount_set, f"{where}.tax_amount_set")
    for total in (refund.total_duties_set, refund.total_additional_fees_set):
        if total is not None:
            rest += pick(total.shop_money.amount, total, "total_duties_set")
    return _Sums(goods, tax, rest)


def _footing_inclusive(
    refund: Refund, paid: Sequence[Transaction], money: Decimal, currency: str
) -> bool:
    """Whether the amounts include tax, by the rates, else by what foots. Raises BadInput if it does
    not foot."""
    shop = _in_shop_currency(paid, currency)
    sums = _sums(refund, buyer=not shop)
    if shop and sums == _Sums(ZERO, ZERO, ZERO) and not refund.order_adjustments:
        return False  # an amount alone
    cash = sum((move.amount_rounding or ZERO for move in paid), ZERO) if shop else ZERO
    shown = _by_rates(refund, currency)
    for inclusive in (False, True) if shown is None else (shown,):
        if abs(money - sums.value(inclusive)) in (ZERO, abs(cash)):
            return inclusive
    paid_in = currency if shop else paid[0].currency
    value = sums.value(bool(shown))
    raise _finding(
        "transactions",
        f"pay back {money} {paid_in}, but the refunded lines, shipping, duties and adjustments "
        f"come to {value}: a difference of {money - value} {paid_in}.",
        _BY_HAND,
    )


def _stated_inclusive(refund: Refund, currency: str, order: Order | None) -> bool:
    """Whether the amounts of a refund without money include tax: as its order says, else as its
    rates show. Raises BadInput if nothing tells."""
    if not _sums(refund).tax:
        return False
    if order is not None:
        return order.taxes_included
    shown = _by_rates(refund, currency)
    if shown is None:
        raise _finding(
            "refund_line_items",
            "do not show whether their tax is included in the price.",
            "Add the webhook topic orders/updated: the order's next update brings this refund.",
        )
    return shown


def _by_rates(refund: Refund, currency: str) -> bool | None:
    """Whether the rates of the refunded lines show that their tax is included; None if they leave
    it open, as rates of zero or amounts of a few cents do."""
    tolerance = minor_unit(currency) * len(refund.refund_line_items)
    on_top, within, tax = ZERO, ZERO, ZERO
    for item in refund.refund_line_items:
        sold = item.line_item.tax_lines if item.line_item else ()
        rate = max(sum((one.rate or ZERO for one in sold), ZERO), ZERO)
        on_top += item.subtotal * rate
        within += item.subtotal * rate / (1 + rate)
        tax += item.total_tax
    fits_on_top, fits_within = abs(tax - on_top) <= tolerance, abs(tax - within) <= tolerance
    return None if fits_on_top == fits_within else fits_within


def _without_lines(
    refund: Refund, paid: Sequence[Transaction], money: Decimal, inclusive: bool
) -> list[Line]:
    """What was paid back beside all lines: an amount alone, or the rounding of cash."""
    left = money - _sums(refund).value(inclusive)
    if not left:
        return []
    cash = any(move.amount_rounding for move in paid)
    return [adjustment("amount", "Cash rounding" if cash else "Refund", left)]


def _finding(
    field: str, problem: str, cure: str = "Send the refund as Shopify made it."
) -> BadInput:
    return BadInput(Finding(field, problem, cure))
