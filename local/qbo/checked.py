"""Values that a person gives on the control plane, checked.

Every refusal is a ValueError that names the field and what to give instead.
"""

from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from types import NoneType
from typing import Any, get_args, get_type_hints

#: The longest time that makes sense to anybody: a century.
_MOST_SECONDS = 100 * 366 * 86400
_MOST = 10**9
_LONGEST = 1000


def seconds(name: str, value: Any) -> float:
    """A number that is not negative, or its text."""
    number = _number(value)
    if number is None or not 0 <= number <= _MOST_SECONDS:
        raise ValueError(f"{name}: give a number from 0 to {_MOST_SECONDS}, not {shown(value)}")
    return float(number)


def whole(name: str, value: Any, least: int = 0) -> int:
    """A whole number, or its text."""
    number = _number(value)
    if number is None or not least <= number <= _MOST or number != int(number):
        raise ValueError(f"{name}: give a whole number from {least} to {_MOST}, not {shown(value)}")
    return int(number)


def text(name: str, value: Any, longest: int = _LONGEST) -> str:
    """A text; a number stands for its digits."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"{name}: give a text of up to {longest} characters, not {shown(value)}")
    return value


def flag(name: str, value: Any) -> bool:
    """true or false, or its text."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise ValueError(f"{name}: give true or false, not {shown(value)}")
    return value


def table(name: str, value: Any) -> dict[str, Any]:
    """A JSON object; null stands for an empty one."""
    if value is not None and not isinstance(value, dict):
        raise ValueError(f"{name}: give a JSON object, not {shown(value)}")
    return value or {}


def texts(name: str, value: Any) -> list[str]:
    """A JSON array of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{name}: give an array of texts, not {shown(value)}")
    return value


def known(values: dict[str, Any], *names: str) -> None:
    """Refuse what is none of the names."""
    unknown = ", ".join(sorted(set(values).difference(names)))
    if unknown:
        raise ValueError(f"{_cut(unknown)}: unknown; use {', '.join(sorted(names))}")


def typed(owner: type, values: dict[str, Any], hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    """Values for the fields of a dataclass, as the fields' types want them."""
    hints = get_type_hints(owner)
    known(values, *(each.name for each in fields(owner) if each.name not in hidden))
    return {name: _typed(hints[name], name, value) for name, value in values.items()}


def _typed(hint: Any, name: str, value: Any) -> Any:
    kinds = get_args(hint) or (hint,)
    if value is None and NoneType in kinds:
        return None
    return _READ[kinds[0]](name, value)


def shown(value: Any) -> str:
    """A value in a message, cut where it is long."""
    return "null" if value is None else _cut(repr(value) if isinstance(value, str) else str(value))


def _cut(content: str) -> str:
    return content if len(content) <= 60 else f"{content[:60]}…"


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_READ: dict[type, Callable[[str, Any], Any]] = {float: seconds, int: whole, str: text, bool: flag}
