"""Names taken in the QuickBooks company, imported and kept up to date from our own writes.

Customers, vendors and employees share one name space; items have their own, and are found by SKU
too. Names compare without regard to case, as QuickBooks does.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from tillbook.ports import Database, Item, Put
from tillbook.quickbooks.names import DELETED_SUFFIX, name_key
from tillbook.store import keys

NAMES = "names"
ITEMS = "items"
SKUS = "skus"

_SPACES = {"Customer": NAMES, "Vendor": NAMES, "Employee": NAMES, "Item": ITEMS}
ENTITIES = tuple(_SPACES)


# What linking by name needs of an object; nothing else of it is kept.
_KEPT = (
    "Id",
    "SyncToken",
    "Active",
    "DisplayName",
    "Name",
    "FullyQualifiedName",
    "Type",
    "Sku",
    "IncomeAccountRef",
    "PrimaryEmailAddr",
)


def puts(connection_id: str, entity: str, objects: Iterable[dict[str, Any]]) -> list[Put]:
    """What to store of imported objects: enough to link by name without another read."""
    found: dict[tuple[str, str], Put] = {}
    for obj in objects:
        entry = {"entity": entity, "object": {name: obj[name] for name in _KEPT if name in obj}}
        name = name_key(_name(entity, obj))
        space = _SPACES[entity]
        found[space, name] = Put(keys.reference(connection_id, space, name), entry)
        sku = name_key(obj.get("Sku") or "") if entity == "Item" else ""
        # A SKU is not unique: an active item wins over an inactive one.
        if sku and (obj.get("Active", True) or (SKUS, sku) not in found):
            found[SKUS, sku] = Put(keys.reference(connection_id, SKUS, sku), entry)
    return list(found.values())


def _name(entity: str, obj: dict[str, Any]) -> str:
    field = "Name" if entity == "Item" else "DisplayName"
    return str(obj.get(field) or "").removesuffix(DELETED_SUFFIX)


def store(db: Database, connection_id: str, entity: str, objects: Sequence[dict[str, Any]]) -> None:
    db.put_all(puts(connection_id, entity, objects))


def find(db: Database, connection_id: str, space: str, names: Iterable[str]) -> dict[str, Item]:
    """Entries by folded name."""
    wanted = {
        keys.reference(connection_id, space, name_key(name)): name_key(name)
        for name in names
        if name.strip()
    }
    return {wanted[key]: item for key, item in db.get_many(wanted).items()}
