"""What runs inside one Lambda sandbox, before AWS's own runtime client takes over.

The bootstrap of every function (see :mod:`local.cloud.rewrites`) executes this file with the
directories that hold the function's code and its layers. It gives the function the environment
it has in Lambda and the local cloud's clock, takes down every AWS call it makes, and then hands
over to awslambdaric, so that error names, time limits and cold starts are Lambda's own. Nothing of
this is deployed.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHECKOUT = str(Path(__file__).resolve().parents[2])
"""Where `local` is; a function must not find it."""

RUN_DIRECTORY = "TILLBOOK_LOCAL_RUN"
PRIVATE = "TILLBOOK_LOCAL_PRIVATE"
"""Names of the variables that are ministack's or ours and that a function must not see."""
KEYS_FILE = "keys.json"
"""In the run directory: the names of the key attributes of all tables and indexes."""

_CALL = "tillbook_local_call"
"""In the context of a call of botocore: its name and its outline."""

_PLAIN = (
    "TableName", "IndexName", "KeyConditionExpression", "ExpressionAttributeNames",
    "Bucket", "Prefix", "IfNoneMatch", "QueueUrl", "TopicArn", "TargetArn", "SecretId", "KeyId",
    "EncryptionContext", "KeySpec", "stateMachineArn", "executionArn", "name", "FunctionName",
    "GroupName", "Name", "ScheduleExpression", "EventBusName", "Namespace", "logGroupName",
)  # fmt: skip
"""Parameters that name what a call is about. Bodies, items and secrets are never taken down."""


def outline(parameters: Mapping[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    """The part of a call's parameters that decides whether a policy allows it.

    `keys` are the names of key attributes: of an item only those are kept.
    """
    kept: dict[str, Any] = {name: parameters[name] for name in _PLAIN if name in parameters}
    for name in ("Key", "Item"):
        value = parameters.get(name)
        if isinstance(value, str):
            kept[name] = value  # the key of an object in S3
        elif isinstance(value, Mapping):
            kept[name] = {key: value[key] for key in value if key in keys}
    values = parameters.get("ExpressionAttributeValues")
    condition = parameters.get("KeyConditionExpression")
    if isinstance(values, Mapping) and isinstance(condition, str):
        named = set(re.findall(r":\w+", condition))
        kept["ExpressionAttributeValues"] = {key: values[key] for key in values if key in named}
    if isinstance(parameters.get("TransactItems"), list):
        kept["TransactItems"] = [
            {verb: outline(item, keys) for verb, item in entry.items()}
            for entry in parameters["TransactItems"]
        ]
    if isinstance(parameters.get("RequestItems"), Mapping):
        kept["RequestItems"] = {
            table: [_batch_item(request, keys) for request in _requests(requests)]
            for table, requests in parameters["RequestItems"].items()
        }
    for name in ("Delete", "Entries", "PublishBatchRequestEntries"):
        value = parameters.get(name)
        if isinstance(value, Mapping) and "Objects" in value:
            kept[name] = {"Objects": [{"Key": entry["Key"]} for entry in value["Objects"]]}
        elif isinstance(value, list):
            kept[name] = len(value)
    return kept


def _requests(requests: Any) -> list[Any]:
    """BatchGetItem has {"Keys": [...]} where BatchWriteItem has [{"PutRequest": ...}]."""
    if isinstance(requests, Mapping):
        return [{"Get": {"Key": key}} for key in requests.get("Keys", [])]
    return list(requests)


def _batch_item(request: Mapping[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    return {verb: outline(item, keys) for verb, item in request.items()}


def record_calls(
    run: Path, function: str, keys: frozenset[str], pass_by: Callable[[str, str, str], None]
) -> None:
    """From now on append one JSON line per AWS call of this process to a file below `run`, and
    tell `pass_by` of each, before it is sent and after it was answered."""
    from botocore import handlers

    path = run / "calls" / f"{function}.{os.getpid()}.jsonl"

    def before(params: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        if not isinstance(params, Mapping):
            return
        service, parameters = model.service_model.signing_name, outline(params, keys)
        line = json.dumps(
            {
                "function": function,
                "service": service,
                "operation": model.name,
                "parameters": parameters,
                "time": time.time(),
            },
            default=str,
        )
        with path.open("a") as calls:
            calls.write(line + "\n")
        context[_CALL] = f"{service} {model.name}", json.dumps(parameters, default=str)
        pass_by("before", *context[_CALL])

    def after(context: dict[str, Any], **_: Any) -> None:
        if _CALL in context:
            pass_by("after", *context[_CALL])

    # Last, so that the parameters are in the form in which they are sent.
    handlers.BUILTIN_HANDLERS.append(("before-parameter-build", before, handlers.REGISTER_LAST))
    handlers.BUILTIN_HANDLERS.append(("after-call", after, handlers.REGISTER_LAST))


@contextmanager
def by_clock(now: Callable[[], Any]) -> Iterator[None]:
    """While the block lasts, the product takes the time from `now`; other code has none to
    replace."""
    if importlib.util.find_spec("tillbook") is None:
        yield
        return
    from tillbook import runtime

    with runtime.using(runtime.Services(now=now)):
        yield


def leave_with_endpoints(parent: int) -> None:
    """End this sandbox once the process that started it is gone, even in mid-invocation."""

    def wait() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=wait, name="endpoints", daemon=True).start()


def main() -> None:
    leave_with_endpoints(os.getppid())
    code, *layers = sys.argv[1:]
    run = Path(os.environ[RUN_DIRECTORY])
    keys = frozenset(json.loads((run / KEYS_FILE).read_text()))
    for name in os.environ[PRIVATE].split(","):
        os.environ.pop(name, None)
    handler = os.environ["_HANDLER"]
    function = handler.partition(".")[0]

    log = os.open(run / "logs" / f"{function}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    # Held as long as this process lives, so that nobody takes another process for it.
    marker = os.open(run / "sandboxes" / f"{function}.{os.getpid()}", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(marker, fcntl.LOCK_EX)

    sys.path[0] = CHECKOUT
    from local.clock import FILE, SharedClock
    from local.traps import Traps

    os.environ["LAMBDA_TASK_ROOT"] = code
    os.environ["AWS_LAMBDA_LOG_GROUP_NAME"] = (
        "/aws/lambda/" + os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    )
    os.chdir(code)
    # In Lambda the code comes first and the layers after it; this file's directory is neither.
    sys.path[0:1] = [code, *layers]
    record_calls(run, function, keys, Traps(run, function).pass_by)

    from awslambdaric.__main__ import main as serve

    with by_clock(SharedClock(run / FILE).now):
        serve(["bootstrap", handler])


if __name__ == "__main__":
    main()
