"""What entities share: parents, links after a write, and what QuickBooks changed silently."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.quickbooks.builders import (
    US,
    US_SETTINGS,
    context_for,
    credit_note,
    customer,
    invoice,
    line,
    payment,
    product,
    refund,
    tax,
)
from tillbook.domain.documents import Document, Kind, LineKind, document_key, key_of, system_product
from tillbook.domain.settings import Accounts
from tillbook.quickbooks import item, mapping
from tillbook.quickbooks.context import NeedsMapping, Request
from tillbook.quickbooks.owned import hashes, owned

INVOICE = document_key(Kind.INVOICE, "shopify/acme.myshopify.com", "inv-1001")


@pytest.mark.parametrize(
    "document, expected",
    [
        (payment(), (INVOICE,)),
        (refund(customer=None, invoice="inv-1001"), (INVOICE,)),
        (credit_note(customer=None, invoice="inv-1001"), (INVOICE,)),
        (refund(invoice="inv-1001"), ()),
        (invoice(), ()),
        (customer(), ()),
    ],
)
def test_a_document_says_which_parents_it_must_be_read_with(
    document: Document, expected: tuple[str, ...]
) -> None:
    assert mapping.needs(document) == expected


def test_what_is_not_in_quickbooks_yet_is_named() -> None:
    context = replace(context_for(invoice()), links={})

    with pytest.raises(NeedsMapping, match="customer: is not in QuickBooks yet"):
        mapping.build(invoice(), context, None)


def test_an_account_that_was_made_inactive_is_named_with_its_setting() -> None:
    account = US.accounts["93"].model_copy(update={"active": False})
    company = US.model_copy(update={"accounts": {**US.accounts, "93": account}})
    context = context_for(payment(), company=company)

    with pytest.raises(NeedsMapping, match=r"deposit: is account 93, which was made inactive"):
        mapping.build(payment(), context, None)


@pytest.mark.feature("INF-021")
def test_a_payment_goes_to_the_account_of_its_gateway() -> None:
    settings = US_SETTINGS.model_copy(
        update={"accounts": Accounts(deposit="35", gateways={"paypal": "93"})}
    )
    accounts = {}
    for gateway in ("paypal", "cash"):
        document = payment(gateway=gateway)
        request = mapping.build(document, context_for(document, settings=settings), None)
        assert isinstance(request, Request)
        accounts[gateway] = request.body["DepositToAccountRef"]["value"]

    assert accounts == {"paypal": "93", "cash": "35"}


@pytest.mark.feature("DEAR-070")
def test_an_update_of_an_item_leaves_its_account_alone() -> None:
    existing = qbo_item("Blue mug", SyncToken="4")
    link = mapping.link_from_answer(product(), None, existing)

    request = mapping.build(product(), context_for(product()), link)

    assert isinstance(request, Request)
    assert link
    assert link.account == "82"
    assert "IncomeAccountRef" not in request.body


@pytest.mark.feature("INF-082", "ZOHO-043")
def test_items_are_created_without_stock() -> None:
    documents = [product(stocked=True), system_product(LineKind.SHIPPING)]

    requests = [mapping.build(one, context_for(one), None) for one in documents]

    types = [one.body["Type"] for one in requests if isinstance(one, Request)]
    assert types == ["NonInventory", "Service"]


def test_purchase_order_numbers_stay_out_of_the_books() -> None:
    document = invoice(po_number="PO-7788")

    request = mapping.build(document, context_for(document), None)

    assert isinstance(request, Request)
    assert "PO-7788" not in repr(request.body)


@pytest.mark.feature("ZOHO-074")
def test_discounts_of_lines_become_one_discount_of_the_invoice() -> None:
    document = invoice(
        *(line("10.00", id=str(n), discount=Decimal(n)) for n in (1, 2, 3)), total=Decimal(24)
    )

    request = mapping.build(document, context_for(document), None)

    assert isinstance(request, Request)
    discounts = [
        one["Amount"]
        for one in request.body["Line"]
        if one["DetailType"] == "DiscountLineDetail"
    ]  # fmt: skip
    assert discounts == [6]


def answer(*lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Id": "266", "SyncToken": "0", "Line": list(lines), **fields}


def returned(id: str | None, kind: str = "SalesItemLineDetail") -> dict[str, Any]:
    return {**({"Id": id} if id else {}), "DetailType": kind, "Amount": 1}


def test_new_lines_are_linked_in_the_order_they_were_sent() -> None:
    document = invoice(line(id="a"), line(id="b", discount=Decimal(1)))
    request = mapping.build(document, context_for(document), None)
    assert isinstance(request, Request)

    link = mapping.link_from_answer(
        document,
        request,
        answer(
            returned("1"),
            returned("2"),
            {"DetailType": "SubTotalLineDetail", "Amount": 2},
            returned("3", "DiscountLineDetail"),
        ),
    )

    assert link
    assert link.line_ids == {"a": "1", "b": "2", "tillbook:discount": "3"}


def test_a_discount_line_without_an_id_is_not_linked() -> None:
    document = invoice(line(id="a", discount=Decimal(1)))

    link = mapping.link_from_answer(
        document, None, answer(returned("1"), returned(None, "DiscountLineDetail"))
    )

    assert link
    assert link.line_ids == {"a": "1"}


def test_lines_that_cannot_be_told_apart_are_not_linked() -> None:
    document = invoice(line(id="a"), line(id="b"))

    link = mapping.link_from_answer(document, None, answer(returned("1")))

    assert link
    assert link.line_ids == {}


def test_after_a_delete_there_is_no_link() -> None:
    gone = {"domain": "QBO", "status": "Deleted", "Id": "9"}

    assert mapping.link_from_answer(payment(), None, gone) is None


@pytest.mark.parametrize(
    "saved, field",
    [
        ({"TotalAmt": Decimal("108.0"), "TxnTaxDetail": {"TotalTax": 8}}, None),
        ({"TotalAmt": 100, "TxnTaxDetail": None}, "TotalAmt"),
        ({"TotalAmt": 108, "TxnTaxDetail": {"TotalTax": Decimal("8.01")}}, "TotalTax"),
    ],
)
def test_a_total_or_tax_that_quickbooks_changed_is_noticed(
    saved: dict[str, Any], field: str | None
) -> None:
    document = invoice(line("100.00", taxes=(tax("8.00"),)))

    found = mapping.disagreement(document, saved)

    assert (found.field if found else None) == field


def test_a_payment_of_another_amount_is_noticed() -> None:
    assert mapping.disagreement(payment("10.00"), {"TotalAmt": Decimal("9.99")})
    assert mapping.disagreement(customer(), {}) is None


# Which QuickBooks item a product is linked to.


def qbo_item(name: str, type: str = "Service", **fields: Any) -> dict[str, Any]:
    return {"Id": "7", "Name": name, "Type": type, "IncomeAccountRef": {"value": "82"}, **fields}


@pytest.mark.parametrize(
    "existing, chosen, why",
    [
        ([qbo_item("BLUE MUG")], "BLUE MUG", "names are compared without case"),
        ([qbo_item("Cup", Sku="mug-b")], "Cup", "the SKU goes before the name"),
        ([qbo_item("Blue mug", Sku="OTHER")], None, "another SKU is another product"),
        ([qbo_item("Blue mug", "Category")], None, "a category is no item"),
        ([qbo_item("Blue mug", "Group")], None, "a bundle is no item"),
        ([qbo_item("Blue mug", Active=False)], None, "inactive"),
        (
            [qbo_item("Old", "Inventory", Sku="MUG-B"), qbo_item("New", Sku="MUG-B")],
            "New",
            "SKUs are not unique",
        ),
        ([{"Id": "7", "Name": "Blue mug", "Type": "Service"}], None, "nowhere to post to"),
    ],
)
def test_a_product_is_linked_to_an_item_by_sku_then_by_name(
    existing: list[dict[str, Any]], chosen: str | None, why: str
) -> None:
    found = item.choose(product(), context_for(product()), existing)

    assert (found["Name"] if found else None) == chosen, why


def test_an_item_that_keeps_stock_in_quickbooks_is_never_linked() -> None:
    with pytest.raises(NeedsMapping, match="costs would be counted twice"):
        item.choose(product(), context_for(product()), [qbo_item("Blue mug", "Inventory")])


def test_gift_cards_are_not_linked_to_an_item_that_earns_income() -> None:
    cards = system_product(LineKind.GIFT_CARD)
    owed = qbo_item("Gift cards") | {"IncomeAccountRef": {"value": "95"}}

    assert item.choose(cards, context_for(cards), [qbo_item("Gift cards")]) is None
    assert item.choose(cards, context_for(cards), [owed]) == owed


# The fields we own.


def test_what_quickbooks_adds_is_not_ours() -> None:
    sent = {"DisplayName": "Jane", "BillAddr": {"Line1": "1 Main St"}}
    back = {
        "Id": "1", "SyncToken": "0", "DisplayName": "Jane", "Balance": 5, "Taxable": True,
        "BillAddr": {"Id": "4", "Line1": "1 Main St", "Lat": "1"}, "GivenName": "",
    }  # fmt: skip

    assert owned("Customer", back) == {**owned("Customer", sent), "Taxable": True}


def test_numbers_are_compared_by_value() -> None:
    one = {"Name": "Mug", "UnitPrice": Decimal("9.50")}

    assert hashes("Item", one) == hashes("Item", {**one, "UnitPrice": Decimal("9.5")})
    assert hashes("Item", one) != hashes("Item", {**one, "UnitPrice": Decimal("9.51")})


def test_key_of_a_document_is_what_its_note_carries() -> None:
    document = invoice()

    request = mapping.build(document, context_for(document), None)

    assert isinstance(request, Request)
    assert f"[tillbook:{key_of(document)}]" in request.body["PrivateNote"]
