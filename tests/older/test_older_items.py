"""What an earlier release left in the middle of its work is completed by this one."""

import json
from pathlib import Path

import pytest

from tests.older.stored import HERE, restore
from tests.storm.story import wrong_in_the_end
from tests.workbench import CONNECTION
from tillbook.domain.sync import Status
from tillbook.store import intents

STORED = sorted(HERE.glob("*.json"))


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_an_intent_and_records_that_an_earlier_release_stored_are_recovered(path: Path) -> None:
    bench = restore(json.loads(path.read_text()))
    [left] = intents.open_intents(bench.db, CONNECTION)
    assert len(left.items) > 1
    assert bench.statuses()[Status.PENDING] >= len(left.items)

    bench.clock.advance(10 * 60)

    assert wrong_in_the_end(bench) == []
    assert intents.open_intents(bench.db, CONNECTION) == []
