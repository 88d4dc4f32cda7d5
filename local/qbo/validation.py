"""Check what a client sent against an entity's declaration.

The result holds only declared, writable fields, in exact types. Everything wrong is collected, as
QuickBooks often lists several errors in one fault.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from local.qbo import faults
from local.qbo.faults import Problem, QboFault
from local.qbo.schema import ADDRESS, ADDRESS_LINES, HEAD_NAMES, Entity, Field, Shape

_DIGITS = re.compile(r"-?\d+\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: What no XML can hold, in which QuickBooks answers too.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Characters of the lines of an address together.
_LONGEST_ADDRESS = 2000
_LARGEST = Decimal(10) ** 15

Problems = list[Problem]


def clean(
    entity: Entity, payload: dict[str, Any], *, system: bool = False, whole: bool = False
) -> dict[str, Any]:
    """The declared fields that were sent; a null stands for "clear this".

    Read-only fields are left out unless QuickBooks itself (`system`) sets them.

    Raises QboFault with every problem found: unknown properties, wrong types, lengths, dates,
    numbers, enumerations, characters, names, addresses; with `whole`, absent required fields
    beside them.
    """
    problems: Problems = []
    draft: dict[str, Any] = {}
    known = entity.by_name
    for name, value in payload.items():
        declared = known.get(name)
        if declared is None and name in HEAD_NAMES:
            continue
        if declared is None:
            raise _unknown(entity, name)
        if declared.read_only and not system:
            continue
        draft[name] = None if value is None else _check(declared, value, name, problems)
    if problems:
        raise QboFault(*problems, *_absent(entity, draft, whole))
    return draft


def require(entity: Entity, draft: dict[str, Any]) -> None:
    """Refuse an object that lacks a required field."""
    absent = _absent(entity, draft, True)
    if absent:
        raise QboFault(*absent)


def refuse_unknown(entity: Entity, payload: dict[str, Any]) -> None:
    """Refuse a body with a property that there is not (2010), whatever it is for."""
    for name in payload:
        if name not in entity.by_name and name not in HEAD_NAMES:
            raise _unknown(entity, name)


def _unknown(entity: Entity, name: str) -> QboFault:
    known = entity.by_name
    names = [*sorted(HEAD_NAMES.difference(known)), *known]
    return QboFault(faults.unknown_property(name, entity.name, names))


def refuse_internal(entity: Entity, payload: dict[str, Any]) -> None:
    """Refuse to delete by a body with a property that QuickBooks shows but cannot read (2010)."""
    for name in payload:
        declared = entity.by_name.get(name)
        if declared is not None and declared.kind == "internal":
            raise _unparsable()


def require_always(entity: Entity, sent: dict[str, Any]) -> None:
    """Refuse an update, sparse ones too, without the fields that each has to send."""
    absent = [faults.missing(name) for name in entity.always if sent.get(name) in (None, "")]
    if absent:
        raise QboFault(*absent)


def _absent(entity: Entity, draft: dict[str, Any], whole: bool) -> Problems:
    names = (each.name for each in entity.required if draft.get(each.name) in (None, "", []))
    return [faults.missing(name) for name in names] if whole else []


def identity(payload: dict[str, Any]) -> str:
    """The Id in a body, as text. Raises 2030 when it is no number, 2020 when absent."""
    value = payload.get("Id")
    if value is None or value == "":
        raise QboFault(faults.missing("Id"))
    if isinstance(value, bool) or not _DIGITS.match(str(value)):
        raise QboFault(faults.invalid_id(value))
    return str(value)


def _check(declared: Field, value: Any, path: str, problems: Problems) -> Any:
    return _CHECKS[declared.kind](declared, value, path, problems)


def _unparsable() -> QboFault:
    return QboFault(faults.unparsable())


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    raise _unparsable()


def _plain(value: Any, path: str, problems: Problems) -> str:
    content = _string(value)
    if _CONTROL.search(content):
        problems.append(faults.invalid_characters(_CONTROL.sub("?", content), path))
    return content


def _text(declared: Field, value: Any, path: str, problems: Problems) -> str | None:
    content = _plain(value, path, problems)
    if declared.longest and len(content) > declared.longest:
        problems.append(faults.wrong_length(path, 0, declared.longest, len(content)))
    return content if content.strip() else None


def _name(declared: Field, value: Any, path: str, problems: Problems) -> str | None:
    content = _plain(value, path, problems).strip()
    if len(content) > declared.longest:
        problems.append(faults.wrong_length(path, 0, declared.longest, len(content)))
    if any(each in content for each in ":\t\n\r"):
        problems.append(faults.invalid_name(path))
    return content or None


def _email(declared: Field, value: Any, path: str, problems: Problems) -> str | None:
    content = _string(value).strip()
    if len(content) > declared.longest:
        problems.append(faults.wrong_length(path, 0, declared.longest, len(content)))
    for each in filter(None, (part.strip() for part in content.split(","))):
        local, at, domain = each.rpartition("@")
        if not (local and at and "." in domain) or " " in each:
            problems.append(faults.invalid_email(each, path))
    return content or None


def _number(declared: Field, value: Any, path: str, problems: Problems) -> Decimal | None:
    if isinstance(value, (bool, dict, list)):
        raise _unparsable()
    if value == "":
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise _unparsable() from None
    if not amount.is_finite() or abs(amount) >= _LARGEST:
        problems.append(faults.invalid_number(value, path))
        return None
    return amount


def _whole(declared: Field, value: Any, path: str, problems: Problems) -> int | None:
    amount = _number(declared, value, path, problems)
    if amount is None:
        return None
    if amount != amount.to_integral_value():
        problems.append(faults.invalid_number(value, path))
        return None
    return int(amount)


def _flag(declared: Field, value: Any, path: str, problems: Problems) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false", ""):
        return value.lower() == "true" if value else None
    raise _unparsable()


def _day(declared: Field, value: Any, path: str, problems: Problems) -> str | None:
    content = _string(value).strip()
    if not content:
        return None
    try:
        if not _DAY.match(content):
            raise ValueError
        return date.fromisoformat(content[:10]).isoformat()
    except ValueError:
        problems.append(faults.invalid_date(content, path))
        return None


def _ref(declared: Field, value: Any, path: str, problems: Problems) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        raise _unparsable()
    for name in value:
        if name not in ("value", "name", "type"):
            raise QboFault(faults.unknown_property(name, "ReferenceType", ["value", "name"]))
    content = value.get("value")
    if content is None or content == "":
        return None
    result = {"value": _plain(content, path, problems)}
    if declared.longest and len(result["value"]) > declared.longest:
        given = len(result["value"])
        problems.append(faults.wrong_length(f"{path}.value", 0, declared.longest, given))
    if not declared.target and value.get("name"):
        result["name"] = _plain(value["name"], path, problems)
    if value.get("type"):
        result["type"] = _string(value["type"])
    return result


def _enum(declared: Field, value: Any, path: str, problems: Problems) -> str | None:
    content = _string(value)
    if content and content not in declared.values:
        problems.append(faults.invalid_enumeration(content, path))
    return content or None


def _object(declared: Field, value: Any, path: str, problems: Problems) -> dict[str, Any] | None:
    assert declared.shape is not None
    if not isinstance(value, dict):
        raise _unparsable()
    shaped = _shaped(declared.shape, value, path, problems)
    if declared.shape is ADDRESS:
        lines = sum(len(shaped.get(name, "")) for name in ADDRESS_LINES)
        if lines > _LONGEST_ADDRESS:
            problems.append(faults.wrong_length(path, 0, _LONGEST_ADDRESS, lines))
    return shaped


def _list(declared: Field, value: Any, path: str, problems: Problems) -> list[dict[str, Any]]:
    assert declared.shape is not None
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _unparsable()
    return [_shaped(declared.shape, each, path, problems) for each in value]


def _shaped(shape: Shape, value: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
    result: dict[str, Any] = {}
    known = shape.by_name
    for name, item in value.items():
        declared = known.get(name)
        if declared is None:
            raise QboFault(faults.unknown_property(name, shape.name, list(known)))
        if item is None or declared.read_only:
            continue
        checked = _check(declared, item, f"{path}.{name}", problems)
        if checked is not None:
            result[name] = checked
    return result


def _any(declared: Field, value: Any, path: str, problems: Problems) -> Any:
    return value


def _internal(declared: Field, value: Any, path: str, problems: Problems) -> Any:
    raise _unparsable()


_CHECKS: dict[str, Callable[[Field, Any, str, Problems], Any]] = {
    "text": _text,
    "name": _name,
    "email_text": _email,
    "number": _number,
    "money": _number,
    "whole": _whole,
    "flag": _flag,
    "day": _day,
    "ref": _ref,
    "enum": _enum,
    "object": _object,
    "list": _list,
    "any": _any,
    "internal": _internal,
}
