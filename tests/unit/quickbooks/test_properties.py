"""What holds for every document that may enter the books."""

from decimal import Decimal
from typing import Any

from hypothesis import given

from tests.unit.quickbooks.builders import (
    UK,
    US,
    Sale,
    context_for,
    sales_documents,
    uk_rates,
)
from tillbook.domain.checks import check_document
from tillbook.domain.money import ZERO, round_money
from tillbook.quickbooks import batch, jsontext, mapping, projection
from tillbook.quickbooks.company import Company
from tillbook.quickbooks.context import Request


def built(document: Sale, company: Company = US) -> Request | None:
    request = mapping.build(document, context_for(document, company=company), None)
    return request if isinstance(request, Request) else None


def total_of(body: dict[str, Any]) -> Decimal:
    """What QuickBooks makes of a sales form."""
    signs = {"SalesItemLineDetail": 1, "DiscountLineDetail": -1}
    lines = sum((signs[one["DetailType"]] * one["Amount"] for one in body["Line"]), ZERO)
    tax: Decimal = body.get("TxnTaxDetail", {}).get("TotalTax", ZERO)
    return lines + tax


@given(sales_documents())
def test_documents_drawn_for_these_tests_are_those_that_may_be_sent(
    document: Sale,
) -> None:
    assert check_document(document) == []


@given(sales_documents())
def test_what_is_sent_to_a_us_company_adds_up_to_the_total_and_the_tax(
    document: Sale,
) -> None:
    request = built(document)

    if request:
        assert total_of(request.body) == document.total
        assert request.body["TxnTaxDetail"]["TotalTax"] == document.tax


@given(sales_documents(currency="GBP", rates=uk_rates))
def test_what_is_sent_to_a_uk_company_adds_up_per_rate(document: Sale) -> None:
    request = built(document, UK)

    if request:
        detail = request.body["TxnTaxDetail"]
        assert total_of(request.body) == document.total
        assert sum((one["Amount"] for one in detail["TaxLine"]), ZERO) == document.tax


@given(sales_documents())
def test_quantity_times_unit_price_is_the_amount_on_every_line(document: Sale) -> None:
    request = built(document)

    for line in request.body["Line"] if request else ():
        detail = line.get("SalesItemLineDetail", {})
        if "Qty" in detail:
            assert round_money(detail["Qty"] * detail["UnitPrice"]) == line["Amount"]


@given(sales_documents())
def test_one_discount_line_at_most_and_never_a_negative_amount_of_it(
    document: Sale,
) -> None:
    request = built(document)

    lines = request.body["Line"] if request else []
    discounts = [one for one in lines if one["DetailType"] == "DiscountLineDetail"]
    assert len(discounts) <= 1
    assert all(one["Amount"] > 0 for one in discounts)


@given(sales_documents())
def test_postings_of_a_document_add_up_to_zero(document: Sale) -> None:
    postings = projection.postings(document, context_for(document))

    assert sum((one.amount for one in postings), ZERO) == 0
    assert all(one.amount for one in postings)


@given(sales_documents())
def test_the_same_document_gives_the_same_bytes_and_exact_numbers(
    document: Sale,
) -> None:
    request = built(document)

    if request:
        body = batch.encode([("1", request)])
        assert body == batch.encode([("1", request)])
        item = jsontext.loads(body)["BatchItemRequest"][0]
        sent = item[request.entity]["Line"][0]["Amount"]
        assert Decimal(sent) == request.body["Line"][0]["Amount"]
