"""Write-offs: what is not expected any more of an invoice goes to an account of its own."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import Workbench
from tillbook.domain.documents import allocation_of
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.domain.sync import Status

SALE = (make.customer(), make.product(), make.invoice())
OWED = make.invoice().total
OFFICE = "15"


@pytest.fixture
def bench() -> Workbench:
    accounts = Accounts(write_offs=OFFICE)
    return Workbench(
        connection_settings=ConnectionSettings(
            export_from=date(2026, 3, 1), tax_code="2", accounts=accounts
        )
    )


def proven(bench: Workbench) -> bool:
    return bool(bench.sync().proof["agrees"])


def the(bench: Workbench, entity: str) -> dict[str, Any]:
    (found,) = bench.in_books(entity)
    return found


def test_a_write_off_closes_the_invoice_and_is_an_expense(bench: Workbench) -> None:
    bench.accept(*SALE, make.write_off())

    assert proven(bench)

    assert the(bench, "Invoice")["Balance"] == the(bench, "CreditMemo")["Balance"] == 0
    assert the(bench, "CreditMemo")["DocNumber"] == "#1001-W1"
    assert the(bench, "Payment")["TotalAmt"] == 0
    assert bench.company.balance("Office Expenses") == OWED
    assert bench.company.balance("Accounts Receivable (A/R)") == 0
    for one in (make.write_off(), allocation_of(make.write_off())):
        assert bench.record(one).status is Status.COMPLETED


def test_a_smaller_write_off_changes_both(bench: Workbench) -> None:
    bench.accept(*SALE, make.write_off())
    bench.sync()
    before = the(bench, "CreditMemo")["Id"]

    bench.accept(make.write_off(v=2, amount="20.00"))

    assert proven(bench)
    assert the(bench, "CreditMemo")["Id"] == before
    assert the(bench, "Invoice")["Balance"] == OWED - 20
    assert bench.company.balance("Office Expenses") == 20


def test_a_cancelled_write_off_leaves_the_invoice_open(bench: Workbench) -> None:
    bench.accept(*SALE, make.write_off())
    bench.sync()

    bench.accept(make.write_off(v=2, status="cancelled"))

    assert proven(bench)
    assert the(bench, "Invoice")["Balance"] == OWED
    assert bench.in_books("CreditMemo") == bench.in_books("Payment") == []
    assert bench.company.balance("Office Expenses") == 0


def test_without_its_account_a_write_off_waits_and_says_which_setting() -> None:
    bench = Workbench()
    bench.accept(*SALE, make.write_off())

    assert proven(bench)

    assert the(bench, "Invoice")["Balance"] == OWED
    record = bench.record(make.write_off())
    assert record.status is Status.PENDING
    assert record.reason is not None
    assert record.reason.what == "Waiting for product Write-offs."


def test_a_write_off_whose_answers_were_lost_is_found_again(bench: Workbench) -> None:
    for entity in ("CreditMemo", "Payment"):
        bench.emulator.inject("system_failure", commits="yes", entity=entity, count=1)
    bench.accept(*SALE, make.write_off())

    assert proven(bench)

    assert the(bench, "Invoice")["Balance"] == 0
    assert len(bench.in_books("CreditMemo")) == len(bench.in_books("Payment")) == 1


def test_outside_the_us_a_write_off_carries_the_code_without_tax() -> None:
    bench = Workbench(profile="uk")
    code = next(one for one in bench.in_books("TaxCode") if one["Name"] == "No VAT")
    chosen = ConnectionSettings(
        export_from=date(2026, 3, 1),
        tax_codes={"0": code["Id"]},
        accounts=Accounts(write_offs=OFFICE),
    )
    bench.configure(chosen)
    lines = (make.line(taxes=()),)
    bench.accept(*SALE[:2], make.invoice(currency="GBP", lines=lines))
    bench.accept(make.write_off(currency="GBP", amount="25.00"))

    assert proven(bench)

    assert the(bench, "Invoice")["Balance"] == Decimal(0)
