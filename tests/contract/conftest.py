"""Every port twice: in memory, and on the AWS service that the real adapter uses.

The service is moto in this process. With `CONTRACT_ENDPOINT_URL=http://127.0.0.1:4566` it is
whatever answers there, such as the local cloud of `make serve`.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any
from urllib.parse import unquote_plus
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from tests.fakes import (
    MemoryBlobs,
    MemoryDatabase,
    MemoryNotifier,
    MemoryQueue,
    MemoryRuns,
    MemoryVault,
)
from tillbook.adapters.dynamodb import DynamoDatabase
from tillbook.adapters.kms import KmsVault
from tillbook.adapters.s3 import S3Blobs
from tillbook.adapters.sns import SnsNotifier
from tillbook.adapters.sqs import SqsTranslateQueue
from tillbook.adapters.step_functions import StepFunctionsRuns
from tillbook.ports import Blobs, Database, Index, Key, Notifier, Runs, Table, TranslateQueue, Vault

MEMORY, SERVICE = "memory", "service"
_ENDPOINT = os.environ.get("CONTRACT_ENDPOINT_URL")

AnyClient = Callable[[str], Any]
MakeKey = Callable[..., Key]


@pytest.fixture(scope="module")
def aws() -> Iterator[AnyClient]:
    """Makes clients, one per service."""
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in clients:
            clients[service] = boto3.client(service, endpoint_url=_ENDPOINT)  # type: ignore[call-overload]
        return clients[service]

    with nullcontext() if _ENDPOINT else mock_aws():
        yield client
        for made in clients.values():
            made.close()


@pytest.fixture
def unique() -> str:
    return uuid4().hex


@pytest.fixture
def key(unique: str) -> MakeKey:
    """Builds keys that no other test uses."""

    def make(sort: str = "item", partition: str = "", table: Table = Table.SYNC) -> Key:
        return Key(table, f"{unique}{partition}", sort)

    return make


def plain(item: dict[str, Any] | None) -> dict[str, Any]:
    """An item without its key."""
    assert item is not None
    return {name: value for name, value in item.items() if name not in {"pk", "sk"}}


@pytest.fixture(scope="module")
def tables(aws: AnyClient) -> dict[Table, str]:
    suffix = uuid4().hex[:8]
    names = {table: f"{table.value}-{suffix}" for table in Table}
    for table, name in names.items():
        create_table(aws("dynamodb"), name, with_indexes=table is Table.SYNC)
    return names


def create_table(dynamodb: Any, name: str, *, with_indexes: bool) -> None:
    """A table as the template makes it."""
    pairs = {Index.HISTORY: ("hk", "hr"), Index.BOOKS: ("bk", "br")} if with_indexes else {}
    attributes = ["pk", "sk", *(one for pair in pairs.values() for one in pair)]
    indexes = [
        {
            "IndexName": index.value,
            "KeySchema": _schema(*pair),
            "Projection": {"ProjectionType": "ALL"},
        }
        for index, pair in pairs.items()
    ]
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in attributes],
        KeySchema=_schema("pk", "sk"),
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    )


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


@pytest.fixture
def dynamo_database(aws: AnyClient, tables: dict[Table, str]) -> DynamoDatabase:
    return DynamoDatabase(tables, aws("dynamodb"))


@pytest.fixture(params=[MEMORY, SERVICE])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == MEMORY:
        return MemoryDatabase()
    database: Database = request.getfixturevalue("dynamo_database")
    return database


@pytest.fixture(params=[MEMORY, SERVICE] if _ENDPOINT else [MEMORY])
def strict_database(request: pytest.FixtureRequest) -> Database:
    """Not moto, which compares values of different types as Python does."""
    if request.param == MEMORY:
        return MemoryDatabase()
    database: Database = request.getfixturevalue("dynamo_database")
    return database


@pytest.fixture(params=[MEMORY, SERVICE])
def blobs(request: pytest.FixtureRequest) -> Blobs:
    if request.param == MEMORY:
        return MemoryBlobs()
    s3 = request.getfixturevalue("aws")("s3")
    bucket = f"tillbook-{uuid4().hex}"
    s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name}
    )
    return S3Blobs(bucket, s3)


@pytest.fixture(params=[MEMORY, SERVICE])
def vault(request: pytest.FixtureRequest) -> Vault:
    if request.param == MEMORY:
        return MemoryVault()
    kms = request.getfixturevalue("aws")("kms")
    return KmsVault(kms.create_key()["KeyMetadata"]["Arn"], kms)


@pytest.fixture(params=[MEMORY, SERVICE])
def runs(
    request: pytest.FixtureRequest,
) -> tuple[Runs, Callable[[], dict[str, dict[str, str]]]]:
    """The port, and what each run that was started was given."""
    if request.param == MEMORY:
        memory = MemoryRuns()
        return memory, lambda: memory.started
    step_functions = request.getfixturevalue("aws")("stepfunctions")
    wait = {
        "StartAt": "Wait",
        "States": {"Wait": {"Type": "Wait", "Seconds": 300, "End": True}},
    }
    arn = step_functions.create_state_machine(
        name=f"sync-{uuid4().hex}",
        definition=json.dumps(wait),
        roleArn="arn:aws:iam::123456789012:role/sync",
    )["stateMachineArn"]

    def started() -> dict[str, dict[str, str]]:
        found = step_functions.list_executions(stateMachineArn=arn)["executions"]
        return {
            one["name"]: json.loads(
                step_functions.describe_execution(executionArn=one["executionArn"])["input"]
            )
            for one in found
        }

    return StepFunctionsRuns(arn, step_functions), started


@pytest.fixture(params=[MEMORY, SERVICE])
def translate_queue(
    request: pytest.FixtureRequest,
) -> tuple[TranslateQueue, Callable[[], list[str]]]:
    """The port, and a way to see the event keys that its reader is handed."""
    if request.param == MEMORY:
        memory = MemoryQueue()
        return memory, lambda: memory.sent
    sqs = request.getfixturevalue("aws")("sqs")
    url = sqs.create_queue(QueueName=f"translate-{uuid4().hex}")["QueueUrl"]

    def received() -> list[str]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        records = [one for message in messages for one in json.loads(message["Body"])["Records"]]
        assert {record["s3"]["bucket"]["name"] for record in records} == {"event-log"}
        return [unquote_plus(record["s3"]["object"]["key"]) for record in records]

    return SqsTranslateQueue(url, "event-log", sqs), received


@pytest.fixture(params=[MEMORY, SERVICE])
def notifier(request: pytest.FixtureRequest) -> tuple[Notifier, Callable[[], list[str]]]:
    """The port, and a way to see the texts that people were told."""
    if request.param == MEMORY:
        memory = MemoryNotifier()
        return memory, lambda: [text for _, text in memory.told]
    client = request.getfixturevalue("aws")
    name = f"notices-{uuid4().hex}"
    topic = client("sns").create_topic(Name=name)["TopicArn"]
    url = client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    client("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )

    def told() -> list[str]:
        messages = client("sqs").receive_message(QueueUrl=url).get("Messages", [])
        return [message["Body"] for message in messages]

    return SnsNotifier(topic, client("sns")), told
