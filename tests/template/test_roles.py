"""Least privilege: what each function may do, read from its role."""

import pytest

from tests.template.stack import (
    Statement,
    environment,
    functions,
    grants,
    resources,
    role_of,
    role_statements,
    statements,
)

FUNCTIONS = sorted(functions())

EVERYTHING = {
    ("TracingPolicy", "Trace"): "X-Ray has no resources to name",
    ("SyncStateMachineRole", "Trace"): "X-Ray has no resources to name",
    ("SyncStateMachineRole", "DeliverLogs"): "deliveries of logs have no resources to name",
}
"""The only statements about every resource, and why."""

TALKS_TO_QUICKBOOKS = {
    "ServeQuickbooksFunction",
    "ImportReferenceFunction",
    "ExportEntityFunction",
    "ReconcileBooksFunction",
}

RESOURCE_OF = {
    "CONNECTIONS_TABLE": "ConnectionsTable",
    "SYNC_TABLE": "SyncTable",
    "EVENT_LOG_BUCKET": "EventLogBucket",
    "PAYLOAD_BUCKET": "PayloadBucket",
    "KMS_KEY_ARN": "Key",
    "TRANSLATE_QUEUE_URL": "TranslateQueue",
    "STATE_MACHINE_ARN": "SyncStateMachine",
    "NOTICE_TOPIC_ARN": "NoticeTopic",
    "INTUIT_SECRET_ARN": "IntuitSecret",
}
"""Environment variables that name a resource which takes a permission to use."""


def all_statements() -> list[Statement]:
    own = [s for role in resources("AWS::IAM::Role") for s in role_statements(role)]
    managed = [
        statement
        for name, policy in resources("AWS::IAM::ManagedPolicy").items()
        for statement in statements(name, policy["PolicyDocument"])
    ]
    return own + managed


def purposes(function: str, *actions: str) -> set[str]:
    """Purposes for which a function may use the key in one of these ways."""
    found = set()
    for statement in grants(function):
        if set(statement.actions) & set(actions):
            purpose = statement.condition["StringEquals"]["kms:EncryptionContext:purpose"]
            found |= {purpose} if isinstance(purpose, str) else set(purpose)
    return found


def test_no_role_names_every_resource_but_where_nothing_else_is_possible() -> None:
    wild = {(s.role, s.sid) for s in all_statements() if "*" in s.resources}

    assert wild == set(EVERYTHING)


def test_no_role_allows_a_group_of_actions() -> None:
    assert [s for s in all_statements() if any("*" in action for action in s.actions)] == []


def test_functions_have_no_managed_policy_but_the_one_for_tracing() -> None:
    for function in FUNCTIONS:
        managed = resources("AWS::IAM::Role")[role_of(function)]["ManagedPolicyArns"]

        assert managed == [{"Ref": "TracingPolicy"}]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_lambda_can_take_a_functions_role(function: str) -> None:
    trust = resources("AWS::IAM::Role")[role_of(function)]["AssumeRolePolicyDocument"]

    assert [s["Principal"] for s in trust["Statement"]] == [{"Service": "lambda.amazonaws.com"}]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_to_its_own_log_group_only(function: str) -> None:
    group = functions()[function]["LoggingConfig"]["LogGroup"]["Ref"]
    logs = [s for s in grants(function) if any(a.startswith("logs:") for a in s.actions)]

    assert [s.on for s in logs] == [{group}]


def test_intake_reads_channels_opens_their_secrets_and_adds_to_the_log_and_nothing_else() -> None:
    own = {s.sid: s for s in grants("ReceiveChannelEventFunction") if s.sid != "WriteLog"}

    assert {(s.actions, *s.on) for s in own.values()} == {
        (("dynamodb:GetItem",), "ConnectionsTable"),
        (("kms:Decrypt",), "Key"),
        (("s3:PutObject",), "EventLogBucket"),
    }
    assert own["ReadChannels"].condition["ForAllValues:StringLike"] == {
        "dynamodb:LeadingKeys": ["CHANNEL#*"]
    }
    assert purposes("ReceiveChannelEventFunction", "kms:Decrypt") == {"channel"}
    # Without If-None-Match it may not write: what is in the log is never overwritten.
    assert own["AddToEventLog"].condition == {"Null": {"s3:if-none-match": False}}


def test_every_use_of_the_key_is_held_to_one_purpose() -> None:
    for statement in all_statements():
        if any(action.startswith("kms:") for action in statement.actions):
            purpose = statement.condition["StringEquals"]["kms:EncryptionContext:purpose"]

            assert purpose in {"channel", "tokens", "authorization"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_what_talks_to_quickbooks_can_open_tokens(function: str) -> None:
    opens = "tokens" in purposes(function, "kms:Decrypt", "kms:GenerateDataKey")

    assert opens == (function in TALKS_TO_QUICKBOOKS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_what_talks_to_quickbooks_can_read_the_secret_of_the_app(function: str) -> None:
    reads = any("secretsmanager:GetSecretValue" in s.actions for s in grants(function))

    assert reads == (function in TALKS_TO_QUICKBOOKS)


def test_who_takes_a_code_can_seal_it_but_not_open_it() -> None:
    assert purposes("ReceiveAuthorizationFunction", "kms:Decrypt") == set()
    assert purposes("ReceiveAuthorizationFunction", "kms:GenerateDataKey") == {"authorization"}


def test_administration_can_seal_channel_secrets_but_not_open_them() -> None:
    assert purposes("ServeAdministrationFunction", "kms:Decrypt") == set()
    assert purposes("ServeAdministrationFunction", "kms:GenerateDataKey") == {"channel"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_use_what_it_is_told_of_and_is_told_of_what_it_may_use(
    function: str,
) -> None:
    told = {RESOURCE_OF[name] for name in environment(function) if name in RESOURCE_OF}
    may = {on for s in grants(function) for on in s.on} & set(RESOURCE_OF.values())
    if function == "TranslateEventFunction":
        may.remove("TranslateQueue")  # Lambda takes from the queue, with the function's role

    assert told == may


def test_what_anyone_may_ask_reads_nothing_that_is_stored() -> None:
    [_, reads] = grants("ServePublicFunction")

    assert reads.actions == ("dynamodb:GetItem",)
    # No connection has this id: health only sees whether the table answers.
    assert reads.condition["ForAllValues:StringLike"] == {
        "dynamodb:LeadingKeys": ["CONNECTION#health"]
    }
