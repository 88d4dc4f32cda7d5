"""Addresses are records of their own: QuickBooks shows each with an id."""

import zlib
from typing import Any

from local.qbo.jsonio import dumps
from local.qbo.rules import Values
from local.qbo.schema import ADDRESS, Entity


def number_addresses(entity: Entity, values: Values) -> None:
    """Give every address that has none an id; equal addresses share theirs."""
    for field in entity.fields:
        address: dict[str, Any] | None = values.get(field.name) if field.shape is ADDRESS else None
        if address and not address.get("Id"):
            values[field.name] = {"Id": str(zlib.crc32(dumps(address).encode())), **address}
