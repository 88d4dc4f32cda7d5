"""Statements of the query endpoint: escaping, building, paging.

Ids are opaque and may not be ordered by; pages are ordered by the time of creation, and an offset
is safe only while nothing is deleted meanwhile. Source: Intuit, "Data queries".
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PAGE = 1000
"""Most objects in one answer."""
_MAY_BE_INACTIVE = ("Account", "Customer", "Employee", "Item", "TaxCode", "TaxRate", "Vendor")


def quote(value: str) -> str:
    """A text literal; backslash and apostrophe are escaped with a backslash."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def any_of(values: Iterable[str]) -> str:
    """The list of an IN condition."""
    return "(" + ", ".join(quote(value) for value in values) + ")"


def select(entity: str, *conditions: str) -> str:
    """All objects of an entity that meet all conditions. Name lists answer active ones only unless
    a condition speaks of Active."""
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return f"select * from {entity}{where}"


def select_any(entity: str, *conditions: str) -> str:
    """The same, inactive ones too: their names are taken, and what refers to them stays."""
    active = ["Active in (true, false)"] if entity in _MAY_BE_INACTIVE else []
    return select(entity, *conditions, *active)


def also(statement: str, condition: str) -> str:
    """A statement of `select` with one more condition."""
    return f"{statement} {'and' if ' where ' in statement else 'where'} {condition}"


def count(entity: str, *conditions: str) -> str:
    return select(entity, *conditions).replace("select *", "select count(*)", 1)


def page(statement: str, start: int = 1, size: int = PAGE, by: str = "MetaData.CreateTime") -> str:
    """One page of a statement, in order of a time; `start` counts from 1."""
    return f"{statement} orderby {by} startposition {start} maxresults {size}"


def rows(answer: Mapping[str, Any], entity: str) -> Iterator[dict[str, Any]]:
    """The objects of a query answer; none where QuickBooks leaves the list out."""
    response = answer.get("QueryResponse")
    found = response.get(entity) if isinstance(response, dict) else None
    yield from found if isinstance(found, list) else ()
