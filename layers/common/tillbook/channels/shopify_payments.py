"""Money received for an order, before anything was paid back.

An order tells its financial status and what is still due, not the single payments. So there is one
payment per order, which grows; refunds are documents of their own. The rule, in this order:

1. where the body carries the transactions: the successful sales and captures;
2. `pending`, `authorized`, `voided`, `expired`: nothing;
3. `paid`: all that is due, which is the total less credit notes;
4. `partially_paid`, `partially_refunded`: the total less credit notes and `total_outstanding`;
5. `refunded`: what was paid back, since that is all there was.

Source: Shopify's REST Admin API reference, Order.financial_status and Order.total_outstanding.
"""

from datetime import date
from decimal import Decimal

from tillbook.channels.shopify_payload import Order, Transaction
from tillbook.domain.checks import Finding
from tillbook.domain.money import ZERO
from tillbook.errors import BadInput

PROGRESS = (
    "pending",
    "authorized",
    "expired",
    "voided",
    "partially_paid",
    "paid",
    "partially_refunded",
    "refunded",
)
"""Financial statuses in the order in which an order can take them."""
_UNPAID = frozenset({"pending", "authorized", "expired", "voided"})


def received(
    order: Order, total: Decimal, credit: Decimal, *, returned_unpaid: bool = False
) -> Decimal:
    """Money received for an order of this total, of which `credit` was taken off without money.

    `returned_unpaid`: goods went back without money or credit, so that the buyer either paid for
    them and got nothing back, or never paid for them; then the amount due must tell which.
    Raises BadInput where status and amounts contradict each other.
    """
    of_transactions = _sum(order, order.transactions, {"sale", "capture"})
    if of_transactions:
        return of_transactions
    status = financial_status(order)
    if status in _UNPAID:
        return ZERO
    due = total - credit
    if status == "paid":
        if returned_unpaid:
            _must_settle(order, due)
        return max(due, ZERO)
    paid_back = sum((_sum(order, one.transactions, {"refund"}) for one in order.refunds), ZERO)
    if status == "refunded" and paid_back:
        return paid_back
    if status == "partially_paid" and order.total_outstanding is None:
        raise BadInput(
            Finding(
                "total_outstanding",
                "is missing, so what was received of a partial payment is unknown.",
                "Include it where the webhook's include_fields are set.",
            )
        )
    amount = due - (order.total_outstanding or ZERO)
    if amount <= 0 or amount < paid_back:
        raise BadInput(
            Finding(
                "total_outstanding",
                f"is {order.total_outstanding}, which leaves {amount} {order.currency} received, "
                f"while the order is {status.replace('_', ' ')}.",
                "Compare the order's payments in Shopify; its next update is taken by itself.",
            )
        )
    return amount


def _must_settle(order: Order, due: Decimal) -> None:
    current = order.current_total_price
    if current is None or current - (order.total_outstanding or ZERO) == due:
        return
    raise BadInput(
        Finding(
            "current_total_price",
            f"is {current}, although the order is paid and {due} {order.currency} were due: goods "
            "went back without money, and whether they had been paid for is uncertain.",
            "Enter the payment in QuickBooks by hand, or refund the goods in Shopify.",
        )
    )


def received_on(order: Order, ordered: date) -> date:
    """The day of the payment: that of the last completed instalment, else of the order. The body
    of an order does not tell when else it was paid."""
    schedules = order.payment_terms.payment_schedules if order.payment_terms else ()
    completed = [one.completed_at.date() for one in schedules if one.completed_at is not None]
    return max(completed, default=ordered)


def financial_status(order: Order) -> str:
    status = order.financial_status
    if status not in PROGRESS:
        problem = "is missing." if status is None else f"is {status[:50]!r}, which is not known."
        raise BadInput(Finding("financial_status", problem, f"Send one of {', '.join(PROGRESS)}."))
    return status


def _sum(order: Order, transactions: tuple[Transaction, ...], kinds: set[str]) -> Decimal:
    """Successful moves of these kinds; zero unless all of them are in the shop's currency."""
    moves = [
        move
        for move in transactions
        if move.kind in kinds and move.status == "success" and not move.test
    ]
    if any(move.currency not in (None, order.currency) for move in moves):
        return ZERO
    return sum((move.amount or ZERO for move in moves), ZERO)
