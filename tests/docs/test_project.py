"""What README, Makefile and lock files promise to somebody who has just cloned the repository."""

import re
from pathlib import Path

import pytest

from tests.docs.coverage_table import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")]
    if path.name != "features.md"
)
LOCKS = [ROOT / "layers/common/requirements.txt", *sorted(ROOT.glob("requirements/*.txt"))]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_command_of_a_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))

    named = set(re.findall(r"(?:^|`)make ([a-z-]+)\b", page.read_text(), re.MULTILINE))

    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_names_the_one_command() -> None:
    assert "make demo" in (ROOT / "README.md").read_text()


def test_help_describes_every_target() -> None:
    phony = {
        t for line in re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE) for t in line.split()
    }

    described = set(re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE))

    assert described == phony


@pytest.mark.parametrize("lock", LOCKS, ids=name)
def test_a_lock_file_holds_pinned_versions_with_hashes_and_nothing_else(lock: Path) -> None:
    requirement = re.compile(r"[a-z0-9][a-z0-9.-]*==[^\s;]+( ; .+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")

    lines = [line for line in lock.read_text().splitlines() if not line.startswith("#")]

    assert [x for x in lines if not requirement.fullmatch(x) and not digest.fullmatch(x)] == []


def test_functions_run_the_versions_that_are_tested() -> None:
    def pins(lock: Path) -> set[str]:
        return set(re.findall(r"^([^\s;]+)", lock.read_text(), re.MULTILINE))

    assert {p for p in pins(LOCKS[0]) if "==" in p} <= pins(ROOT / "requirements/dev.txt")


def test_no_module_is_longer_than_one_sitting() -> None:
    modules = [
        path
        for folder in ("layers/common/tillbook", "functions", "local", "bench")
        for path in ROOT.glob(f"{folder}/**/*.py")
    ]

    lengths = {name(path): len(path.read_text().splitlines()) for path in modules}

    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}
