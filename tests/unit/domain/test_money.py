"""One rounding, half away from zero, to the currency's own smallest unit."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillbook.domain.money import CURRENCIES, minor_unit, parse_decimal, round_money

AMOUNTS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=6)


@pytest.mark.parametrize(
    "amount, currency, rounded",
    [
        pytest.param("0.005", "USD", "0.01", id="half a cent goes up"),
        pytest.param("-0.005", "USD", "-0.01", id="and down below zero"),
        pytest.param("2.675", "USD", "2.68", id="which a float would get wrong"),
        pytest.param("100.5", "JPY", "101", id="yen have no smaller unit"),
        pytest.param("1.0005", "KWD", "1.001", id="dinars have thousandths"),
    ],
)
def test_amounts_round_half_away_from_zero(amount: str, currency: str, rounded: str) -> None:
    assert round_money(Decimal(amount), currency) == Decimal(rounded)


@given(AMOUNTS, st.sampled_from(sorted(CURRENCIES)))
def test_rounding_moves_by_at_most_half_a_unit_and_only_once(
    amount: Decimal, currency: str
) -> None:
    rounded = round_money(amount, currency)

    assert abs(rounded - amount) * 2 <= minor_unit(currency)
    assert round_money(rounded, currency) == rounded
    assert round_money(-amount, currency) == -rounded


@pytest.mark.parametrize("value", [1.1, True, "NaN", "Infinity", "", "1,5", "abc", None, [], {}])
def test_what_is_no_exact_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_decimal(value)


@given(AMOUNTS)
def test_text_and_decimals_are_taken_as_they_are(amount: Decimal) -> None:
    assert parse_decimal(str(amount)) == parse_decimal(amount) == amount


def test_half_up_is_the_only_rounding() -> None:
    assert round_money(Decimal("1.115")) == Decimal("1.115").quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
