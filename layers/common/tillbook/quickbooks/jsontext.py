"""JSON with exact numbers and the same bytes every time: a retry must repeat what was sent."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


def dumps(value: Any) -> str:
    """Decimals become JSON numbers digit for digit; keys keep their order. Floats are refused."""
    match value:
        case None | bool() | int() | str():
            return json.dumps(value, ensure_ascii=False)
        case Decimal() if value.is_finite():
            return format(value, "f")
        case Mapping():
            pairs = (f"{dumps(str(name))}:{dumps(item)}" for name, item in value.items())
            return "{" + ",".join(pairs) + "}"
        case Sequence():
            return "[" + ",".join(dumps(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} has no exact JSON form")


def loads(body: bytes | str) -> Any:
    """JSON with Decimals for all numbers that are not integers. Raises ValueError."""
    return json.loads(body, parse_float=Decimal)
