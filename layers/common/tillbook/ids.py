"""New ids. Chance and time come in here, so that what uses ids can be given any."""

import os
from datetime import datetime
from uuid import uuid4

# Crockford's base 32, as in ULID: no letters that look like digits, and its order is that of ASCII.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BYTES = 10
_LENGTH = 26


def new_id() -> str:
    """122 random bits as 32 hexadecimal digits: nobody guesses one."""
    return uuid4().hex


def new_sorted_id(now: datetime) -> str:
    """26 characters, 48 bits of milliseconds before 80 random ones (the layout of ULID), so that
    ids sort by the time they were made."""
    milliseconds = int(now.timestamp() * 1000)
    number = int.from_bytes(milliseconds.to_bytes(6) + os.urandom(_RANDOM_BYTES))
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
