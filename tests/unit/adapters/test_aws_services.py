"""What the adapters of S3, KMS, SNS and Secrets Manager do beyond their contracts."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber
from moto import mock_aws

from tillbook.adapters.kms import KmsVault
from tillbook.adapters.s3 import S3Blobs
from tillbook.adapters.secrets_manager import IntuitApp, IntuitAppSecret
from tillbook.adapters.sns import SnsNotifier
from tillbook.errors import NeedsPerson, TransientError
from tillbook.ports import Purpose

KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/k"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:notices"


class Monotonic:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def monotonic() -> Monotonic:
    return Monotonic()


def stubbed(service: str) -> tuple[Any, Stubber]:
    client = boto3.client(service)  # type: ignore[call-overload]
    return client, Stubber(client)


@pytest.fixture
def s3() -> Iterator[tuple[S3Blobs, Stubber]]:
    client, stub = stubbed("s3")
    with stub:
        yield S3Blobs("event-log", client, lambda _: None, keys_per_page=2), stub
    client.close()


def test_a_conflict_of_two_puts_is_tried_again(s3: tuple[S3Blobs, Stubber]) -> None:
    blobs, stub = s3
    stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    stub.add_client_error("put_object", "PreconditionFailed", http_status_code=412)

    assert blobs.put_if_absent("key", b"body") is False
    stub.assert_no_pending_responses()


def test_a_conflict_that_stays_passes_later(s3: tuple[S3Blobs, Stubber]) -> None:
    blobs, stub = s3
    for _ in range(5):
        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)

    with pytest.raises(TransientError):
        blobs.put_if_absent("key", b"body")


@pytest.mark.parametrize("code, status", [("SlowDown", 503), ("InternalError", 500)])
def test_a_busy_bucket_passes_later(s3: tuple[S3Blobs, Stubber], code: str, status: int) -> None:
    blobs, stub = s3
    stub.add_client_error("put_object", code, http_status_code=status)

    with pytest.raises(TransientError, match=code):
        blobs.put("key", b"body")


def test_a_missing_permission_is_not_taken_for_an_absent_object(
    s3: tuple[S3Blobs, Stubber],
) -> None:
    blobs, stub = s3
    stub.add_client_error("get_object", "AccessDenied", http_status_code=403)

    with pytest.raises(ClientError, match="AccessDenied"):
        blobs.get("key")


class LostBody(BytesIO):
    def read(self, *_: Any) -> bytes:
        raise ReadTimeoutError(endpoint_url="https://s3")


def test_a_body_that_breaks_off_passes_later(s3: tuple[S3Blobs, Stubber]) -> None:
    blobs, stub = s3
    stub.add_response("get_object", {"Body": StreamingBody(LostBody(), 10), "Metadata": {}})

    with pytest.raises(TransientError):
        blobs.get("key")


def test_every_page_of_keys_is_listed() -> None:
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(
            Bucket="event-log", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        blobs = S3Blobs("event-log", client, keys_per_page=2)
        for number in range(5):
            blobs.put(f"channel/{number}", b"")

        assert list(blobs.keys("channel/")) == [f"channel/{number}" for number in range(5)]
        client.close()


@pytest.fixture
def kms(monotonic: Monotonic) -> Iterator[tuple[KmsVault, Stubber]]:
    client, stub = stubbed("kms")
    with stub:
        yield KmsVault(KEY_ARN, client, monotonic), stub
    client.close()


def expect_seal(stub: Stubber) -> None:
    stub.add_response(
        "generate_data_key", {"Plaintext": b"k" * 32, "CiphertextBlob": b"encrypted", "KeyId": "k"}
    )


def expect_open(stub: Stubber, purpose: str = "channel", id: str = "ch-1") -> None:
    stub.add_response(
        "decrypt",
        {"Plaintext": b"k" * 32, "KeyId": "k"},
        {
            "CiphertextBlob": b"encrypted",
            "KeyId": KEY_ARN,
            "EncryptionContext": {"purpose": purpose, "id": id},
        },
    )


def test_a_channel_secret_costs_one_call_of_kms_a_minute(
    kms: tuple[KmsVault, Stubber], monotonic: Monotonic
) -> None:
    vault, stub = kms
    expect_seal(stub)
    sealed = vault.seal(b"secret", Purpose.CHANNEL, "ch-1")
    expect_open(stub)

    for _ in range(6):
        assert vault.open(sealed, Purpose.CHANNEL, "ch-1") == b"secret"
        monotonic.now += 9
    stub.assert_no_pending_responses()

    monotonic.now += 6  # a minute after the first
    expect_open(stub)
    assert vault.open(sealed, Purpose.CHANNEL, "ch-1") == b"secret"
    stub.assert_no_pending_responses()


def test_tokens_are_decrypted_by_kms_every_time(kms: tuple[KmsVault, Stubber]) -> None:
    vault, stub = kms
    expect_seal(stub)
    sealed = vault.seal(b"refresh", Purpose.TOKENS, "c-1")

    for _ in range(2):
        expect_open(stub, "tokens", "c-1")
        assert vault.open(sealed, Purpose.TOKENS, "c-1") == b"refresh"

    stub.assert_no_pending_responses()


def test_a_missing_permission_is_not_taken_for_an_altered_secret(
    kms: tuple[KmsVault, Stubber],
) -> None:
    vault, stub = kms
    expect_seal(stub)
    sealed = vault.seal(b"secret", Purpose.CHANNEL, "ch-1")
    stub.add_client_error("decrypt", "AccessDeniedException", http_status_code=400)

    with pytest.raises(ClientError, match="AccessDenied"):
        vault.open(sealed, Purpose.CHANNEL, "ch-1")


def test_a_busy_kms_passes_later(kms: tuple[KmsVault, Stubber]) -> None:
    vault, stub = kms
    stub.add_client_error("generate_data_key", "KMSInternalException", http_status_code=500)

    with pytest.raises(TransientError):
        vault.seal(b"secret", Purpose.CHANNEL, "ch-1")


@pytest.mark.parametrize(
    "subject, sent",
    [
        ("Reconnect QuickBooks", "Reconnect QuickBooks"),
        ("two\r\nlines\x07", "two lines"),
        ("Größe", "Gr??e"),
        ("", "Tillbook"),
        ("x" * 500, "x" * 99),
    ],
)
def test_a_subject_is_one_short_line_of_ascii(subject: str, sent: str) -> None:
    client, stub = stubbed("sns")
    stub.add_response(
        "publish", {"MessageId": "m"}, {"TopicArn": TOPIC, "Subject": sent, "Message": ANY}
    )

    with stub:
        SnsNotifier(TOPIC, client).tell(subject, "text")

    stub.assert_no_pending_responses()
    client.close()


@pytest.fixture
def secret(monotonic: Monotonic) -> Iterator[tuple[IntuitAppSecret, Stubber]]:
    client, stub = stubbed("secretsmanager")
    with stub:
        yield IntuitAppSecret("arn:secret", client, monotonic), stub
    client.close()


def expect_secret(stub: Stubber, text: str) -> None:
    stub.add_response("get_secret_value", {"SecretString": text}, {"SecretId": "arn:secret"})


def test_the_intuit_app_is_read_again_after_five_minutes(
    secret: tuple[IntuitAppSecret, Stubber], monotonic: Monotonic
) -> None:
    app, stub = secret
    expect_secret(stub, json.dumps({"client_id": "id", "client_secret": "old"}))
    expect_secret(stub, json.dumps({"client_id": "id", "client_secret": " new\n"}))

    assert app() == app() == IntuitApp("id", "old")
    monotonic.now += 301
    assert app() == IntuitApp("id", "new")


def test_the_client_secret_does_not_show() -> None:
    assert "hidden" not in repr(IntuitApp("id", "hidden"))


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "not json",
        "[]",
        "{}",
        '{"client_id": "id"}',
        '{"client_id": "", "client_secret": ""}',
        '{"client_id": 1, "client_secret": 2}',
    ],
)
def test_a_secret_that_was_not_filled_in_needs_a_person(
    secret: tuple[IntuitAppSecret, Stubber], text: str
) -> None:
    app, stub = secret
    expect_secret(stub, text)

    with pytest.raises(NeedsPerson, match="client_secret"):
        app()
