"""The README tells what the code does."""

from pathlib import Path

import pytest

from local.qbo.coverage import README, rendered

PACKAGE = README.parent


def test_the_tables_of_the_readme_are_current() -> None:
    text = README.read_text("utf-8")

    assert text == rendered(text), "run python -m local.qbo.coverage"


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_a_file_is_short_and_imports_nothing_of_the_product(file: Path) -> None:
    text = file.read_text("utf-8")

    assert len(text.splitlines()) <= 400
    assert "tillbook" not in text
