"""Making agencies, rates and codes, and what cannot be done to them."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from local.qbo.jsonio import loads
from tests.emulator.conftest import Api, line, sale

PATH = "taxservice/taxcode"


def _detail(name: str = "myNewRate", **more: Any) -> dict[str, Any]:
    return {
        "TaxRateName": name,
        "RateValue": "8",
        "TaxAgencyId": "1",
        "TaxApplicableOn": "Sales",
        **more,
    }


def _code(*details: dict[str, Any], name: str = "MyTaxCodeName") -> dict[str, Any]:
    return {"TaxCode": name, "TaxRateDetails": list(details)}


def test_a_code_of_a_new_rate_and_an_old_one_is_answered_unwrapped_and_usable(
    api: Api, company: Company
) -> None:
    old = {"TaxRateId": "3", "TaxApplicableOn": "Sales"}

    response = api.post(PATH, _code(_detail(), old))

    answer = loads(response.content)
    assert answer == {
        "TaxCode": "MyTaxCodeName",
        "TaxCodeId": "4",
        "TaxRateDetails": [
            {**_detail(), "TaxRateId": "4", "RateValue": 8},
            {
                "TaxRateName": "California",
                "TaxRateId": "3",
                "RateValue": 8,
                "TaxAgencyId": "2",
                "TaxApplicableOn": "Sales",
            },
        ],
    }
    rate = api.read("taxrate/4")
    assert (rate["Name"], rate["RateValue"], rate["AgencyRef"]["value"]) == ("myNewRate", 8, "1")
    detail = {"TxnTaxCodeRef": {"value": "4"}}
    api.save("invoice", sale(api.customer(), Line=[line("10", "TAX")], TxnTaxDetail=detail))
    assert company.balance("Arizona Dept. of Revenue Payable") == Decimal("-0.80")
    assert company.balance("Board of Equalization Payable") == Decimal("-0.80")


@pytest.mark.parametrize(
    "body, code, detail",
    [
        (
            _code(_detail("California")),
            "6240",
            "The name supplied already exists. : Another tax rate is already using this name. "
            "Please use a different name.",
        ),
        (
            _code(_detail(), name="tucson"),
            "6240",
            "The name supplied already exists. : Another tax code is already using this name. "
            "Please use a different name.",
        ),
        (_code(), "2020", "Required parameter TaxRateDetails is missing in the request"),
        (
            _code({"TaxRateName": "x", "RateValue": 8}),
            "2020",
            "Required parameter TaxAgencyId is missing in the request",
        ),
        (
            _code({"TaxRateId": "77"}),
            "2500",
            "Invalid Reference Id : TaxRate element id 77 not found",
        ),
        (_code(_detail(TaxAgencyId="77")), "2500", None),
        (_code(_detail(RateValue=101)), "2090", None),
        (_code(_detail(TaxApplicableOn="Purchase")), "5030", None),
        (_code(_detail(TaxApplicableOn="Both")), "2170", None),
        (_code(_detail("x" * 101)), "2050", None),
        ({**_code(_detail()), "Rates": []}, "2010", None),
    ],
)
def test_a_faulty_code_is_refused_and_leaves_no_rate(
    api: Api, body: Any, code: str, detail: str | None
) -> None:
    refusal = api.refusal(PATH, body)

    assert refusal["code"] == code
    assert detail in (None, refusal["Detail"])
    assert len(api.query("select * from TaxRate")["TaxRate"]) == 3


def test_outside_the_us_a_code_has_rates_for_purchases(emulator: Emulator) -> None:
    emulator.seed("au", realm="77")
    api = Api(emulator, "77")
    agency = api.save("taxagency", {"DisplayName": "Wine Equalisation"})
    details = [
        _detail("WET", RateValue="29", TaxAgencyId=agency["Id"]),
        {"TaxRateId": "2", "TaxApplicableOn": "Purchase"},
    ]

    made = loads(api.post(PATH, _code(*details)).content)

    code = api.read(f"taxcode/{made['TaxCodeId']}")
    assert [
        [each["TaxRateRef"]["name"] for each in code[side]["TaxRateDetail"]]
        for side in ("SalesTaxRateList", "PurchaseTaxRateList")
    ] == [["WET"], ["GST (purchases)"]]
    accounts = api.query("select * from Account where Name = 'Wine Equalisation Payable'")
    assert accounts["Account"][0]["AccountSubType"] == "GlobalTaxPayable"


def test_an_agencys_name_is_unique_and_none_of_them_can_be_changed(api: Api) -> None:
    taken = api.refusal("taxagency", {"DisplayName": "board of equalization"})

    assert taken["code"] == "6240"
    for path in ("taxagency", "taxrate", "taxcode"):
        changed = {"Id": "2", "SyncToken": "0", "Name": "x"}
        if path == "taxagency":
            changed = {"Id": "2", "SyncToken": "0", "DisplayName": "x"}
        assert api.refusal(path, changed)["code"] == "500"
        assert api.refusal(path, changed, operation="delete")["code"] == "500"
    assert api.refusal("taxrate", {"Name": "x"})["code"] == "500"
    assert api.post("taxservice", _code(_detail())).status_code == 400
    assert api.get(PATH).status_code == 400


def test_an_id_of_zero_is_none_as_official_clients_send_it(api: Api) -> None:
    answer = loads(api.post(PATH, {**_code(_detail()), "Id": 0, "TaxCodeId": None}).content)

    assert answer["TaxCodeId"] == "4"


def test_a_request_id_makes_a_code_once(api: Api) -> None:
    first = api.post(PATH, _code(_detail()), requestid="r1")
    again = api.post(PATH, _code(_detail()), requestid="r1")

    assert first.content == again.content
    assert len(api.query("select * from TaxRate")["TaxRate"]) == 4
