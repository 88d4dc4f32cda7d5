"""Statements, batches and exact JSON."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.quickbooks.books import Books
from tillbook.quickbooks import batch, jsontext, query
from tillbook.quickbooks.context import Request
from tillbook.quickbooks.faults import Fault, FaultClass, classify

CREATE = Request("Customer", "create", {"DisplayName": "Zoë's", "Balance": Decimal("1.10")})


@pytest.mark.parametrize(
    "value, literal",
    [("Adam's", r"'Adam\'s'"), ("a\\b", r"'a\\b'"), ("", "''"), ("x' or '1", r"'x\' or \'1'")],
)
def test_text_in_a_statement_cannot_end_its_literal(value: str, literal: str) -> None:
    assert query.quote(value) == literal


def test_a_page_is_ordered_by_creation_and_never_by_id() -> None:
    statement = query.page(query.select("Invoice", "TxnDate = '2026-09-14'"), start=1001)

    assert statement == (
        "select * from Invoice where TxnDate = '2026-09-14' "
        "orderby MetaData.CreateTime startposition 1001 maxresults 1000"
    )


def test_names_of_every_kind_are_found_by_their_literal() -> None:
    books = Books()
    names = ["Adam's Candy", 'B "C" & D', "50% #1 + more", "back\\slash"]
    books.batch([Request("Customer", "create", {"DisplayName": name}) for name in names])

    for name in names:
        found = books.query(
            query.select("Customer", f"DisplayName = {query.quote(name)}"), "Customer"
        )
        assert [one["DisplayName"] for one in found] == [name]


def test_an_answer_without_rows_is_empty() -> None:
    assert list(query.rows({"QueryResponse": {}}, "Invoice")) == []


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_numbers_keep_every_digit(number: Decimal) -> None:
    text = jsontext.dumps({"Amount": number})

    assert "E" not in text
    assert Decimal(jsontext.loads(text)["Amount"]) == number


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError, match="float has no exact JSON form"):
        jsontext.dumps({"Amount": 1.1})


def test_a_batch_is_the_items_in_order() -> None:
    void = Request("Invoice", "void", {"Id": "1", "SyncToken": "0", "sparse": True})

    body = batch.encode([("1", CREATE), ("2", void)])

    assert body.decode() == (
        '{"BatchItemRequest":[{"bId":"1","operation":"create","Customer":'
        '{"DisplayName":"Zoë\'s","Balance":1.10}},{"bId":"2","operation":"update",'
        '"optionsData":"void","Invoice":{"Id":"1","SyncToken":"0","sparse":true}}]}'
    )


@pytest.mark.parametrize(
    "items",
    [
        [],
        [(str(number), CREATE) for number in range(31)],
        [("1", CREATE), ("1", CREATE)],
        [("12345678901", CREATE)],
    ],
    ids=["nothing", "too many", "an id twice", "an id too long"],
)
def test_a_batch_that_quickbooks_would_refuse_is_not_made(items: list[tuple[str, Request]]) -> None:
    with pytest.raises(ValueError, match="batch"):
        batch.encode(items)


def test_every_item_has_its_own_answer() -> None:
    answer = (
        b'{"BatchItemResponse":[{"bId":"2","Fault":{"Error":[{"code":"610","Detail":"gone"}],'
        b'"type":"ValidationFault"}},{"Customer":{"Id":"7","Balance":1.10},"bId":"1"},'
        b'{"bId":"3"}],"time":"x"}'
    )

    found = batch.decode(answer)

    assert found["1"] == {"Id": "7", "Balance": Decimal("1.10")}
    assert found["2"] == Fault(code="610", detail="gone", type="ValidationFault")
    empty = found["3"]
    assert isinstance(empty, Fault)
    assert classify(empty) is FaultClass.UNCLEAR


def test_what_is_no_batch_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="BatchItemResponse"):
        batch.decode(b'{"Fault":{}}')


def test_a_batch_with_one_bad_item_saves_the_others() -> None:
    books = Books()

    answers = books.batch([named("Anna"), named("Anna"), Request("Customer", "create", {})])

    assert isinstance(answers[0], dict)
    assert [classify(one) for one in answers[1:] if isinstance(one, Fault)] == [
        FaultClass.NAME_TAKEN,
        FaultClass.NEEDS_PERSON,
    ]


def named(name: str) -> Request:
    return Request("Customer", "create", {"DisplayName": name})
