"""Change data capture."""

import pytest

from local.qbo import Emulator
from local.qbo.jsonio import loads
from tests.emulator.conftest import Api, pay


def changes(api: Api, entities: str, since: str) -> dict[str, list[dict[str, object]]]:
    answer = api.get("cdc", entities=entities, changedSince=since)
    assert answer.status_code == 200, answer.text
    blocks = loads(answer.content)["CDCResponse"][0]["QueryResponse"]
    return {
        name: rows for block in blocks for name, rows in block.items() if isinstance(rows, list)
    }


def test_only_what_changed_since_is_told_by_entity(api: Api, emulator: Emulator) -> None:
    old = api.customer("Old")
    untouched = api.customer("Untouched")
    emulator.clock.advance(3000)
    since = "2026-10-01T09:30:00-07:00"
    new = api.customer("New")
    api.save("customer", {"Id": old, "SyncToken": "0", "sparse": True, "Notes": "x"})

    told = changes(api, "customer,Invoice", since)

    assert list(told) == ["Customer"]
    assert {each["Id"] for each in told["Customer"]} == {old, new} - {untouched}
    assert all("DisplayName" in each for each in told["Customer"])


def test_several_changes_are_told_once_as_they_stand_now(api: Api) -> None:
    id = api.customer()
    for n in range(3):
        api.save("customer", {"Id": id, "SyncToken": str(n), "sparse": True, "Notes": str(n)})

    told = changes(api, "Customer", "2026-10-01")

    assert [each["Notes"] for each in told["Customer"]] == ["2"]


def test_deleted_objects_are_told_as_stubs_after_the_living(api: Api, emulator: Emulator) -> None:
    customer = api.customer()
    gone, kept = api.invoice(customer), api.invoice(customer)
    emulator.clock.advance(60)
    api.save("invoice", {"Id": gone["Id"], "SyncToken": "0"}, operation="delete")

    told = changes(api, "Invoice", "2026-10-01T09:00:00-07:00")["Invoice"]

    assert [each["Id"] for each in told] == [kept["Id"], gone["Id"]]
    assert told[1] == {
        "domain": "QBO",
        "status": "Deleted",
        "Id": gone["Id"],
        "MetaData": {"LastUpdatedTime": "2026-10-01T09:01:00-07:00"},
    }


def test_a_payment_touches_the_invoice_it_settles(api: Api, emulator: Emulator) -> None:
    customer = api.customer()
    invoice = api.invoice(customer)
    emulator.clock.advance(3000)
    api.save("payment", pay(customer, "100", ("Invoice", invoice["Id"], "100")))

    told = changes(api, "Invoice,Payment", "2026-10-01T09:30:00-07:00")

    assert [each["Balance"] for each in told["Invoice"]] == [0]
    assert len(told["Payment"]) == 1


def test_nothing_changed_answers_an_empty_object(api: Api) -> None:
    answer = api.get("cdc", entities="Invoice", changedSince="2026-10-01")

    assert loads(answer.content)["CDCResponse"] == [{"QueryResponse": [{}]}]


@pytest.mark.parametrize(
    "entities, since, code",
    [
        ("TaxCode", "2026-10-01", "2000"),
        ("Nonsense", "2026-10-01", "2000"),
        ("Invoice", "recently", "2060"),
        ("Invoice", "2026-08-01", "2190"),
    ],
)
def test_what_cannot_be_told_is_refused(api: Api, entities: str, since: str, code: str) -> None:
    answer = api.get("cdc", entities=entities, changedSince=since)

    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == code


def test_more_than_thirty_days_back_can_be_cut_off_silently(api: Api, emulator: Emulator) -> None:
    emulator.switches.cdc_too_old = "truncate"
    api.customer("Old")
    emulator.clock.advance(40 * 86400)
    api.http.headers["Authorization"] = f"Bearer {emulator.connect()['access_token']}"
    new = api.customer("New")

    told = changes(api, "Customer", "2026-10-01")

    assert [each["Id"] for each in told["Customer"]] == [new]


def test_at_most_a_thousand_objects_are_told(api: Api) -> None:
    for start in range(0, 1020, 30):
        api.batch(
            *(
                {"bId": str(n), "operation": "create", "Customer": {"DisplayName": f"C{n}"}}
                for n in range(start, start + 30)
            )
        )

    assert len(changes(api, "Customer", "2026-10-01")["Customer"]) == 1000
