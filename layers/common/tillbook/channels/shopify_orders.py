"""An order becomes its customer, products, invoice, payment and, within it, its refunds.

The invoice shows the order as sold and edited, in the shop's currency. Refunds do not lower it:
they are documents of their own. An order that does not foot is refused as a whole.
"""

from datetime import date, datetime
from decimal import Decimal

from tillbook.channels.parsing import stamp
from tillbook.channels.shopify_customers import address, customer_of_order
from tillbook.channels.shopify_lines import adjustment, order_lines, units_sold
from tillbook.channels.shopify_payload import Order
from tillbook.channels.shopify_payments import PROGRESS, financial_status, received, received_on
from tillbook.channels.shopify_products import (
    no_version,
    products_of_lines,
    refunded_lines,
)
from tillbook.channels.shopify_refunds import gateways, refund_document, value_of
from tillbook.channels.shopify_totals import foot, line_total
from tillbook.domain.checks import Finding
from tillbook.domain.documents import CreditNote, Document, Invoice, Line, Payment, Refund
from tillbook.domain.money import ZERO
from tillbook.errors import BadInput


def order_documents(order: Order, source: str, triggered: datetime | None) -> list[Document]:
    """Everything the books need of an order. Raises BadInput."""
    revised = order.updated_at or triggered
    placed = order.processed_at or order.created_at
    if revised is None:
        raise BadInput(no_version())
    if placed is None:
        raise BadInput(
            Finding("processed_at", "is missing.", "Include it where include_fields are set.")
        )
    units = units_sold(order)
    lines = order_lines(order, units)
    if not lines:
        raise BadInput(
            Finding(
                "line_items",
                "leave nothing to invoice.",
                "Cancel the order in Shopify if nothing is left of it.",
            )
        )
    total, lines = _with_roundings(order, lines, foot(order, lines, units))
    refunds = _refunds(order, source)
    credit = sum((value_of(one) for one in refunds if isinstance(one, CreditNote)), ZERO)
    documented = {one.id for one in refunds}
    money = received(
        order,
        total,
        credit,
        returned_unpaid=any(
            refund.refund_line_items and not refund.transactions and refund.id not in documented
            for refund in order.refunds
        ),
    )
    cancelled = order.cancelled_at is not None and not money
    # A marketplace keeps the tax that it remits, so neither invoice nor payment has it.
    owed = total - sum((line.marketplace_tax for line in lines), ZERO)
    version = _version(order, revised)
    customer = customer_of_order(order, source, revised)
    invoice = Invoice(
        source=source,
        id=order.id,
        version=version,
        number=order.label,
        date=placed.date(),
        currency=order.currency,
        customer=customer.id,
        tax_inclusive=order.taxes_included,
        lines=tuple(lines),
        total=owed,
        memo=(order.note or "")[:4000],
        status="cancelled" if cancelled else "open",
        due_date=_due_date(order),
        po_number=order.po_number and order.po_number[:100],
        billing_address=address(order.billing_address),
        shipping_address=address(order.shipping_address),
    )
    sold = [line for line, count in zip(order.line_items, units, strict=True) if count]
    for refund in order.refunds:
        sold += refunded_lines(refund.refund_line_items)
    documents: list[Document] = [customer, *products_of_lines(sold, source), invoice]
    if amount := min(money, owed):
        documents.append(
            Payment(
                source=source,
                id=order.id,
                version=version,
                number=order.label,
                date=received_on(order, placed.date()),
                currency=order.currency,
                customer=customer.id,
                invoice=order.id,
                amount=amount,
                gateway=gateways(order.payment_gateway_names),
            )
        )
    documents += [_of_cancelled(one) if cancelled else one for one in refunds]
    return documents


def _refunds(order: Order, source: str) -> list[Refund | CreditNote]:
    """Refunds within the order: the documents that refunds/create brings too, so that a lost or
    late delivery of it does no harm. One that does not foot is left to its own delivery, which
    says so, and does not hold back the order."""
    found: list[Refund | CreditNote] = []
    for refund in order.refunds:
        try:
            document = refund_document(refund, source, order=order)
        except BadInput:
            continue
        if isinstance(document, Refund | CreditNote):
            found.append(document)
    return found


def _of_cancelled(document: Refund | CreditNote) -> Refund | CreditNote:
    """Shopify takes the goods of a cancelled order back by a refund without money. Where nothing
    was paid the whole invoice is void, so that credit is void too. Its version beats the one of
    refunds/create, which cannot know this, whichever comes first."""
    if isinstance(document, Refund):
        return document
    version = f"cancelled {document.version}"
    return document.model_copy(update={"status": "cancelled", "version": version})


def _with_roundings(order: Order, lines: list[Line], total: Decimal) -> tuple[Decimal, list[Line]]:
    """Adds the rounding of cash, which Shopify keeps beside the total, and what the conversion of
    each amount of a multi-currency order left over."""
    rounded = list(lines)
    difference = total - line_total(order, lines)
    if difference:
        rounded.append(adjustment("rounding", "Rounding of converted amounts", difference))
    both = order.total_cash_rounding_payment_adjustment_set
    cash = both.shop_money.amount if both else ZERO
    if cash:
        rounded.append(adjustment("cash-rounding", "Cash rounding", cash))
    return total + cash, rounded


def _version(order: Order, revised: datetime) -> str:
    """When the order was revised. Shopify's clock has steps of a second, in which an order may be
    made and paid: within it, the state that comes later in an order's life is the newer one."""
    progress = PROGRESS.index(financial_status(order))
    return f"{stamp(revised)}-{int(order.cancelled_at is not None)}{progress}"


def _due_date(order: Order) -> date | None:
    schedules = order.payment_terms.payment_schedules if order.payment_terms else ()
    return max((one.due_at.date() for one in schedules if one.due_at is not None), default=None)
