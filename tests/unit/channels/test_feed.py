"""The feed: Standard Webhooks signatures, and documents in our own form."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tillbook import channels
from tillbook.channels import feed
from tillbook.channels.delivery import Delivery, Documents, Ignored
from tillbook.domain.documents import Invoice
from tillbook.errors import BadInput, Unauthorised

NOW = datetime(2026, 3, 15, 2, 27, tzinfo=UTC)
KEY = b"0123456789abcdef01234567"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
SOURCE = "feed/warehouse"
SCHEMA = Path(__file__).parents[3] / "docs/schema/documents.json"
INVOICE: dict[str, Any] = {
    "kind": "invoice",
    "id": "S-100",
    "version": "2026-03-14T12:00:00Z",
    "number": "S-100",
    "date": "2026-03-14",
    "currency": "USD",
    "lines": [
        {
            "id": "1",
            "description": "Oak shelf",
            "quantity": "2",
            "unit_price": "30.00",
            "gross": "60.00",
            "taxes": [{"name": "ME State Tax", "rate": "0.055", "amount": "3.30"}],
        }
    ],
    "total": "63.30",
}


def signed(
    body: bytes, message: str = "msg_1", at: int = int(NOW.timestamp()), key: bytes = KEY
) -> dict[str, str]:
    digest = hmac.digest(key, f"{message}.{at}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def verify(headers: dict[str, str], body: bytes = b"{}", *secrets: str) -> None:
    channels.verify("feed", Delivery(headers, body), secrets or (SECRET,), NOW)


def translate(*documents: object, source: str = SOURCE) -> Any:
    body = json.dumps({"documents": documents}).encode()
    return channels.translate("feed", Delivery({}, body), source)


def refused(*documents: object, source: str = SOURCE) -> dict[str, str]:
    with pytest.raises(BadInput) as problem:
        translate(*documents, source=source)
    return {one.field: f"{one.message} {one.cure}" for one in problem.value.findings}


def test_a_standard_webhooks_signature_is_accepted() -> None:
    verify(signed(b"{}"))


def test_the_example_of_the_standard_is_accepted() -> None:
    # spec/standard-webhooks.md, "Signature scheme"
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    delivery = Delivery(headers, b'{"test": 2432232314}')
    at = datetime.fromtimestamp(1614265330, UTC)
    channels.verify("feed", delivery, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], at)


def test_one_of_several_signatures_and_secrets_is_enough() -> None:
    headers = signed(b"{}")
    headers["webhook-signature"] = "v1,AAAA v2,x ä " + headers["webhook-signature"]
    verify(headers, b"{}", "whsec_AAAA", "not base64!", SECRET)


@pytest.mark.parametrize("late", [-301, 301])
def test_an_old_or_early_delivery_is_refused(late: int) -> None:
    verify(signed(b"{}", at=int(NOW.timestamp()) + late - late // 301))
    with pytest.raises(Unauthorised, match="five minutes"):
        verify(signed(b"{}", at=int(NOW.timestamp()) + late))


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,ä"},
        {"webhook-signature": "\udcff"},
    ],
)
def test_a_wrong_signature_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(Unauthorised):
        verify({**signed(b"{}"), **change})
    with pytest.raises(Unauthorised):
        verify(signed(b"{}"), b"{ }")


@pytest.mark.parametrize("secret", ["whsec_", "", "whsec_!!", "whsec_ä"])
def test_without_a_proper_secret_nothing_is_accepted(secret: str) -> None:
    assert feed.check_secret(secret)
    with pytest.raises(Unauthorised):
        verify(signed(b"{}", key=b""), b"{}", secret)


def test_a_proper_secret_has_no_findings() -> None:
    assert feed.check_secret(SECRET) == []


@pytest.mark.parametrize("length", [23, 65])
def test_a_secret_that_is_too_short_or_too_long_is_found(length: int) -> None:
    secret = "whsec_" + base64.b64encode(bytes(length)).decode()
    assert "24 to 64 random bytes" in str(feed.check_secret(secret)[0])


def test_a_delivery_is_known_by_its_message() -> None:
    assert channels.identity("feed", Delivery(signed(b"{}"), b"{}")) == b"msg_1"
    assert channels.identity("feed", Delivery({}, b"{}")) == b"{}"
    assert channels.topic("feed", Delivery({}, b"")) == "documents"


def test_documents_take_the_source_of_their_channel() -> None:
    translation = translate(INVOICE)
    assert isinstance(translation, Documents)
    found = translation.documents[0]
    assert isinstance(found, Invoice)
    assert (found.source, found.total) == (SOURCE, Decimal("63.30"))
    assert translate({**INVOICE, "source": SOURCE}) == translation


def test_without_a_channels_source_documents_name_their_own() -> None:
    found = feed.parse_documents([{**INVOICE, "source": "feed/shop"}])[0]
    assert isinstance(found, Invoice)
    assert found.source == "feed/shop"
    assert "is missing" in str(feed.parse_documents([INVOICE])[0])


@pytest.mark.parametrize("source", ["shopify/acme.myshopify.com", "tillbook", "feed/other"])
def test_a_feed_speaks_for_no_other_source(source: str) -> None:
    assert "feed/warehouse" in refused({**INVOICE, "source": source})["documents[0].source"]


def test_numbers_may_be_json_numbers_and_stay_exact() -> None:
    body = json.dumps({"documents": [{**INVOICE, "total": 63.3}]}).encode()
    translation = channels.translate("feed", Delivery({}, body), SOURCE)
    assert isinstance(translation, Documents)


@pytest.mark.parametrize(
    "change, field, says",
    [
        ({"total": "63.31"}, "total", "a difference of 0.01 USD"),
        ({"total": "1e99"}, "total", "beyond any amount"),
        ({"total": None}, "total", "NoneType is not a decimal number"),
        ({"totl": "1"}, "totl", "correct its spelling"),
        ({"date": "14.03.2026"}, "date", "write it as 2026-03-14"),
        ({"date": 5}, "date", "write it as 2026-03-14"),
        ({"date": "2026-13-01"}, "date", "month must be"),
        ({"currency": "DOGE"}, "currency", "unknown currency"),
        ({"id": 7}, "id", "is not text"),
        ({"id": ""}, "id", "is empty"),
        ({"lines": []}, "lines", "is empty"),
        ({"lines": {}}, "lines", "is not a list"),
        ({"kind": "order"}, "kind", "customer, vendor, product"),
        ({"memo": "x" * 4001}, "memo", "Shorten it to 4000"),
        ({"memo": "\ud800"}, "memo", "half a character"),
    ],
)
def test_a_wrong_field_is_named_with_its_cure(
    change: dict[str, Any], field: str, says: str
) -> None:
    assert says in refused(INVOICE, {**INVOICE, **change})[f"documents[1].{field}"]


@pytest.mark.parametrize(
    "change, field",
    [
        ({"quantity": "-2", "gross": "-60"}, "lines[0].quantity"),
        ({"quantity": "99999999999", "unit_price": "99999999999"}, "lines[0].gross"),
        ({"quantity": "1"}, "lines[0].gross"),
        ({"gross": "59.995"}, "lines[0].gross"),
        ({"taxes": [{"name": "T", "amount": "x"}]}, "lines[0].taxes[0].amount"),
    ],
)
def test_a_wrong_line_is_named_by_its_path(change: dict[str, Any], field: str) -> None:
    document = {**INVOICE, "lines": [{**INVOICE["lines"][0], **change}]}
    assert f"documents[0].{field}" in refused(document)


def test_one_wrong_document_does_not_hold_back_the_others_through_the_api() -> None:
    parsed = feed.parse_documents([INVOICE, {"kind": "x"}, 5, None], SOURCE)
    assert isinstance(parsed[0], Invoice)
    assert [
        [one.field for one in result] for result in parsed[1:] if isinstance(result, tuple)
    ] == [
        ["kind"],
        ["document"],
        ["document"],
    ]


def test_more_than_500_documents_are_refused() -> None:
    assert "has 501 entries" in refused(*[INVOICE] * 501)["documents"]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"documents": {}}', b"null", b"{"])
def test_a_body_without_documents_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        channels.translate("feed", Delivery({}, body), SOURCE)


def test_an_empty_delivery_is_ignored() -> None:
    assert isinstance(translate(), Ignored)


def test_the_published_schema_is_current() -> None:
    assert json.loads(SCHEMA.read_text()) == feed.json_schema(), "run make docs"


def test_the_published_schema_takes_what_the_feed_takes() -> None:
    body = {"documents": [{**INVOICE, "source": SOURCE}]}
    validator = jsonschema.Draft202012Validator(feed.json_schema())
    validator.validate(body)
    body["documents"][0]["totl"] = 1
    assert not validator.is_valid(body)


@pytest.mark.parametrize(
    "older, newer",
    [
        ("9", "10"),
        ("2026-03-14T12:00:00+02:00", "2026-03-14T11:00:00Z"),
        ("2026-03-14T12:00:00Z", "2026-03-14T12:00:00.5Z"),
    ],
)
def test_versions_compare_as_numbers_and_as_times(older: str, newer: str) -> None:
    first, second = feed.parse_documents(
        [INVOICE | {"version": older}, INVOICE | {"version": newer}], SOURCE
    )

    assert not isinstance(first, tuple)
    assert not isinstance(second, tuple)
    assert first.version < second.version


@pytest.mark.parametrize("version", ["yesterday", "v2", "2026-03-14", "2026-03-14T12:00:00", "-1"])
def test_a_version_that_cannot_be_compared_is_refused(version: str) -> None:
    (found,) = feed.parse_documents([INVOICE | {"version": version}], SOURCE)

    assert isinstance(found, tuple)
    assert found[0].field == "version"
    assert "UTC time" in found[0].cure
