"""docs/errors.md is written from the table of faults and from the golden documents that wait for a
person. `UPDATE_GOLDEN=1 pytest ...` writes it anew."""

import json
import os
from pathlib import Path

from tests.unit.quickbooks.test_golden import GOLDEN
from tillbook.quickbooks.fault_table import TABLE, UNKNOWN, FaultClass, Row

PAGE = Path(__file__).parents[3] / "docs/errors.md"

_MEANING = {
    FaultClass.TRANSIENT: "refused for now; it is sent again later",
    FaultClass.UNCLEAR: "unclear whether it was saved; repeated under the same identity",
    FaultClass.THROTTLED: "unclear whether it was saved; everything waits",
    FaultClass.STALE: "refused; read again and decided anew",
    FaultClass.NAME_TAKEN: "refused; looked up, then linked or named differently",
    FaultClass.NUMBER_TAKEN: "refused; looked up, then linked if it is ours, else failed",
    FaultClass.ONE_AT_A_TIME: "refused; sent again alone",
    FaultClass.GONE: "refused; the record fails",
    FaultClass.NEEDS_PERSON: "refused; the record fails until a person acts and retries it",
    FaultClass.RECONNECT: "refused; everything waits until somebody connects again",
    FaultClass.UNKNOWN: "refused; the record fails",
}

_INTRODUCTION = """\
# Errors

Every error of an export says what happened, to which document, who has to act and what to do. This
page lists them. The words are those of the console and the API; "the document" stands for its name,
such as *invoice #1001*. Unknown errors are shown in QuickBooks' own words, with the `intuit_tid` by
which Intuit's support finds the call.

*This page is written from `quickbooks/fault_table.py` and the golden documents in
`tests/unit/quickbooks/golden`; a test keeps it current.*

## What QuickBooks refuses

"""

_BEFORE = """\
## What waits before it is sent

Where a document cannot be expressed in the QuickBooks company, nothing is sent. The document waits
and says why; it follows by itself once the cause is mended.

| What | Message | Cure |
|---|---|---|
"""


def render() -> str:
    rows: dict[str, list[Row]] = {}
    for row in (*TABLE, UNKNOWN):
        rows.setdefault(row.name, []).append(row)
    entries = "\n".join(_entry(name, found) for name, found in sorted(rows.items()))
    return _INTRODUCTION + entries + "\n" + _BEFORE + "\n".join(_waiting()) + "\n"


def _entry(name: str, rows: list[Row]) -> str:
    said = [_recognised(row) for row in rows]
    first = rows[0]
    what = list(dict.fromkeys(_words(row.what) for row in rows))
    cure = list(dict.fromkeys(row.cure for row in rows))
    return (
        f"### {name}\n\n"
        f"{' Or: '.join(what)}\n\n"
        f"* Recognised by: {'; '.join(dict.fromkeys(said))}\n"
        f"* Then: {_MEANING[first.kind]}\n"
        f"* Who acts: {first.who}\n"
        f"* Cure: {' Or: '.join(cure)}\n"
    )


def _recognised(row: Row) -> str:
    code = "code " + ", ".join(row.codes) if row.codes else ""
    words = f"the words `{row.text}`" if row.text else ""
    found = " with ".join(part for part in (code, words) if part)
    if row.operations:
        found += f" on {', '.join(row.operations)}"
    if not row.status:
        return found or "anything else"
    first, last = row.status[0], row.status[-1]
    status = f"HTTP {first}" + (f" to {last}" if last != first else "")
    return f"{found} or {status}" if found else status


def _words(what: str) -> str:
    names = {"title": "the document", "editor": "somebody", "type": "a document", "id": "..."}
    text = what.format_map(names)
    return text[0].upper() + text[1:]


def _waiting() -> list[str]:
    found = set()
    for path in GOLDEN.glob("*.json"):
        for need in json.loads(path.read_text()).get("needs", []):
            found.add(f"| `{need['field']}` | {need['message']} | {need['cure']} |")
    return sorted(found)


def test_the_catalogue_of_errors_is_what_the_table_says() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(render())

    assert PAGE.read_text() == render()
