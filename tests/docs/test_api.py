"""docs/api.md says what the code does."""

import inspect
import re

from tests.docs.coverage_table import ROOT
from tillbook import errors
from tillbook.api import problems
from tillbook.store.authorizations import LIFETIME
from tillbook.usecases.authorise import Scope

PAGE = (ROOT / "docs/api.md").read_text()


def test_the_page_lists_every_type_of_problem_with_its_status() -> None:
    listed = re.findall(r"^\| `urn:tillbook:problem:([a-z-]+)` \| (\d+) \|", PAGE, re.MULTILINE)

    made = [one for one in vars(problems).values() if isinstance(one, problems.Kind)]

    assert {(name, int(status)) for name, status in listed} == {
        (one.name, one.status) for one in made
    }


def test_every_error_of_ours_has_a_problem() -> None:
    kinds = [
        one
        for one in vars(errors).values()
        if inspect.isclass(one) and issubclass(one, errors.TillbookError)
    ]
    made = [one(1.0) if one is errors.Throttled else one() for one in kinds]

    assert {problems.problem(error)["status"] for error in made} == {
        401, 403, 404, 409, 413, 422, 500, 503
    }  # fmt: skip


def test_the_page_names_every_scope_and_the_life_of_a_state() -> None:
    named = re.findall(r"^\| `(\w+)` \| [a-z]+", PAGE, re.MULTILINE)

    assert named[:3] == [str(scope) for scope in Scope]
    assert f"within {LIFETIME.total_seconds() / 60:.0f}" in PAGE
