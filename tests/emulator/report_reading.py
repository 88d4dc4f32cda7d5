"""Reports as tests read them."""

from typing import Any

from local.qbo.jsonio import loads
from tests.emulator.conftest import Api

Cells = list[str]


def report(api: Api, name: str, **params: str) -> Any:
    answer = api.get(f"reports/{name}", **params)
    assert answer.status_code == 200, answer.text
    return loads(answer.content)


def flat(rows: Any) -> list[Cells]:
    """Every line of a report, top to bottom, as text."""
    found: list[Cells] = []
    for row in rows.get("Row", ()):
        heads = [row.get("Header"), row if "ColData" in row else None]
        found += [[each["value"] for each in part["ColData"]] for part in heads if part]
        found += flat(row.get("Rows", {}))
        if "Summary" in row:
            found.append([each["value"] for each in row["Summary"]["ColData"]])
    return found


def lines(api: Api, name: str, **params: str) -> dict[str, Cells]:
    return {each[0]: each[1:] for each in flat(report(api, name, **params)["Rows"])}
