"""Faults recorded from the real service: their words come out to the letter."""

from typing import Any

import pytest

from local.qbo import Company, Emulator
from local.qbo.jsonio import loads
from tests.emulator.conftest import Api
from tests.emulator.recorded_cases import (
    CASES,
    SYSTEM,
    bill,
    expense,
    inactive_customer,
    journal,
    purchase,
)


@pytest.mark.parametrize("name", CASES)
def test_a_fault_has_its_recorded_words(api: Api, name: str) -> None:
    make, code, message, detail, element = CASES[name]

    answer = make(api)

    body = loads(answer.content)
    expected: dict[str, Any] = {"Message": message, "Detail": detail, "code": code}
    if element is not None:
        expected["element"] = element
    assert answer.status_code == 400
    assert body["Fault"]["type"] == "ValidationFault"
    found = body["Fault"]["Error"][0]
    assert found == expected


def test_an_enumeration_that_only_quickbooks_sets_is_refused(api: Api) -> None:
    lines = [expense(BillableStatus="HAS_BEEN_BILLED")]

    refusal = api.refusal("purchase", purchase(Line=lines))

    assert (refusal["code"], refusal["Message"]) == ("2170", "Invalid Enumeration")
    assert refusal["Detail"] == "Invalid Enumeration : HAS_BEEN_BILLED"


def test_voiding_a_bill_answers_200_with_a_fault(api: Api) -> None:
    named = {"Id": bill(api)["Id"], "SyncToken": "0"}

    answer = api.post("bill", named, operation="void")

    assert answer.status_code == 200
    assert loads(answer.content)["Fault"] == {
        "Error": [
            {
                "Message": SYSTEM,
                "Detail": "System Failure Error: java.lang.UnsupportedOperationException",
                "code": "10000",
                "element": "SystemFailureError",
            }
        ],
        "type": "SystemFault",
    }


def test_voiding_a_journal_entry_does_nothing(api: Api) -> None:
    entry = api.save("journalentry", journal())

    answer = api.post("journalentry", {"Id": entry["Id"], "SyncToken": "0"}, operation="void")

    assert answer.status_code == 200
    assert list(loads(answer.content)) == ["BatchItemResponse", "time"]
    assert api.read(f"journalentry/{entry['Id']}")["SyncToken"] == "0"


@pytest.mark.parametrize(
    "answer, said",
    [
        (
            "general_authentication",
            '<Fault type="AuthenticationFault"><Error code="100"><Message>General Authentication '
            "Error</Message><Detail>AuthenticationErrorGeneral: SRV-110-Authentication Failure , "
            "statusCode: 401</Detail></Error></Fault>",
        ),
        (
            "no_access",
            '{"Fault":{"Error":[{"Message":"Authorization Failure","Detail":"AuthorizationFailure:'
            ' -11014-You do not have access to use QuickBooks Online Plus.","code":"120"}],'
            '"type":"AuthorizationFault"}',
        ),
        (
            "wrong_cluster",
            '"Message":"Accessing Wrong Cluster","Detail":"WrongClusterError: -11017-',
        ),
        (
            "system_failure",
            '"Detail":"System Failure Error: java.lang.NullPointerException","code":"10000",'
            '"element":"SystemFailureError"}],"type":"SystemFault"}',
        ),
        (
            "query_processing",
            '"Message":"Error processing query","Detail":"QueryProcessingError: To email address '
            'entered is invalid","code":"4002"}',
        ),
        ("stream_timeout", "stream timeout"),
    ],
)
def test_a_fault_on_demand_has_its_recorded_words(
    api: Api, emulator: Emulator, answer: str, said: str
) -> None:
    emulator.inject(answer)

    assert said in api.get("companyinfo/1").text


def test_an_unknown_property_is_told_as_the_json_reader_tells_it(api: Api) -> None:
    detail = api.refusal("invoice", {"BadJson": True})["Detail"]

    assert detail.startswith(
        'Property Name:Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice), '
        "not marked as ignorable ("
    )
    assert " known properties: " in detail
    assert detail.endswith("])\n specified is unsupported or invalid")


def test_an_unknown_report_is_not_permitted(api: Api) -> None:
    error = api.get("reports/Nonsense").json()["Fault"]["Error"][0]

    assert (error["code"], error["Message"], error["element"]) == (
        "5020",
        "Permission Denied Error",
        "ReportName",
    )


def test_an_inactive_twin_is_named_null_where_switched(
    api: Api, emulator: Emulator, company: Company
) -> None:
    emulator.switches.inactive_names_block = True
    inactive_customer(api)

    refusal = api.refusal("customer", {"DisplayName": "Jane Doe"})

    assert refusal["Detail"] == "The name supplied already exists. : null"
