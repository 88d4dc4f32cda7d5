"""Addresses are records of their own: QuickBooks shows each with an id."""

import zlib

from local.qbo.jsonio import dumps
from local.qbo.rules import Values
from local.qbo.schema import Entity


def number_addresses(entity: Entity, values: Values) -> None:
    """Give every address that has none an id; equal addresses share theirs."""
    for name in entity.addresses:
        address = values.get(name)
        if address and not address.get("Id"):
            values[name] = {"Id": str(zlib.crc32(dumps(address).encode())), **address}
