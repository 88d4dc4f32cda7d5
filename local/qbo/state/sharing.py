"""Equal parts of different objects, kept once: a company's invoices mostly repeat each other.

References, addresses, names and amounts are the same in thousands of objects. What is stored is
never altered in place, so they can be the same in memory too: half of it is saved.
"""

from decimal import Decimal
from sys import intern
from typing import Any

# Longer texts are notes, which seldom repeat.
_LONGEST = 40
# Forgotten and learnt anew at this size, so that what does not repeat takes no room for long.
_MOST = 20_000
_amounts: dict[str, Decimal] = {}
_flat: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}


def shared(values: dict[str, Any]) -> dict[str, Any]:
    """The same values, made of parts that other values have."""
    result: dict[str, Any] = {}
    texts_only = True
    for name, item in values.items():
        kind = type(item)
        if kind is str:
            if len(item) <= _LONGEST:
                item = intern(item)
        else:
            texts_only = False
            if kind is Decimal:
                item = _amount(item)
            elif kind is dict:
                item = shared(item)
            elif kind is list:
                item = [shared(one) if type(one) is dict else one for one in item]
        result[intern(name)] = item
    if not texts_only:
        return result
    if len(_flat) >= _MOST:
        _flat.clear()
    return _flat.setdefault(tuple(result.items()), result)


def _amount(amount: Decimal) -> Decimal:
    """By its digits: 1.0 and 1.00 are equal, but not the same."""
    if len(_amounts) >= _MOST:
        _amounts.clear()
    return _amounts.setdefault(str(amount), amount)
