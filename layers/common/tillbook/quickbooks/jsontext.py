"""JSON with exact numbers and the same bytes every time: a retry must repeat what was sent."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any


def dumps(value: Any) -> str:
    """Decimals become JSON numbers digit for digit; keys keep their order. Floats are refused."""
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def loads(body: bytes | str) -> Any:
    """JSON with Decimals for all numbers that are not integers. Raises ValueError."""
    return json.loads(body, parse_float=Decimal)


def _write(value: Any, out: Callable[[str], None]) -> None:
    if isinstance(value, str):
        out(encode_basestring(value))
    elif isinstance(value, Mapping):
        _write_object(value, out)
    elif isinstance(value, list | tuple):
        _write_array(value, out)
    elif value is None or isinstance(value, bool):
        out({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int) or (isinstance(value, Decimal) and value.is_finite()):
        out(format(value, "d" if isinstance(value, int) else "f"))
    else:
        raise TypeError(f"{type(value).__name__} has no exact JSON form")


def _write_object(value: Mapping[str, Any], out: Callable[[str], None]) -> None:
    comma = "{"
    for name, item in value.items():
        out(f"{comma}{encode_basestring(name)}:")
        _write(item, out)
        comma = ","
    out("}" if value else "{}")


def _write_array(value: list[Any] | tuple[Any, ...], out: Callable[[str], None]) -> None:
    comma = "["
    for item in value:
        out(comma)
        _write(item, out)
        comma = ","
    out("]" if value else "[]")
