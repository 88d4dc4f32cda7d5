"""Bodies that are no proper order: refused by the path of what is wrong, with its cure."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.channels.shop import Item, order, translate
from tests.unit.channels.test_shopify_orders import findings
from tillbook.errors import BadInput


@pytest.mark.parametrize(
    "change, field, says",
    [
        ({"currency": "XYZ"}, "currency", "unknown currency 'XYZ'"),
        ({"processed_at": "2026-03-14T21:26:53"}, "processed_at", "has no time zone"),
        ({"processed_at": None, "created_at": None}, "processed_at", "is missing"),
        ({"updated_at": None}, "updated_at", "include_fields"),
        ({"total_price": "12,50"}, "total_price", "is not a number"),
        ({"total_price": True}, "total_price", "is not a number"),
        ({"total_price": "1e11"}, "total_price", "larger than any amount"),
        ({"total_price": "0.00000000001"}, "total_price", "finer than any amount"),
        ({"total_price": None}, "total_price", "is missing"),
        ({"id": "abc"}, "id", "is not an id"),
        ({"line_items": {"0": 1}}, "line_items", "is not a list"),
        ({"line_items": [7]}, "line_items[0]", "is not an object"),
        ({"customer": "Ada"}, "customer", "is not an object"),
        ({"taxes_included": "no"}, "taxes_included", "neither true nor false"),
        ({"note": 5}, "note", "is not text"),
        ({"name": "\ud800"}, "name", "half a character"),
    ],
)
def test_a_wrong_value_is_named_by_its_path_and_its_cure(
    change: dict[str, Any], field: str, says: str
) -> None:
    assert says in findings(order(**change))[field]


@pytest.mark.parametrize(
    "key, value, says",
    [
        ("quantity", -2, "is negative"),
        ("quantity", "two", "is not a whole number"),
        ("quantity", Decimal("1.5"), "is not a whole number"),
        ("price", "-1.00", "is negative"),
        ("price", [], "is not a number"),
        ("id", None, "is missing"),
        ("tax_lines", [{"price": "x"}], ""),
    ],
)
def test_a_wrong_value_in_a_line_is_named_by_its_path(key: str, value: object, says: str) -> None:
    body = order()
    body["line_items"][0][key] = value
    path = "line_items[0].tax_lines[0].price" if key == "tax_lines" else f"line_items[0].{key}"
    assert says in findings(body)[path]


def test_amounts_finer_than_a_cent_are_refused() -> None:
    body = order(Item(price="10.005", rates=()), Item(price="4.995", rates=(), variant=2))
    assert "lines[0].gross" in findings(body)


def test_two_lines_of_one_id_are_refused() -> None:
    body = order(Item(), Item(variant=2))
    body["line_items"][1]["id"] = body["line_items"][0]["id"]
    assert "id" in next(iter(findings(body)))


@pytest.mark.parametrize(
    "raw, says",
    [
        (b"", "is not JSON"),
        (b'{"id": 1', "is not JSON"),
        (b"\xff\xfe\x00", "is not"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": NaN}', "cannot be read"),
        (b'{"id": ' + b"9" * 5000 + b"}", "cannot be read"),
        (b'{"total_price": 1e99999999999999999999}', "cannot be read"),
        (b"[]", "is not an object"),
        (b"null", "is not an object"),
    ],
)
def test_a_body_that_is_no_order_is_refused(raw: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        translate("orders/create", raw)


def test_a_refusal_holds_nobodys_data() -> None:
    body = order(note=7, total_price="Ada Brandt")
    with pytest.raises(BadInput) as refused:
        translate("orders/create", body)
    assert "Ada" not in str(refused.value)
