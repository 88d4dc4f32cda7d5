"""What holds for any delivery: orders that foot are taken to the cent, everything else is refused
with a reason, and the order of arrival does not matter."""

import copy
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.channels.shop import (
    CUSTOMER,
    Body,
    Item,
    adjusted,
    after,
    deliver,
    documents,
    encode,
    one,
    order,
    refund,
    translate,
)
from tests.unit.channels.test_feed import INVOICE
from tests.unit.channels.test_feed import SOURCE as FEED
from tests.unit.channels.test_shopify_deliveries import PRODUCT
from tillbook import channels
from tillbook.channels.delivery import Delivery, Documents
from tillbook.domain.checks import check_document
from tillbook.domain.documents import (
    CreditNote,
    Document,
    Invoice,
    Kind,
    Payment,
    SalesDocument,
    content_hash,
    key_of,
    references,
    system_products,
)
from tillbook.errors import BadInput

PLACED = datetime.fromisoformat("2026-03-14T21:26:54-05:00")
RATES = st.lists(
    st.sampled_from(
        [("State", "0.055", False), ("City", "0.01375", False), ("Remitted", "0.0625", True)]
    ),
    unique=True,
    max_size=3,
)


def money(most: int) -> st.SearchStrategy[str]:
    return st.integers(0, most).map(lambda cents: str(Decimal(cents) / 100 + Decimal("0.00")))


@st.composite
def items(draw: st.DrawFn) -> Item:
    price, quantity = draw(money(500_00)), draw(st.integers(1, 6))
    gross = int(Decimal(price) * quantity * 100)
    return Item(
        title=draw(st.text(max_size=20)),
        price=price,
        quantity=quantity,
        discount=draw(money(gross)),
        rates=draw(RATES),
        variant=draw(st.none() | st.integers(1, 5)),
        product=draw(st.none() | st.integers(1, 5)),
        sku=draw(st.none() | st.text(max_size=5)),
        extra={"gift_card": draw(st.booleans())},
    )


@st.composite
def orders(draw: st.DrawFn) -> Body:
    return order(
        *draw(st.lists(items(), min_size=1, max_size=4)),
        status=draw(st.sampled_from(["pending", "authorized", "paid", "voided"])),
        shipping=draw(st.none() | money(50_00)),
        shipping_rates=draw(RATES),
        tip=draw(money(20_00)),
        included=draw(st.booleans()),
        customer=draw(st.sampled_from([None, CUSTOMER])),
        email=draw(st.sampled_from([None, "guest@example.com"])),
    )


def marketplace_tax(document: SalesDocument) -> Decimal:
    return sum((line.marketplace_tax for line in document.lines), Decimal(0))


@settings(max_examples=80, deadline=None)
@given(orders())
def test_an_order_that_foots_is_taken_to_the_cent(body: Body) -> None:
    found = documents("orders/create", body)
    sale = next(d for d in found if isinstance(d, Invoice))
    assert sale.total + marketplace_tax(sale) == Decimal(body["total_price"])
    assert sale.tax + marketplace_tax(sale) == Decimal(body["total_tax"])
    assert check_document(sale) == []
    paid = sum((d.amount for d in found if isinstance(d, Payment)), Decimal(0))
    assert paid == (sale.total if body["financial_status"] == "paid" else 0)


@settings(max_examples=100, deadline=None)
@given(orders())
def test_everything_a_document_refers_to_comes_with_it(body: Body) -> None:
    found = documents("orders/create", body)
    known = {key_of(d) for d in found}
    known |= {key_of(product) for d in found for product in system_products(d)}
    assert {key for d in found for key in references(d)} <= known


@settings(max_examples=80, deadline=None)
@given(orders(), st.data())
def test_a_refund_of_any_units_foots_or_says_by_how_much(body: Body, data: st.DataObject) -> None:
    ordered = [line["quantity"] for line in body["line_items"]]
    back = {index: data.draw(st.integers(1, most)) for index, most in enumerate(ordered)}
    shipping = [adjusted("shipping_refund", "-1.00")] if data.draw(st.booleans()) else []
    refunded = refund(
        body, back, adjustments=shipping, money=data.draw(st.sampled_from(["all", None]))
    )
    paid = sum(Decimal(move["amount"]) for move in refunded["transactions"])
    try:
        translation = translate("refunds/create", refunded)
    except BadInput as refusal:
        # A few cents whose tax may be on top or within; the order settles that.
        assert refusal.findings[0].field in {"refund_line_items", "transactions"}  # noqa: PT017
        return
    if isinstance(translation, Documents):
        document = next(d for d in translation.documents if isinstance(d, SalesDocument))
        assert check_document(document) == []
        assert not paid or document.total + marketplace_tax(document) == paid


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        yield (*here, key)
        yield from paths(child, (*here, key))


GARBAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.sampled_from(
        ["", "-1", "1e400", "NaN", "Infinity", "1e-400", "0x10", "٣", "\ud800", "\x00"]
    ),
    st.sampled_from(
        ["2026-03-14", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "x" * 5000]
    ),
    st.sampled_from([[], {}, [None], [[]], [{}], {"amount": 1}, {"shop_money": {"amount": "-1"}}]),
    st.text(max_size=10),
)
REFUNDED = order(Item(quantity=3, discount="1.00"), Item(variant=2), tip="2.00")
PARTLY = refund(REFUNDED, {0: 1, 1: 1}, adjustments=[adjusted("shipping_refund", "-5.00")])
UNPAID = order(Item(quantity=2), status="pending")
CREDITED = refund(UNPAID, {0: 2}, money=None)
BODIES: list[tuple[str, Body]] = [
    ("orders/updated", after(REFUNDED, PARTLY, financial_status="partially_refunded")),
    ("orders/updated", order(presentment_currency="EUR", customer=None, included=True)),
    ("orders/cancelled", after(UNPAID, CREDITED, cancelled_at="2026-03-16T10:00:00-05:00")),
    ("refunds/create", PARTLY),
    ("refunds/create", CREDITED),
    ("customers/update", CUSTOMER),
    ("products/update", PRODUCT),
]


def spoil(body: Body, data: st.DataObject) -> Body:
    """One to three values replaced or removed."""
    spoilt: Body = json.loads(encode(body), parse_float=str)
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.sampled_from(list(paths(spoilt)) or [()]))
        if not where:
            break
        parent = spoilt
        for key in where[:-1]:
            parent = parent[key]
        if data.draw(st.booleans()):
            parent[where[-1]] = copy.deepcopy(data.draw(GARBAGE))
        else:
            del parent[where[-1]]
    return spoilt


def translates_or_refuses(kind: str, delivery: Delivery, source: str) -> None:
    try:
        translation = channels.translate(kind, delivery, source)
    except BadInput as refusal:
        assert all(f.field and f.message and f.cure for f in refusal.findings)  # noqa: PT017
        str(refusal).encode()
    else:
        if isinstance(translation, Documents):
            for document in translation.documents:
                assert check_document(document) == []
                key_of(document)
                content_hash(document).encode()


@pytest.mark.parametrize("topic, body", BODIES)
@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_spoilt_body_is_refused_and_never_breaks_anything(
    topic: str, body: Body, data: st.DataObject
) -> None:
    spoilt = spoil(body, data)
    delivery = deliver(topic, json.dumps(spoilt).encode())
    translates_or_refuses("shopify", delivery, "shopify/northwind-lamps.myshopify.com")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_spoilt_feed_is_refused_and_never_breaks_anything(data: st.DataObject) -> None:
    spoilt = spoil({"documents": [INVOICE]}, data)
    translates_or_refuses("feed", Delivery({}, json.dumps(spoilt).encode()), FEED)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_never_break_anything(raw: bytes) -> None:
    for topic in ("orders/create", "refunds/create", "customers/create", "products/create"):
        translates_or_refuses("shopify", deliver(topic, raw), "shopify/x")
    translates_or_refuses("feed", Delivery({}, raw), FEED)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(encode(REFUNDED)) - 1))
def test_a_body_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(BadInput, match="is not JSON"):
        translate("orders/create", encode(REFUNDED)[:length])


def life_of_an_order(cancelled: bool) -> list[Delivery]:
    """Every delivery of an order that is paid, partly refunded, or cancelled unpaid."""

    def at(minutes: int) -> str:
        return (PLACED + timedelta(minutes=minutes)).isoformat()

    created = order(Item(quantity=2), Item(title="Shade", variant=2), status="pending")
    renamed = {**CUSTOMER, "last_name": "Brandt-Lee", "updated_at": at(3)}
    deliveries = [
        deliver("orders/create", created),
        deliver("customers/update", renamed),
        deliver("products/update", {**PRODUCT, "updated_at": at(5)}),
    ]
    if cancelled:
        credit = refund(created, {0: 2, 1: 1}, money=None, at=at(9))
        void = {"financial_status": "voided", "cancelled_at": at(9)}
        last = after(created, credit, at=at(10), **void)
        return [
            *deliveries,
            deliver("refunds/create", credit),
            deliver("orders/cancelled", last),
            deliver("orders/updated", {**last, "updated_at": at(11)}),
        ]
    # Paid within the second in which it was made.
    paid = {**created, "financial_status": "paid", "total_outstanding": "0.00"}
    back = refund(paid, {0: 1}, at=at(9))
    last = after(paid, back, at=at(10), financial_status="partially_refunded")
    return [
        *deliveries,
        deliver("orders/paid", paid),
        deliver("refunds/create", back),
        deliver("orders/updated", last),
    ]


def newest(deliveries: list[Delivery]) -> dict[str, Document]:
    """What is left when the newest revision of each document wins."""
    books: dict[str, Document] = {}
    for delivery in deliveries:
        translation = channels.translate("shopify", delivery, "shopify/northwind-lamps")
        assert isinstance(translation, Documents)
        for document in translation.documents:
            known = books.setdefault(key_of(document), document)
            rank = (document.version, content_hash(document))
            if rank > (known.version, content_hash(known)):
                books[key_of(document)] = document
    return books


@pytest.mark.parametrize("cancelled", [False, True])
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_deliveries_in_any_order_each_three_times_end_the_same(
    cancelled: bool, data: st.DataObject
) -> None:
    deliveries = life_of_an_order(cancelled)
    shuffled = data.draw(st.permutations(deliveries * 3))
    books = newest(shuffled)
    assert books == newest(deliveries)
    left = {d.kind: d for d in books.values()}
    invoice = left[Kind.INVOICE]
    assert isinstance(invoice, Invoice)
    names = {d.name for d in books.values() if d.kind is Kind.CUSTOMER}
    assert names == {"Ada Brandt-Lee"}
    if cancelled:
        credit = left[Kind.CREDIT_NOTE]
        assert isinstance(credit, CreditNote)
        assert (invoice.status, credit.status) == ("cancelled", "cancelled")
        assert Kind.PAYMENT not in left
    else:
        payment = left[Kind.PAYMENT]
        assert isinstance(payment, Payment)
        assert payment.amount == invoice.total
        assert Kind.REFUND in left


def test_a_refund_may_come_before_its_order() -> None:
    back = one(Kind.REFUND, "refunds/create", copy.deepcopy(PARTLY))
    assert key_of(one(Kind.INVOICE, "orders/create", REFUNDED)) in references(back)
