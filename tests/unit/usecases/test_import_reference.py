"""What the import learns of objects that are ours already."""

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import Workbench

DAY = 24 * 3600


@pytest.mark.parametrize("days", [1, 31])
def test_sales_follow_the_account_that_a_bookkeeper_gave_the_item(days: int) -> None:
    """Changes are told for 30 days; after a longer pause all names are read again."""
    bench = Workbench()
    bench.accept(make.customer(), make.product(), make.invoice())
    bench.sync()
    mug = next(one for one in bench.in_books("Item") if one["Name"] == "Blue mug")
    bench.by_hand("update", "Item", Id=mug["Id"], IncomeAccountRef={"value": "1"})
    bench.clock.advance(days * DAY)
    bench.accept(make.invoice(id="o2", number="#1002"))

    proof = bench.sync().proof

    assert proof["agrees"]


def test_the_company_is_not_read_anew_for_balances_that_moved() -> None:
    bench = Workbench()
    bench.accept(make.customer(), make.product(), make.invoice())
    bench.sync()

    reads = bench.sync().run.reads

    bench.by_hand("create", "Account", Name="Petty cash", AccountType="Bank")
    assert bench.sync().run.reads - reads >= 6
    assert reads < 6
