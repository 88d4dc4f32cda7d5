"""docs/mapping.md tells bookkeepers of every kind, the object it becomes, and every field of it."""

import re
from pathlib import Path

import pytest

from tillbook.domain.documents import Kind
from tillbook.quickbooks import mapping, owned

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_told_with_its_object_and_all_its_fields(kind: Kind) -> None:
    entity = mapping.ENTITY[kind]

    assert f"**{entity}**" in SECTIONS[kind]
    told = set(re.findall(r"\w+", SECTIONS[kind]))
    assert set(owned.fields_of(entity)) - told == set()


def test_nothing_is_told_that_there_is_not() -> None:
    assert set(SECTIONS) == set(Kind)
