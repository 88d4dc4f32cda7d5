"""What is taken down of a call: enough to judge it, never what it carries."""

from typing import Any

import pytest

from local.cloud.sandbox import outline

KEY = {"pk": {"S": "A"}, "sk": {"S": "1"}}
KEYS = frozenset({"pk", "sk"})
ITEM = {**KEY, "email": {"S": "anna@example.org"}}


@pytest.mark.parametrize(
    "parameters, kept",
    [
        ({"TableName": "t", "Item": ITEM}, {"TableName": "t", "Item": KEY}),
        (
            {"Bucket": "b", "Key": "k", "Body": b"secret", "IfNoneMatch": "*"},
            {"Bucket": "b", "Key": "k", "IfNoneMatch": "*"},
        ),
        (
            {"TransactItems": [{"Put": {"TableName": "t", "Item": ITEM}}]},
            {"TransactItems": [{"Put": {"TableName": "t", "Item": KEY}}]},
        ),
        (
            {"RequestItems": {"t": [{"PutRequest": {"Item": ITEM}}]}},
            {"RequestItems": {"t": [{"PutRequest": {"Item": KEY}}]}},
        ),
        (
            {"RequestItems": {"t": {"Keys": [{"pk": {"S": "A"}}], "ConsistentRead": True}}},
            {"RequestItems": {"t": [{"Get": {"Key": {"pk": {"S": "A"}}}}]}},
        ),
        (
            {
                "TableName": "t",
                "KeyConditionExpression": "pk=:p AND begins_with(sk, :s)",
                "FilterExpression": "email = :e",
                "ExpressionAttributeValues": {":p": {"S": "A"}, ":s": {"S": "1"}, ":e": {"S": "x"}},
            },
            {
                "TableName": "t",
                "KeyConditionExpression": "pk=:p AND begins_with(sk, :s)",
                "ExpressionAttributeValues": {":p": {"S": "A"}, ":s": {"S": "1"}},
            },
        ),
        (
            {"EncryptionContext": {"purpose": "tokens"}, "CiphertextBlob": b"x", "Plaintext": b"y"},
            {"EncryptionContext": {"purpose": "tokens"}},
        ),
        ({"SecretId": "s", "SecretString": "x"}, {"SecretId": "s"}),
        (
            {"QueueUrl": "q", "MessageBody": "x", "Entries": [{"MessageBody": "x"}]},
            {"QueueUrl": "q", "Entries": 1},
        ),
        ({"stateMachineArn": "m", "input": "{}"}, {"stateMachineArn": "m"}),
    ],
)
def test_only_what_decides_about_permission_is_kept(
    parameters: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert outline(parameters, KEYS) == kept
