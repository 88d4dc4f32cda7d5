"""Webhooks: what is told of which change, in which form, when, and how often."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from local.qbo import DEMO_CLIENT_ID, Emulator
from local.qbo.entities import ENTITIES
from local.qbo.webhooks.payloads import EVENTS
from tests.emulator.conftest import Api, pay
from tests.emulator.listening import URL, Listener, control, register


@pytest.fixture
def listener(emulator: Emulator, api: Api) -> Listener:
    made = Listener()
    emulator.webhooks.sender = made
    return made


def test_every_write_becomes_an_event(api: Api, emulator: Emulator, listener: Listener) -> None:
    register(api)
    customer = api.customer()
    invoice = api.invoice(customer)["Id"]
    api.save("invoice", {"Id": invoice, "SyncToken": "0", "sparse": True, "PrivateNote": "x"})
    api.save("invoice", {"Id": invoice, "SyncToken": "1"}, operation="void")
    api.save("invoice", {"Id": invoice, "SyncToken": "2"}, operation="delete")

    emulator.webhooks.deliver()

    assert listener.events == [
        ("customer.created", customer),
        ("invoice.created", invoice),
        ("invoice.updated", invoice),
        ("invoice.void", invoice),
        ("invoice.deleted", invoice),
    ]


def test_an_event_has_the_form_of_a_cloud_event(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    register(api)
    customer = api.customer()

    emulator.webhooks.deliver()

    (event,) = listener.bodies[0]
    assert list(event) == [
        "specversion",
        "id",
        "source",
        "type",
        "datacontenttype",
        "time",
        "intuitentityid",
        "intuitaccountid",
        "data",
    ]
    assert event["source"].startswith("intuit.")
    assert event["time"] == "2026-10-01T16:00:00.000000001Z"
    assert (event["intuitentityid"], event["intuitaccountid"]) == (customer, api.realm)
    assert (event["specversion"], event["data"]) == ("1.0", {})


def test_a_delivery_is_signed_over_its_raw_body(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    register(api)
    api.customer("Zoë")

    emulator.webhooks.deliver()

    url, body, headers = listener.received[0]
    digest = hmac.new(b"v-token", body, hashlib.sha256).digest()
    assert url == URL
    assert headers["intuit-signature"] == base64.b64encode(digest).decode()
    assert headers["intuit-created-time"] == "2026-10-01T09:00:00-0700"
    assert headers["intuit-notification-schema-version"] == "0.1"
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["user-agent"] == "intuit_notification_server/0.1"
    assert len(headers["intuit-t-id"]) == 36


def test_the_legacy_form_is_told_where_asked_for(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    register(api, payload="legacy", together=10)
    customer = api.customer()
    api.invoice(customer)

    emulator.webhooks.deliver()

    assert listener.bodies == [
        {
            "eventNotifications": [
                {
                    "realmId": api.realm,
                    "dataChangeEvent": {
                        "entities": [
                            {
                                "name": name,
                                "id": "1",
                                "operation": "Create",
                                "lastUpdated": "2026-10-01T09:00:00-0700",
                            }
                            for name in ("Customer", "Invoice")
                        ]
                    },
                }
            ]
        }
    ]


def test_only_what_was_chosen_is_told(api: Api, emulator: Emulator, listener: Listener) -> None:
    register(api, entities={"Customer": ["updated"], "Vendor": ["created"]})
    id = api.customer()
    api.save("vendor", {"DisplayName": "V"})
    api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Notes": "x"})

    emulator.webhooks.deliver()

    assert [kind for kind, _ in listener.events] == ["vendor.created", "customer.updated"]


def test_nothing_is_told_of_what_was_refused_or_changed_nothing(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    id = api.customer()
    register(api)
    api.refusal("customer", {"DisplayName": "jane doe"})
    api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Active": True})
    api.query("select * from Customer")

    assert emulator.webhooks.deliver() == []


def test_an_app_without_a_connection_is_told_nothing(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    emulator.add_app("other", "secret")
    register(api, client_id="other", url="https://other.example/")
    register(api)
    api.customer("A")
    emulator.webhooks.deliver()
    emulator.tokens.revoke_realm(api.realm)
    control(
        api,
        f"companies/{api.realm}/edits",
        {"action": "create", "entity": "Customer", "object": {"DisplayName": "B"}},
    )

    emulator.webhooks.deliver()

    assert [url for url, _, _ in listener.received] == [URL]


@pytest.mark.parametrize("told", [False, True])
def test_an_invoice_that_a_payment_settles_is_told_by_the_switch(
    api: Api, emulator: Emulator, listener: Listener, told: bool
) -> None:
    emulator.switches.webhook_tells_linked = told
    customer = api.customer()
    invoice = api.invoice(customer)["Id"]
    register(api)
    api.save("payment", pay(customer, "100", ("Invoice", invoice, "100")))

    emulator.webhooks.deliver()

    kinds = {kind for kind, _ in listener.events}
    assert kinds == {"payment.created", *(["invoice.updated"] if told else [])}


def test_what_fails_is_sent_again_by_intuits_schedule(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    register(api)
    api.customer()
    listener.answers = [500, 0, 404, 302, 503, 500, 500, 500, 500, 500, 200]
    waits = []
    for _ in range(11):
        emulator.webhooks.collect()
        (waiting,) = emulator.webhooks.queue.values()
        waits.append((waiting.due - emulator.clock.now()).total_seconds())
        emulator.clock.advance(max(waits[-1] - 1, 0))
        early = emulator.webhooks.deliver() if waits[-1] else []
        emulator.clock.advance(min(waits[-1], 1))
        assert (len(early), len(emulator.webhooks.deliver())) == (0, 1)

    emulator.clock.advance(10**6)
    assert waits == [0, 10, 20, 30, 300, 1200, 7200, 14400, 21600, 21600, 21600]
    assert emulator.webhooks.deliver() == []
    assert len({body for _, body, _ in listener.received}) == 1


def test_the_old_schedule_ends_with_the_endpoint(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    emulator.switches.webhook_retries = "old"
    register(api)
    api.customer("A")
    listener.answers = [500, 500, 500, 500]
    for minutes in (0, 20, 30, 50):
        emulator.clock.advance(minutes * 60)
        assert len(emulator.webhooks.deliver()) == 1

    assert emulator.webhooks.endpoints == []


def test_the_old_schedule_takes_other_refusals_as_final(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    emulator.switches.webhook_retries = "old"
    register(api)
    api.customer()
    listener.answers = [404]
    emulator.webhooks.deliver()
    emulator.clock.advance(86400)

    assert emulator.webhooks.deliver() == []


def test_an_answer_after_three_seconds_comes_too_late(api: Api, emulator: Emulator) -> None:
    def slow(url: str, body: bytes, headers: dict[str, str]) -> int:
        emulator.clock.advance(3.5)
        return 200

    emulator.webhooks.sender = slow
    register(api)
    api.customer()

    assert [each.status for each in emulator.webhooks.deliver()] == [0]
    assert len(emulator.webhooks.queue) == 1


@pytest.mark.parametrize("holds, first", [(False, ["A", "B"]), (True, ["A"])])
def test_a_failure_may_hold_up_what_comes_later(
    api: Api, emulator: Emulator, listener: Listener, holds: bool, first: list[str]
) -> None:
    emulator.switches.webhook_failure_holds = holds
    register(api)
    ids = {api.customer("A"): "A", api.customer("B"): "B"}
    listener.answers = [500]

    emulator.webhooks.deliver()
    before = [ids[id] for _, id in listener.events]
    emulator.clock.advance(10)
    emulator.webhooks.deliver()
    emulator.webhooks.deliver()

    assert before == first
    assert {ids[id] for _, id in listener.events[1:]} == {"A", "B"}


def test_events_are_told_together_up_to_a_number(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    register(api, together=2)
    for name in "ABC":
        api.customer(name)

    emulator.webhooks.deliver()

    assert [len(each) for each in listener.bodies] == [2, 1]


def test_deliveries_are_pulled_logged_and_listed_over_http(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    register(api)
    listener.answers = [500]
    api.customer()

    tried = control(api, "webhooks/deliver")["attempts"]
    state = control(api, "webhooks", method="GET")

    assert tried == control(api, "webhooks/log", method="GET")["attempts"]
    assert tried[0]["events"] == ["qbo.customer.created.v1 1"]
    assert tried[0]["status"] == 500
    assert state["endpoints"][0]["client_id"] == DEMO_CLIENT_ID
    assert state["waiting"][0]["due"] == "2026-10-01T16:00:10+00:00"
    control(api, "webhooks", method="DELETE")
    assert (emulator.webhooks.queue, emulator.webhooks.endpoints) == ({}, [])


@pytest.mark.parametrize(
    "body, named",
    [
        ({"url": "nowhere"}, "url: "),
        ({"url": URL, "payload": "xml"}, "payload: "),
        ({"url": URL, "together": 0}, "together: "),
        ({"url": URL, "entities": {"TaxCode": ["created"]}}, "TaxCode has no events"),
        ({"url": URL, "entities": {"Bill": ["void"]}}, "Bill is created, updated, deleted"),
    ],
)
def test_a_wrong_registration_is_refused_with_its_cure(
    api: Api, body: dict[str, Any], named: str
) -> None:
    answer = api.http.post("/_emulator/webhooks", json=body)

    assert answer.status_code == 400
    assert named in answer.json()["error"]


def test_every_event_belongs_to_an_entity_with_that_operation() -> None:
    for name in EVENTS.keys() & ENTITIES.keys():
        entity = ENTITIES[name]
        assert "void" not in entity.operations or "void" in EVENTS[name]
        assert "create" not in entity.operations or "created" in EVENTS[name]
