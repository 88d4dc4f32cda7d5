"""Random writes end alike in memory and in DynamoDB, whatever their order and conditions."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import MemoryDatabase
from tillbook.adapters.dynamodb import DynamoDatabase
from tillbook.adapters.items import decode, encode
from tillbook.ports import (
    Absent,
    AnyOf,
    Below,
    Check,
    ConditionFailed,
    Database,
    Delete,
    Equals,
    Index,
    Key,
    Missing,
    Present,
    Put,
    Table,
    Update,
    Write,
)

NAMES = st.sampled_from(["status", "version", "count"])
NUMBERS = st.integers(0, 3)
# A name holds one type only: moto compares values of different types as Python does.
ITEMS = st.fixed_dictionaries(
    {}, optional={"status": st.sampled_from("ab"), "version": NUMBERS, "count": NUMBERS}
)
SIMPLE = st.one_of(
    st.builds(Absent),
    st.builds(Present),
    st.builds(Missing, NAMES),
    st.builds(Equals, st.just("status"), st.sampled_from("ab")),
    st.builds(Equals, st.just("version"), NUMBERS),
    st.builds(Below, st.just("version"), NUMBERS),
)
CONDITIONS = st.one_of(
    SIMPLE, st.builds(AnyOf, st.lists(SIMPLE, min_size=1, max_size=2).map(tuple))
)
WHEN = st.lists(CONDITIONS, max_size=2).map(tuple)
SOME = st.lists(CONDITIONS, min_size=1, max_size=2).map(tuple)


def writes_on(sort: str) -> st.SearchStrategy[Write]:
    key = Key(Table.SYNC, "", sort)
    return st.one_of(
        st.builds(Put, st.just(key), ITEMS, WHEN),
        st.builds(Delete, st.just(key), WHEN),
        st.builds(Check, st.just(key), SOME),
        st.builds(
            lambda sets, adds, when: Update(
                key, set=sets, remove=("version",), add=adds, when=when
            ),
            st.fixed_dictionaries({}, optional={"status": st.sampled_from("ab")}),
            st.fixed_dictionaries({}, optional={"count": st.integers(-2, 2)}),
            WHEN,
        ),
    )


TRANSACTIONS = st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True).flatmap(
    lambda sorts: st.tuples(*(writes_on(sort) for sort in sorts))
)


def apply(database: Database, partition: str, writes: tuple[Write, ...]) -> Any:
    """What the caller sees of a transaction, and all items after it."""
    placed = [_placed(write, partition) for write in writes]
    try:
        database.write(*placed)
        seen: Any = "written"
    except ConditionFailed as failure:
        seen = failure.failed
    return seen, database.query(Table.SYNC, partition).items


def _placed(write: Write, partition: str) -> Write:
    key = Key(write.key.table, partition, write.key.sort)
    return type(write)(**{**vars(write), "key": key})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(transactions=st.lists(TRANSACTIONS, min_size=1, max_size=8))
def test_the_same_writes_have_the_same_effect(
    dynamo_database: DynamoDatabase, transactions: list[tuple[Write, ...]]
) -> None:
    memory, partition = MemoryDatabase(), uuid4().hex

    for writes in transactions:
        assert apply(memory, partition, writes) == apply(dynamo_database, partition, writes)


PLACES = st.lists(
    st.tuples(st.sampled_from("ab"), st.text("ab", min_size=1, max_size=2)), max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    places=PLACES,
    prefix=st.sampled_from(["", "a", "ab"]),
    limit=st.integers(1, 4),
    descending=st.booleans(),
    index=st.sampled_from([None, Index.HISTORY]),
)
def test_the_same_queries_have_the_same_pages(
    dynamo_database: DynamoDatabase,
    places: list[tuple[str, str]],
    prefix: str,
    limit: int,
    descending: bool,
    index: Index | None,
) -> None:
    unique = uuid4().hex
    memory = MemoryDatabase()
    puts = {
        # Places in an index differ: DynamoDB does not say in which order equal ones come.
        (name, sort): {"hk": unique, "hr": f"{sort}{number}"}
        for number, (name, sort) in enumerate(places)
    }
    for database in (memory, dynamo_database):
        database.put_all(
            [Put(Key(Table.SYNC, f"{unique}{n}", sort), item) for (n, sort), item in puts.items()]
        )
    partition = unique if index else f"{unique}a"

    cursor = None
    while True:
        pages = [
            database.query(
                Table.SYNC,
                partition,
                prefix=prefix,
                limit=limit,
                cursor=cursor,
                descending=descending,
                index=index,
            )
            for database in (memory, dynamo_database)
        ]
        assert pages[0] == pages[1]
        cursor = pages[0].cursor
        if cursor is None:
            return


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.text(max_size=20),
        st.integers(-(10**38) + 1, 10**38 - 1),
        st.decimals(-(10**9), 10**9, places=5),
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(value=VALUES)
def test_every_value_comes_back_equal_and_a_number_as_int_or_decimal(value: Any) -> None:
    found = decode(encode(value))

    assert found == value
    if isinstance(value, Decimal):
        assert isinstance(found, int if value == int(value) else Decimal)
