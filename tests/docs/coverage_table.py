"""Writes docs/coverage.md: which rows of docs/features.md a test proves.

    python -m tests.docs.coverage_table           write it
    python -m tests.docs.coverage_table --check   say whether it is current

A test claims rows with `@pytest.mark.feature("DEAR-028")`; where Tillbook does something better
than the product that the row describes, `note="..."` says what. The marks are read from the source,
so that the table does not depend on which tests ran.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FEATURES = ROOT / "docs/features.md"
COVERAGE = ROOT / "docs/coverage.md"
TESTS = ROOT / "tests"


@dataclass(frozen=True)
class Row:
    """A statement of docs/features.md."""

    id: str
    section: str
    statement: str


@dataclass(frozen=True)
class Claim:
    """A test that says it proves a row."""

    feature: str
    path: Path
    test: str
    note: str | None = None


def read_rows(text: str) -> list[Row]:
    rows = []
    section = ""
    for line in text.splitlines():
        if line.startswith("### "):
            section = re.sub(r" \(\d+\)$", "", line.removeprefix("### "))
        elif match := re.match(r"\| ([A-Z]+-\d+) \| (.*?) \|", line):
            rows.append(Row(match[1], section, match[2]))
    return rows


def read_claims(tests: Path) -> list[Claim]:
    return [
        claim
        for path in sorted(tests.rglob("test_*.py"))
        for claim in claims_of(ast.parse(path.read_text()), path)
    ]


def claims_of(tree: ast.Module, path: Path) -> Iterator[Claim]:
    """The marks on test functions and on classes of tests, which hold for each of their tests."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                for mark in ast.walk(decorator):  # also inside pytest.param(..., marks=...)
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == FEATURE_MARK:
                        yield from claims_of_mark(mark, path, node.name)


FEATURE_MARK = "pytest.mark.feature"


def claims_of_mark(mark: ast.Call, path: Path, test: str) -> Iterator[Claim]:
    note = next((ast.literal_eval(k.value) for k in mark.keywords if k.arg == "note"), None)
    for feature in mark.args:
        yield Claim(ast.literal_eval(feature), path, test, note)


def render(rows: list[Row], claims: list[Claim]) -> str:
    proofs: dict[str, list[Claim]] = {}
    for claim in claims:
        proofs.setdefault(claim.feature, []).append(claim)
    sections = dict.fromkeys(row.section for row in rows)

    lines = [
        "# Coverage: which features a test proves",
        "",
        "Written by `make docs` from the marks in `tests/`; the statements are those of",
        "[features.md](features.md).",
        "",
        f"**{sum(row.id in proofs for row in rows)} of {len(rows)} statements are proven.**",
        "",
        "| Section | Proven | Of |",
        "|---|---:|---:|",
    ]
    for section in sections:
        own = [row for row in rows if row.section == section]
        lines.append(f"| {section} | {sum(row.id in proofs for row in own)} | {len(own)} |")
    for section in sections:
        own = [row for row in rows if row.section == section]
        lines += ["", f"## {section}", "", *render_section(own, proofs)]
    return "\n".join(lines) + "\n"


def render_section(rows: list[Row], proofs: dict[str, list[Claim]]) -> Iterator[str]:
    if any(row.id in proofs for row in rows):
        yield "| Id | Statement | Proven by |"
        yield "|---|---|---|"
    for row in rows:
        if row.id in proofs:
            yield f"| {row.id} | {row.statement} | {'<br>'.join(map(describe, proofs[row.id]))} |"
    missing = [row.id for row in rows if row.id not in proofs]
    if missing:
        if len(missing) < len(rows):
            yield ""
        yield f"Not yet: {', '.join(missing)}"


def describe(claim: Claim) -> str:
    sentence = claim.test.removeprefix("test_").replace("_", " ")
    place = claim.path.relative_to(ROOT).as_posix()
    note = f" ({claim.note})" if claim.note else ""
    return f"[{sentence}](../{place}){note}"


def main(arguments: list[str]) -> int:
    current = render(read_rows(FEATURES.read_text()), read_claims(TESTS))
    if "--check" not in arguments:
        COVERAGE.write_text(current)
    elif not COVERAGE.exists() or COVERAGE.read_text() != current:
        sys.stderr.write("docs/coverage.md is not current; mend it with: make docs\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
