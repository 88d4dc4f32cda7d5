"""US automated sales tax: places, agencies, exemption, overrides; and sales tax set up by hand."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api, line, sale

D = Decimal
TUCSON = {"City": "Tucson", "CountrySubDivisionCode": "AZ", "PostalCode": "85701"}
NEW_YORK = {"City": "New York", "CountrySubDivisionCode": "NY", "PostalCode": "10001"}
DENVER = {"City": "Denver", "CountrySubDivisionCode": "CO"}


@pytest.fixture
def automated(emulator: Emulator) -> Company:
    return emulator.seed("us_ast", realm="77")


@pytest.fixture
def shop(emulator: Emulator, automated: Company) -> Api:
    return Api(emulator, "77")


def _item(api: Api, taxable: bool = True) -> str:
    body = {"Name": f"Mug {taxable}", "Taxable": taxable, "IncomeAccountRef": {"value": "79"}}
    return str(api.save("item", body)["Id"])


def _uncoded(amount: str, item: str) -> dict[str, Any]:
    made = line(amount, item=item)
    del made["SalesItemLineDetail"]["TaxCodeRef"]
    return made


@pytest.mark.parametrize(
    "address, taxes",
    [
        (None, {"Board of Equalization": "8.00"}),
        (
            {"City": "Los Angeles", "CountrySubDivisionCode": "CA"},
            {"Board of Equalization": "9.50"},
        ),
        (
            {"City": "Fresno", "CountrySubDivisionCode": "California"},
            {"Board of Equalization": "8"},
        ),
        (TUCSON, {"Arizona Dept. of Revenue": "9.10"}),
        (NEW_YORK, {"New York Dept. of Taxation and Finance": "8.88"}),
        (DENVER, {"Colorado Dept. of Revenue": "3.90", "Denver Dept. of Finance": "5.15"}),
        ({"City": "Seattle", "CountrySubDivisionCode": "WA"}, {}),
        ({"City": "Portland", "CountrySubDivisionCode": "OR"}, {}),
        ({"City": "Toronto", "CountrySubDivisionCode": "ON", "Country": "Canada"}, {}),
    ],
)
def test_tax_follows_where_goods_go(
    shop: Api, automated: Company, address: dict[str, str] | None, taxes: dict[str, str]
) -> None:
    more = {"ShipAddr": address} if address else {}
    body = sale(shop.customer(), Line=[line("100", "TAX")], **more)

    invoice = shop.save("invoice", body)

    owed = {
        name.removesuffix(" Payable"): -amount
        for name, amount in automated.balances().items()
        if name.endswith(" Payable") and amount
    }
    assert owed == {name: D(amount) for name, amount in taxes.items()}
    assert invoice["TxnTaxDetail"]["TotalTax"] == sum(owed.values())


def test_the_code_sent_is_replaced_by_the_engines_own(shop: Api) -> None:
    body = sale(shop.customer(), Line=[line("100", "TAX")], ShipAddr=NEW_YORK)

    detail = shop.save("invoice", {**body, "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}}})

    code = shop.read(f"taxcode/{detail['TxnTaxDetail']['TxnTaxCodeRef']['value']}")
    assert code["Name"] == "New York City"


def test_a_sale_within_an_origin_state_is_taxed_where_it_leaves(shop: Api) -> None:
    phoenix = {"City": "Phoenix", "CountrySubDivisionCode": "AZ"}
    body = sale(shop.customer(), Line=[line("100", "TAX")], ShipAddr=TUCSON, ShipFromAddr=phoenix)

    assert shop.save("invoice", body)["TxnTaxDetail"]["TotalTax"] == D("7.10")


def test_a_line_without_a_code_follows_item_customer_and_the_states_rule_for_shipping(
    shop: Api,
) -> None:
    goods, services = _item(shop), _item(shop, taxable=False)
    lines = [
        _uncoded("100", goods),
        _uncoded("50", services),
        _uncoded("10", "SHIPPING_ITEM_ID"),
    ]
    exempt = shop.customer("Museum", Taxable=False, TaxExemptionReasonId="3")

    def codes(customer: str, address: dict[str, str]) -> list[str]:
        invoice = shop.save("invoice", sale(customer, Line=lines, ShipAddr=address))
        return [each["SalesItemLineDetail"]["TaxCodeRef"]["value"] for each in invoice["Line"][:3]]

    customer = shop.customer()
    assert codes(customer, NEW_YORK) == ["TAX", "NON", "TAX"]
    assert codes(customer, TUCSON) == ["TAX", "NON", "NON"]
    assert codes(exempt, NEW_YORK) == ["NON", "NON", "NON"]


def test_an_exempt_customer_needs_a_reason_and_keeps_the_systems_code(shop: Api) -> None:
    body = {"DisplayName": "Museum", "Taxable": False}

    assert shop.refusal("customer", body)["code"] == "2020"
    assert shop.refusal("customer", {**body, "TaxExemptionReasonId": "16"})["code"] == "2170"
    made = shop.save(
        "customer", {**body, "TaxExemptionReasonId": "15", "DefaultTaxCodeRef": {"value": "3"}}
    )
    assert made["DefaultTaxCodeRef"] == {"value": "2"}
    taxed = shop.save("invoice", sale(made["Id"], Line=[line("100", "TAX")]))
    assert taxed["TotalAmt"] == 100


def test_a_given_total_is_prorated_and_lost_unless_sent_again(shop: Api) -> None:
    given = {"TotalTax": D("10.00"), "TaxLine": []}
    body = sale(shop.customer(), Line=[line("100", "TAX")], ShipAddr=DENVER, TxnTaxDetail=given)

    invoice = shop.save("invoice", body)
    head = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True}
    again = shop.save("invoice", {**head, "PrivateNote": "recalculated"})

    lines = invoice["TxnTaxDetail"]["TaxLine"]
    assert [each["Amount"] for each in lines] == [D("3.20"), D("5.69"), D("1.11")]
    assert lines[0]["TaxLineDetail"]["OverrideDeltaAmount"] == D("0.30")
    assert invoice["TotalAmt"] == 110
    assert again["TxnTaxDetail"]["TotalTax"] == D("9.05")


def test_a_rate_that_is_gone_and_a_state_that_never_was_are_refused(shop: Api) -> None:
    customer = shop.customer()
    stale = {
        "TotalTax": 8,
        "TaxLine": [
            {
                "Amount": 8,
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {"TaxRateRef": {"value": "99"}},
            }
        ],
    }
    body = sale(customer, Line=[line("100", "TAX")])

    gone = shop.refusal("invoice", {**body, "TxnTaxDetail": stale})
    nowhere = shop.refusal("invoice", {**body, "ShipAddr": {"CountrySubDivisionCode": "ZZ"}})

    assert gone["Detail"] == "Business Validation Error: Invalid tax rate id - 99"
    assert nowhere["Detail"] == (
        "Business Validation Error: We're sorry, QuickBooks encountered an error while calculating "
        "tax."
    )
    assert shop.save("invoice", {**body, "TxnTaxDetail": {}})["TotalAmt"] == 108


def test_a_taxable_document_has_750_lines_at_most(shop: Api) -> None:
    many = [line("1", "TAX")] + [line("1")] * 750

    assert shop.refusal("invoice", sale(shop.customer(), Line=many))["code"] == "6000"
    untaxed = [line("1")] * 751
    assert shop.save("salesreceipt", sale(None, Line=untaxed))["TotalAmt"] == 751


def test_a_code_of_the_tax_service_is_kept_and_never_used(shop: Api) -> None:
    details = [{"TaxRateName": "Mine", "RateValue": 3, "TaxAgencyId": "2"}]
    made = shop.post("taxservice/taxcode", {"TaxCode": "Los Angeles", "TaxRateDetails": details})
    mine = {"TxnTaxCodeRef": {"value": made.json()["TaxCodeId"]}}
    address = {"City": "Los Angeles", "CountrySubDivisionCode": "CA"}
    body = sale(shop.customer(), Line=[line("100", "TAX")], ShipAddr=address, TxnTaxDetail=mine)

    detail = shop.save("invoice", body)["TxnTaxDetail"]

    assert detail["TotalTax"] == D("9.50")
    code = shop.read(f"taxcode/{detail['TxnTaxCodeRef']['value']}")
    assert code["Name"] == "Los Angeles (2)"


def test_agencies_come_from_the_system_where_tax_is_automated(shop: Api, api: Api) -> None:
    body = {"DisplayName": "Pima County"}

    assert shop.refusal("taxagency", body)["code"] == "500"
    assert api.save("taxagency", body)["TaxTrackedOnSales"] is True


def test_a_document_without_a_code_is_untaxed_or_follows_the_customer(
    api: Api, emulator: Emulator
) -> None:
    body = sale(api.customer(), Line=[line("100", "TAX")])

    assert api.save("invoice", body)["TotalAmt"] == 100
    emulator.switches.us_document_without_tax_code = "customer"
    assert api.save("invoice", body)["TotalAmt"] == 108


def test_there_is_no_tax_on_purchases_in_the_us(api: Api, emulator: Emulator) -> None:
    vendor = api.save("vendor", {"DisplayName": "Paper"})["Id"]
    bought = {
        "Amount": D(10),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {
            "AccountRef": {"value": "7"},
            "TaxCodeRef": {"value": "TAX"},
        },
    }
    body = {"VendorRef": {"value": vendor}, "Line": [bought]}
    taxed = {**body, "TxnTaxDetail": {"TotalTax": D("0.80")}}

    assert api.refusal("bill", taxed)["code"] == "6000"
    emulator.switches.us_purchase_tax = "ignore"
    bill, order = api.save("bill", taxed), api.save("purchaseorder", body)

    assert bill["TotalAmt"] == order["TotalAmt"] == 10
    codes = [
        each["Line"][0]["AccountBasedExpenseLineDetail"]["TaxCodeRef"]["value"]
        for each in (bill, order)
    ]
    assert codes == ["NON", "TAX"]


def test_tax_that_nobody_set_up_is_neither_kept_nor_charged(emulator: Emulator) -> None:
    emulator.seed("us_untaxed", realm="78")
    api = Api(emulator, "78")

    body = sale(api.customer(), Line=[line("100", "TAX")], TxnTaxDetail={"TotalTax": 8})

    invoice = api.save("invoice", body)
    assert "TxnTaxDetail" not in invoice
    assert invoice["TotalAmt"] == 100
