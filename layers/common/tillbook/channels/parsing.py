"""From bytes to typed values. Amounts never pass through a float, times need a zone, and whatever
is wrong is named by its path in the body, such as `line_items[0].price`."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from tillbook.domain.checks import Finding, check_document
from tillbook.domain.documents import Document
from tillbook.domain.money import parse_decimal
from tillbook.errors import BadInput

CURE = "Correct it at its source and send it again."
# A body of garbage would otherwise fill a page with findings.
_MOST_FINDINGS = 20
_MOST = Decimal(10) ** 11
_FINEST = Decimal("1e-10")
_MOST_RATE = 100
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class Payload(BaseModel):
    """Part of a channel's body. Channels add fields at will, so unknown ones are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def parse_json(body: bytes) -> Any:
    """The value of a JSON body with every fraction as a Decimal. Raises BadInput."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
    except UnicodeDecodeError:
        problem = "is not UTF-8 text."
    except (ValueError, ArithmeticError):
        problem = "holds a number that cannot be read."
    except RecursionError:
        problem = "is nested too deeply."
    raise BadInput(Finding("body", problem, "Send the body whole and unchanged, as JSON."))


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def validate(model: type[M], value: Any) -> M:
    """The value as this model. Raises BadInput with a finding per field."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise BadInput(*findings_of(error)) from None


def checked(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents, all of which foot. Raises BadInput with what does not."""
    findings = [finding for document in documents for finding in check_document(document)]
    if findings:
        raise BadInput(*findings[:_MOST_FINDINGS])
    return tuple(documents)


def findings_of(error: ValidationError, *, skip: int = 0) -> tuple[Finding, ...]:
    """What a person has to mend; `skip` leaves out leading parts of each path. Values are left out,
    since they may be anybody's data."""
    details = error.errors(include_url=False, include_input=False)[:_MOST_FINDINGS]
    return tuple(_finding(detail, skip) for detail in details)


def path(location: Sequence[str | int]) -> str:
    """`("line_items", 0, "price")` as `line_items[0].price`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "body"


def _finding(detail: ErrorDetails, skip: int) -> Finding:
    context = detail.get("ctx", {})
    field = path(detail["loc"][skip:])
    kind = detail["type"]
    if kind == "value_error":
        return Finding(field, f"is refused: {str(context['error'])[:200]}.", CURE)
    if kind in _SAY:
        message, cure = _SAY[kind]
        return Finding(field, message.format_map(context), cure.format_map(context))
    return Finding(field, f"is refused: {detail['msg']}.", CURE)


_SAY: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing.", "Add it."),
    "extra_forbidden": ("is not a field of this document.", "Remove it, or correct its spelling."),
    "string_type": ("is not text.", "Send text in quotation marks."),
    "string_unicode": ("holds half a character.", "Send text in valid Unicode."),
    "string_too_short": ("is empty.", "Give it a value, or leave it out where it is optional."),
    "string_too_long": (
        "is longer than {max_length} characters.",
        "Shorten it to {max_length} characters.",
    ),
    "too_short": ("is empty.", "Give at least one."),
    "too_long": ("has more than {max_length} entries.", "Split it."),
    "tuple_type": ("is not a list.", "Send a list."),
    "model_type": ("is not an object.", "Send an object with named fields."),
    "model_attributes_type": ("is not an object.", "Send an object with named fields."),
    "bool_type": ("is neither true nor false.", "Send true or false."),
    "bool_parsing": ("is neither true nor false.", "Send true or false."),
    "decimal_max_digits": (
        "has more than {max_digits} digits.",
        "Round it to the smallest unit of its currency.",
    ),
    "greater_than": ("is beyond any amount that QuickBooks holds.", CURE),
    "less_than": ("is beyond any amount that QuickBooks holds.", CURE),
    "greater_than_equal": ("is less than {ge}.", CURE),
    "literal_error": ("is not one of {expected}.", "Use one of them."),
    "tillbook": ("{problem}", "{cure}"),
}


def _refuse(problem: str, cure: str = CURE) -> PydanticCustomError:
    return PydanticCustomError("tillbook", "{problem}", {"problem": problem, "cure": cure})


def _must_be(value: object) -> None:
    if value is None:
        raise _refuse("is missing.", "Add it.")


def _number(value: object) -> Decimal:
    _must_be(value)
    try:
        number = parse_decimal(value)
    except ValueError:
        raise _refuse(
            "is not a number.", 'Send a decimal number such as "19.99", without a currency sign.'
        ) from None
    if abs(number) >= _MOST:
        raise _refuse("is larger than any amount that QuickBooks holds.")
    if number != number.quantize(_FINEST):
        raise _refuse("is finer than any amount of money.")
    return number


def _rate(value: object) -> Decimal:
    try:
        number = parse_decimal(value)
    except ValueError:
        number = Decimal("Infinity")
    if abs(number) > _MOST_RATE:
        raise _refuse("is not a rate.", "Send the rate as a fraction: 0.0725 for 7.25 %.")
    # Not money: channels write rates as binary fractions, such as 0.07250000000000001.
    return number.quantize(_FINEST)


def _amount(value: object) -> Decimal:
    number = _number(value)
    if number < 0:
        raise _refuse("is negative.", "Only refunds and adjustments may take away. " + CURE)
    return number


def _count(value: object) -> int:
    _must_be(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refuse("is not a whole number.", "Send a whole number such as 2.")
    if value < 0:
        raise _refuse(
            "is negative.", "Send goods that came back as a refund, not as a negative quantity."
        )
    if value >= _MOST:
        raise _refuse("is larger than any quantity that QuickBooks holds.")
    return value


def _identifier(value: object) -> str:
    _must_be(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**30:
        return str(value)
    if isinstance(value, str) and (
        match := re.fullmatch(r"(?:gid://shopify/[A-Za-z]+/)?([0-9]{1,30})", value)
    ):
        return match[1]
    raise _refuse("is not an id.", "Send the id as a whole number.")


def _instant(value: object) -> datetime:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        instant = None
    # Years at the edge cannot be moved to UTC.
    if instant is None or not 1900 <= instant.year < 9999:
        raise _refuse("is not a time.", "Send a time such as 2026-03-14T09:26:53-05:00.")
    if instant.tzinfo is None:
        raise _refuse(
            "has no time zone, so its day is uncertain.",
            "Add the zone, as in 2026-03-14T09:26:53-05:00.",
        )
    return instant


_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def _text(value: object) -> object:
    """Without control characters, which no field of QuickBooks takes; blank text is none."""
    if not isinstance(value, str):
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _refuse("holds half a character.", "Send text in valid Unicode.") from None
    return _CONTROL.sub(" ", value).strip() or None


def _or(default: object) -> Callable[[object], object]:
    """Channels write null where they mean that there is nothing."""
    return lambda value: default if value is None else value


Number = Annotated[Decimal, BeforeValidator(_number)]
"""An amount of any sign, at most 10 decimal places, less than 100 billion."""
Amount = Annotated[Decimal, BeforeValidator(_amount)]
"""A Number that is not negative."""
Rate = Annotated[Decimal, BeforeValidator(_rate)]
Count = Annotated[int, BeforeValidator(_count)]
Id = Annotated[str, BeforeValidator(_identifier)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Text = Annotated[str | None, BeforeValidator(_text)]
Flag = Annotated[bool, Field(strict=True), BeforeValidator(_or(False))]
Many = Annotated[tuple[T, ...], BeforeValidator(_or(()))]


INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def stamp(instant: datetime) -> str:
    """A time as a version: UTC to the microsecond, so that text compares as time does."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
