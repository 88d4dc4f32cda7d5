"""What the database concludes when DynamoDB is busy, or took a write and its answer was lost."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws

from tests.contract.conftest import create_table
from tillbook.adapters.dynamodb import DynamoDatabase
from tillbook.errors import TransientError
from tillbook.ports import Absent, ConditionFailed, Delete, Equals, Key, Put, Table, Update

KEY, OTHER = Key(Table.SYNC, "p", "1"), Key(Table.SYNC, "p", "2")
# What becomes of a call: the answer comes, or is lost after the write, or the call is refused.
OK, LOST, NO_CONNECTION = "ok", "lost", "no connection"


def refused(code: str, http_status: int = 400, **more: Any) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": "..."},
        "ResponseMetadata": {"HTTPStatusCode": http_status},
        **more,
    }
    return ClientError(response, "Operation")  # type: ignore[arg-type]


BUSY = refused("ProvisionedThroughputExceededException")
BROKEN = refused("InternalServerError", 500)


class Wire:
    """A client whose next calls go as planned, then as usual. Transactions are idempotent by their
    token, as in DynamoDB (moto's are not)."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.plan: deque[Any] = deque()
        self.calls: list[dict[str, Any]] = []
        self._done: set[str] = set()

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            self.calls.append(request)
            fate = self.plan.popleft() if self.plan else OK
            if isinstance(fate, ClientError):
                raise fate
            if fate == NO_CONNECTION:
                raise EndpointConnectionError(endpoint_url="https://dynamodb")
            answer = self._send(operation, request)
            if fate == LOST:
                raise ReadTimeoutError(endpoint_url="https://dynamodb")
            return answer

        return call

    def _send(self, operation: str, request: dict[str, Any]) -> Any:
        token = request.get("ClientRequestToken")
        if token in self._done:
            return {}
        answer = getattr(self._client, operation)(**request)
        if token:
            self._done.add(token)
        return answer


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "sync", with_indexes=True)
        yield client
        client.close()


@pytest.fixture
def wire(dynamodb: Any) -> Wire:
    for key in (KEY, OTHER):
        dynamodb.delete_item(
            TableName="sync", Key={"pk": {"S": key.partition}, "sk": {"S": key.sort}}
        )
    return Wire(dynamodb)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def database(wire: Wire, slept: list[float]) -> DynamoDatabase:
    return DynamoDatabase({Table.SYNC: "sync"}, wire, slept.append)  # type: ignore[arg-type]


def value(database: DynamoDatabase, key: Key = KEY) -> Any:
    item = database.get(key)
    return None if item is None else item.get("value")


@pytest.mark.parametrize("fate", [BUSY, BROKEN, NO_CONNECTION, LOST])
def test_a_put_gets_through(database: DynamoDatabase, wire: Wire, fate: Any) -> None:
    wire.plan.extend([fate, fate])

    database.write(Put(KEY, {"value": 1}))

    assert value(database) == 1


@pytest.mark.parametrize("fate", [BUSY, BROKEN, NO_CONNECTION, LOST])
def test_a_read_gets_through(database: DynamoDatabase, wire: Wire, fate: Any) -> None:
    database.write(Put(KEY, {"value": 1}))

    wire.plan.append(fate)
    assert value(database) == 1
    wire.plan.append(fate)
    assert len(database.query(Table.SYNC, "p").items) == 1
    wire.plan.append(fate)
    assert len(database.get_many([KEY, OTHER])) == 1


def test_whoever_stays_busy_is_tried_for_a_bounded_time(
    database: DynamoDatabase, wire: Wire, slept: list[float]
) -> None:
    wire.plan.extend([BUSY] * 100)

    with pytest.raises(TransientError):
        database.write(Put(KEY, {"value": 1}))

    assert len(wire.calls) < 10
    assert sum(slept) < 10


def test_a_conditional_write_whose_answer_was_lost_is_not_called_failed(
    database: DynamoDatabase, wire: Wire
) -> None:
    wire.plan.append(LOST)

    with pytest.raises(TransientError, match="unknown whether"):
        database.write(Put(KEY, {"value": 1}, when=(Absent(),)))

    assert value(database) == 1


def test_a_conditional_write_that_did_not_arrive_is_sent_again(
    database: DynamoDatabase, wire: Wire
) -> None:
    wire.plan.extend([NO_CONNECTION, BUSY, BROKEN])

    database.write(Put(KEY, {"value": 1}, when=(Absent(),)))

    assert value(database) == 1


def test_a_condition_that_fails_after_a_refusal_has_failed(
    database: DynamoDatabase, wire: Wire
) -> None:
    database.write(Put(KEY, {"value": 1}))
    wire.plan.extend([NO_CONNECTION, BUSY])

    with pytest.raises(ConditionFailed):
        database.write(Put(KEY, {"value": 2}, when=(Absent(),)))


def test_a_condition_that_the_write_itself_does_not_break_holds_again(
    database: DynamoDatabase, wire: Wire
) -> None:
    database.write(Put(KEY, {"fence": 7}))
    wire.plan.append(LOST)

    database.write(Update(KEY, set={"value": 2}, when=(Equals("fence", 7),)))

    assert value(database) == 2


def test_an_addition_never_counts_twice(database: DynamoDatabase, wire: Wire) -> None:
    database.write(Put(KEY, {"value": 5}))

    wire.plan.append(LOST)
    database.write(Update(KEY, add={"value": 1}))
    wire.plan.append(LOST)
    with pytest.raises(TransientError, match="unknown whether"):
        database.update(Update(KEY, add={"value": 1}))
    wire.plan.append(BUSY)
    database.update(Update(KEY, add={"value": 1}))

    assert value(database) == 8


def test_a_transaction_whose_answer_was_lost_is_sent_again_with_its_token(
    database: DynamoDatabase, wire: Wire
) -> None:
    wire.plan.append(LOST)

    database.write(Put(KEY, {"value": 1}, when=(Absent(),)), Put(OTHER, {}, when=(Absent(),)))

    tokens = [call["ClientRequestToken"] for call in wire.calls]
    assert tokens[0] == tokens[1]
    assert value(database) == 1


def test_a_transaction_that_collided_is_a_new_one(database: DynamoDatabase, wire: Wire) -> None:
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    wire.plan.append(refused("TransactionCanceledException", CancellationReasons=reasons))

    database.write(Put(KEY, {"value": 1}), Delete(OTHER))

    tokens = [call["ClientRequestToken"] for call in wire.calls]
    assert tokens[0] != tokens[1]
    assert value(database) == 1


def test_a_failed_condition_decides_even_beside_a_collision(
    database: DynamoDatabase, wire: Wire
) -> None:
    reasons = [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed"}]
    wire.plan.append(refused("TransactionCanceledException", CancellationReasons=reasons))

    with pytest.raises(ConditionFailed) as failure:
        database.write(Put(KEY, {"value": 1}), Delete(OTHER, when=(Absent(),)))

    assert failure.value.failed == (1,)


def test_transactions_that_keep_colliding_are_given_up(
    database: DynamoDatabase, wire: Wire
) -> None:
    reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
    wire.plan.extend([refused("TransactionCanceledException", CancellationReasons=reasons)] * 20)

    with pytest.raises(TransientError, match="nothing was stored"):
        database.write(Put(KEY, {"value": 1}), Delete(OTHER))


def test_a_missing_permission_is_no_passing_matter(database: DynamoDatabase, wire: Wire) -> None:
    wire.plan.append(refused("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDenied"):
        database.get(KEY)

    assert len(wire.calls) == 1


class Partial(Wire):
    """Takes and gives one item of a batch at a time."""

    def _send(self, operation: str, request: dict[str, Any]) -> Any:
        if operation == "batch_write_item":
            puts = request["RequestItems"]["sync"]
            super()._send(operation, {"RequestItems": {"sync": puts[:1]}})
            return {"UnprocessedItems": {"sync": puts[1:]} if puts[1:] else {}}
        if operation == "batch_get_item":
            asked = request["RequestItems"]["sync"]
            first = {**asked, "Keys": asked["Keys"][:1]}
            answer = super()._send(operation, {"RequestItems": {"sync": first}})
            rest = {**asked, "Keys": asked["Keys"][1:]}
            return {**answer, "UnprocessedKeys": {"sync": rest} if rest["Keys"] else {}}
        return super()._send(operation, request)


def test_what_a_batch_left_over_is_sent_again(dynamodb: Any) -> None:
    wire = Partial(dynamodb)
    database = DynamoDatabase({Table.SYNC: "sync"}, wire, lambda _: None)  # type: ignore[arg-type]
    keys = [Key(Table.SYNC, "left over", str(number)) for number in range(4)]

    database.put_all([Put(key, {}) for key in keys])

    assert len(database.get_many(keys)) == 4


def test_a_batch_that_makes_no_progress_is_given_up(dynamodb: Any) -> None:
    wire = Partial(dynamodb)
    database = DynamoDatabase({Table.SYNC: "sync"}, wire, lambda _: None)  # type: ignore[arg-type]
    keys = [Key(Table.SYNC, "too many", str(number)) for number in range(20)]

    with pytest.raises(TransientError):
        database.put_all([Put(key, {}) for key in keys])
    with pytest.raises(TransientError):
        database.get_many(keys)
