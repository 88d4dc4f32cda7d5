"""The tables of README.md, made from the code: `python -m local.qbo.coverage` writes them anew."""

import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from local.qbo.entities import ENTITIES
from local.qbo.reports import REPORTS
from local.qbo.schema import Entity
from local.qbo.switches import Limits, Switches
from local.qbo.webhooks.payloads import EVENTS
from local.qbo.wire.injection import SERVICE, TRANSPORT

README = Path(__file__).parent / "README.md"
_COLUMNS = ("create", "read", "update", "delete", "void", "query", "send", "pdf")


def entities() -> str:
    """Entity × operation, with what can be filtered and what is checked."""
    head = "| Entity | " + " | ".join(_COLUMNS) + " | CDC | webhooks | filterable | checked |"
    rule = "|---" * (len(_COLUMNS) + 5) + "|"
    return "\n".join([head, rule, *(_row(each) for each in ENTITIES.values())])


def _row(entity: Entity) -> str:
    marks = ["yes" if operation in entity.operations else "refused" for operation in _COLUMNS]
    filterable = ", ".join(each.name for each in entity.fields if each.filterable) or "–"
    required = [each.name for each in entity.fields if each.required]
    checks = [f"required: {', '.join(required)}"] if required else []
    checks += entity.rules.checks
    changes = "yes" if entity.changes else "refused"
    events = ", ".join(EVENTS.get(entity.name, ())) or "none"
    cells = [
        entity.name,
        *marks,
        changes,
        events,
        filterable,
        "; ".join(checks) or "types and lengths",
    ]
    return "| " + " | ".join(cells) + " |"


def switches() -> str:
    """Every switch with its default."""
    rows = ["| Switch | Default | Decides |", "|---|---|---|"]
    rows += [
        f"| `{each.name}` | `{_shown(each.default)}` | {each.metadata['doc']} |"
        for each in fields(Switches)
    ]
    return "\n".join(rows)


def limits() -> str:
    """Every limit with its default."""
    rows = ["| Limit | Default |", "|---|---|"]
    rows += [f"| `{each.name}` | {_shown(each.default)} |" for each in fields(Limits)]
    return "\n".join(rows)


def faults() -> str:
    """What can be made to go wrong."""
    whole = ", ".join(f"`{each}`" for each in TRANSPORT)
    single = ", ".join(f"`{each}`" for each in SERVICE)
    return (
        f"* in place of the whole answer: {whole}\n* per operation, in a batch per item: {single}"
    )


def reports() -> str:
    return ", ".join(f"`{name}`" for name in REPORTS)


TABLES: dict[str, Callable[[], str]] = {
    "entities": entities,
    "switches": switches,
    "limits": limits,
    "faults": faults,
    "reports": reports,
}


def rendered(text: str) -> str:
    """The README's text with every marked part made anew."""
    for name, table in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"README.md has no place for {name}")
        text = f"{before}{start}{table()}\n{end}{after}"
    return text


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value)


def main() -> int:
    README.write_text(rendered(README.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
