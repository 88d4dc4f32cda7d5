"""JSON in which every number is exact: read as Decimal, written digit for digit.

Answers can also be written as XML, which is what QuickBooks sends to a client that does not ask
for JSON.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_quote = json.encoder.encode_basestring
_DEEPEST = 100
_LARGEST_EXPONENT = 400


class NotJson(ValueError):
    """The bytes are not a JSON document in UTF-8."""


def loads(body: bytes) -> Any:
    """Parse a body; decimals become Decimal.

    Raises NotJson, also for what cannot be answered again: half of a surrogate pair, and values
    nested more than a hundred levels deep.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_float=_decimal, parse_constant=_refuse)
        if "\\ud" in text or "\\uD" in text:
            dumps(value).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from error
    if text.count("[") + text.count("{") > _DEEPEST and _is_deep(value):
        raise NotJson(f"nested more than {_DEEPEST} levels deep")
    return value


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text} is not a number") from None
    if ("e" in text or "E" in text) and abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError(f"{text} is out of range")
    return number


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            each
            for outer in level
            for each in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(each, (dict, list))
        ]
        if not level:
            return False
    return True


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


def dumps(value: Any) -> str:
    """Write a value compactly; a Decimal keeps its digits, and a zero has one."""
    kind = type(value)
    if kind is dict:
        # Most values of an object are text: they are written here, without another call.
        items = [
            f"{_quote(key)}:{_quote(item) if type(item) is str else dumps(item)}"
            for key, item in value.items()
        ]
        return "{" + ",".join(items) + "}"
    if kind is str:
        return _quote(value)
    if kind is Decimal:
        text = str(value) if value else "0"
        return format(value, "f") if "E" in text else text
    if kind is bool:
        return "true" if value else "false"
    if kind is list or kind is tuple:
        return "[" + ",".join([dumps(item) for item in value]) + "]"
    if value is None:
        return "null"
    if kind is int:
        return str(value)
    raise TypeError(f"{kind.__name__} has no exact JSON form")


def dumps_text(value: Any) -> str:
    """Write a value that holds text only, as reports do; much quicker. Raises TypeError."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


NAMESPACE = "http://schema.intuit.com/finance/v3"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def to_xml(body: dict[str, Any]) -> str:
    """The XML form of an answer: `time` is an attribute of the root, references carry a name."""
    time = body.get("time")
    stamp = f" time={quoteattr(str(time))}" if time is not None else ""
    inner = "".join(_element(key, value) for key, value in body.items() if key != "time")
    return f'{_DECLARATION}\n<IntuitResponse xmlns="{NAMESPACE}"{stamp}>{inner}</IntuitResponse>'


def _element(name: str, value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, dict):
        if name == "Error":
            return _error(value)
        if "value" in value:
            label = f" name={quoteattr(str(value['name']))}" if "name" in value else ""
            return f"<{name}{label}>{escape(str(value['value']))}</{name}>"
        attributes, inner = "", ""
        for key, item in sorted(value.items(), key=_after_head) if "Id" in value else value.items():
            if key in (
                "domain",
                "sparse",
                "status",
                "bId",
                "startPosition",
                "maxResults",
                "totalCount",
                "type",
            ):
                attributes += f" {key}={quoteattr(_scalar(item))}"
            else:
                inner += _element(key, item)
        return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"
    return f"<{name}>{escape(_scalar(value))}</{name}>"


def _after_head(pair: tuple[str, Any]) -> bool:
    """In XML an object begins with its id, token and times, whatever it is in JSON."""
    return pair[0] not in ("Id", "SyncToken", "MetaData")


def _error(value: dict[str, Any]) -> str:
    element = f" element={quoteattr(value['element'])}" if value.get("element") is not None else ""
    return (
        f"<Error code={quoteattr(value['code'])}{element}>"
        f"<Message>{escape(value['Message'])}</Message>"
        f"<Detail>{escape(value.get('Detail', ''))}</Detail></Error>"
    )


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f") if value else "0"
    return str(value)
