"""Orders: what they become, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.channels.shop import (
    ADDRESS,
    CUSTOMER,
    SOURCE,
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
from tillbook.domain.documents import (
    Customer,
    Kind,
    LineKind,
    Payment,
    Product,
    SalesDocument,
)
from tillbook.errors import BadInput

D = Decimal


def invoice(body: dict[str, Any], topic: str = "orders/updated") -> Any:
    return one(Kind.INVOICE, topic, body)


def payments(body: dict[str, Any]) -> list[Payment]:
    return [d for d in documents("orders/updated", body) if isinstance(d, Payment)]


def findings(body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(BadInput) as refused:
        translate("orders/updated", body)
    return {one.field: f"{one.message} {one.cure}" for one in refused.value.findings}


def test_a_paid_order_becomes_customer_product_invoice_and_payment() -> None:
    found = documents("orders/create", order(Item(quantity=2, discount="8.00")))
    assert [d.kind for d in found] == [Kind.CUSTOMER, Kind.PRODUCT, Kind.INVOICE, Kind.PAYMENT]
    assert {d.source for d in found} == {SOURCE}
    sale, payment = found[2], found[3]
    assert isinstance(sale, SalesDocument)
    assert isinstance(payment, Payment)
    assert (sale.number, sale.total, sale.tax) == ("#1001", D("80.96"), D("3.96"))
    assert sale.computed_total == sale.total
    assert [line.kind for line in sale.lines] == [LineKind.ITEM, LineKind.SHIPPING]
    assert sale.lines[0].product == "44012800101"
    assert sale.lines[0].discount == D("8.00")
    assert sale.lines[0].taxes[0].rate == D("0.055")
    assert (payment.amount, payment.invoice, payment.gateway) == (
        D("80.96"),
        sale.id,
        "shopify_payments",
    )


def test_an_order_is_dated_by_the_shops_own_day() -> None:
    assert str(invoice(order()).date) == "2026-03-14"  # the 15th in UTC


@pytest.mark.parametrize("status", ["pending", "authorized", "voided", "expired"])
def test_an_order_without_money_has_an_open_invoice_and_no_payment(status: str) -> None:
    body = order(status=status)
    assert invoice(body).status == "open"
    assert payments(body) == []


def test_a_partial_payment_is_the_total_less_what_is_outstanding() -> None:
    body = order(status="partially_paid", total_outstanding="40.00")
    assert payments(body)[0].amount == D("7.20")


def test_a_partial_payment_of_unknown_amount_is_refused() -> None:
    body = order(status="partially_paid", total_outstanding=None)
    assert "include_fields" in findings(body)["total_outstanding"]
    body = order(status="partially_paid", total_outstanding="99.00")
    assert "while the order is partially paid" in findings(body)["total_outstanding"]


def test_transactions_in_the_body_say_best_what_was_received() -> None:
    sale = {"kind": "sale", "status": "success", "amount": "7.20", "currency": "USD"}
    failed = {"kind": "sale", "status": "failure", "amount": "40.00", "currency": "USD"}
    held = {"kind": "authorization", "status": "success", "amount": "40.00", "currency": "USD"}
    body = order(status="partially_paid", transactions=[sale, failed, held])
    assert payments(body)[0].amount == D("7.20")


def test_a_payment_stays_whole_when_money_goes_back() -> None:
    body = order(Item(quantity=2))
    back = refund(body, {0: 1})
    assert payments(after(body, back, financial_status="partially_refunded"))[0].amount == D(
        "89.40"
    )
    whole = refund(body, {0: 2}, adjustments=[adjusted("shipping_refund", "-5.00")])
    refunded = after(body, whole, financial_status="refunded")
    assert payments(refunded)[0].amount == D("89.40")
    assert invoice(refunded).total == D("89.40")


def test_an_unknown_financial_status_is_refused() -> None:
    assert "is not known" in findings(order(status="gifted"))["financial_status"]
    assert "is missing" in findings(order(financial_status=None))["financial_status"]


def test_gateways_of_a_mixed_payment_are_named_together() -> None:
    body = order(payment_gateway_names=["shopify_payments", "gift_card"])
    assert payments(body)[0].gateway == "gift_card+shopify_payments"


def test_an_order_cancelled_before_money_came_has_a_cancelled_invoice() -> None:
    body = order(status="voided", cancelled_at="2026-03-15T08:00:00-05:00")
    body["line_items"][0]["current_quantity"] = 0
    assert invoice(body, "orders/cancelled").status == "cancelled"
    assert payments(body) == []


def test_an_order_cancelled_after_money_came_keeps_its_invoice_for_the_refund_to_reverse() -> None:
    body = order()
    back = refund(body, {0: 1}, adjustments=[adjusted("shipping_refund", "-5.00")])
    cancelled = after(
        body, back, financial_status="refunded", cancelled_at="2026-03-16T10:00:00-05:00"
    )
    assert invoice(cancelled).status == "open"
    assert payments(cancelled)[0].amount == D("47.20")
    assert one(Kind.REFUND, "orders/cancelled", cancelled).total == D("47.20")


def test_prices_that_include_tax_foot_with_the_tax_inside() -> None:
    vat = (("GB VAT", "0.2", False),)
    body = order(Item(price="49.99", quantity=3, rates=vat), shipping_rates=vat, included=True)
    sale = invoice(body)
    assert sale.tax_inclusive
    assert sale.total == D("154.97") == sale.computed_total
    assert sale.tax == D("25.83") == D(body["total_tax"])


def test_tax_that_a_marketplace_remits_is_neither_owed_nor_received() -> None:
    body = order(Item(rates=(("City", "0.01", False), ("State", "0.06", True))))
    assert body["total_price"] == "47.80"
    sale = invoice(body)
    assert (sale.total, sale.tax) == (D("45.40"), D("0.40"))
    assert [tax.collected_by for tax in sale.lines[0].taxes] == ["seller", "marketplace"]
    assert payments(body)[0].amount == D("45.40")


def test_a_tip_is_counted_once_though_it_is_also_a_line() -> None:
    body = order(tip="6.00")
    tip = {"id": 77, "title": "Tip", "quantity": 1, "price": "6.00", "tip_payment_gateway": "x"}
    body["line_items"].append(tip)
    sale = invoice(body)
    assert sale.total == D("53.20")
    assert [line.gross for line in sale.lines if line.kind is LineKind.TIP] == [D("6.00")]


def test_gift_cards_have_an_item_of_their_own_and_no_product() -> None:
    card = Item(title="Gift card", price="50.00", rates=(), extra={"gift_card": True})
    found = documents("orders/create", order(card, shipping=None))
    assert Kind.PRODUCT not in {d.kind for d in found}
    assert invoice(order(card, shipping=None)).lines[0].kind is LineKind.GIFT_CARD


def test_duties_and_fees_are_lines_of_their_own() -> None:
    body = order(
        total_price="60.20",
        total_tax="2.20",
        original_total_additional_fees_set=both(D("3.00")),
    )
    body["line_items"][0]["duties"] = [{"id": 1, **both(D("10.00")), "tax_lines": []}]
    sale = invoice(body)
    assert {line.kind: line.gross for line in sale.lines}[LineKind.DUTY] == D("10.00")
    assert {line.kind: line.gross for line in sale.lines}[LineKind.FEE] == D("3.00")
    assert "total_price" in findings({**body, "duties_included": True})
    total_only = order(total_price="57.20", original_total_duties_set=both(D("10.00")))
    assert invoice(total_only).total == D("57.20")


def test_cash_is_rounded_in_a_line_of_its_own() -> None:
    rounding = both(D("-0.02"))
    body = order(Item(price="9.97", rates=()), shipping=None)
    body["total_cash_rounding_payment_adjustment_set"] = rounding
    sale = invoice(body)
    assert sale.total == D("9.95")
    assert sale.lines[-1].kind is LineKind.ADJUSTMENT
    assert payments(body)[0].amount == D("9.95")


def test_an_order_in_the_buyers_currency_is_posted_in_the_shops() -> None:
    body = order(presentment_currency="EUR")
    sale = invoice(body)
    assert (sale.currency, sale.total) == ("USD", D("47.20"))


def test_conversion_may_leave_a_cent_per_line_in_a_rounding_line() -> None:
    body = order(presentment_currency="EUR", total_price="47.21")
    sale = invoice(body)
    assert sale.total == D("47.21")
    assert (sale.lines[-1].id, sale.lines[-1].gross) == ("rounding", D("0.01"))
    assert "total_price" in findings(order(presentment_currency="EUR", total_price="47.23"))


@pytest.mark.parametrize("name", ["total_price", "total_tax", "subtotal_price", "total_discounts"])
def test_an_order_that_does_not_foot_is_refused_with_the_amounts(name: str) -> None:
    body = order(Item(discount="3.00"))
    wrong = str(D(body[name]) + D("0.01"))
    assert (
        f"is {wrong}, but the lines come to {body[name]}: a difference of 0.01 USD"
        in (findings({**body, name: wrong})[name])
    )


def test_shipping_must_cost_its_price_less_its_discounts() -> None:
    body = order()
    body["shipping_lines"][0]["discounted_price"] = "0.00"
    assert "difference of -5.00" in findings(body)["shipping_lines[0].discounted_price"]


def test_a_refund_lowers_no_invoice() -> None:
    body = order(Item(quantity=3))
    updated = after(body, refund(body, {0: 2}), financial_status="partially_refunded")
    assert invoice(updated).lines == invoice(body).lines
    assert invoice(updated).total == invoice(body).total


def test_units_that_an_edit_took_out_are_not_invoiced() -> None:
    body = order(Item(quantity=2), Item(title="Shade", price="15.00", variant=2))
    body["line_items"][1]["current_quantity"] = 0
    body["current_total_price"] = "89.40"
    body["current_total_tax"] = "4.40"
    sale = invoice(body)
    assert sale.total == D("89.40")
    assert [line.description for line in sale.lines] == ["Desk lamp - Brass", "Standard"]


def test_units_that_an_edit_partly_took_out_share_discount_and_tax() -> None:
    body = order(Item(quantity=4, discount="10.00"))
    body["line_items"][0]["current_quantity"] = 3
    body["current_total_price"] = "123.69"
    body["current_total_tax"] = "6.19"
    sale = invoice(body)
    assert (sale.lines[0].quantity, sale.lines[0].discount) == (D(3), D("7.50"))
    assert sale.total == D("123.69")
    assert "total_price" in findings({**body, "current_total_price": "123.68"})


def test_a_line_that_an_edit_added_is_invoiced() -> None:
    body = order()
    added = order(Item(), Item(title="Shade", price="15.00", rates=(), variant=2))
    original = {"total_price", "total_line_items_price", "subtotal_price"}
    edited = {**added, **{name: body[name] for name in original}}
    assert invoice(edited).total == D("62.20")
    due = {"financial_status": "partially_paid", "total_outstanding": "15.00"}
    assert payments({**edited, **due})[0].amount == D("47.20")


def test_nothing_left_to_invoice_is_refused() -> None:
    body = order(shipping=None)
    body["line_items"][0]["current_quantity"] = 0
    assert "Cancel the order" in findings(body)["line_items"]
    assert "leave nothing" in findings(order(line_items=[], shipping_lines=[]))["line_items"]


def test_a_guest_is_known_by_e_mail() -> None:
    body = order(customer=None, email="Guest@Example.com")
    guest = one(Kind.CUSTOMER, "orders/create", body)
    assert (guest.id, guest.name, guest.generic) == ("email:guest@example.com", "Ada Brandt", False)
    assert invoice(body).customer == guest.id


def test_the_newest_order_of_a_guest_describes_them() -> None:
    early = order(customer=None, created_at="2026-03-01T10:00:00-05:00")
    late = order(customer=None, created_at="2026-03-10T10:00:00-05:00")
    early["updated_at"] = "2026-04-01T10:00:00-05:00"  # the old order is archived later
    versions = [one(Kind.CUSTOMER, "orders/updated", body).version for body in (early, late)]
    assert versions == sorted(versions)


@pytest.mark.parametrize("email", [None, "", "x" * 300 + "@example.com"])
def test_guests_without_a_usable_e_mail_share_one_customer(email: str | None) -> None:
    body = order(customer=None, email=email, contact_email=None)
    guests = one(Kind.CUSTOMER, "orders/create", body)
    assert (guests.id, guests.generic) == ("guests", True)
    assert guests.name == "Shopify customers (northwind-lamps.myshopify.com)"


def test_a_customer_whose_data_is_withheld_falls_back() -> None:
    nobody = {"id": 5, "first_name": None, "last_name": None, "email": None, "phone": None}
    withheld = order(customer=nobody, email=None, contact_email=None, billing_address=None)
    assert one(Kind.CUSTOMER, "orders/create", withheld).id == "guests"
    by_email = order(customer=nobody)
    assert one(Kind.CUSTOMER, "orders/create", by_email).id == "email:ada.brandt@example.com"


def test_a_company_or_an_e_mail_names_a_customer_without_a_name() -> None:
    nameless = {**CUSTOMER, "first_name": None, "last_name": None}
    firm = {**nameless, "default_address": {"company": "Brandt & Co", "address1": "1 Pier"}}
    assert one(Kind.CUSTOMER, "orders/create", order(customer=firm)).name == "Brandt & Co"
    bare = {**nameless, "default_address": None}
    assert one(Kind.CUSTOMER, "orders/create", order(customer=bare)).name == CUSTOMER["email"]


def test_products_are_known_by_variant_then_product_then_sku() -> None:
    body = order(
        Item(),
        Item(title="Bulb", variant=None),
        Item(title="Cord", variant=None, product=None, sku="CORD"),
        Item(title="Repair", variant=None, product=None, sku=None, variant_title=None),
    )
    found = documents("orders/create", body)
    assert [d.id for d in found if d.kind is Kind.PRODUCT] == [
        "44012800101",
        "product-8120055001",
        "sku-CORD",
    ]
    assert invoice(body).lines[3].product is None


def test_lines_that_name_one_product_differently_still_make_one_document() -> None:
    body = order(Item(), Item(title="Desk lamp (new)"))
    swapped = order(Item(title="Desk lamp (new)"), Item())
    assert one(Kind.PRODUCT, "orders/create", body) == one(Kind.PRODUCT, "orders/create", swapped)


def test_terms_and_purchase_order_reach_the_invoice() -> None:
    terms = {"payment_schedules": [{"due_at": "2026-04-13T00:00:00-05:00", "completed_at": None}]}
    sale = invoice(order(status="pending", payment_terms=terms, po_number="PO-7"))
    assert (str(sale.due_date), sale.po_number) == ("2026-04-13", "PO-7")
    terms["payment_schedules"][0]["completed_at"] = "2026-04-10T09:00:00-05:00"
    assert str(payments(order(payment_terms=terms))[0].date) == "2026-04-10"


def test_a_test_order_moves_nothing() -> None:
    assert isinstance(translate("orders/create", order(test=True)), Ignored)
    assert isinstance(translate("orders/create", order(), test="true"), Ignored)


def test_long_names_emoji_and_colons_are_kept_for_the_books_to_clean() -> None:
    body = order(
        Item(title="L" * 1000, variant_title="V" * 1000),
        customer={**CUSTOMER, "first_name": "🦊" * 1000, "last_name": "A:B"},
        note="Ring\x00 twice\t🔔",
    )
    found = documents("orders/create", body)
    assert [len(d.name) for d in found if isinstance(d, Customer | Product)] == [1000, 1000]
    assert invoice(body).memo == "Ring  twice 🔔"


def test_addresses_are_taken_over() -> None:
    billing = invoice(order()).billing_address
    assert (billing.lines, billing.region, billing.postcode) == (
        (ADDRESS["address1"],),
        "ME",
        "04101",
    )
