"""Answers with the event it got; stores the body where a name says so."""

import json
import logging
import os
from typing import Any

import boto3
from shared.words import GREETING  # type: ignore[import-not-found]

logger = logging.getLogger()
s3 = boto3.client("s3")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    logger.warning("echo %s", event["rawPath"])
    if event.get("pathParameters", {}).get("name") == "stored":
        s3.put_object(Bucket=os.environ["BUCKET"], Key="drop/1", Body=event["body"])
    body = {
        "event": event,
        "greeting": GREETING,
        "environment": dict(os.environ),
        "context": [context.function_name, context.get_remaining_time_in_millis()],
        "pid": os.getpid(),
    }
    return {
        "statusCode": 201,
        "headers": {"Content-Type": "application/json", "X-Twice": "a"},
        "cookies": ["one=1", "two=2"],
        "body": json.dumps(body),
    }
