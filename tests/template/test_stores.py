"""Tables, buckets, the queue and the key: safe, recoverable, and emptied when it is time."""

from typing import Any

import pytest

from tests.template.stack import functions, references, resources, template

TABLES = resources("AWS::DynamoDB::Table")
BUCKETS = resources("AWS::S3::Bucket")
QUEUES = resources("AWS::SQS::Queue")

KEEPS_DATA = [*TABLES, *BUCKETS, "Key", "IntuitSecret", "UserPool"]


@pytest.mark.parametrize("name", KEEPS_DATA)
def test_what_holds_data_stays_when_the_stack_goes(name: str) -> None:
    resource = template()["Resources"][name]

    # On a first deploy that fails there is no data yet, and nothing should be left over.
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_encrypted_recoverable_and_protected_in_production(name: str) -> None:
    table = TABLES[name]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_keys_that_the_code_builds(name: str) -> None:
    keys = [key["AttributeName"] for key in TABLES[name]["KeySchema"]]

    assert keys == ["pk", "sk"]
    assert TABLES[name]["TimeToLiveSpecification"]["AttributeName"] == "expires_at"


def test_the_indexes_are_those_of_the_database_port() -> None:
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in TABLES["SyncTable"]["GlobalSecondaryIndexes"]
    }

    assert indexes == {"history": ["hk", "hr"], "books": ["bk", "br"]}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_encrypted_and_never_public(name: str) -> None:
    bucket = BUCKETS[name]

    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@pytest.mark.parametrize(
    "name, days",
    [("EventLogBucket", "EventRetentionDays"), ("PayloadBucket", "PayloadRetentionDays")],
)
def test_a_bucket_is_emptied_after_a_set_time(name: str, days: str) -> None:
    [rule] = BUCKETS[name]["LifecycleConfiguration"]["Rules"]

    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == {"Ref": days}


@pytest.mark.parametrize("name", [*BUCKETS, *QUEUES])
def test_buckets_and_queues_refuse_what_is_not_encrypted_on_its_way(name: str) -> None:
    policies = [
        *resources("AWS::S3::BucketPolicy").values(),
        *resources("AWS::SQS::QueuePolicy").values(),
    ]
    of_it = [p for p in policies if name in references([p.get("Bucket"), p.get("Queues")])]

    [policy] = of_it
    assert denied_in_clear(policy) == {name}


def denied_in_clear(policy: dict[str, Any]) -> set[str]:
    return {
        name
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}
        for name in references(statement["Resource"])
    }


def test_the_queue_hears_of_new_events_and_of_nothing_else() -> None:
    notifications = BUCKETS["EventLogBucket"]["NotificationConfiguration"]

    assert notifications == {
        "QueueConfigurations": [
            {"Event": "s3:ObjectCreated:*", "Queue": {"Fn::GetAtt": ["TranslateQueue", "Arn"]}}
        ]
    }


def test_every_queue_has_a_dead_letter_queue() -> None:
    dead_letters = {
        reference
        for queue in QUEUES.values()
        for reference in references(queue.get("RedrivePolicy", {}))
    }

    for name, queue in QUEUES.items():
        assert ("RedrivePolicy" in queue) != (name in dead_letters)


def test_what_goes_to_the_dead_letters_can_be_seen_as_long_as_queues_keep_anything() -> None:
    assert QUEUES["TranslateDeadLetterQueue"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_message_stays_invisible_for_six_times_the_functions_time_as_lambda_advises() -> None:
    timeout = functions()["TranslateEventFunction"]["Timeout"]

    assert QUEUES["TranslateQueue"]["VisibilityTimeout"] >= 6 * timeout


def test_events_that_fail_are_taken_one_by_one_from_their_batch() -> None:
    [event] = functions()["TranslateEventFunction"]["Events"].values()

    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_key_is_rotated_and_useless_without_a_purpose() -> None:
    [key] = resources("AWS::KMS::Key").values()

    assert key["EnableKeyRotation"] is True
    assert {
        "Sid": "NeverWithoutPurpose",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {"Null": {"kms:EncryptionContext:purpose": True}},
    } in key["KeyPolicy"]["Statement"]
