"""`requestid` and batches: what is carried out once, what again, in every position."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.qbo import Company, Emulator
from local.qbo.jsonio import loads
from tests.emulator.conftest import Api, sale


def item(bid: str, name: str) -> dict[str, Any]:
    return {"bId": bid, "operation": "create", "Customer": {"DisplayName": name}}


def names(company: Company) -> list[str]:
    return [each["DisplayName"] for each in company.all("Customer")]


def test_a_repeated_request_id_returns_the_same_bytes(
    api: Api, company: Company, emulator: Emulator
) -> None:
    first = api.post("customer", {"DisplayName": "Jane"}, requestid="r-1")
    emulator.clock.advance(480)
    second = api.post("customer", {"DisplayName": "Somebody else"}, requestid="r-1")

    assert second.content == first.content
    assert names(company) == ["Jane"]
    assert emulator.stats[api.realm].replayed == 1


@pytest.mark.parametrize("retention, count", [(0, 2), (480, 2), (None, 1)])
def test_request_ids_are_kept_as_long_as_the_switch_says(
    api: Api, company: Company, emulator: Emulator, retention: float | None, count: int
) -> None:
    emulator.switches.requestid_retention = retention
    for _ in range(2):
        api.post("salesreceipt", sale(None, "10"), requestid="r-1")
        emulator.clock.advance(480)

    assert len(company.all("SalesReceipt")) == count


def test_a_request_id_holds_for_every_entity_and_operation(api: Api, company: Company) -> None:
    first = api.post("customer", {"DisplayName": "Jane"}, requestid="r-1")

    second = api.post("vendor", {"DisplayName": "Joe"}, requestid="r-1")

    assert second.content == first.content
    assert company.all("Vendor") == []


@pytest.mark.parametrize("replayed, status", [(False, 200), (True, 400)])
def test_a_refusal_is_repeated_only_where_the_switch_says(
    api: Api, emulator: Emulator, replayed: bool, status: int
) -> None:
    emulator.switches.requestid_replays_failures = replayed
    body = {"DisplayName": "Jane", "ParentRef": {"value": "1"}, "Job": True}
    api.post("customer", body, requestid="r-1")
    api.customer("Parent")

    assert api.post("customer", body, requestid="r-1").status_code == status


def test_a_batch_isolates_its_faults_and_keeps_the_order(api: Api, company: Company) -> None:
    answers = api.batch(
        item("a", "One"),
        item("b", "one"),
        {"bId": "c", "operation": "delete", "Invoice": {"Id": "129", "SyncToken": "0"}},
        {"bId": "d", "operation": "create", "SalesReceipt": sale(None, "10")},
        {"bId": "e", "Query": "select count(*) from Customer"},
        {"bId": "f", "operation": "revert", "Customer": {"Id": "1", "SyncToken": "0"}},
    )

    assert [each["bId"] for each in answers] == ["a", "b", "c", "d", "e", "f"]
    assert answers[0]["Customer"]["DisplayName"] == "One"
    assert answers[1]["Fault"]["Error"][0]["code"] == "6240"
    assert answers[2] == {
        "Fault": {
            "Error": [
                {
                    "Message": "Object Not Found",
                    "Detail": "Object Not Found : Something you're trying to use has been made "
                    "inactive. Check the fields with accounts, customers, items, vendors or "
                    "employees.",
                    "code": "610",
                    "element": "",
                }
            ],
            "type": "ValidationFault",
        },
        "bId": "c",
    }
    assert answers[3]["SalesReceipt"]["TotalAmt"] == 10
    assert answers[4]["QueryResponse"] == {"totalCount": 1}
    assert answers[5]["Fault"]["Error"][0]["code"] == "500"
    assert company.balance("Undeposited Funds") == 10


def test_a_batch_may_ask_for_changes_and_reports(api: Api) -> None:
    api.customer("Jane")

    changed, report = api.batch(
        {"bId": "1", "CDCQuery": {"Entities": "Customer", "ChangedSince": "2026-10-01"}},
        {"bId": "2", "ReportQuery": "reports/TrialBalance?start_date=2026-01-01"},
    )

    block = changed["CDCResponse"][0]["QueryResponse"][0]
    assert [each["DisplayName"] for each in block["Customer"]] == ["Jane"]
    assert report["Report"]["Header"]["ReportName"] == "TrialBalance"
    assert report["bId"] == "2"


@pytest.mark.parametrize("operation", ["revert", "send", "merge"])
def test_an_operation_that_batches_only_name_is_unsupported(api: Api, operation: str) -> None:
    (answer,) = api.batch(
        {"bId": "1", "operation": operation, "Customer": {"Id": "1", "SyncToken": "0"}}
    )

    assert answer["Fault"]["Error"][0]["Detail"] == f"Operation {operation} is not supported."


def test_a_batch_voids_by_its_options(api: Api) -> None:
    receipt = api.save("salesreceipt", sale(None, "10"))

    answers = api.batch(
        {
            "bId": "1",
            "operation": "update",
            "optionsData": "void",
            "SalesReceipt": {"Id": receipt["Id"], "SyncToken": "0", "sparse": True},
        }
    )

    assert answers[0]["SalesReceipt"]["TotalAmt"] == 0


@pytest.mark.parametrize(
    "body, code",
    [
        ({"BatchItemRequest": [item(str(n), str(n)) for n in range(31)]}, "1040"),
        ({"BatchItemRequest": [item("1", "a")], "Extra": 1}, "2010"),
        ({"BatchItemRequest": [{"bId": "1", "operation": "create", "Unknown": {}}]}, "2010"),
        ({"BatchItemRequest": [item("1", "a"), item("1", "b")]}, "2600"),
        ({"BatchItemRequest": [{"bId": "1", "operation": "x", "Customer": {}}]}, "2010"),
        ({"BatchItemRequest": [{"bId": "1", "CDCQuery": {"Since": "2026-10-01"}}]}, "2010"),
        ([], "2010"),
    ],
)
def test_a_batch_that_is_wrong_as_a_whole_does_nothing(
    api: Api, company: Company, body: Any, code: str
) -> None:
    assert api.refusal("batch", body)["code"] == code
    assert company.all("Customer") == []


def test_ids_that_are_too_long_are_refused(api: Api) -> None:
    one = {"BatchItemRequest": [item("1", "a")]}
    long_bid = {"BatchItemRequest": [item("x" * 11, "a")]}

    assert api.refusal("customer", {"DisplayName": "a"}, requestid="r" * 51)["code"] == "2130"
    assert api.refusal("batch", one, requestid="r" * 37)["code"] == "2130"
    assert api.refusal("batch", long_bid, requestid="r")["code"] == "2130"


def test_a_repeated_batch_returns_the_same_bytes(
    api: Api, company: Company, emulator: Emulator
) -> None:
    body = {"BatchItemRequest": [item("1", "One"), item("2", "Two")]}
    first = api.post("batch", body, requestid="r-1")
    emulator.clock.advance(60)

    second = api.post("batch", body, requestid="r-1")

    assert second.content == first.content
    assert names(company) == ["One", "Two"]


def test_a_part_of_a_batch_is_known_by_request_id_and_bid(api: Api, company: Company) -> None:
    first = api.batch(item("1", "One"), item("2", "Two"), requestid="r-1")

    second = api.batch(item("2", "Two"), item("3", "Three"), requestid="r-1")

    assert second[0] == first[1]
    assert second[1]["Customer"]["DisplayName"] == "Three"
    assert names(company) == ["One", "Two", "Three"]


def test_a_batch_can_be_known_by_its_request_id_alone(
    api: Api, company: Company, emulator: Emulator
) -> None:
    emulator.switches.requestid_identity = "request"
    first = api.post("batch", {"BatchItemRequest": [item("1", "One")]}, requestid="r-1")

    second = api.post("batch", {"BatchItemRequest": [item("2", "Two")]}, requestid="r-1")

    assert second.content == first.content
    assert names(company) == ["One"]


def test_only_the_refused_items_of_a_repeated_batch_run_again(api: Api, company: Company) -> None:
    api.customer("Two")
    first = api.batch(item("1", "One"), item("2", "Two"), requestid="r-1")
    api.save("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "DisplayName": "2"})

    second = api.batch(item("1", "One"), item("2", "Two"), requestid="r-1")

    assert "Fault" in first[1]
    assert second[0] == first[0]
    assert second[1]["Customer"]["DisplayName"] == "Two"
    assert names(company) == ["2", "One", "Two"]


@pytest.mark.parametrize("mode, made", [("wait", 1), ("execute", 2)])
def test_a_second_call_while_the_first_still_runs(
    api: Api, company: Company, emulator: Emulator, mode: str, made: int
) -> None:
    emulator.switches.requestid_while_running = mode
    emulator.inject("stream_timeout", commits="later", delay=30)
    lost = api.post("salesreceipt", sale(None, "10"), requestid="r-1")

    again = api.post("salesreceipt", sale(None, "10"), requestid="r-1")
    emulator.clock.advance(60)
    api.get("companyinfo/1")

    assert lost.status_code == 504
    assert loads(again.content)["SalesReceipt"]["TotalAmt"] == Decimal(10)
    assert len(company.all("SalesReceipt")) == made


def test_a_second_call_while_the_first_still_runs_can_be_refused(
    api: Api, company: Company, emulator: Emulator
) -> None:
    emulator.switches.requestid_while_running = "error"
    emulator.inject("dropped", commits="later", delay=30)
    with pytest.raises(httpx.RemoteProtocolError):
        api.post("salesreceipt", sale(None, "10"), requestid="r-1")

    assert api.refusal("salesreceipt", sale(None, "10"), requestid="r-1")["code"] == "600"
    emulator.clock.advance(30)
    answer = api.post("salesreceipt", sale(None, "10"), requestid="r-1")

    assert answer.status_code == 200
    assert len(company.all("SalesReceipt")) == 1


@pytest.mark.parametrize("mode, made", [("item", ["One"]), ("batch", [])])
def test_an_unknown_property_refuses_its_item_or_the_batch(
    api: Api, company: Company, emulator: Emulator, mode: str, made: list[str]
) -> None:
    emulator.switches.batch_unknown_property = mode
    wrong = {"bId": "2", "operation": "create", "Customer": {"DisplayName": "Two", "Odd": 1}}

    answer = api.post("batch", {"BatchItemRequest": [item("1", "One"), wrong]})

    assert answer.status_code == (200 if mode == "item" else 400)
    assert "Unrecognized field" in answer.text
    assert names(company) == made
