"""DynamoDB's form of an item, and the rules a write must keep. Pure: the database in
`tests/fakes.py` stores the same form and keeps the same rules.

Numbers are exact: a Decimal or an int of up to 38 digits. DynamoDB drops trailing zeros, so a whole
number comes back as int and every other one as Decimal; an amount whose scale matters is stored as
text. Source of the limits: Amazon DynamoDB Developer Guide, "Quotas" and "Item sizes".
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from typing import Any

from tillbook.errors import TooLarge
from tillbook.ports import AnyOf, Below, Check, Condition, Item, Key, Put, Update, When, Write

WireValue = dict[str, Any]
WireItem = dict[str, WireValue]

MAX_WRITES = 100
MAX_ITEM_BYTES = 400 * 1024
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024
_MAX_DEPTH = 32
_MAX_KEY_BYTES = {"pk": 2048, "sk": 1024, "hk": 2048, "hr": 1024, "bk": 2048, "br": 1024}
_TABLE_KEY = ("pk", "sk")
_INDEX_KEYS = ("hk", "hr", "bk", "br")
_NUMBERS = Context(prec=38, traps=[Inexact])
_SMALL = 10**38
_SMALLEST_EXPONENT, _LARGEST_EXPONENT = -130, 125


def encode(value: Any, depth: int = 0) -> WireValue:
    """One value in DynamoDB's form. Raises TypeError for a type that does not come back as it was
    (float, bytes, datetime ...) and ValueError for a number beyond DynamoDB's range."""
    if depth > _MAX_DEPTH:
        raise ValueError(f"values may nest {_MAX_DEPTH} levels deep")
    if isinstance(value, str):
        return {"S": value if type(value) is str else str(value)}
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (int, Decimal)):
        return {"N": _number(value)}
    if isinstance(value, (list, tuple)):
        return {"L": [encode(item, depth + 1) for item in value]}
    if isinstance(value, (dict, Mapping)):
        return {"M": {_name(name): encode(item, depth + 1) for name, item in value.items()}}
    raise TypeError(f"{type(value).__name__} cannot be stored: use text, an int or a Decimal")


def decode(wire: Mapping[str, Any]) -> Any:
    ((kind, value),) = wire.items()
    if kind == "S":
        return value
    if kind == "M":
        return decode_item(value)
    if kind == "L":
        return [decode(item) for item in value]
    if kind == "N":
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else number
    return None if kind == "NULL" else value


def encode_item(item: Mapping[str, Any]) -> WireItem:
    return {_name(name): encode(value) for name, value in item.items()}


def decode_item(wire: Mapping[str, Mapping[str, Any]]) -> Item:
    return {name: decode(value) for name, value in wire.items()}


def encode_key(key: Key) -> WireItem:
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}


def encode_put(put: Put) -> WireItem:
    """The whole item with its key. Raises TooLarge where it passes 400 KB."""
    wire = encode_item(put.item) | encode_key(put.key)
    check_item_bytes(wire)
    return wire


def check_item_bytes(wire: WireItem) -> None:
    """Raises TooLarge where an item passes 400 KB."""
    if _at_most(wire) > MAX_ITEM_BYTES and item_bytes(wire) > MAX_ITEM_BYTES:
        raise TooLarge("An item of more than 400 KB cannot be stored.")


def item_bytes(wire: WireItem) -> int:
    """How DynamoDB counts an item against its limit of 400 KB, numbers estimated upwards."""
    return sum(len(name.encode()) + _bytes(value) for name, value in wire.items())


def check_transaction_bytes(puts: Iterable[WireItem]) -> None:
    """Raises TooLarge where the items put by one transaction pass 4 MB."""
    wires = list(puts)
    if sum(map(_at_most, wires)) <= MAX_TRANSACTION_BYTES:
        return
    if sum(map(item_bytes, wires)) > MAX_TRANSACTION_BYTES:
        raise TooLarge("A transaction of more than 4 MB cannot be stored.")


def check_writes(writes: Sequence[Write]) -> None:
    """Raises ValueError for what DynamoDB refuses whatever is stored: such a write is a mistake in
    the program, not a matter of state."""
    if len(writes) > MAX_WRITES:
        raise ValueError(f"a transaction has at most {MAX_WRITES} writes, not {len(writes)}")
    if len({write.key for write in writes}) < len(writes):
        raise ValueError("the writes of a transaction must be on distinct keys")
    for write in writes:
        check_key(write.key)
        _check_conditions(write.when)
        if isinstance(write, Put):
            _check_index_keys(write.item)
        elif isinstance(write, Update):
            _check_update(write)
        elif isinstance(write, Check) and not write.when:
            raise ValueError("a check needs a condition")


def check_puts(puts: Sequence[Put]) -> None:
    """The rules of puts of any number that are not atomic."""
    if len({put.key for put in puts}) < len(puts):
        raise ValueError("the puts must be on distinct keys")
    for put in puts:
        if put.when:
            raise ValueError("put_all is unconditional: write one that has conditions")
        check_writes((put,))


def check_query(partition: str, limit: int | None) -> None:
    _check_key_text("pk", partition)
    if limit is not None and limit < 1:
        raise ValueError("the limit of a page is 1 at least")


def check_key(key: Key) -> None:
    for name, text in (("pk", key.partition), ("sk", key.sort)):
        _check_key_text(name, text)


def _check_update(update: Update) -> None:
    names = [*update.set, *update.remove, *update.add]
    if not names:
        raise ValueError("an update must change something; use a check to change nothing")
    if len(set(names)) < len(names):
        raise ValueError("an update may name an attribute only once")
    if set(names) & set(_TABLE_KEY):
        raise ValueError("an update cannot change the key of an item")
    for amount in update.add.values():
        if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
            raise TypeError("only numbers can be added")
    _check_index_keys(update.set)


def _check_index_keys(item: Mapping[str, Any]) -> None:
    for name in _INDEX_KEYS:
        if name in item:
            _check_key_text(name, item[name])


def _check_key_text(name: str, text: Any) -> None:
    if not isinstance(text, str) or not text:
        raise ValueError(f"{name} must be text and not empty")
    if len(text.encode()) > _MAX_KEY_BYTES[name]:
        raise ValueError(f"{name} has at most {_MAX_KEY_BYTES[name]} bytes")


def _check_conditions(when: When | tuple[Condition, ...]) -> None:
    for condition in when:
        if isinstance(condition, AnyOf):
            if not condition.conditions:
                raise ValueError("AnyOf needs a condition")
            _check_conditions(condition.conditions)
        elif isinstance(condition, Below) and not _is_ordered(condition.value):
            raise TypeError("only numbers and text have an order")


def _is_ordered(value: Any) -> bool:
    return isinstance(value, str | int | Decimal) and not isinstance(value, bool)


def _name(name: Any) -> str:
    if type(name) is str and name:
        return name
    if not isinstance(name, str):
        raise TypeError("the names in a mapping must be text")
    if not name:
        raise ValueError("a name in a mapping cannot be empty")
    return str(name)


def _number(value: int | Decimal) -> str:
    if type(value) is int and -_SMALL < value < _SMALL:
        return str(value)
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("only finite numbers can be stored")
    try:
        number = _NUMBERS.normalize(number)
    except Inexact:
        raise ValueError("a number has at most 38 digits") from None
    if not number:
        return "0"
    if not _SMALLEST_EXPONENT <= number.adjusted() <= _LARGEST_EXPONENT:
        raise ValueError("a number lies between 1E-130 and 9.9E+125")
    return format(number, "f")


def _at_most(wire: WireItem) -> int:
    """An item's bytes estimated generously, fast: no character takes more than four."""
    return 4 * len(str(wire))


def _bytes(wire: WireValue) -> int:
    ((kind, value),) = wire.items()
    if kind == "S":
        return len(value.encode())
    if kind == "N":
        return len(value.replace(".", "").strip("0")) // 2 + 3
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _bytes(item) for name, item in value.items())
    if kind == "L":
        return 3 + sum(1 + _bytes(item) for item in value)
    return 1
