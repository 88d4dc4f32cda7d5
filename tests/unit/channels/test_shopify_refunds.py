"""Refunds and credit notes, alone and within their order."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.channels.shop import (
    Body,
    Item,
    adjusted,
    after,
    both,
    documents,
    one,
    order,
    refund,
    translate,
)
from tillbook.channels.delivery import Ignored
from tillbook.domain.documents import CreditNote, Document, Kind, LineKind, Refund
from tillbook.errors import BadInput

D = Decimal
VAT = (("GB VAT", "0.2", False),)


def refunded(body: Body) -> Any:
    return one(Kind.REFUND, "refunds/create", body)


def credit(body: Body) -> Any:
    return one(Kind.CREDIT_NOTE, "refunds/create", body)


def refusal(body: Body) -> dict[str, str]:
    with pytest.raises(BadInput) as refused:
        translate("refunds/create", body)
    return {one.field: one.message for one in refused.value.findings}


def within(body: Body) -> list[Document]:
    found = documents("orders/updated", body)
    return [d for d in found if isinstance(d, Refund | CreditNote)]


def test_money_paid_back_for_goods_is_a_refund_of_the_order() -> None:
    body = order(Item(quantity=3, discount="9.00"))
    back = refund(body, {0: 2}, note="Chipped")
    found = refunded(back)
    assert found.invoice == str(body["id"])
    assert found.customer is None
    assert (found.total, found.computed_total) == (D("78.07"), D("78.07"))
    assert (found.gateway, found.memo, str(found.date)) == (
        "shopify_payments",
        "Chipped",
        "2026-03-16",
    )
    line = found.lines[0]
    assert (line.product, line.quantity, line.gross, line.discount, line.tax) == (
        "44012800101",
        D(2),
        D("80.00"),
        D("6.00"),
        D("4.07"),
    )
    assert found.number == f"R{back['id']}"


def test_a_refund_brings_the_products_of_its_lines() -> None:
    found = documents("refunds/create", refund(order(), {0: 1}))
    assert [d.kind for d in found] == [Kind.PRODUCT, Kind.REFUND]
    assert found[0] in documents("orders/create", order())


def test_refunded_shipping_is_a_line_and_counted_once() -> None:
    back = refund(order(), {0: 1}, adjustments=[adjusted("shipping_refund", "-5.00", "-0.28")])
    repeated = {"subtotal_amount_set": both(D("5.00")), "tax_amount_set": both(D("0.28"))}
    for body in (back, {**back, "refund_shipping_lines": [repeated]}):
        found = refunded(body)
        assert found.total == D("47.48")
        assert [x.gross for x in found.lines if x.kind is LineKind.SHIPPING] == [D("5.00")]
    alone = {**back, "order_adjustments": [], "refund_shipping_lines": [repeated]}
    assert refunded(alone).total == D("47.48")


def test_a_restocking_charge_lowers_the_refund() -> None:
    charge = adjusted("refund_discrepancy", "4.00", reason="Restocking fee")
    found = refunded(refund(order(), {0: 1}, adjustments=[charge]))
    assert found.total == D("38.20")
    assert (found.lines[-1].kind, found.lines[-1].gross, found.lines[-1].description) == (
        LineKind.ADJUSTMENT,
        D("-4.00"),
        "Restocking fee",
    )


def test_an_amount_without_lines_is_an_adjustment() -> None:
    stated = refund(order(), adjustments=[adjusted("refund_discrepancy", "-10.00")])
    bare = refund(order(), money="10.00")
    for body in (stated, bare):
        found = refunded(body)
        assert found.total == D("10.00")
        assert [line.kind for line in found.lines] == [LineKind.ADJUSTMENT]


def test_duties_and_fees_are_refunded_as_such() -> None:
    body = refund(order(), {0: 1}, money="55.20")
    body["total_duties_set"] = both(D("10.00"))
    body["total_additional_fees_set"] = both(D("3.00"))
    kinds = [line.kind for line in refunded(body).lines]
    assert kinds == [LineKind.ITEM, LineKind.DUTY, LineKind.FEE]


def test_a_refund_that_does_not_foot_is_refused_with_the_amounts() -> None:
    assert refusal(refund(order(), {0: 1}, money="40.00")) == {
        "transactions": "pay back 40.00 USD, but the refunded lines, shipping, duties and "
        "adjustments come to 42.20: a difference of -2.20 USD."
    }


def test_prices_that_include_tax_are_recognised_by_what_was_paid_back() -> None:
    body = order(Item(price="12.00", quantity=2, rates=VAT), included=True)
    found = refunded(refund(body, {0: 1}))
    assert (found.tax_inclusive, found.total, found.tax) == (True, D("12.00"), D("2.00"))
    assert found.computed_total == found.total


def test_tax_that_a_marketplace_remits_is_not_the_sellers_to_pay_back() -> None:
    body = order(Item(rates=(("City", "0.01", False), ("State", "0.06", True))))
    found = refunded(refund(body, {0: 1}))
    assert (found.total, found.tax) == (D("40.40"), D("0.40"))


def test_refunded_tax_is_shared_among_the_taxes_to_the_cent() -> None:
    body = order(Item(price="9.99", quantity=3, rates=(("A", "0.05", False), ("B", "0.01", False))))
    found = refunded(refund(body, {0: 1}))
    assert found.tax == D(str(found.total)) - D("9.99")
    assert [tax.name for tax in found.lines[0].taxes] == ["A", "B"]


def test_goods_taken_back_without_money_are_a_credit_note() -> None:
    found = credit(refund(order(status="pending"), {0: 1}, money=None))
    assert (found.total, found.status, found.invoice) == (D("42.20"), "open", "5600000001001")


def test_a_credit_note_shows_by_its_rates_whether_tax_is_included() -> None:
    body = order(Item(price="12.00", rates=VAT), status="pending", included=True)
    found = credit(refund(body, {0: 1}, money=None))
    assert (found.tax_inclusive, found.total) == (True, D("12.00"))
    unclear = refund(order(Item(price="0.10")), {0: 1}, money=None)
    assert "included in the price" in refusal(unclear)["refund_line_items"]
    assert within(after(order(Item(price="0.10")), unclear, financial_status="pending"))


def test_stock_alone_is_of_no_consequence() -> None:
    kept = adjusted("refund_discrepancy", "42.20")
    translation = translate(
        "refunds/create", refund(order(), {0: 1}, adjustments=[kept], money=None)
    )
    assert isinstance(translation, Ignored)
    assert "only stock has moved" in translation.reason


def test_a_pending_refund_waits_for_its_order() -> None:
    body = order()
    back = refund(body, {0: 1})
    back["transactions"][0]["status"] = "pending"
    assert isinstance(translate("refunds/create", back), Ignored)
    assert within(after(body, back)) == []
    back["transactions"][0]["status"] = "success"
    assert [d.kind for d in within(after(body, back))] == [Kind.REFUND]


def test_a_failed_refund_is_refused() -> None:
    back = refund(order(), {0: 1})
    back["transactions"][0]["status"] = "failure"
    assert "failed" in refusal(back)["transactions"]


def test_a_refund_of_a_test_payment_moves_nothing() -> None:
    back = refund(order(), {0: 1})
    back["transactions"][0]["test"] = True
    assert isinstance(translate("refunds/create", back), Ignored)


def test_cash_paid_back_is_rounded_in_a_line_of_its_own() -> None:
    back = refund(order(Item(price="9.97", rates=())), {0: 1}, money="9.95")
    back["transactions"][0]["amount_rounding"] = "-0.02"
    found = refunded(back)
    assert (found.total, found.lines[-1].gross) == (D("9.95"), D("-0.02"))


def test_a_refund_in_the_buyers_currency_must_foot_there_and_is_posted_in_the_shops() -> None:
    back = refund(order(Item(rates=())), {0: 1}, money="36.80")
    back["transactions"][0]["currency"] = "EUR"
    back["refund_line_items"][0]["subtotal_set"] = both(D("40.00"), buyer="EUR", rate="0.92")
    found = refunded(back)
    assert (found.currency, found.total) == ("USD", D("40.00"))
    back["transactions"][0]["amount"] = "36.90"
    assert "pay back 36.90 EUR" in refusal(back)["transactions"]
    back["refund_line_items"][0]["subtotal_set"] = None
    assert "refund_line_items[0].subtotal_set" in refusal(back)


def test_one_line_may_come_back_in_two_parts() -> None:
    back = refund(order(Item(quantity=2)), {0: 1}, money="84.40")
    back["refund_line_items"] *= 2
    ids = [line.id for line in refunded(back).lines]
    assert len(set(ids)) == 2


def test_a_refund_within_its_order_is_the_same_document() -> None:
    body = order(Item(quantity=3))
    back = refund(body, {0: 1}, adjustments=[adjusted("shipping_refund", "-5.00")])
    assert within(after(body, back)) == [refunded(back)]


def test_a_refund_that_does_not_foot_does_not_hold_back_its_order() -> None:
    body = order()
    broken = refund(body, {0: 1}, money="41.00")
    assert within(after(body, broken, financial_status="partially_refunded")) == []


def test_the_credit_of_an_order_cancelled_unpaid_is_cancelled_whichever_comes_first() -> None:
    body = order(status="pending")
    back = refund(body, {0: 1}, money=None)
    alone = credit(back)
    cancelled = after(
        body, back, financial_status="voided", cancelled_at="2026-03-16T10:00:00-05:00"
    )
    found = one(Kind.CREDIT_NOTE, "orders/cancelled", cancelled)
    assert (found.id, found.status) == (alone.id, "cancelled")
    assert found.version > alone.version
    assert one(Kind.INVOICE, "orders/cancelled", cancelled).status == "cancelled"


def test_goods_that_went_back_without_a_trace_leave_no_payment_uncertain() -> None:
    body = order(Item(quantity=2))
    kept = adjusted("refund_discrepancy", "42.20")
    back = refund(body, {0: 1}, adjustments=[kept], money=None)
    owing = after(body, back, total_outstanding="-42.20")
    assert one(Kind.PAYMENT, "orders/updated", owing).amount == D("89.40")
    with pytest.raises(BadInput, match="whether they had been paid for is uncertain"):
        translate("orders/updated", after(body, back, total_outstanding="0.00"))


def test_goods_credited_before_payment_are_not_paid() -> None:
    body = order(Item(quantity=2), status="pending")
    back = refund(body, {0: 1}, money=None)
    paid = after(body, back, financial_status="paid", total_outstanding="0.00")
    assert one(Kind.PAYMENT, "orders/paid", paid).amount == D("47.20")
    assert [d.kind for d in within(paid)] == [Kind.CREDIT_NOTE]


@pytest.mark.parametrize(
    "change, field",
    [
        ({"order_id": None}, "order_id"),
        ({"processed_at": None, "created_at": None}, "processed_at"),
        ({"processed_at": "2026-03-16"}, "processed_at"),
        ({"transactions": {}}, "transactions"),
        ({"total_duties_set": both(D(0), shop="XXX")}, "currency"),
        (
            {"refund_line_items": [{"line_item_id": 1, "quantity": -1}]},
            "refund_line_items[0].quantity",
        ),
    ],
)
def test_a_wrong_value_is_named_by_its_path(change: Body, field: str) -> None:
    assert field in refusal({**refund(order(), {0: 1}), **change})


def test_a_refund_without_any_currency_is_refused() -> None:
    back = refund(order(), money="5.00", total_duties_set=None)
    back["transactions"][0]["currency"] = None
    assert "names the currency" in refusal(back)["total_duties_set"]
