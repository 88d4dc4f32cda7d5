"""Document in, request out: each pair is a file in golden/, to be read and reviewed as such.

`UPDATE_GOLDEN=1 pytest ...` writes what the mapping gives now; the difference is then reviewed in
version control.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.quickbooks.builders import UK, US, links_for, us_company
from tillbook.domain.documents import DOCUMENT, key_of
from tillbook.domain.settings import ConnectionSettings
from tillbook.domain.sync import Link
from tillbook.quickbooks import jsontext, mapping, projection
from tillbook.quickbooks.context import Context, NeedsMapping, Request, Skip

GOLDEN = Path(__file__).parent / "golden"
COMPANIES = {
    "us": US,
    "uk": UK,
    "us with automated tax": us_company(TaxPrefs={"PartnerTaxEnabled": True}),
    "us without sales tax": us_company(TaxPrefs={"UsingSalesTax": False}),
    "us without discounts": us_company(SalesFormsPrefs={"AllowDiscount": False}),
    "us with multicurrency": us_company(CurrencyPrefs={"MultiCurrencyEnabled": True}),
}


def outcome(case: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a document: a request with its postings, a reason, or findings."""
    document = DOCUMENT.validate_python(case["document"])
    parents = [DOCUMENT.validate_python(one) for one in case.get("parents", [])]
    context = Context(
        settings=ConnectionSettings.model_validate(case.get("settings", {})),
        company=COMPANIES[case["company"]],
        links=links_for(document, *parents),
        documents={key_of(one): one for one in parents},
        name=case.get("name"),
    )
    link = Link(**case["link"]) if "link" in case else None
    try:
        request = mapping.build(document, context, link)
        postings = projection.postings(document, context)
    except NeedsMapping as problem:
        return {"needs": [vars(finding) for finding in problem.findings]}
    if isinstance(request, Skip):
        return {"skip": request.reason}
    assert isinstance(request, Request)
    posted = {one.account_id: one.amount for one in postings}
    return {"request": vars(request), **({"postings": posted} if posted else {})}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_document_becomes_the_request_that_was_reviewed(path: Path) -> None:
    case = jsontext.loads(path.read_text())

    found = outcome(case)

    if os.environ.get("UPDATE_GOLDEN"):
        case = {name: part for name, part in case.items() if name not in _OUTCOMES} | found
        path.write_text(_pretty(case) + "\n")
    expected = {name: case[name] for name in _OUTCOMES if name in case}
    assert jsontext.loads(jsontext.dumps(found)) == expected


def test_every_case_says_what_it_shows() -> None:
    cases = [json.loads(path.read_text()) for path in GOLDEN.glob("*.json")]

    assert all(case["shows"].endswith(".") for case in cases)


_OUTCOMES = ("request", "postings", "skip", "needs")


def _pretty(value: Any, indent: str = "") -> str:
    """Indented JSON with exact numbers; what fits stays on one line."""
    line = jsontext.dumps(value).replace('":', '": ').replace(',"', ', "').replace("},{", "}, {")
    if len(indent) + len(line) <= 96 or not isinstance(value, dict | list) or not value:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_pretty(item, inner)}" for name, item in value.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + "\n" + indent + "}"
    parts = [_pretty(item, inner) for item in value]
    return "[\n" + ",\n".join(inner + part for part in parts) + "\n" + indent + "]"
