"""Counts what it is told of; one item per key."""

import os
from typing import Any

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    count = len(event.get("Records", [None]))
    result = table.update_item(
        Key={"pk": "COUNT", "sk": event.get("name", "stored")},
        UpdateExpression="ADD #n :one",
        ExpressionAttributeNames={"#n": "n"},
        ExpressionAttributeValues={":one": count},
        ReturnValues="ALL_NEW",
    )
    if "Records" in event:
        return {"batchItemFailures": []}
    return {"count": int(str(result["Attributes"]["n"]))}
