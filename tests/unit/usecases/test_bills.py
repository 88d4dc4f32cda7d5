"""Vendors and bills: from documents to the books, changed, deleted and proven."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import Workbench
from tillbook.domain.documents import LineKind, Product, Tax
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.domain.sync import Status


def stocked() -> Product:
    return make.product(stocked=True, purchased=True)


def books(bench: Workbench, entity: str) -> list[dict[str, Any]]:
    return bench.company.all(entity)


def proven(bench: Workbench) -> bool:
    return bool(bench.sync().proof["agrees"])


def test_a_bill_puts_stocked_goods_on_stock_and_what_is_owed_on_payables() -> None:
    bench = Workbench()
    bench.accept(make.vendor(), stocked(), make.bill(due_date=make.DAY))

    assert proven(bench)

    found = books(bench, "Bill")[0]
    assert found["VendorRef"]["name"] == "Mug Works"
    assert found["DocNumber"] == "PO-7"
    assert found["TotalAmt"] == found["Balance"] == 40
    detail = found["Line"][0]["ItemBasedExpenseLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (10, 4)
    assert bench.company.balance("Inventory Asset") == 40
    assert bench.company.balance("Accounts Payable (A/P)") == -40


def test_a_product_without_a_cost_account_is_bought_on_account() -> None:
    bench = Workbench()
    bench.accept(make.vendor(), make.product(), make.bill())

    assert proven(bench)

    assert "AccountBasedExpenseLineDetail" in books(bench, "Bill")[0]["Line"][0]
    assert bench.company.balance("Cost of Goods Sold") == 40


def test_more_goods_on_the_same_bill_change_it_and_keep_its_lines() -> None:
    bench = Workbench()
    bench.accept(make.vendor(), stocked(), make.bill())
    bench.sync()
    first = books(bench, "Bill")[0]
    lines = (
        make.line(quantity=Decimal(25), unit_price=Decimal(4), gross=Decimal("100.00"), taxes=()),
    )

    bench.accept(make.bill(v=2, lines=lines, total=Decimal("100.00")))

    assert proven(bench)
    after = books(bench, "Bill")
    assert [each["Id"] for each in after] == [first["Id"]]
    assert after[0]["Line"][0]["Id"] == first["Line"][0]["Id"]
    assert after[0]["TotalAmt"] == 100


def test_a_cancelled_bill_is_deleted() -> None:
    bench = Workbench()
    bench.accept(make.vendor(), stocked(), make.bill())
    bench.sync()

    bench.accept(make.bill(v=2, status="cancelled"))

    assert proven(bench)
    assert books(bench, "Bill") == []
    assert not any(bench.company.balances().values())


def test_discount_freight_and_us_tax_are_lines_on_accounts_of_their_own() -> None:
    chosen = ConnectionSettings(
        accounts=Accounts(freight="97", purchase_discounts="96", purchase_tax="15")
    )
    bench = Workbench(connection_settings=chosen)
    lines = (
        make.line(
            quantity=Decimal(10),
            unit_price=Decimal(4),
            gross=Decimal("40.00"),
            discount=Decimal("4.00"),
            taxes=(Tax(name="CA", rate=Decimal("0.08"), amount=Decimal("2.88")),),
        ),
        make.line(
            "2",
            None,
            quantity=Decimal(1),
            unit_price=Decimal(5),
            gross=Decimal("5.00"),
            taxes=(),
            kind=LineKind.SHIPPING,
        ),
    )
    bench.accept(
        make.vendor(),
        stocked(),
        make.bill(lines=lines, total=Decimal("43.88")),
    )

    assert proven(bench)

    assert books(bench, "Bill")[0]["TotalAmt"] == Decimal("43.88")
    balances = bench.company.balances()
    assert balances["Inventory Asset"] == 40
    assert balances["Shipping Costs"] == 5
    assert balances["Rounding"] == -4
    assert balances["Office Expenses"] == Decimal("2.88")


def test_us_tax_without_its_account_holds_the_bill_and_says_which_setting() -> None:
    bench = Workbench()
    lines = (make.line(quantity=Decimal(1), unit_price=Decimal(4), gross=Decimal("4.00")),)
    bench.accept(make.vendor(), stocked(), make.bill(lines=lines, total=Decimal("5.81")))
    bench.sync()

    record = bench.record(make.bill())
    assert record.status is Status.PENDING
    assert record.reason is not None
    assert "settings.accounts.purchase_tax" in record.reason.what


@pytest.mark.parametrize("inclusive", [False, True])
def test_outside_the_us_purchase_tax_is_recovered_per_rate(inclusive: bool) -> None:
    bench = Workbench(profile="uk")
    code = next(one for one in books(bench, "TaxCode") if one["Name"] == "20.0% S")
    bench.configure(ConnectionSettings(tax_codes={"20": code["Id"]}))
    gross = Decimal("48.00") if inclusive else Decimal("40.00")
    lines = (
        make.line(
            quantity=Decimal(10),
            unit_price=gross / 10,
            gross=gross,
            taxes=(Tax(name="VAT", rate=Decimal("0.2"), amount=Decimal("8.00")),),
        ),
    )
    bench.accept(
        make.vendor(),
        stocked(),
        make.bill(currency="GBP", lines=lines, total=Decimal("48.00"), tax_inclusive=inclusive),
    )

    assert proven(bench)

    assert books(bench, "Bill")[0]["TotalAmt"] == 48
    assert bench.company.balance("33") == -48
    assert sum(v for k, v in bench.company.balances().items() if "VAT" in k) == 8


def test_a_vendor_with_the_name_of_a_customer_gets_one_of_its_own() -> None:
    bench = Workbench()
    bench.accept(make.customer(name="Mug Works"), make.vendor(), stocked(), make.bill())

    assert proven(bench)

    assert books(bench, "Customer")[0]["DisplayName"] == "Mug Works"
    assert books(bench, "Vendor")[0]["DisplayName"] == "Mug Works (Vendor)"


def test_a_vendor_that_a_bookkeeper_made_is_used() -> None:
    bench = Workbench()
    bench.by_hand("create", "Vendor", DisplayName="mug works")
    bench.accept(make.vendor(), stocked(), make.bill())

    assert proven(bench)

    assert [each["DisplayName"] for each in books(bench, "Vendor")] == ["mug works"]
