"""Notices to people, through the topic's subscriptions."""

from typing import TYPE_CHECKING

from tillbook.adapters.aws import client, transient_errors

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_MAX_SUBJECT = 99


class SnsNotifier:
    def __init__(self, topic_arn: str, sns: "SNSClient | None" = None) -> None:
        self._topic = topic_arn
        self._client: SNSClient = sns or client("sns")

    def tell(self, subject: str, text: str) -> None:
        """SNS wants a subject of less than 100 characters without line breaks; e-mail wants it in
        ASCII. Other characters become question marks there, and stay in the text."""
        with transient_errors("SNS"):
            self._client.publish(TopicArn=self._topic, Subject=_subject(subject), Message=text)


def _subject(text: str) -> str:
    one_line = " ".join(text.split()).encode("ascii", "replace").decode()
    printable = "".join(character for character in one_line if character.isprintable())
    return printable[:_MAX_SUBJECT].strip() or "Tillbook"
