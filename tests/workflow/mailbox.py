"""What the notice topic sends out, as a subscriber receives it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.cloud import LocalCloud


@dataclass
class Mailbox:
    """Subscribed to the notice topic; keeps all it ever received."""

    sqs: Any
    url: str
    received: list[str] = field(default_factory=list)

    def read(self) -> list[str]:
        """What is new since the last reading: subject and text of each message."""
        fresh: list[str] = []
        while True:
            answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            if not messages:
                self.received += fresh
                return fresh
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                notice = json.loads(message["Body"])
                fresh.append(f"{notice['Subject']}\n{notice['Message']}")


@contextmanager
def subscribed(cloud: LocalCloud) -> Iterator[Mailbox]:
    """A mailbox for every notice from now on."""
    sqs, sns = cloud.boto("sqs"), cloud.boto("sns")
    url = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    topic: str = cloud.stack.names["NoticeTopic"]
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=attributes["Attributes"]["QueueArn"],
        ReturnSubscriptionArn=True,
    )
    yield Mailbox(sqs, url)
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
