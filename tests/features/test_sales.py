"""Sales documents: what is sent, once, and what is never sent."""

from decimal import Decimal

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tests.unit.channels import shop
from tillbook.domain.documents import LineKind, to_json


@pytest.mark.feature("DEAR-028", "INV-003", "ZOHO-051", "INF-024")
def test_an_invoice_becomes_one_invoice_of_the_same_number_customer_tax_and_total(
    desk: Desk,
) -> None:
    desk.send(make.customer(), make.product(), make.invoice())

    desk.sync_proven()

    (found,) = desk.in_books("Invoice")
    (customer,) = desk.in_books("Customer")
    assert customer["DisplayName"] == "Ana Souza"
    assert found["CustomerRef"]["value"] == customer["Id"]
    assert (found["DocNumber"], found["TxnDate"]) == ("#1001", "2026-03-02")
    assert found["TotalAmt"] == make.invoice().total == Decimal("31.81")
    assert found["TxnTaxDetail"]["TotalTax"] == make.invoice().tax == Decimal("1.81")


@pytest.mark.feature("ZOHO-052")
def test_a_changed_invoice_updates_the_same_one(desk: Desk) -> None:
    desk.send(make.customer(), make.product(), make.invoice())
    desk.sync()
    (before,) = desk.in_books("Invoice")

    desk.send(make.invoice(v=2, lines=(make.line(), make.shipping("7.50"))))
    desk.sync_proven()

    (after,) = desk.in_books("Invoice")
    assert (after["Id"], after["TotalAmt"]) == (before["Id"], Decimal("34.31"))


@pytest.mark.feature(
    "ZOHO-053",
    note="Both are the status cancelled. A shop that deletes an order does not say whether the "
    "sale took place: that is told, and not followed.",
)
def test_a_cancelled_invoice_is_voided_and_stays_in_the_books(desk: Desk) -> None:
    desk.send(make.customer(), make.product(), make.invoice())
    desk.sync()

    desk.send(make.invoice(v=2, status="cancelled"))
    desk.sync_proven()

    (found,) = desk.in_books("Invoice")
    assert (found["DocNumber"], found["TotalAmt"], found["Balance"]) == ("#1001", 0, 0)
    assert found["PrivateNote"].startswith("Voided")


@pytest.mark.feature(
    "INF-012",
    "DEAR-038",
    note="Unless settings.export_quotes is on; it is off by default. Tillbook's own item for the "
    "shipping of a quote may be made.",
)
def test_a_quote_never_reaches_the_books(desk: Desk) -> None:
    channel = desk.bench.add_shop()
    draft = shop.encode({"id": 1, "name": "#D1", "status": "open", "line_items": []})

    desk.bench.deliver(channel, "draft_orders/create", draft, "d1")
    quote = make.quote(lines=(make.line(),))
    desk.send(quote)
    desk.sync()

    (event,) = desk.see("/events")["items"]
    assert event["outcome"] == "ignored"
    record = desk.record(quote)
    assert (record["status"], record["reason"]) == ("skipped", "Quotes are not exported.")
    assert desk.written() == 0


@pytest.mark.feature("DEAR-027", "DEAR-038")
def test_where_quotes_are_wanted_each_is_an_estimate_that_its_invoice_links(desk: Desk) -> None:
    desk.configure(export_quotes=True)
    desk.send(make.customer(), make.product(), make.quote(), make.invoice(quote="q1"))

    desk.sync_proven()

    estimate = desk.object_of(make.quote())
    assert (estimate["DocNumber"], estimate["TotalAmt"]) == ("Q-1", make.quote().total)
    (link,) = desk.object_of(make.invoice())["LinkedTxn"]
    assert link == {"TxnId": estimate["Id"], "TxnType": "Estimate"}


@pytest.mark.feature("INV-016")
def test_drafts_are_never_sent_the_unchanged_not_again_and_the_changed_once(desk: Desk) -> None:
    channel = desk.bench.add_shop()
    desk.configure(export_from="2026-03-01")
    desk.bench.deliver(channel, "draft_orders/create", shop.encode({"id": 1}), "d1")
    order = shop.order(number=1001)
    desk.bench.deliver(channel, "orders/create", shop.encode(order), "o1")
    desk.sync_proven()
    first = desk.written()
    assert [one["DocNumber"] for one in desk.in_books("Invoice")] == ["#1001"]

    desk.sync()
    unchanged = desk.written()
    changed = order | {"note": "Ring twice", "updated_at": "2026-03-15T09:00:00-05:00"}
    desk.bench.deliver(channel, "orders/updated", shop.encode(changed), "o2")
    counts = desk.sync_proven()["counts"]

    assert unchanged == first
    assert counts["invoice"] == {"sent": 1}
    (invoice,) = desk.in_books("Invoice")
    assert "Ring twice" in invoice["PrivateNote"]


@pytest.mark.feature("INV-017")
def test_the_first_run_sends_every_invoice_of_the_time_to_export(desk: Desk) -> None:
    invoices = [make.invoice(id=f"o{n}", number=f"#{n}") for n in range(40)]
    early = make.invoice(id="early", number="#early", date=make.DAY.replace(month=2))
    desk.send(make.customer(), make.product(), *invoices, early)

    run = desk.sync_proven()

    assert run["counts"]["invoice"] == {"sent": 40, "skipped": 1}
    assert len(desk.in_books("Invoice")) == 40


@pytest.mark.feature("INF-025")
def test_a_payment_a_refund_and_an_adjustment_are_three_transactions(desk: Desk) -> None:
    adjusted = make.line(product=None, kind=LineKind.ADJUSTMENT, quantity=Decimal(1), taxes=())
    adjustment = make.credit_note(lines=(adjusted.model_copy(update={"gross": Decimal("12.50")}),))
    desk.send(*make.sale(), make.refund(), adjustment)

    desk.sync_proven()

    links = [desk.record(one)["quickbooks"] for one in (make.payment(), make.refund(), adjustment)]
    assert [one["entity"] for one in links] == ["Payment", "RefundReceipt", "CreditMemo"]
    assert len({one["id"] for one in links}) == 3


@pytest.mark.feature(
    "INF-027", note="Documents have no such fields but the purchase order number, which stays here."
)
@pytest.mark.parametrize("field", ["sales_rep", "location", "internal_cost"])
def test_what_is_nobodys_business_in_the_books_stays_out_of_them(desk: Desk, field: str) -> None:
    with_more = to_json(make.invoice()) | {field: "secret-42"}
    results = desk.do("POST", "/documents", {"documents": [with_more]})["results"]
    assert [error["field"] for error in results[0]["errors"]] == [field]
    ordered = make.invoice(po_number="PO-7788")

    desk.send(make.customer(), make.product(), ordered)
    desk.sync_proven()

    assert desk.record(ordered)["document"]["po_number"] == "PO-7788"
    assert "PO-7788" not in repr(desk.in_books("Invoice"))
