"""What every database does: gets, writes, conditions, transactions and their limits."""

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.conftest import MakeKey, plain
from tillbook.errors import TooLarge
from tillbook.ports import (
    Absent,
    AnyOf,
    Check,
    ConditionFailed,
    Database,
    Delete,
    Equals,
    Key,
    Missing,
    Present,
    Put,
    Table,
    Update,
    Write,
)


def test_what_is_put_comes_back_with_its_key(database: Database, key: MakeKey) -> None:
    where = key("2026-03-02#invoice-1001")

    database.write(Put(where, {"status": "pending"}))

    assert database.get(where) == {
        "pk": where.partition,
        "sk": "2026-03-02#invoice-1001",
        "status": "pending",
    }


def test_an_absent_item_is_none(database: Database, key: MakeKey) -> None:
    assert database.get(key("nothing")) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Café ☕ naïve",
        0,
        -7,
        10**37,
        Decimal("0.01"),
        Decimal("-12345678901234567890.123456789012345678"),
        True,
        False,
        None,
        [],
        {},
        ["text", 1, None, [True], {"deep": {"deeper": Decimal("1.5")}}],
        {"with space": "", "name": {"size": 3}},
    ],
)
def test_values_come_back_exactly(database: Database, key: MakeKey, value: Any) -> None:
    database.write(Put(key(), {"value": value}))

    found = plain(database.get(key()))["value"]

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "stored, found",
    [
        (Decimal("2.00"), 2),
        (Decimal("1.10"), Decimal("1.1")),
        (Decimal("1E+3"), 1000),
        (Decimal("-0.00"), 0),
        ((1, 2), [1, 2]),
    ],
)
def test_numbers_lose_trailing_zeros_and_tuples_become_lists(
    database: Database, key: MakeKey, stored: Any, found: Any
) -> None:
    database.write(Put(key(), {"value": stored}))

    value = plain(database.get(key()))["value"]

    assert value == found
    assert str(value) == str(found)


@pytest.mark.parametrize("value", [1.5, b"bytes", {1, 2}, object(), {1: "number as a name"}])
def test_values_that_would_not_come_back_are_refused(
    database: Database, key: MakeKey, value: Any
) -> None:
    with pytest.raises(TypeError):
        database.write(Put(key(), {"value": value}))


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("Infinity"), 10**38 + 1, Decimal("1E-131")]
)
def test_numbers_beyond_the_range_are_refused(database: Database, key: MakeKey, value: Any) -> None:
    with pytest.raises(ValueError, match="number"):
        database.write(Put(key(), {"value": value}))


def test_a_stored_item_does_not_change_with_what_was_put(database: Database, key: MakeKey) -> None:
    lines = [{"sku": "P-12"}]
    database.write(Put(key(), {"lines": lines}))

    lines.append({"sku": "P-13"})
    plain(database.get(key()))["lines"].append({"sku": "P-14"})

    assert plain(database.get(key()))["lines"] == [{"sku": "P-12"}]


def test_a_put_replaces_the_whole_item(database: Database, key: MakeKey) -> None:
    database.write(Put(key(), {"status": "pending", "reason": "waiting"}))

    database.write(Put(key(), {"status": "completed"}))

    assert plain(database.get(key())) == {"status": "completed"}


def test_an_update_sets_removes_and_adds(database: Database, key: MakeKey) -> None:
    database.write(Put(key(), {"status": "pending", "reason": "waiting", "count": 4}))

    after = database.update(
        Update(key(), set={"status": "completed"}, remove=("reason",), add={"count": -1, "sent": 2})
    )

    assert plain(after) == {"status": "completed", "count": 3, "sent": 2}
    assert database.get(key()) == after


def test_an_addition_of_decimals_is_exact(database: Database, key: MakeKey) -> None:
    for _ in range(3):
        database.write(Update(key(), add={"debit": Decimal("0.10")}))

    assert plain(database.get(key())) == {"debit": Decimal("0.3")}


def test_an_update_makes_an_absent_item(database: Database, key: MakeKey) -> None:
    database.write(Update(key(), remove=("nothing",)))

    assert plain(database.get(key())) == {}


def test_attribute_names_may_be_reserved_words(database: Database, key: MakeKey) -> None:
    words = {"status": 1, "name": 2, "date": 3, "a.b": 4, "size": 5, "with space": 6, "#x": 7}

    database.write(Update(key(), set=words, when=(Missing("status"), Missing("a.b"))))

    assert plain(database.get(key())) == words


def test_a_delete_of_an_absent_item_changes_nothing(database: Database, key: MakeKey) -> None:
    database.write(Delete(key()))
    database.write(Put(key(), {}))
    database.write(Delete(key()))

    assert database.get(key()) is None


def test_a_transaction_writes_all_or_nothing_and_names_what_failed(
    database: Database, key: MakeKey
) -> None:
    database.write(Put(key("lease"), {"fence": 7}))
    writes = (
        Check(key("lease"), when=(Equals("fence", 6),)),
        Put(key("intent"), {}, when=(Absent(),)),
        Update(key("record"), set={"status": "sending"}, when=(Present(),)),
        Delete(key("pointer")),
    )

    with pytest.raises(ConditionFailed) as failure:
        database.write(*writes)

    assert failure.value.failed == (0, 2)
    assert database.get(key("intent")) is None
    assert database.get(key("record")) is None


def test_a_transaction_spans_both_tables(database: Database, key: MakeKey) -> None:
    lease, record = key("LEASE", table=Table.CONNECTIONS), key("invoice-1001")
    database.write(Put(lease, {"fence": 7}))

    database.write(Check(lease, when=(Equals("fence", 7),)), Put(record, {"status": "completed"}))

    assert plain(database.get(record)) == {"status": "completed"}
    assert plain(database.get(lease)) == {"fence": 7}


def test_a_check_alone_writes_nothing(database: Database, key: MakeKey) -> None:
    database.write(Check(key(), when=(Absent(),)))

    with pytest.raises(ConditionFailed):
        database.write(Check(key(), when=(Present(),)))
    assert database.get(key()) is None


def test_no_write_at_all_is_allowed(database: Database) -> None:
    database.write()
    database.put_all([])

    assert database.get_many([]) == {}


def test_a_transaction_takes_a_hundred_writes(database: Database, key: MakeKey) -> None:
    keys = [key(f"{number:03}") for number in range(101)]

    database.write(*(Put(one, {}) for one in keys[:100]))
    with pytest.raises(ValueError, match="at most 100"):
        database.write(*(Put(one, {}) for one in keys))

    assert len(database.get_many(keys)) == 100


def mistakes(key: MakeKey) -> dict[str, tuple[Write, ...]]:
    where = key()
    return {
        "distinct keys": (Put(where, {}), Delete(where)),
        "needs a condition": (Check(where, when=()),),
        "must change something": (Update(where),),
        "only once": (Update(where, set={"a": 1}, remove=("a",)),),
        "cannot change the key": (Update(where, set={"sk": "other"}),),
        "AnyOf needs": (Delete(where, when=(AnyOf(()),)),),
        "sk must be text": (Put(Key(Table.SYNC, "partition", ""), {}),),
        "pk must be text": (Put(Key(Table.SYNC, "", "sort"), {}),),
        "sk has at most 1024": (Put(key("x" * 1025), {}),),
        "hk must be text": (Put(where, {"hk": "", "hr": "1"}),),
        "br must be text": (Update(where, set={"bk": "b", "br": 7}),),
    }


@pytest.mark.parametrize("complaint", mistakes(lambda *_, **__: Key(Table.SYNC, "p", "s")))
def test_a_write_that_can_never_succeed_is_a_mistake(
    database: Database, key: MakeKey, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        database.write(*mistakes(key)[complaint])

    assert database.get(key()) is None


def test_only_numbers_can_be_added_to(database: Database, key: MakeKey) -> None:
    database.write(Put(key(), {"status": "pending"}))

    with pytest.raises(ValueError, match=r"number|type"):
        database.update(Update(key(), add={"status": 1}))

    assert plain(database.get(key())) == {"status": "pending"}


@pytest.mark.parametrize("together", [False, True], ids=["alone", "in a transaction"])
def test_an_item_over_400_kb_is_too_large(database: Database, key: MakeKey, together: bool) -> None:
    others = (Put(key("other"), {}),) if together else ()
    database.write(Put(key(), {"text": "x" * 350_000}))

    with pytest.raises(TooLarge):
        database.write(Put(key("big"), {"text": "é" * 210_000}), *others)
    with pytest.raises(TooLarge):
        database.write(Update(key(), set={"more": "x" * 100_000}), *others)

    assert database.get(key("other")) is None
    assert "more" not in plain(database.get(key()))


def test_a_transaction_over_4_mb_is_too_large(database: Database, key: MakeKey) -> None:
    writes = [Put(key(f"{number}"), {"text": "x" * 400_000}) for number in range(11)]

    with pytest.raises(TooLarge):
        database.write(*writes)

    assert database.get_many(write.key for write in writes) == {}


def test_many_items_are_read_at_once(database: Database, key: MakeKey) -> None:
    keys = [key(f"{number:03}") for number in range(130)]
    database.put_all([Put(one, {"number": number}) for number, one in enumerate(keys)])
    lease = key("LEASE", table=Table.CONNECTIONS)
    database.write(Put(lease, {"fence": 1}))

    found = database.get_many([*keys, *keys[:5], key("absent"), lease])

    assert [plain(found[one])["number"] for one in keys] == list(range(130))
    assert plain(found[lease]) == {"fence": 1}
    assert len(found) == 131


def test_put_all_replaces_and_spans_both_tables(database: Database, key: MakeKey) -> None:
    account = key("35", table=Table.CONNECTIONS)
    database.write(Put(account, {"name": "Checking", "active": True}))

    database.put_all([Put(account, {"name": "Bank"}), Put(key(), {"name": "other"})])

    assert plain(database.get(account)) == {"name": "Bank"}
    assert plain(database.get(key())) == {"name": "other"}


def test_put_all_is_for_distinct_keys_and_has_no_conditions(
    database: Database, key: MakeKey
) -> None:
    with pytest.raises(ValueError, match="distinct"):
        database.put_all([Put(key(), {}), Put(key(), {"second": True})])
    with pytest.raises(ValueError, match="unconditional"):
        database.put_all([Put(key(), {}, when=(Absent(),))])

    assert database.get(key()) is None
