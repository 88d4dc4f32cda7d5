import base64
import hashlib
import hmac
import json

import pytest

from tests.functions.api import Api, HttpAnswer, claims
from tillbook.channels.delivery import Delivery
from tillbook.store import channels
from tillbook.usecases.receive_channel_event import delivery_of

SECRET = "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"
BODY = b'{"id":820982911946154508,"note":"caf\\u00e9 \\/ na\xc3\xafve","total_price":"404.95"}'
FOUR_MB = 4 * 1024 * 1024


@pytest.fixture
def api() -> Api:
    api = Api()
    api.world.connection()
    return api


def add_channel(api: Api, **fields: str) -> str:
    new = {"kind": "shopify", "name": "Web shop", "secret": SECRET, **fields}
    answer = api.call("POST", "/connections/c1/channels", new, claims=claims())
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def signed(body: bytes, secret: str = SECRET, **changes: str) -> dict[str, str]:
    digest = hmac.digest(secret.encode(), body, hashlib.sha256)
    return {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": "acme.myshopify.com",
        "X-Shopify-Webhook-Id": "8a95126f-859a-4db9-b8f1-350e299e9ea0",
        "X-Shopify-Triggered-At": "2026-03-02T11:59:58.110521905Z",
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        **changes,
    }


def deliver(
    api: Api, channel: str, body: bytes = BODY, headers: dict[str, str] | None = None
) -> HttpAnswer:
    return api.call(
        "POST",
        f"/channels/{channel}/events",
        raw=body,
        headers=signed(body) if headers is None else headers,
    )


def logged(api: Api) -> list[str]:
    return list(api.world.event_log.keys(""))


def test_a_signed_webhook_is_in_the_log_when_it_is_acknowledged(api: Api) -> None:
    channel = add_channel(api)
    writes = api.world.database.writes

    answer = deliver(api, channel)

    assert (answer.status, answer.body) == (200, {"result": "stored"})
    (key,) = logged(api)
    assert key.startswith(f"{channel}/")
    blob = api.world.event_log.get(key)
    assert blob is not None
    assert blob.body == BODY
    assert blob.metadata["connection"] == "c1"
    assert blob.metadata["channel-kind"] == "shopify"
    assert blob.metadata["source"] == "shopify/acme.myshopify.com"
    assert blob.metadata["topic"] == "orders/create"
    assert blob.metadata["received-at"] == "2026-03-02T12:00:00+00:00"
    assert api.world.database.writes == writes


def test_what_translation_needs_is_kept_and_the_signature_is_not(api: Api) -> None:
    channel = add_channel(api)
    deliver(api, channel, headers=signed(BODY, Cookie="session=1", **{"User-Agent": "Captain"}))

    blob = api.world.event_log.get(logged(api)[0])

    assert blob is not None
    assert delivery_of(blob) == Delivery(
        {
            "x-shopify-topic": "orders/create",
            "x-shopify-shop-domain": "acme.myshopify.com",
            "x-shopify-webhook-id": "8a95126f-859a-4db9-b8f1-350e299e9ea0",
            "x-shopify-triggered-at": "2026-03-02T11:59:58.110521905Z",
        },
        BODY,
    )


def test_a_duplicate_delivery_is_acknowledged_and_dropped(api: Api) -> None:
    channel = add_channel(api)
    deliver(api, channel)

    again = deliver(api, channel)

    assert (again.status, again.body) == (200, {"result": "duplicate"})
    assert len(logged(api)) == 1


def test_a_body_in_base64_is_verified_as_the_bytes_it_stands_for(api: Api) -> None:
    channel = add_channel(api)

    answer = api.call(
        "POST",
        f"/channels/{channel}/events",
        raw=BODY,
        headers=signed(BODY),
        base64_body=True,
    )

    assert answer.status == 200
    blob = api.world.event_log.get(logged(api)[0])
    assert blob is not None
    assert blob.body == BODY


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-shopify-hmac-sha256": ""},
        {"x-shopify-hmac-sha256": "bm90IGl0"},
        {"x-shopify-hmac-sha256": "naïve"},
        signed(BODY, secret="another"),
        signed(BODY + b" "),
    ],
    ids=["none", "empty", "wrong", "not ASCII", "another secret", "another body"],
)
def test_a_missing_or_wrong_signature_is_401_and_leaves_nothing(
    api: Api, headers: dict[str, str]
) -> None:
    channel = add_channel(api)

    answer = deliver(api, channel, headers=headers)

    assert answer.status == 401
    assert answer.body["type"] == "urn:tillbook:problem:unauthorised"
    assert logged(api) == []


def test_an_unknown_channel_is_404(api: Api) -> None:
    answer = deliver(api, "0" * 32)

    assert answer.status == 404
    assert logged(api) == []


def test_a_removed_channel_is_404(api: Api) -> None:
    channel = add_channel(api)
    removed = api.call("DELETE", f"/connections/c1/channels/{channel}", claims=claims())

    assert removed.status == 204
    assert deliver(api, channel).status == 404


def test_a_body_of_four_megabytes_is_taken_and_one_byte_more_is_413(api: Api) -> None:
    channel = add_channel(api)

    assert deliver(api, channel, b"x" * FOUR_MB).status == 200

    refused = deliver(api, channel, b"x" * (FOUR_MB + 1), {})
    assert refused.status == 413
    assert refused.body["type"] == "urn:tillbook:problem:too-large"
    assert len(logged(api)) == 1


@pytest.mark.parametrize(
    "body", [b"not json", b'{"id": 1, "line_it', b"", b"[]"], ids=["text", "cut", "empty", "list"]
)
def test_an_authentic_body_that_cannot_be_read_is_kept_for_translation_to_explain(
    api: Api, body: bytes
) -> None:
    channel = add_channel(api)

    assert deliver(api, channel, body).status == 200
    assert len(logged(api)) == 1


def test_a_channel_of_one_shop_refuses_deliveries_of_another(api: Api) -> None:
    channel = add_channel(api, shop="Acme.myshopify.com")

    other = signed(BODY, **{"X-Shopify-Shop-Domain": "other.myshopify.com"})
    assert deliver(api, channel, headers=other).status == 401
    assert deliver(api, channel).status == 200


def test_a_delivery_that_names_no_shop_is_refused(api: Api) -> None:
    channel = add_channel(api)
    headers = signed(BODY)
    del headers["X-Shopify-Shop-Domain"]

    assert deliver(api, channel, headers=headers).status == 401


def test_headers_that_would_not_fit_beside_the_body_are_left_out(api: Api) -> None:
    channel = add_channel(api)
    headers = signed(BODY, **{"X-Shopify-Name": "é" * 2000, "X-Shopify-Sub": "a" * 900})

    assert deliver(api, channel, headers=headers).status == 200

    blob = api.world.event_log.get(logged(api)[0])
    assert blob is not None
    assert "x-shopify-webhook-id" in json.loads(blob.metadata["headers"])
    assert "x-shopify-name" not in json.loads(blob.metadata["headers"])


def test_a_feed_is_signed_by_standard_webhooks_with_the_secret_that_was_shown_once(
    api: Api,
) -> None:
    new = api.call(
        "POST", "/connections/c1/channels", {"kind": "feed", "name": "Ware house"}, claims=claims()
    ).body
    key = base64.b64decode(new["secret"].removeprefix("whsec_"))
    timestamp = str(int(api.world.now().timestamp()))
    digest = hmac.digest(key, f"msg_1.{timestamp}.".encode() + b"{}", hashlib.sha256)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }

    answers = [deliver(api, new["id"], b"{}", headers) for _ in range(2)]

    assert [answer.body["result"] for answer in answers] == ["stored", "duplicate"]
    blob = api.world.event_log.get(logged(api)[0])
    assert blob is not None
    assert blob.metadata["source"] == "feed/ware-house"
    listed = api.call("GET", "/connections/c1/channels", claims=claims("read")).body["items"]
    assert "secret" not in listed[0]


def test_a_recorded_feed_delivery_cannot_be_replayed_later(api: Api) -> None:
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    channel = add_channel(api, kind="feed", secret=secret)
    timestamp = str(int(api.world.now().timestamp()))
    digest = hmac.digest(b"k" * 32, f"msg_1.{timestamp}.".encode() + b"{}", hashlib.sha256)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }

    api.world.now.advance(301)

    assert deliver(api, channel, b"{}", headers).status == 401


def test_secrets_are_sealed_for_their_channel(api: Api) -> None:
    channel = add_channel(api)
    stored = channels.load(api.world.database, channel)

    assert stored is not None
    assert SECRET not in repr(stored)
    assert len(stored.sealed_secrets) == 1


def test_a_mistake_of_ours_is_500_without_a_trace(api: Api) -> None:
    channel = add_channel(api)
    api.world.vault = None  # type: ignore[assignment]

    answer = deliver(api, channel)

    assert answer.status == 500
    assert answer.body["type"] == "urn:tillbook:problem:unexpected"
    assert "NoneType" not in json.dumps(answer.body)
    assert answer.body["error_id"]
