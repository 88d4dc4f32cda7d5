"""Names taken in the QuickBooks company, imported and kept up to date from our own writes.

Customers, vendors and employees share one name space; items have their own, and are found by SKU
too. Names compare without regard to case, as QuickBooks does.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from tillbook.ports import Database, Item, Put
from tillbook.store import keys

NAMES = "names"
ITEMS = "items"
SKUS = "skus"

_SPACES = {"Customer": NAMES, "Vendor": NAMES, "Employee": NAMES, "Item": ITEMS}
ENTITIES = tuple(_SPACES)


def fold(name: str) -> str:
    return name.strip().casefold()


def puts(connection_id: str, entity: str, objects: Iterable[dict[str, Any]]) -> list[Put]:
    """What to store of imported objects: enough to link by name without another read."""
    found: dict[tuple[str, str], Put] = {}
    for obj in objects:
        entry = _entry(entity, obj)
        name = fold(entry["name"])
        space = _SPACES[entity]
        found[space, name] = Put(keys.reference(connection_id, space, name), entry)
        if entity == "Item" and entry.get("sku"):
            sku = fold(entry["sku"])
            # A SKU is not unique: an active item wins over an inactive one.
            if entry["active"] or (SKUS, sku) not in found:
                found[SKUS, sku] = Put(keys.reference(connection_id, SKUS, sku), entry)
    return list(found.values())


def _entry(entity: str, obj: dict[str, Any]) -> Item:
    item = entity == "Item"
    name = obj.get("FullyQualifiedName") or obj.get("Name") if item else obj["DisplayName"]
    income = obj.get("IncomeAccountRef") or {}
    return {
        "entity": entity,
        "id": str(obj["Id"]),
        "name": str(name).removesuffix(" (deleted)"),
        "active": bool(obj.get("Active", True)),
        "sync_token": str(obj.get("SyncToken", "0")),
        "email": (obj.get("PrimaryEmailAddr") or {}).get("Address"),
        "type": obj.get("Type"),
        "sku": obj.get("Sku"),
        "account": income.get("value"),
    }


def store(
    db: Database, connection_id: str, entity: str, objects: Sequence[dict[str, Any]]
) -> None:
    db.put_all(puts(connection_id, entity, objects))


def find(
    db: Database, connection_id: str, space: str, names: Iterable[str]
) -> dict[str, Item]:
    """Entries by folded name."""
    wanted = {
        keys.reference(connection_id, space, fold(name)): fold(name)
        for name in names
        if name.strip()
    }
    return {wanted[key]: item for key, item in db.get_many(wanted).items()}
