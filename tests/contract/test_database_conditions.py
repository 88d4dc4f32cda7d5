"""What every database does: a write happens only where its conditions hold."""

from decimal import Decimal

import pytest

from tests.contract.conftest import MakeKey, plain
from tillbook.ports import (
    Absent,
    AnyOf,
    Below,
    Condition,
    ConditionFailed,
    Database,
    Delete,
    Equals,
    Missing,
    Present,
    Put,
    Update,
)

STORED = {"status": "pending", "version": 3, "flag": True, "nothing": None, "lines": [1, "a"]}


@pytest.mark.parametrize(
    "condition, holds",
    [
        (Absent(), False),
        (Present(), True),
        (Equals("status", "pending"), True),
        (Equals("status", "failed"), False),
        (Equals("version", 3), True),
        (Equals("version", Decimal("3.0")), True),
        (Equals("flag", True), True),
        (Equals("nothing", None), True),
        (Equals("lines", [1, "a"]), True),
        (Missing("absent"), True),
        (Missing("nothing"), False),
        (Below("version", 4), True),
        (Below("version", Decimal("3.5")), True),
        (Below("version", 3), False),
        (Below("status", "pendinh"), True),
        (Below("status", "p"), False),
        (Below("absent", 1), False),
        (AnyOf((Missing("status"), Equals("version", 3))), True),
        (AnyOf((Absent(), Below("version", 3))), False),
        (AnyOf((AnyOf((Present(),)),)), True),
    ],
)
@pytest.mark.parametrize("together", [False, True], ids=["alone", "in a transaction"])
def test_a_write_happens_only_where_its_condition_holds(
    database: Database, key: MakeKey, condition: Condition, holds: bool, together: bool
) -> None:
    database.write(Put(key(), STORED))
    write = Update(key(), set={"changed": True}, when=(condition,))
    others = (Put(key("other"), {}),) if together else ()

    if holds:
        database.write(write, *others)
    else:
        with pytest.raises(ConditionFailed) as failure:
            database.write(write, *others)
        assert failure.value.failed == (0,)

    assert ("changed" in plain(database.get(key()))) is holds
    assert (database.get(key("other")) is not None) is (holds and together)


@pytest.mark.parametrize(
    "condition, holds",
    [
        (Absent(), True),
        (Present(), False),
        (Missing("status"), True),
        (Equals("status", "pending"), False),
        (Below("version", 1), False),
    ],
)
def test_conditions_on_an_absent_item(
    database: Database, key: MakeKey, condition: Condition, holds: bool
) -> None:
    write = Put(key(), {"made": True}, when=(condition,))

    if holds:
        database.write(write)
    else:
        with pytest.raises(ConditionFailed):
            database.write(write)

    assert (database.get(key()) is not None) is holds


@pytest.mark.parametrize(
    "condition",
    [
        Equals("version", "3"),
        Equals("flag", 1),
        Equals("absent", None),
        Below("version", "4"),
        Below("status", 9),
        Below("flag", 9),
    ],
)
def test_a_condition_does_not_mix_types(
    strict_database: Database, key: MakeKey, condition: Condition
) -> None:
    strict_database.write(Put(key(), STORED))

    with pytest.raises(ConditionFailed):
        strict_database.write(Delete(key(), when=(condition,)))


def test_all_conditions_of_a_write_must_hold(database: Database, key: MakeKey) -> None:
    database.write(Put(key(), STORED))

    with pytest.raises(ConditionFailed):
        database.write(Delete(key(), when=(Present(), Equals("version", 3), Missing("flag"))))

    assert database.get(key()) is not None


def test_text_is_ordered_by_code_point(database: Database, key: MakeKey) -> None:
    database.write(Put(key(), {"name": "Z"}))

    database.write(Update(key(), set={"seen": 1}, when=(Below("name", "a"),)))
    database.write(Update(key(), set={"name": "\uffff"}, when=(Below("name", "ä"),)))

    after = database.update(Update(key(), set={"seen": 2}, when=(Below("name", "😀"),)))
    assert after["seen"] == 2


def test_an_update_answers_nothing_where_its_condition_fails(
    database: Database, key: MakeKey
) -> None:
    with pytest.raises(ConditionFailed) as failure:
        database.update(Update(key(), add={"fence": 1}, when=(Present(),)))

    assert failure.value.failed == (0,)
    assert database.get(key()) is None
