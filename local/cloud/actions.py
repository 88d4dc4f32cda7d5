"""Which permissions a call of the AWS SDK needs: action, resource and condition context.

Source: "Actions, resources, and condition keys for AWS services" (the service authorization
reference). A call is usually one permission on one resource; transactions and batches are one for
every item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.cloud.calls import AwsCall


@dataclass(frozen=True)
class Request:
    """One question to IAM."""

    action: str
    resource: str
    items: tuple[tuple[str, tuple[str, ...]], ...] = ()
    needed: bool = True
    """False where the call succeeds without the permission, and only answers differently."""

    @property
    def context(self) -> dict[str, Sequence[str]]:
        """Values of condition keys that the call carries; none means the key is absent."""
        return dict(self.items)


class UnknownCall(Exception):
    """A function makes a call whose permissions are not known here; add it to the table."""


@dataclass(frozen=True)
class Account:
    """What is needed to write ARNs, and the partition key of each table and index."""

    region: str
    account: str
    partition_keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By table name and index name; the index of the table itself is ""."""
    kms_keys: tuple[str, ...] = ()
    """ARNs of the stack's keys: Decrypt does not name the key, the ciphertext does."""

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def requests(call: AwsCall, account: Account) -> list[Request]:
    """All that IAM is asked for one call.

    Raises:
        UnknownCall: the service or the operation is new here.
    """
    find = _SERVICES.get(call.service)
    if find is None:
        raise UnknownCall(f"{call.function}: {call.service} {call.operation}")
    found = list(find(call, account))
    if not found:
        raise UnknownCall(f"{call.function}: {call.service} {call.operation}")
    return found


# ------------------------------------------------------------------------------------- DynamoDB

_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_ITEM = ("GetItem", "PutItem", "UpdateItem", "DeleteItem")


def _dynamodb(call: AwsCall, account: Account) -> Iterator[Request]:
    parameters = call.parameters
    if call.operation in _ITEM:
        yield _item(call.operation, parameters, account)
    elif call.operation in ("Query", "Scan"):
        yield _query(call.operation, parameters, account)
    elif call.operation in ("TransactWriteItems", "TransactGetItems"):
        for entry in parameters["TransactItems"]:
            for verb, item in entry.items():
                yield _item(_TRANSACTION[verb], item, account, call.operation)
    elif call.operation in ("BatchGetItem", "BatchWriteItem"):
        for table, entries in parameters["RequestItems"].items():
            keys: list[str] = []
            for entry in entries:
                for item in entry.values():
                    keys += _leading(item, account.partition_keys.get((_table(table), ""), ""))
            yield _on_table(call.operation, table, "", keys, account)


def _table(name: str) -> str:
    """Calls may name a table by its ARN."""
    return name.rpartition("/")[2]


def _on_table(
    operation: str, table: str, index: str, keys: Sequence[str], account: Account, within: str = ""
) -> Request:
    resource = f"table/{_table(table)}" + (f"/index/{index}" if index else "")
    context = []
    if keys:
        context.append(("dynamodb:LeadingKeys", tuple(keys)))
    if within:
        context.append(("dynamodb:EnclosingOperation", (within,)))
    return Request(f"dynamodb:{operation}", account.arn("dynamodb", resource), tuple(context))


def _item(operation: str, item: Mapping[str, Any], account: Account, within: str = "") -> Request:
    table = item["TableName"]
    keys = _leading(item, account.partition_keys.get((_table(table), ""), ""))
    return _on_table(operation, table, "", keys, account, within)


def _leading(item: Mapping[str, Any], attribute: str) -> list[str]:
    values = item.get("Key") or item.get("Item") or {}
    return [str(next(iter(values[attribute].values())))] if attribute in values else []


def _query(operation: str, parameters: Mapping[str, Any], account: Account) -> Request:
    table, index = parameters["TableName"], parameters.get("IndexName", "")
    attribute = account.partition_keys.get((_table(table), index), "")
    names = parameters.get("ExpressionAttributeNames", {})
    values = parameters.get("ExpressionAttributeValues", {})
    keys: list[str] = []
    words = parameters.get("KeyConditionExpression", "").replace("=", " = ").split()
    for position in range(len(words) - 2):
        name, operator, value = words[position : position + 3]
        placeholder = value.strip("()")
        if names.get(name.strip("()"), name.strip("()")) == attribute and operator == "=":
            keys.append(str(next(iter(values[placeholder].values()))))
    return _on_table(operation, table, index, keys, account)


# ----------------------------------------------------------------------------------- the others


def _s3(call: AwsCall, account: Account) -> Iterator[Request]:
    del account
    bucket = f"arn:aws:s3:::{call.parameters['Bucket']}"
    actions = {
        "PutObject": "PutObject",
        "GetObject": "GetObject",
        "HeadObject": "GetObject",
        "DeleteObject": "DeleteObject",
    }
    if call.operation in actions:
        given = call.parameters.get("IfNoneMatch")
        context = (("s3:if-none-match", (str(given),)),) if given is not None else ()
        resource = f"{bucket}/{call.parameters['Key']}"
        yield Request(f"s3:{actions[call.operation]}", resource, context)
        if actions[call.operation] == "GetObject":
            # Who may not list a bucket is told 403 for an object that is absent, not 404.
            yield Request("s3:ListBucket", bucket, needed=False)
    elif call.operation == "DeleteObjects":
        for entry in call.parameters["Delete"]["Objects"]:
            yield Request("s3:DeleteObject", f"{bucket}/{entry['Key']}")
    elif call.operation in ("ListObjectsV2", "ListObjects", "HeadBucket"):
        prefix = call.parameters.get("Prefix")
        yield Request(
            "s3:ListBucket", bucket, (("s3:prefix", (prefix,)),) if prefix is not None else ()
        )


def _kms(call: AwsCall, account: Account) -> Iterator[Request]:
    if call.operation not in ("Decrypt", "Encrypt", "GenerateDataKey"):
        return
    context = call.parameters.get("EncryptionContext", {})
    items = [(f"kms:EncryptionContext:{key}", (value,)) for key, value in context.items()]
    if context:
        items.append(("kms:EncryptionContextKeys", tuple(sorted(context))))
    named = call.parameters.get("KeyId")
    for key in (named,) if named else account.kms_keys:
        resource = key if key.startswith("arn:") else account.arn("kms", f"key/{key}")
        yield Request(f"kms:{call.operation}", resource, tuple(items))


def _sqs(call: AwsCall, account: Account) -> Iterator[Request]:
    queue = call.parameters["QueueUrl"].rpartition("/")[2]
    # IAM knows no batch actions: SendMessageBatch is SendMessage.
    yield Request(f"sqs:{call.operation.removesuffix('Batch')}", account.arn("sqs", queue))


def _sns(call: AwsCall, account: Account) -> Iterator[Request]:
    del account
    topic = call.parameters.get("TopicArn") or call.parameters.get("TargetArn")
    if call.operation in ("Publish", "PublishBatch") and topic:
        yield Request("sns:Publish", topic)


def _states(call: AwsCall, account: Account) -> Iterator[Request]:
    del account
    for name in ("stateMachineArn", "executionArn"):
        if name in call.parameters:
            yield Request(f"states:{call.operation}", call.parameters[name])


def _secrets(call: AwsCall, account: Account) -> Iterator[Request]:
    named = call.parameters["SecretId"]
    resource = (
        named if named.startswith("arn:") else account.arn("secretsmanager", f"secret:{named}")
    )
    yield Request(f"secretsmanager:{call.operation}", resource)


def _lambda(call: AwsCall, account: Account) -> Iterator[Request]:
    named = call.parameters["FunctionName"]
    resource = named if named.startswith("arn:") else account.arn("lambda", f"function:{named}")
    if call.operation == "Invoke":
        yield Request("lambda:InvokeFunction", resource)


_SERVICES: dict[str, Callable[[AwsCall, Account], Iterator[Request]]] = {
    "dynamodb": _dynamodb,
    "s3": _s3,
    "kms": _kms,
    "sqs": _sqs,
    "sns": _sns,
    "states": _states,
    "secretsmanager": _secrets,
    "lambda": _lambda,
}
