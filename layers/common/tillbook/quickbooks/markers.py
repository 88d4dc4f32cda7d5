"""The marker in PrivateNote by which a transaction of ours is recognised in any company."""

import re
from collections.abc import Mapping
from typing import Any

_MARKER = re.compile(r"\[tillbook:([a-z_]+-[0-9a-f]{32})\]")


def marker(record_key: str) -> str:
    """What PrivateNote carries; the same in every company."""
    return f"[tillbook:{record_key}]"


def defused(text: str) -> str:
    """Text of others, such as a buyer's remark, in which nothing looks like a marker."""
    return text.replace("[tillbook:", "(tillbook:")


def marked(obj: Mapping[str, Any]) -> str | None:
    """The record key in the note of a QuickBooks transaction. A void keeps the note."""
    return marked_in(obj.get("PrivateNote") or "")


def marked_in(note: str) -> str | None:
    found = _MARKER.search(note)
    return found[1] if found else None
