"""The queue of events that wait for their translation."""

import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from tillbook.adapters.aws import client, transient_errors

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsTranslateQueue:
    def __init__(self, queue_url: str, bucket: str, sqs: "SQSClient | None" = None) -> None:
        """`bucket` is the name of the event log's bucket."""
        self._queue_url = queue_url
        self._bucket = bucket
        self._client: SQSClient = sqs or client("sqs")

    def send(self, event_key: str) -> None:
        """The message has the shape of the bucket's own notification, whose keys are URL-encoded,
        so that one reader serves both."""
        entry = {
            "bucket": {"name": self._bucket},
            "object": {"key": quote_plus(event_key, safe="/")},
        }
        body = json.dumps({"Records": [{"s3": entry}]})
        with transient_errors("SQS"):
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)
