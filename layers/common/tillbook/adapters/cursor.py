"""Where the next page of a query starts, as an opaque text that callers hand back."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from tillbook.errors import BadInput
from tillbook.ports import Index

_INDEX_KEY = {None: ("pk", "sk"), Index.HISTORY: ("hk", "hr"), Index.BOOKS: ("bk", "br")}


def key_names(index: Index | None) -> tuple[str, str]:
    """The partition and sort attributes of the table or of one of its indexes."""
    return _INDEX_KEY[index]


def cursor_after(item: Mapping[str, Any], index: Index | None) -> str:
    """The cursor of the page that follows an item (plain values, all keys present)."""
    names = sorted({"pk", "sk", *key_names(index)})
    text = json.dumps([item[name] for name in names], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def start_of_page(cursor: str, partition: str, prefix: str, index: Index | None) -> dict[str, str]:
    """The key after which the page starts. Raises BadInput for what is no cursor of this query, so
    that nobody pages into what belongs to somebody else."""
    names = sorted({"pk", "sk", *key_names(index)})
    try:
        values = json.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        values = None
    if (
        not isinstance(values, list)
        or len(values) != len(names)
        or not all(isinstance(value, str) and value for value in values)
    ):
        raise _bad_cursor()
    key: dict[str, str] = dict(zip(names, values, strict=True))
    partition_name, sort_name = key_names(index)
    if key[partition_name] != partition or not key[sort_name].startswith(prefix):
        raise _bad_cursor()
    return key


def _bad_cursor() -> BadInput:
    from tillbook.domain.checks import Finding  # not for intake, which starts fast without it

    return BadInput(
        Finding(
            "cursor",
            "is no cursor of this list.",
            "Send the cursor of the page before, unchanged, or none to start at the beginning.",
        )
    )
