"""Writes docs/settings.md: every setting of a connection, from the model that validates them.

python -m tests.docs.settings_page            write it
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tillbook.domain.settings import ConnectionSettings

PAGE = Path(__file__).parents[2] / "docs/settings.md"
_HEAD = """# Settings of a connection

Read with `GET /connections/{id}/settings`, written whole with `PUT` (scope `admin`). What is not
given takes its default. Settings are validated at once: an account must exist in the company, be
active and be of a kind that fits. Account values are QuickBooks account Ids, listed by
`GET /connections/{id}/reference/accounts`.

<!-- Generated from tillbook.domain.settings by `make docs`. -->

| Setting | Default | Means |
|---|---|---|
"""


def page() -> str:
    schema = ConnectionSettings.model_json_schema()
    rows = _rows(schema, schema, ConnectionSettings().model_dump(mode="json"), "")
    return _HEAD + "".join(f"| `{name}` | {default} | {means} |\n" for name, default, means in rows)


def _rows(
    schema: dict[str, Any], model: dict[str, Any], defaults: dict[str, Any], prefix: str
) -> Iterator[tuple[str, str, str]]:
    for name, field in model["properties"].items():
        if "$ref" in field:
            nested = schema["$defs"][field["$ref"].rpartition("/")[2]]
            yield from _rows(schema, nested, defaults[name], f"{prefix}{name}.")
            continue
        default = defaults[name]
        shown = "" if default in (None, "", {}) else f"`{default}`"
        limits = _limits(field)
        yield f"{prefix}{name}", shown, field["description"] + (f" {limits}" if limits else "")


def _limits(field: dict[str, Any]) -> str:
    options = [field, *field.get("anyOf", [])]
    for option in options:
        if "minimum" in option and "maximum" in option:
            return f"From {option['minimum']} to {option['maximum']}."
        if "maxLength" in option:
            return f"At most {option['maxLength']} characters."
    return ""


if __name__ == "__main__":
    PAGE.write_text(page())
