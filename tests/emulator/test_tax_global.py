"""Tax outside the US: codes per line, rates over the document, prices with tax included."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, sale

D = Decimal


def _company(emulator: Emulator, profile: str) -> tuple[Api, Company]:
    company = emulator.seed(profile, realm="77")
    return Api(emulator, "77"), company


@pytest.fixture
def uk(emulator: Emulator) -> tuple[Api, Company]:
    return _company(emulator, "uk")


@pytest.fixture
def ca(emulator: Emulator) -> tuple[Api, Company]:
    return _company(emulator, "ca")


def _taxes(document: Any) -> list[tuple[str, Decimal, Decimal]]:
    return [
        (
            each["TaxLineDetail"]["TaxRateRef"]["value"],
            each["TaxLineDetail"]["NetAmountTaxable"],
            each["Amount"],
        )
        for each in document["TxnTaxDetail"]["TaxLine"]
    ]


def _gross(amount: str, gross: str, code: str = "2", **detail: Any) -> dict[str, Any]:
    return line(amount, code, TaxInclusiveAmt=D(gross), **detail)


def test_vat_comes_on_top_and_is_owed_in_the_control_account(uk: tuple[Api, Company]) -> None:
    api, company = uk
    body = sale(api.customer(), Line=[line("100", "2"), line("40", "3"), line("7", "6")])

    invoice = api.save("invoice", body)

    assert invoice["GlobalTaxCalculation"] == "TaxExcluded"
    assert "ApplyTaxAfterDiscount" not in invoice
    assert _taxes(invoice) == [
        ("1", D(100), D(20)),
        ("3", D(40), D(2)),
        ("9", D(7), D(0)),
    ]
    assert invoice["TxnTaxDetail"]["TotalTax"] == 22
    assert invoice["TotalAmt"] == 169
    assert company.balances() == {
        "Debtors": D("169.00"),
        "Services": D("-147.00"),
        "VAT Control": D("-22.00"),
    }


def test_a_rate_is_computed_once_on_the_sum_of_its_lines(uk: tuple[Api, Company]) -> None:
    api, _ = uk
    body = sale(api.customer(), Line=[line("10.02", "2")] * 3)

    assert _taxes(api.save("invoice", body)) == [("1", D("30.06"), D("6.01"))]


def test_a_gross_price_comes_back_to_the_cent(uk: tuple[Api, Company]) -> None:
    api, company = uk
    lines = [_gross("8.33", "9.99"), _gross("8.33", "9.99"), _gross("8.33", "9.99")]

    invoice = api.save(
        "invoice", sale(api.customer(), Line=lines, GlobalTaxCalculation="TaxInclusive")
    )

    assert invoice["TotalAmt"] == D("29.97")
    assert invoice["TxnTaxDetail"]["TotalTax"] == D("4.98")
    assert invoice["Line"][0]["Amount"] == D("8.33")
    assert invoice["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == D("9.99")
    assert company.balance("VAT Control") == D("-4.98")


def test_a_rounded_net_is_kept_and_a_wrong_one_is_recomputed_from_the_gross(
    uk: tuple[Api, Company],
) -> None:
    api, _ = uk
    lines = [
        _gross("8.32", "9.99"),
        _gross("9.99", "9.99"),
        _gross("450", "450", Qty=450, UnitPrice=D(1)),
    ]

    invoice = api.save(
        "invoice", sale(api.customer(), Line=lines, GlobalTaxCalculation="TaxInclusive")
    )

    assert [each["Amount"] for each in invoice["Line"][:3]] == [D("8.32"), D("8.33"), D(375)]
    assert invoice["Line"][2]["SalesItemLineDetail"]["UnitPrice"] == D("0.8333333")
    assert invoice["TotalAmt"] == D("469.98")


def test_without_a_gross_amounts_are_net_and_the_gross_is_shown(uk: tuple[Api, Company]) -> None:
    api, _ = uk
    lines = [line("10.02", "2"), line("10.02", "2", TaxInclusiveAmt=0), line("10.02", "2")]
    customer = api.customer()

    shown = api.save("invoice", sale(customer, Line=lines, GlobalTaxCalculation="TaxInclusive"))
    head = {"Id": shown["Id"], "SyncToken": "0"}
    again = api.save("invoice", {**head, "sparse": True, "PrivateNote": "same tax"})
    plain = api.save(
        "invoice",
        {**head, "SyncToken": "1", "sparse": True} | {"GlobalTaxCalculation": "TaxExcluded"},
    )

    gross = [each["SalesItemLineDetail"]["TaxInclusiveAmt"] for each in shown["Line"][:3]]
    assert sum(gross) == shown["TotalAmt"] == again["TotalAmt"] == D("36.07")
    assert plain["TotalAmt"] == D("36.07")
    assert "TaxInclusiveAmt" not in plain["Line"][0]["SalesItemLineDetail"]


def test_where_no_tax_applies_none_may_be_sent(uk: tuple[Api, Company]) -> None:
    api, company = uk
    uncoded = line("100")
    del uncoded["SalesItemLineDetail"]["TaxCodeRef"]
    body = sale(api.customer(), Line=[uncoded], GlobalTaxCalculation="NotApplicable")

    refusal = api.refusal("invoice", {**body, "TxnTaxDetail": {"TotalTax": 20}})
    invoice = api.save("invoice", {**body, "TxnTaxDetail": {}})

    assert refusal["code"] == "6170"
    assert invoice["TotalAmt"] == 100
    assert "TxnTaxDetail" not in invoice
    assert company.balance("VAT Control") == 0


@pytest.mark.parametrize(
    "profile, sentence",
    [
        ("uk", "Make sure all your transactions have a VAT rate before you save."),
        ("au", "Make sure all your transactions have a GST rate before you save."),
        (
            "ca",
            "When you use a GST/HST rate, you need to choose a sales tax code for each line item.",
        ),
    ],
)
def test_a_line_without_a_code_is_refused_in_the_countrys_words(
    emulator: Emulator, profile: str, sentence: str
) -> None:
    api, company = _company(emulator, profile)
    uncoded = line("100")
    del uncoded["SalesItemLineDetail"]["TaxCodeRef"]

    refusal = api.refusal("invoice", sale(api.customer(), Line=[uncoded]))

    assert refusal["Detail"] == f"Business Validation Error: {sentence}"
    assert company.balances() == {}


@pytest.mark.parametrize("code, fault", [("TAX", "2090"), ("99", "2500"), ("9", "6160")])
def test_a_code_that_is_none_for_sales_is_refused(
    uk: tuple[Api, Company], code: str, fault: str
) -> None:
    api, _ = uk

    assert api.refusal("invoice", sale(api.customer(), Line=[line("1", code)]))["code"] == fault


def test_a_line_takes_its_items_code_where_the_switch_says_so(
    uk: tuple[Api, Company], emulator: Emulator
) -> None:
    api, _ = uk
    item = api.save(
        "item",
        {
            "Name": "Bread",
            "IncomeAccountRef": {"value": "79"},
            "SalesTaxCodeRef": {"value": "4"},
            "PurchaseTaxCodeRef": {"value": "4"},
        },
    )
    uncoded = line("10", item=item["Id"])
    del uncoded["SalesItemLineDetail"]["TaxCodeRef"]
    body = sale(api.customer(), Line=[uncoded])

    assert api.refusal("invoice", body)["code"] == "6000"
    emulator.switches.missing_line_tax_code = "item"
    invoice = api.save("invoice", body)
    assert invoice["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "4"}


def _detail(total: str | None, *lines: tuple[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "TaxLine": [
            {
                "Amount": D(amount),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {"TaxRateRef": {"value": rate}, "PercentBased": True},
            }
            for rate, amount in lines
        ]
    }
    return made if total is None else {**made, "TotalTax": D(total)}


def test_given_tax_counts_while_its_lines_add_up(uk: tuple[Api, Company]) -> None:
    api, company = uk
    body = sale(api.customer(), Line=[line("99.99", "2"), line("10", "4")])

    def refused(detail: dict[str, Any]) -> str:
        refusal = api.refusal("invoice", {**body, "TxnTaxDetail": detail})
        return str(refusal["Detail"]).removeprefix("Business Validation Error: ")

    unmatched = "The total tax must be the sum of the amounts of the tax lines."
    assert refused({"TotalTax": D("19.99")}) == unmatched
    assert refused(_detail("19.99", ("1", "20.00"))) == unmatched
    assert refused(_detail("0", ("5", "0"))) == unmatched
    assert refused(_detail("20", ("3", "20"))) == "Invalid tax rate id - 3"
    given = api.save("invoice", {**body, "TxnTaxDetail": _detail("19.99", ("1", "19.99"))})
    assert given["TotalAmt"] == D("129.98")
    assert company.balance("VAT Control") == D("-19.99")
    assert api.save("invoice", {**body, "TxnTaxDetail": {"TotalTax": 20}})["TotalAmt"] == D(
        "129.99"
    )


def test_new_lines_are_taxed_anew_unless_the_old_tax_is_sent_with_them(
    uk: tuple[Api, Company],
) -> None:
    api, _ = uk
    first = api.save("invoice", sale(api.customer(), Line=[line("100", "2")]))
    head = {"Id": first["Id"], "sparse": True, "Line": [line("200", "2")]}

    stale = api.save("invoice", {**head, "SyncToken": "0", "TxnTaxDetail": first["TxnTaxDetail"]})
    note = api.save(
        "invoice", {"Id": first["Id"], "SyncToken": "1", "sparse": True, "PrivateNote": "kept"}
    )
    fresh = api.save("invoice", {**head, "SyncToken": "2", "Line": [line("300", "2")]})

    assert [each["TotalAmt"] for each in (stale, note, fresh)] == [220, 220, 360]


def test_a_discount_is_taken_off_every_code_before_tax_or_off_one(
    uk: tuple[Api, Company], emulator: Emulator
) -> None:
    api, company = uk
    customer = api.customer()
    discount: dict[str, Any] = {
        "DetailType": "DiscountLineDetail",
        "Amount": 30,
        "DiscountLineDetail": {"PercentBased": False},
    }
    of_zero = {**discount, "DiscountLineDetail": {"TaxCodeRef": {"value": "4"}}}
    lines = [line("100", "2"), line("50", "4")]

    spread = api.save("invoice", sale(customer, Line=[*lines, discount]))
    single = api.save("invoice", sale(customer, Line=[*lines, of_zero]))
    emulator.switches.global_discount_before_tax = False
    after = api.save("invoice", sale(customer, Line=[*lines, discount]))

    assert _taxes(spread) == [("1", D(80), D(16)), ("5", D(40), D(0))]
    assert _taxes(single) == [("1", D(100), D(20)), ("5", D(20), D(0))]
    assert [each["TotalAmt"] for each in (spread, single, after)] == [136, 140, 140]
    assert company.balance("Discounts given") == 90


def test_a_credit_memo_and_a_void_take_the_tax_back(uk: tuple[Api, Company]) -> None:
    api, company = uk
    customer = api.customer()
    invoice = api.save("invoice", sale(customer, Line=[line("100", "2")]))
    api.save("creditmemo", sale(customer, Line=[line("40", "2")]))

    api.save("invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")

    assert company.balance("VAT Control") == 8


def test_canadian_codes_hold_taxes_of_several_agencies(ca: tuple[Api, Company]) -> None:
    api, company = ca
    lines = [line("4495.16", "5"), line("100", "2"), line("100", "4")]

    receipt = api.save("salesreceipt", sale(None, Line=lines))

    assert _taxes(receipt) == [
        ("1", D("4595.16"), D("229.76")),
        ("6", D("4495.16"), D("448.39")),
        ("3", D(100), D(13)),
        ("5", D(100), D(7)),
    ]
    assert company.balance("GST/HST Payable") == D("-242.76")
    assert company.balance("QST Payable") == D("-448.39")
    assert company.balance("PST Payable (BC)") == -7


def test_a_tax_on_a_tax_counts_what_comes_before_it(ca: tuple[Api, Company]) -> None:
    api, _ = ca

    receipt = api.save("salesreceipt", sale(None, Line=[line("100", "9")]))

    assert _taxes(receipt) == [("1", D(100), D(5)), ("14", D(105), D("9.98"))]


def test_a_company_that_charges_no_tax_asks_for_no_code(uk: tuple[Api, Company]) -> None:
    api, company = uk
    api.http.post(
        "/_emulator/companies/77/preferences", json={"TaxPrefs": {"UsingSalesTax": False}}
    )

    invoice = api.save("invoice", sale(api.customer(), Line=[line("100", "2")]))

    assert invoice["TotalAmt"] == 100
    assert "GlobalTaxCalculation" not in invoice
    assert company.balance("VAT Control") == 0


def test_a_recorded_australian_invoice_comes_out_to_the_cent(emulator: Emulator) -> None:
    api, _ = _company(emulator, "au")
    promotion = _gross("409.09", "450", Qty=450, UnitPrice=D("0.9090889"))
    body = sale(api.customer(), Line=[promotion], GlobalTaxCalculation="TaxInclusive")

    invoice = api.save("invoice", body)

    assert invoice["Line"][0]["Amount"] == D("409.09")
    assert invoice["Line"][0]["SalesItemLineDetail"]["UnitPrice"] == D("0.9090889")
    assert _taxes(invoice) == [("1", D("409.09"), D("40.91"))]
    assert invoice["TotalAmt"] == 450


def test_tax_of_a_foreign_invoice_is_owed_at_home(uk: tuple[Api, Company]) -> None:
    api, company = uk
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    customer = api.customer(CurrencyRef={"value": "EUR"})

    invoice = api.save("invoice", sale(customer, Line=[line("99.99", "2")], ExchangeRate=D("0.85")))

    assert invoice["TxnTaxDetail"]["TotalTax"] == D("20.00")
    assert invoice["HomeTotalAmt"] == D("101.99")
    assert company.balance("VAT Control") == D("-17.00")


def test_an_estimate_and_an_order_show_tax_and_owe_none(uk: tuple[Api, Company]) -> None:
    api, company = uk
    vendor = api.save("vendor", {"DisplayName": "Paper"})["Id"]
    wanted = {
        "Amount": D(10),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {
            "AccountRef": {"value": "7"},
            "TaxCodeRef": {"value": "2"},
        },
    }

    estimate = api.save("estimate", sale(api.customer(), Line=[line("10", "2")]))
    order = api.save("purchaseorder", {"VendorRef": {"value": vendor}, "Line": [wanted]})

    assert estimate["TotalAmt"] == order["TotalAmt"] == 12
    assert company.balances() == {}
