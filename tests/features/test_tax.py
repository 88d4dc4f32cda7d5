"""Sales tax: as the channel calculated it, to the cent, under the code that the settings name."""

from decimal import Decimal

import pytest

from tests.features import samples as make
from tests.features.desk import Desk
from tillbook.domain.documents import Address, Invoice, Tax

PAYABLE = "90"  # Board of Equalization Payable, of the code California


def taxed(number: int, amount: str, rate: str, region: str = "CA") -> Invoice:
    tax = Tax(name=f"{region} tax", rate=Decimal(rate), amount=Decimal(amount))
    return make.invoice(
        id=f"o{number}",
        number=f"#{number}",
        lines=(make.line(taxes=(tax,)),),
        shipping_address=Address(lines=("1 Main St",), region=region, country="US"),
    )


@pytest.mark.feature(
    "INF-063",
    note="In the United States one code carries all sales tax, so the setting is named. Elsewhere "
    "it is the tax, by its name or rate.",
)
def test_a_tax_without_a_code_holds_the_invoice_and_a_code_lets_it_go(desk: Desk) -> None:
    desk.configure(tax_code=None)
    desk.send(*make.sale())
    desk.sync()

    record = desk.record(make.invoice())
    assert record["status"] == "pending"
    assert record["reason"] == "settings.tax_code is not set, but the document needs it."
    assert desk.in_books("Invoice") == []

    desk.configure(tax_code="2")
    desk.sync_proven()

    assert desk.record(make.invoice())["status"] == "completed"


@pytest.mark.feature("ZOHO-032")
@pytest.mark.parametrize("code", ["2", "3"])
def test_the_code_that_is_chosen_is_kept_and_used(desk: Desk, code: str) -> None:
    desk.sync()
    desk.configure(tax_code=code)

    desk.send(*make.sale())
    desk.sync_proven()

    assert desk.see("/settings")["tax_code"] == code
    detail = desk.object_of(make.invoice())["TxnTaxDetail"]
    assert (detail["TxnTaxCodeRef"]["value"], detail["TotalTax"]) == (code, Decimal("1.81"))


@pytest.mark.feature("DEAR-114")
def test_the_tax_of_each_address_is_the_one_that_the_channel_calculated(desk: Desk) -> None:
    california = taxed(1, "2.38", "0.095", "CA")
    arizona = taxed(2, "1.78", "0.071", "AZ")

    desk.send(make.customer(), make.product(), california, arizona)
    desk.sync_proven()

    taxes = [desk.object_of(one)["TxnTaxDetail"]["TotalTax"] for one in (california, arizona)]
    assert taxes == [Decimal("2.38"), Decimal("1.78")]


@pytest.mark.feature("ZOHO-003")
def test_the_tax_owed_is_equal_on_both_sides_to_the_cent(desk: Desk) -> None:
    invoices = [taxed(n, f"{1 + n * 7 % 3}.{n:02d}", "0.0725") for n in range(12)]

    desk.send(make.customer(), make.product(), *invoices)
    desk.sync_proven()

    (row,) = [one for one in desk.see("/reconciliation")["accounts"] if one["account"] == PAYABLE]
    owed = -sum(one.tax for one in invoices)
    assert Decimal(row["ours"]) == Decimal(row["projected"]) == owed
    assert (row["difference"], row["unexplained"]) == ("0.00", "0.00")
