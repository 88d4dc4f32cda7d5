"""Year ends move profit and loss to retained earnings without a posting."""

from datetime import date
from decimal import Decimal

from tillbook.domain.trial_balance import Posted, fiscal_year_start, year_end_transfers

SALES, RENT, BANK, RETAINED = "10", "20", "1", "99"
PROFIT_AND_LOSS = frozenset({SALES, RENT})


def test_a_fiscal_year_starts_in_its_first_month() -> None:
    assert fiscal_year_start(date(2026, 3, 31), 4) == date(2025, 4, 1)
    assert fiscal_year_start(date(2026, 4, 1), 4) == date(2026, 4, 1)


def test_within_one_year_nothing_moves() -> None:
    assert (
        year_end_transfers(
            {SALES: Decimal(-500)},
            [],
            eve=date(2026, 2, 28),
            year_start=date(2026, 1, 1),
            profit_and_loss=PROFIT_AND_LOSS,
            retained_earnings=RETAINED,
        )
        == {}
    )


def test_across_a_year_end_the_old_year_goes_to_retained_earnings() -> None:
    postings = [
        Posted(date(2025, 12, 30), SALES, Decimal(-100)),
        Posted(date(2025, 12, 30), BANK, Decimal(100)),
        Posted(date(2025, 12, 31), RENT, Decimal(40)),
        Posted(date(2026, 1, 2), SALES, Decimal(-7)),
    ]

    moved = year_end_transfers(
        {SALES: Decimal(-500), BANK: Decimal(500)},
        postings,
        eve=date(2025, 11, 30),
        year_start=date(2026, 1, 1),
        profit_and_loss=PROFIT_AND_LOSS,
        retained_earnings=RETAINED,
    )

    assert moved == {SALES: Decimal(600), RENT: Decimal(-40), RETAINED: Decimal(-560)}
    assert sum(moved.values()) == 0
