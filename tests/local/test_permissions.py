"""The judgement over recorded calls, on policies and calls made up for the purpose."""

from dataclasses import replace
from typing import Any

import pytest

from local.cloud import AwsCall
from local.cloud.actions import Account, Request, UnknownCall, requests
from local.cloud.permissions import Statement, UnknownCondition, denied, unused

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/things"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
ACCOUNT = Account(
    "us-east-1", "123456789012", {("things", ""): "pk", ("things", "by"): "hk"}, (KEY,)
)


def call(service: str, operation: str, **parameters: Any) -> AwsCall:
    return AwsCall("work", service, operation, parameters, 0)


def asked(*calls: AwsCall) -> list[tuple[str, Request]]:
    return [(one.function, ask) for one in calls for ask in requests(one, ACCOUNT)]


def statement(action: Any, resource: Any, **condition: Any) -> Statement:
    return Statement.parse(
        {
            "Sid": "Test",
            "Effect": "Allow",
            "Action": action,
            "Resource": resource,
            "Condition": condition,
        }
    )


def item(value: str) -> dict[str, Any]:
    return {"pk": {"S": value}, "sk": {"S": "x"}}


GET = call("dynamodb", "GetItem", TableName="things", Key=item("A#1"))
OURS = statement(
    "dynamodb:GetItem", TABLE, **{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["A#*"]}}
)


def test_a_call_that_the_role_allows_is_no_finding() -> None:
    assert denied(asked(GET), {"work": [OURS]}) == []


def test_a_role_without_the_permission_is_found() -> None:
    [finding] = denied(asked(GET, GET), {"work": []})

    assert str(finding).startswith(f"work: dynamodb:GetItem on {TABLE} is not allowed")


def test_the_role_of_another_function_does_not_help() -> None:
    assert denied(asked(GET), {"other": [OURS]})


@pytest.mark.parametrize(
    "wrong",
    [
        statement("dynamodb:PutItem", TABLE),
        statement("dynamodb:GetItem", TABLE + "-other"),
        statement("dynamodb:GetItem", TABLE + "/index/*"),
        statement(
            "dynamodb:GetItem",
            TABLE,
            **{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["B#*"]}},
        ),
        statement("dynamodb:GetItem", TABLE, StringEquals={"dynamodb:LeadingKeys": "A#2"}),
    ],
)
def test_action_resource_and_condition_all_have_to_fit(wrong: Statement) -> None:
    assert denied(asked(GET), {"work": [wrong]})


@pytest.mark.parametrize("action", ["dynamodb:Get*", "dynamodb:?etItem", "DynamoDB:getitem", "*"])
def test_wildcards_and_the_case_of_actions_are_those_of_iam(action: str) -> None:
    assert denied(asked(GET), {"work": [statement(action, "*")]}) == []


def test_a_denial_wins_over_any_allowance() -> None:
    forbidding = replace(OURS, effect="Deny")

    assert denied(asked(GET), {"work": [OURS, forbidding]})


def test_each_item_of_a_transaction_is_asked_for() -> None:
    transaction = call(
        "dynamodb",
        "TransactWriteItems",
        TransactItems=[
            {"Put": {"TableName": "things", "Item": item("A#1")}},
            {"ConditionCheck": {"TableName": "things", "Key": item("B#1")}},
        ],
    )

    assert [(ask.action, ask.context["dynamodb:LeadingKeys"]) for _, ask in asked(transaction)] == [
        ("dynamodb:PutItem", ("A#1",)),
        ("dynamodb:ConditionCheckItem", ("B#1",)),
    ]
    only_put = statement("dynamodb:PutItem", TABLE)
    [finding] = denied(asked(transaction), {"work": [only_put]})
    assert "ConditionCheckItem" in str(finding)


def test_a_query_of_an_index_needs_the_index_and_has_its_key() -> None:
    query = call(
        "dynamodb",
        "Query",
        TableName="things",
        IndexName="by",
        KeyConditionExpression="#h = :h AND begins_with(hr, :r)",
        ExpressionAttributeNames={"#h": "hk"},
        ExpressionAttributeValues={":h": {"S": "A#1"}, ":r": {"S": "x"}},
    )

    [(_, ask)] = asked(query)
    assert ask.resource == f"{TABLE}/index/by"
    assert ask.context == {"dynamodb:LeadingKeys": ("A#1",)}


def test_a_batch_has_the_keys_of_all_its_items() -> None:
    batch = call(
        "dynamodb",
        "BatchGetItem",
        RequestItems={"things": [{"Get": {"Key": item("A#1")}}, {"Get": {"Key": item("B#1")}}]},
    )

    [(_, ask)] = asked(batch)
    assert ask.context["dynamodb:LeadingKeys"] == ("A#1", "B#1")
    everything = replace(OURS, actions=("dynamodb:BatchGetItem",))
    assert denied(asked(batch), {"work": [everything]})


def test_a_decryption_is_held_to_its_context() -> None:
    decrypt = call("kms", "Decrypt", EncryptionContext={"purpose": "tokens", "id": "1"})

    def refused(purpose: str) -> bool:
        equals = {"kms:EncryptionContext:purpose": purpose}
        return bool(
            denied(asked(decrypt), {"work": [statement("kms:Decrypt", KEY, StringEquals=equals)]})
        )

    assert not refused("tokens")
    assert refused("channel")


def test_a_decryption_without_context_is_refused_where_one_is_demanded() -> None:
    equals = {"kms:EncryptionContext:purpose": "tokens"}
    policy = statement("kms:Decrypt", KEY, StringEquals=equals)

    assert denied(asked(call("kms", "Decrypt")), {"work": [policy]})


def test_a_put_without_if_none_match_is_refused_where_it_is_demanded() -> None:
    policy = statement("s3:PutObject", "arn:aws:s3:::log/*", Null={"s3:if-none-match": False})
    careful = call("s3", "PutObject", Bucket="log", Key="a/b", IfNoneMatch="*")
    careless = call("s3", "PutObject", Bucket="log", Key="a/b")

    assert denied(asked(careful), {"work": [policy]}) == []
    assert denied(asked(careless), {"work": [policy]})


@pytest.mark.parametrize(
    "made, action, resource",
    [
        (
            call("sqs", "SendMessageBatch", QueueUrl="http://h/123456789012/q"),
            "sqs:SendMessage",
            "arn:aws:sqs:us-east-1:123456789012:q",
        ),
        (call("sns", "Publish", TopicArn="arn:t"), "sns:Publish", "arn:t"),
        (
            call("states", "StartExecution", stateMachineArn="arn:m", name="n"),
            "states:StartExecution",
            "arn:m",
        ),
        (
            call("secretsmanager", "GetSecretValue", SecretId="arn:s"),
            "secretsmanager:GetSecretValue",
            "arn:s",
        ),
        (call("s3", "PutObject", Bucket="b", Key="k"), "s3:PutObject", "arn:aws:s3:::b/k"),
        (call("s3", "ListObjectsV2", Bucket="b"), "s3:ListBucket", "arn:aws:s3:::b"),
        (
            call("lambda", "Invoke", FunctionName="f"),
            "lambda:InvokeFunction",
            "arn:aws:lambda:us-east-1:123456789012:function:f",
        ),
    ],
)
def test_calls_are_asked_for_under_the_names_that_iam_has(
    made: AwsCall, action: str, resource: str
) -> None:
    [(_, ask)] = asked(made)

    assert (ask.action, ask.resource) == (action, resource)


def test_reading_an_object_uses_the_right_to_list_but_does_not_need_it() -> None:
    read = call("s3", "HeadObject", Bucket="b", Key="k")
    get = statement("s3:GetObject", "arn:aws:s3:::b/*")
    list_bucket = statement("s3:ListBucket", "arn:aws:s3:::b")

    assert denied(asked(read), {"work": [get]}) == []
    assert denied(asked(read), {"work": [list_bucket]})
    assert unused(asked(read), {"work": [get, list_bucket]}) == []


@pytest.mark.parametrize(
    "made", [call("ec2", "RunInstances"), call("s3", "PutBucketAcl", Bucket="b")]
)
def test_a_call_that_nobody_taught_is_an_error(made: AwsCall) -> None:
    with pytest.raises(UnknownCall, match=made.operation):
        asked(made)


@pytest.mark.parametrize(
    "condition",
    [{"DateLessThan": {"aws:CurrentTime": "x"}}, {"StringEquals": {"aws:SourceIp": "x"}}],
)
def test_a_condition_that_nobody_taught_is_an_error(condition: dict[str, Any]) -> None:
    with pytest.raises(UnknownCondition):
        denied(asked(GET), {"work": [statement("dynamodb:GetItem", TABLE, **condition)]})


def test_a_statement_of_a_form_that_nobody_taught_is_an_error() -> None:
    with pytest.raises(UnknownCondition, match="NotAction"):
        Statement.parse({"Effect": "Allow", "Action": "*", "Resource": "*", "NotAction": "x"})


def test_what_is_used_is_no_finding() -> None:
    assert unused(asked(GET), {"work": [OURS]}) == []


def test_actions_resources_and_keys_that_nobody_used_are_found() -> None:
    generous = statement(
        ["dynamodb:GetItem", "dynamodb:PutItem"],
        [TABLE, f"{TABLE}/index/*"],
        **{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["A#*", "B#*"]}},
    )

    assert [finding.what for finding in unused(asked(GET), {"work": [generous]})] == [
        "Test: dynamodb:PutItem is granted and was never used",
        f"Test: {TABLE}/index/* is granted and was never used",
        "Test: dynamodb:LeadingKeys B#* is granted and was never used",
    ]


def test_a_function_that_never_ran_has_used_nothing() -> None:
    assert unused([], {"work": [OURS]})
