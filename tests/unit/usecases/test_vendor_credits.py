"""Vendor credits: from documents to the books, changed, deleted, made again and proven."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Tax
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.usecases.move_records import move_record


@pytest.fixture
def bench() -> Workbench:
    """Ten mugs were bought, and two sent back."""
    bench = Workbench()
    goods = make.product(stocked=True, purchased=True)
    bench.accept(make.vendor(), goods, make.bill(), make.vendor_credit())
    assert proven(bench)
    return bench


def proven(bench: Workbench) -> bool:
    return bool(bench.sync().proof["agrees"])


def credit(bench: Workbench) -> dict[str, Any]:
    (found,) = bench.in_books("VendorCredit")
    return found


def test_a_vendor_credit_takes_goods_off_stock_and_lowers_what_is_owed(bench: Workbench) -> None:
    found = credit(bench)

    assert found["VendorRef"]["name"] == "Mug Works"
    assert (found["DocNumber"], found["TotalAmt"], found["Balance"]) == ("PO-7-R", 8, 8)
    detail = found["Line"][0]["ItemBasedExpenseLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (2, 4)
    assert bench.company.balance("Inventory Asset") == 32
    assert bench.company.balance("Accounts Payable (A/P)") == -32


def test_a_changed_vendor_credit_keeps_its_lines(bench: Workbench) -> None:
    before = credit(bench)
    lines = (
        make.line(quantity=Decimal(3), unit_price=Decimal(4), gross=Decimal("12.00"), taxes=()),
    )

    bench.accept(make.vendor_credit(v=2, lines=lines, total=Decimal("12.00")))

    assert proven(bench)
    after = credit(bench)
    assert (after["Id"], after["TotalAmt"]) == (before["Id"], 12)
    assert after["Line"][0]["Id"] == before["Line"][0]["Id"]


def test_a_cancelled_vendor_credit_is_deleted(bench: Workbench) -> None:
    bench.accept(make.vendor_credit(v=2, status="cancelled"))

    assert proven(bench)
    assert bench.in_books("VendorCredit") == []
    assert bench.company.balance("Accounts Payable (A/P)") == -40


def test_one_that_a_person_deleted_is_made_again_when_they_say_so(bench: Workbench) -> None:
    bench.by_hand("delete", "VendorCredit", **handle(credit(bench)))
    bench.clock.advance(3600)
    bench.sync()
    record = bench.record(make.vendor_credit())
    assert record.status is Status.FAILED

    move_record(bench.services, CONNECTION, record.key, "retry", actor="alice", why="by mistake")

    assert proven(bench)
    assert credit(bench)["TotalAmt"] == 8


def test_one_that_a_person_edited_is_not_written_over(bench: Workbench) -> None:
    bench.by_hand("create", "Vendor", DisplayName="Cup Works")
    other = next(one for one in bench.in_books("Vendor") if one["DisplayName"] == "Cup Works")
    edit = {**handle(credit(bench)), "sparse": True, "VendorRef": {"value": other["Id"]}}
    bench.by_hand("update", "VendorCredit", **edit)
    bench.clock.advance(3600)

    bench.accept(make.vendor_credit(v=2, memo="two were broken"))
    bench.sync()

    record = bench.record(make.vendor_credit())
    assert record.status is Status.FAILED
    assert record.reason is not None
    assert 'Vendor: "Cup Works" there, Tillbook would write "Mug Works"' in record.reason.what


def test_a_lost_answer_makes_no_second_one() -> None:
    bench = Workbench()
    bench.accept(make.vendor(), make.product())
    bench.sync()
    bench.emulator.inject("dropped", commits="yes", operation="batch", count=1)

    bench.accept(make.vendor_credit())

    assert proven(bench)
    assert credit(bench)["TotalAmt"] == 8
    assert bench.record(make.vendor_credit()).status is Status.COMPLETED


def test_us_tax_and_discount_are_credited_on_their_accounts() -> None:
    chosen = Accounts(purchase_discounts="96", purchase_tax="15")
    bench = Workbench(connection_settings=ConnectionSettings(accounts=chosen))
    one = make.line(
        quantity=Decimal(2),
        unit_price=Decimal(4),
        gross=Decimal("8.00"),
        discount=Decimal("1.00"),
        taxes=(Tax(name="CA", rate=Decimal("0.08"), amount=Decimal("0.56")),),
    )
    bench.accept(
        make.vendor(), make.product(), make.vendor_credit(lines=(one,), total=Decimal("7.56"))
    )

    assert proven(bench)

    balances = bench.company.balances()
    assert balances["Accounts Payable (A/P)"] == Decimal("7.56")
    assert balances["Cost of Goods Sold"] == -8
    assert balances["Rounding"] == 1
    assert balances["Office Expenses"] == Decimal("-0.56")


@pytest.mark.parametrize("inclusive", [False, True])
def test_outside_the_us_recovered_tax_is_given_back_per_rate(inclusive: bool) -> None:
    bench = Workbench(profile="uk")
    code = next(one for one in bench.company.all("TaxCode") if one["Name"] == "20.0% S")
    bench.configure(ConnectionSettings(tax_codes={"20": code["Id"]}))
    gross = Decimal("9.60") if inclusive else Decimal("8.00")
    one = make.line(
        quantity=Decimal(2),
        unit_price=gross / 2,
        gross=gross,
        taxes=(Tax(name="VAT", rate=Decimal("0.2"), amount=Decimal("1.60")),),
    )
    credited = make.vendor_credit(
        currency="GBP", lines=(one,), total=Decimal("9.60"), tax_inclusive=inclusive
    )
    bench.accept(make.vendor(), make.product(), credited)

    assert proven(bench)

    assert credit(bench)["TotalAmt"] == Decimal("9.60")
    assert sum(v for k, v in bench.company.balances().items() if "VAT" in k) == Decimal("-1.60")


def handle(obj: dict[str, Any]) -> dict[str, Any]:
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"]}
