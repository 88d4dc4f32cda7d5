"""The database on DynamoDB.

One write is a PutItem, UpdateItem or DeleteItem, which costs half of a transaction; several are one
TransactWriteItems. Botocore repeats nothing here, because what a repetition may conclude differs:

    refused (busy, conflict)      nothing took effect: try again
    answer lost, transaction      try again with the same token: DynamoDB knows for ten minutes
                                  what became of it
    answer lost, single write     setting or deleting once more changes nothing, so try again; but
                                  if the condition fails then, it may be our own first try that
                                  broke it, and nobody can tell: TransientError, never
                                  ConditionFailed
    answer lost, single addition  it might count twice: as one write it is sent as a transaction,
                                  as `update` it is TransientError at once
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from botocore.exceptions import ClientError

from tillbook.adapters.aws import (
    ANSWER_LOST,
    BUSY,
    NOT_SENT,
    Sleep,
    client,
    error_code,
    pause,
    status,
)
from tillbook.adapters.cursor import cursor_after, key_names, start_of_page
from tillbook.adapters.expressions import Expressions
from tillbook.adapters.items import (
    check_key,
    check_puts,
    check_query,
    check_transaction_bytes,
    check_writes,
    decode_item,
    encode_item,
    encode_key,
    encode_put,
)
from tillbook.errors import TooLarge, TransientError
from tillbook.ports import (
    Check,
    ConditionFailed,
    Delete,
    Index,
    Item,
    Key,
    Page,
    Put,
    Table,
    Update,
    Write,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_T = TypeVar("_T")

_ATTEMPTS = 6
_KEYS_PER_READ = 100
_PUTS_PER_BATCH = 25
_UNKNOWN = "The database did not answer: it is unknown whether the write took effect."
_BUSY_CODES = BUSY | {"TransactionConflictException", "TransactionInProgressException"}
_PASSING_REASONS = frozenset(
    {"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)


class DynamoDatabase:
    def __init__(
        self,
        tables: Mapping[Table, str],
        dynamodb: "DynamoDBClient | None" = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        """`tables` are the names of the tables; those a function cannot reach may be left out."""
        self._tables = tables
        self._client: DynamoDBClient = dynamodb or client("dynamodb", attempts=1)
        self._sleep = sleep

    def get(self, key: Key) -> Item | None:
        check_key(key)
        answer = self._repeat(
            partial(
                self._client.get_item,
                TableName=self._tables[key.table],
                Key=encode_key(key),
                ConsistentRead=True,
            )
        )
        return decode_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found: dict[Key, Item] = {}
        for some in _chunks(list(dict.fromkeys(keys)), _KEYS_PER_READ):
            for key in some:
                check_key(key)
            wanted: dict[str, Any] = {}
            for key in some:
                request = wanted.setdefault(
                    self._tables[key.table], {"Keys": [], "ConsistentRead": True}
                )
                request["Keys"].append(encode_key(key))
            for table, item in self._read_batch(wanted):
                found[Key(table, item["pk"], item["sk"])] = item
        return found

    def query(
        self,
        table: Table,
        partition: str,
        *,
        prefix: str = "",
        limit: int | None = None,
        cursor: str | None = None,
        descending: bool = False,
        index: Index | None = None,
    ) -> Page:
        check_query(partition, limit)
        partition_name, sort_name = key_names(index)
        expressions = Expressions()
        condition = f"{expressions.name(partition_name)} = {expressions.value(partition)}"
        if prefix:
            sort, start = expressions.name(sort_name), expressions.value(prefix)
            condition += f" AND begins_with({sort}, {start})"
        request: dict[str, Any] = {
            "TableName": self._tables[table],
            "KeyConditionExpression": condition,
            "ScanIndexForward": not descending,
            **expressions.parameters(),
        }
        if index is None:
            request["ConsistentRead"] = True
        else:
            request["IndexName"] = index.value
        if limit is not None:
            request["Limit"] = limit + 1  # one more tells whether there is a next page
        if cursor is not None:
            request["ExclusiveStartKey"] = encode_item(
                start_of_page(cursor, partition, prefix, index)
            )
        answer = self._repeat(partial(self._client.query, **request))
        items = [decode_item(wire) for wire in answer["Items"]]
        more = "LastEvaluatedKey" in answer or (limit is not None and len(items) > limit)
        items = items[:limit]
        return Page(items, cursor_after(items[-1], index) if more else None)

    def write(self, *writes: Write) -> None:
        check_writes(writes)
        if not writes:
            return
        alone = writes[0] if len(writes) == 1 else None
        if isinstance(alone, Put | Delete) or (isinstance(alone, Update) and not alone.add):
            self._write_one(alone)
        else:
            self._transact(writes)

    def update(self, write: Update) -> Item:
        check_writes((write,))
        request = self._request(write)
        answer = self._repeat(
            partial(self._client.update_item, **request, ReturnValues="ALL_NEW"),
            repeatable=not write.add,
        )
        return decode_item(answer["Attributes"])

    def put_all(self, puts: Sequence[Put]) -> None:
        check_puts(puts)
        for some in _chunks(puts, _PUTS_PER_BATCH):
            waiting: Any = {}
            for put in some:
                request = {"PutRequest": {"Item": encode_put(put)}}
                waiting.setdefault(self._tables[put.key.table], []).append(request)
            for attempt in range(_ATTEMPTS):
                answer = self._repeat(partial(self._client.batch_write_item, RequestItems=waiting))
                waiting = answer.get("UnprocessedItems")
                if not waiting:
                    break
                pause(attempt, self._sleep)
            else:
                raise TransientError("The database is busy: not everything was stored.")

    def _read_batch(self, wanted: dict[str, Any]) -> Iterator[tuple[Table, Item]]:
        names = {name: table for table, name in self._tables.items()}
        for attempt in range(_ATTEMPTS):
            answer = self._repeat(partial(self._client.batch_get_item, RequestItems=wanted))
            for name, wires in answer["Responses"].items():
                for wire in wires:
                    yield names[name], decode_item(wire)
            wanted = answer.get("UnprocessedKeys", {})
            if not wanted:
                return
            pause(attempt, self._sleep)
        raise TransientError("The database is busy: not everything was read.")

    def _write_one(self, write: Put | Update | Delete) -> None:
        request = self._request(write)
        operations: dict[type[Write], Callable[..., Any]] = {
            Put: self._client.put_item,
            Update: self._client.update_item,
            Delete: self._client.delete_item,
        }
        operation = operations[type(write)]
        self._repeat(partial(operation, **request))

    def _transact(self, writes: Sequence[Write]) -> None:
        actions: list[Any] = [{_ACTION[type(write)]: self._request(write)} for write in writes]
        check_transaction_bytes(action["Put"]["Item"] for action in actions if "Put" in action)
        token = uuid4().hex
        for attempt in range(_ATTEMPTS):
            try:
                # Repeated with the same token where the answer was lost.
                self._repeat(
                    partial(
                        self._client.transact_write_items,
                        TransactItems=actions,
                        ClientRequestToken=token,
                    )
                )
            except ClientError as error:
                if error_code(error) != "TransactionCanceledException":
                    raise
                _judge(error)
            else:
                return
            token = uuid4().hex  # it was cancelled for certain
            pause(attempt, self._sleep)
        raise TransientError("The database is busy: nothing was stored.")

    def _request(self, write: Write) -> dict[str, Any]:
        expressions = Expressions()
        request: dict[str, Any] = {"TableName": self._tables[write.key.table]}
        if isinstance(write, Put):
            request["Item"] = encode_put(write)
        else:
            request["Key"] = encode_key(write.key)
        if isinstance(write, Update):
            request["UpdateExpression"] = expressions.change(write)
        if write.when:
            request["ConditionExpression"] = expressions.condition(write.when)
        return request | expressions.parameters()

    def _repeat(self, send: Callable[[], Any], *, repeatable: bool = True) -> Any:
        """Sends a request until it is answered, within bounds; the table above says what is
        concluded. Raises ConditionFailed, TransientError, TooLarge, or ValueError for a request
        that DynamoDB finds invalid."""
        doubt = False
        for attempt in range(_ATTEMPTS):
            try:
                return send()
            except ClientError as error:
                code = error_code(error)
                if code == "ConditionalCheckFailedException":
                    if doubt:
                        raise TransientError(_UNKNOWN) from error
                    raise ConditionFailed((0,)) from None
                if code == "ValidationException":
                    raise _invalid(error.response["Error"].get("Message", "")) from error
                if code not in _BUSY_CODES and status(error) < 500:
                    raise
                doubt = doubt or status(error) >= 500  # it may have been carried out nevertheless
            except NOT_SENT:
                pass
            except ANSWER_LOST:
                doubt = True
            if doubt and not repeatable:
                break
            pause(attempt, self._sleep)
        raise TransientError(_UNKNOWN if doubt else "The database is busy or cannot be reached.")


_ACTION: dict[type[Write], str] = {
    Put: "Put",
    Update: "Update",
    Delete: "Delete",
    Check: "ConditionCheck",
}


def _judge(cancelled: ClientError) -> None:
    """Why a transaction was cancelled: returns if it may be tried again."""
    reasons: Any = cancelled.response.get("CancellationReasons", [])
    codes = [str(reason.get("Code", "None")) for reason in reasons]
    failed = tuple(i for i, code in enumerate(codes) if code == "ConditionalCheckFailed")
    if failed:
        raise ConditionFailed(failed) from None
    for reason, code in zip(reasons, codes, strict=True):
        if code == "ValidationError":
            raise _invalid(str(reason.get("Message", ""))) from cancelled
        if code not in _PASSING_REASONS:
            raise cancelled


def _invalid(message: str) -> Exception:
    if "maximum allowed size" in message:
        return TooLarge("An item of more than 400 KB cannot be stored.")
    return ValueError(f"DynamoDB refused the request: {message}")


def _chunks(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    return (values[start : start + size] for start in range(0, len(values), size))
