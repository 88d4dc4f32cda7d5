"""Documents foot, are identified for ever, and name what they refer to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.usecases import documents as make
from tillbook.domain.checks import check_document
from tillbook.domain.documents import (
    DOCUMENT,
    Kind,
    Tax,
    content_hash,
    document_key,
    key_of,
    kind_of_key,
    references,
    to_json,
)


def test_an_invoice_that_adds_up_has_no_findings() -> None:
    assert check_document(make.invoice()) == []


def test_a_total_that_does_not_add_up_is_named_with_its_difference() -> None:
    wrong = make.invoice().model_copy(update={"total": Decimal("40.00")})

    (finding,) = check_document(wrong)

    assert finding.field == "total"
    assert "add up to 31.81: a difference of 8.19 USD" in finding.message
    assert finding.cure


def test_negative_quantities_are_refused_with_the_document_to_send_instead() -> None:
    line = make.line(quantity=Decimal(-2), gross=Decimal("-25.00"), taxes=())

    findings = check_document(make.invoice(lines=(line, make.shipping("30.00"))))

    assert [one.field for one in findings] == ["lines[0].quantity"]
    assert "credit note or a refund" in findings[0].cure


@pytest.mark.parametrize(
    "field, value, says",
    [
        ("currency", "DOLLARS", "unknown currency"),
        ("total", 12.5, "float is not a decimal number"),
        ("total", "NaN", "not a finite number"),
        ("date", "2026-03-02T10:00:00", "not a day"),
        ("date", 1767312000, "not a day"),
        ("lines", [], "at least 1 item"),
        ("colour", "blue", "Extra inputs are not permitted"),
    ],
)
def test_wrong_fields_are_refused_by_name(field: str, value: object, says: str) -> None:
    body = to_json(make.invoice()) | {field: value}

    with pytest.raises(ValidationError) as problem:
        DOCUMENT.validate_python(body)

    (error,) = problem.value.errors()
    assert field in error["loc"]
    assert says in error["msg"]


def test_a_document_refers_to_its_customer_products_and_own_items() -> None:
    assert references(make.invoice()) == (
        document_key(Kind.CUSTOMER, make.SOURCE, "c1"),
        document_key(Kind.PRODUCT, make.SOURCE, "p1"),
        document_key(Kind.PRODUCT, "tillbook", "shipping"),
    )
    assert document_key(Kind.INVOICE, make.SOURCE, "o1") in references(make.refund())


def test_marketplace_tax_is_not_part_of_what_the_seller_is_owed() -> None:
    tax = Tax(name="CA", amount=Decimal("1.81"), collected_by="marketplace")
    exclusive = make.invoice(lines=(make.line(taxes=(tax,)),))
    inclusive = make.invoice(lines=(make.line(taxes=(tax,)),), tax_inclusive=True)

    assert exclusive.total == Decimal("25.00")
    assert inclusive.total == Decimal("23.19")


@given(st.sampled_from(list(Kind)), st.text(min_size=1), st.text(min_size=1))
def test_keys_have_one_length_and_hold_no_text_of_the_channel(
    kind: Kind, source: str, document_id: str
) -> None:
    key = document_key(kind, source, document_id)

    assert len(key) == len(kind) + 33
    assert kind_of_key(key) is kind
    assert key.rpartition("-")[2].isalnum()


def test_the_same_statement_made_later_has_the_same_content() -> None:
    assert content_hash(make.invoice(v=1)) == content_hash(make.invoice(v=2))
    assert content_hash(make.invoice(memo="x")) != content_hash(make.invoice())


def test_a_document_survives_storage_unchanged() -> None:
    for document in (make.customer(), make.product(), make.invoice(), make.refund()):
        stored = DOCUMENT.validate_python(to_json(document))

        assert stored == document
        assert key_of(stored) == key_of(document)
