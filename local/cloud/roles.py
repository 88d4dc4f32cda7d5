"""The roles of the deployed functions, read from IAM, and what is needed to judge calls by them."""

from __future__ import annotations

from typing import Any

from local.cloud.actions import Account
from local.cloud.deploy import Stack
from local.cloud.endpoints import ACCOUNT, REGION
from local.cloud.permissions import Statement

BY_AWS = frozenset({"logs", "xray"})
"""Services that Lambda itself calls in the role's name: no function ever does."""


def read_policies(stack: Stack, clients: Any) -> dict[str, list[Statement]]:
    """The statements of each function's role, without what only AWS itself uses.

    `clients` gives a boto3 client for the name of a service. Managed policies are not read: they
    hold tracing, and ``tests/template`` shows that nothing else is attached.
    """
    iam, functions = clients("iam"), clients("lambda")
    polled = {
        mapping["FunctionArn"].rpartition(":")[2]: mapping["EventSourceArn"]
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]
    }
    policies: dict[str, list[Statement]] = {}
    for file, name in stack.functions.items():
        role = functions.get_function_configuration(FunctionName=name)["Role"].rpartition("/")[2]
        statements = [
            Statement.parse(document)
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
            for document in _statements(iam, role, policy)
        ]
        policies[file] = [
            statement for statement in statements if not _used_by_aws(statement, polled.get(name))
        ]
    return policies


def _statements(iam: Any, role: str, policy: str) -> list[dict[str, Any]]:
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    found: list[dict[str, Any]] = document["Statement"]
    return found


def _used_by_aws(statement: Statement, polled: str | None) -> bool:
    """Writing the log, tracing, and taking messages from the queue that feeds the function."""
    services = {action.partition(":")[0] for action in statement.actions}
    return services <= BY_AWS or (services == {"sqs"} and set(statement.resources) == {polled})


def account_of(stack: Stack) -> Account:
    """What :func:`local.cloud.actions.requests` has to know of the deployed stack."""
    keys: dict[tuple[str, str], str] = {}
    for logical, name in stack.of_type("AWS::DynamoDB::Table").items():
        table = stack.template["Resources"][logical]["Properties"]
        keys[name, ""] = _partition(table)
        for index in table.get("GlobalSecondaryIndexes", []):
            keys[name, index["IndexName"]] = _partition(index)
    kms = tuple(
        f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}"
        for name in stack.of_type("AWS::KMS::Key").values()
    )
    return Account(REGION, ACCOUNT, keys, kms)


def _partition(schema: dict[str, Any]) -> str:
    [name] = [key["AttributeName"] for key in schema["KeySchema"] if key["KeyType"] == "HASH"]
    return str(name)
