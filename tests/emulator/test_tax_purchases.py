"""Tax on what is bought outside the US: recovered, reversed, or included in the price."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api

D = Decimal


@pytest.fixture
def company(emulator: Emulator) -> Company:
    return emulator.seed("uk", realm="77")


@pytest.fixture
def api(emulator: Emulator, company: Company) -> Api:
    return Api(emulator, "77")


def _line(amount: str, code: str | None, **detail: Any) -> dict[str, Any]:
    if code:
        detail["TaxCodeRef"] = {"value": code}
    return {
        "Amount": D(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}, **detail},
    }


def _bill(api: Api, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = api.query("select * from Vendor").get("Vendor")
    vendor = names[0] if names else api.save("vendor", {"DisplayName": "Leeds Paper"})
    return {"VendorRef": {"value": vendor["Id"]}, "Line": list(lines), **more}


def test_input_tax_lowers_what_is_owed(api: Api, company: Company) -> None:
    bill = api.save("bill", _bill(api, _line("100", "2"), _line("50", "3")))

    assert bill["TotalAmt"] == bill["Balance"] == D("172.50")
    rates = [
        each["TaxLineDetail"]["TaxRateRef"]["value"] for each in bill["TxnTaxDetail"]["TaxLine"]
    ]
    assert rates == ["2", "4"]
    assert company.balances() == {
        "Creditors": D("-172.50"),
        "Advertising": D("150.00"),
        "VAT Control": D("22.50"),
    }


def test_a_vendor_credit_and_a_card_refund_give_the_tax_back(api: Api, company: Company) -> None:
    api.save("vendorcredit", _bill(api, _line("10", "2")))
    refund = {"PaymentType": "CreditCard", "AccountRef": {"value": "42"}, "Credit": True}

    api.save("purchase", {**refund, "Line": [_line("20", "2")]})

    assert company.balance("VAT Control") == D("-6.00")
    assert company.balance("Visa") == D("24.00")


@pytest.mark.parametrize(
    "code, rates", [("7", ["11", "12"]), ("8", ["14", "15"]), ("9", ["17", "18"])]
)
def test_reverse_charge_is_due_and_recovered_at_once(
    api: Api, company: Company, code: str, rates: list[str]
) -> None:
    bill = api.save("bill", _bill(api, _line("100", code)))

    lines = bill["TxnTaxDetail"]["TaxLine"]
    assert [each["TaxLineDetail"]["TaxRateRef"]["value"] for each in lines] == rates
    assert [each["Amount"] for each in lines] == [20, -20]
    assert bill["TotalAmt"] == 100
    assert company.balance("VAT Control") == 0


def test_a_purchase_at_a_gross_price_keeps_it(api: Api) -> None:
    line = _line("83.33", "2", TaxInclusiveAmt=D("99.99"))

    purchase = api.save(
        "purchase",
        {
            "PaymentType": "Cash",
            "AccountRef": {"value": "35"},
            "GlobalTaxCalculation": "TaxInclusive",
            "Line": [line],
        },
    )

    assert purchase["TotalAmt"] == D("99.99")
    detail = purchase["Line"][0]["AccountBasedExpenseLineDetail"]
    assert detail["TaxInclusiveAmt"] == D("99.99")


def test_a_code_without_rates_for_purchases_and_a_missing_one_are_refused(api: Api) -> None:
    missing = api.refusal("bill", _bill(api, _line("10", None)))
    unknown = api.refusal("bill", _bill(api, _line("10", "99")))

    assert missing["Detail"] == (
        "Business Validation Error: Make sure all your transactions have a VAT rate before you "
        "save."
    )
    assert (unknown["code"], unknown["Detail"]) == (
        "2500",
        "Invalid Reference Id : TaxCode element id 99 not found",
    )


def test_provincial_tax_is_not_recovered(emulator: Emulator) -> None:
    company = emulator.seed("ca", realm="78")
    api = Api(emulator, "78")
    lines = [_line("100", "4"), _line("50", "3"), _line("10.07", "4")]
    lines[2]["AccountBasedExpenseLineDetail"]["AccountRef"] = {"value": "8"}

    bill = api.save("bill", _bill(api, *lines))

    amounts = {
        each["TaxLineDetail"]["TaxRateRef"]["value"]: each["Amount"]
        for each in bill["TxnTaxDetail"]["TaxLine"]
    }
    assert amounts == {"2": D("8.00"), "15": D("7.70")}
    assert bill["TotalAmt"] == D("175.77")
    assert company.balances() == {
        "Accounts Payable (A/P)": D("-175.77"),
        "Advertising": D("157.00"),
        "Bank Charges": D("10.77"),
        "GST/HST Payable": D("8.00"),
    }


def test_given_tax_lines_count_on_a_bill(emulator: Emulator) -> None:
    company = emulator.seed("ca", realm="78")
    api = Api(emulator, "78")
    lines = [
        {
            "Amount": D(amount),
            "DetailType": "TaxLineDetail",
            "TaxLineDetail": {
                "TaxRateRef": {"value": rate},
                "PercentBased": False,
                "NetAmountTaxable": D("0.89"),
            },
        }
        for rate, amount in (("15", "0.06"), ("2", "0.05"))
    ]

    bill = api.save(
        "bill",
        _bill(
            api,
            _line("0.89", "4", TaxAmount=D("0.11")),
            GlobalTaxCalculation="TaxExcluded",
            TxnTaxDetail={"TaxLine": lines},
        ),
    )

    assert bill["TotalAmt"] == 1
    assert company.balance("GST/HST Payable") == D("0.05")
    assert company.balance("Advertising") == D("0.95")
