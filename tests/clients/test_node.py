"""`node-quickbooks` and `intuit-oauth` for JavaScript: one process of Node.js, a test per check."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from local.qbo.reports import REPORTS
from tests.clients.conftest import ABROAD, Books
from tests.clients.coverage import PAGE, page
from tests.clients.entities import ROWS, VOIDABLE, Row, Values

FOLDER = Path(__file__).parent / "node"
ROOT = FOLDER.parents[2]
NODE = FOLDER / "node_modules" / "node"

#: What node-quickbooks itself has no method for.
LACKS = {
    "BillPayment": ("is voided",),
    "SalesReceipt": ("is voided",),
}
TAX_LISTS = ("TaxAgency", "TaxCode", "TaxRate")
PRINTED = ("Invoice", "Estimate", "CreditMemo", "SalesReceipt")
_EACH = re.compile(r"^each\(\s*'([^']+)'", re.MULTILINE)
_OTHERS = re.compile(r"^check\('([^']+)'", re.MULTILINE)
_FAULTS = re.compile(r"^fault\('([^']+)'", re.MULTILINE)
_TROUBLE = re.compile(r"^trouble\('(\w+)', (\d+)", re.MULTILINE)


def fits(row: Row, sentence: str) -> bool:
    """Whether a check of every entity is asked of this one."""
    if sentence == "is voided":
        return row.entity in VOIDABLE
    wanted = {"is deleted, by id and as an object": "delete", "is deactivated": "deactivate"}
    return wanted.get(sentence, row.gone) == row.gone


def names() -> list[str]:
    """Every check's name, read off the scripts."""
    scripts = "\n".join(path.read_text() for path in sorted(FOLDER.glob("*.mjs")))
    return [
        *(f"{r.title} {each}" for each in _EACH.findall(scripts) for r in ROWS if fits(r, each)),
        *_OTHERS.findall(scripts),
        *(f"{each} is mailed" for each in (*PRINTED, "PurchaseOrder")),
        *(f"{each} is printed" for each in PRINTED),
        *(f"{each} is read and queried" for each in TAX_LISTS),
        *(f"{each} is not to be updated" for each in TAX_LISTS),
        *(f"the report {each} has its header, columns and rows" for each in REPORTS),
        *(f"{each} is a fault with its code" for each in _FAULTS.findall(scripts)),
        *(
            f"{answer} on the way reaches the program as status {status}"
            for answer, status in _TROUBLE.findall(scripts)
        ),
    ]


def values(row: Row) -> Values:
    return {
        **row.values(),
        "voids": row.entity in VOIDABLE,
        "lacks": LACKS.get(row.entity, ()),
    }


@pytest.fixture(scope="module")
def results(books: Books) -> dict[str, str | None]:
    """Each check's name with what went wrong, if anything."""
    if not NODE.exists():
        pytest.fail(
            "the JavaScript clients are not installed, or their Node.js is gone; "
            f"`make -B {FOLDER.relative_to(ROOT)}/node_modules/installed` installs them"
        )
    given = {
        "url": books.url,
        "realm": DEFAULT_REALM,
        "clientId": DEMO_CLIENT_ID,
        "clientSecret": DEMO_CLIENT_SECRET,
        "tokens": books.tokens,
        "abroad": {"realm": ABROAD, "tokens": books.emulator.connect(ABROAD)},
        "standing": books.standing,
        "reports": list(REPORTS),
        "rows": [values(row) for row in ROWS],
    }
    run = subprocess.run(
        [NODE, FOLDER / "run.mjs"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return {line["name"]: line.get("error") for line in lines}


@pytest.mark.parametrize("name", names())
def test_in_javascript(name: str, results: dict[str, str | None]) -> None:
    assert name in results
    assert results[name] is None, results[name]


def test_no_check_is_left_out(results: dict[str, str | None]) -> None:
    assert set(results) == set(names())


def test_the_page_says_what_each_client_has_methods_for() -> None:
    assert PAGE.read_text() == page(PAGE.read_text()), "python -m tests.clients.coverage"


def test_the_lock_file_holds_hashes_and_no_address() -> None:
    text = (FOLDER / "package-lock.json").read_text()
    packages = {name: each for name, each in json.loads(text)["packages"].items() if name}

    assert "://" not in text
    assert [name for name, each in packages.items() if not each["integrity"]] == []
