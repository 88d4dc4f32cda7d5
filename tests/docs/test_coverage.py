"""docs/features.md, the marks in the tests and docs/coverage.md agree."""

import ast
import re
from pathlib import Path

from tests.docs import coverage_table
from tests.docs.coverage_table import Claim, Row

FEATURES = coverage_table.FEATURES.read_text()


def test_every_feature_has_an_id_of_its_own() -> None:
    ids = [row.id for row in coverage_table.read_rows(FEATURES)]

    assert len(ids) == len(set(ids)) == 375


def test_every_section_holds_as_many_features_as_its_heading_says() -> None:
    promised = dict(re.findall(r"^### (.*) \((\d+)\)$", FEATURES, re.MULTILINE))

    rows = coverage_table.read_rows(FEATURES)
    counted = {s: str(sum(row.section == s for row in rows)) for s in promised}

    assert counted == promised


def test_every_mark_names_a_feature_that_exists() -> None:
    known = {row.id for row in coverage_table.read_rows(FEATURES)}

    claims = coverage_table.read_claims(coverage_table.TESTS)

    assert [claim for claim in claims if claim.feature not in known] == []


def test_the_coverage_page_is_current() -> None:
    assert coverage_table.main(["--check"]) == 0, "run: make docs"


def test_a_mark_counts_on_a_function_a_class_and_a_parameter() -> None:
    path = Path("test_shop.py")
    source = """
@pytest.mark.feature("DEAR-001", "DEAR-002")
def test_one(): ...

@pytest.mark.feature("DEAR-003", note="better")
class TestTwo: ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.feature("DEAR-004"))])
def test_three(x): ...
"""

    claims = list(coverage_table.claims_of(ast.parse(source), path))

    assert claims == [
        Claim("DEAR-001", path, "test_one"),
        Claim("DEAR-002", path, "test_one"),
        Claim("DEAR-003", path, "TestTwo", "better"),
        Claim("DEAR-004", path, "test_three"),
    ]


def test_a_section_names_what_is_proven_by_what_and_what_is_not_yet() -> None:
    rows = [Row("DEAR-001", "Sales", "sells"), Row("DEAR-002", "Sales", "refunds")]
    proof = Claim("DEAR-001", coverage_table.TESTS / "test_a.py", "test_it_sells", "at once")

    page = coverage_table.render(rows, [proof])

    assert "**1 of 2 statements are proven.**" in page
    assert "| DEAR-001 | sells | [it sells](../tests/test_a.py) (at once) |" in page
    assert "Not yet: DEAR-002" in page
