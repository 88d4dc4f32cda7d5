"""Names taken in the QuickBooks company, imported and kept up to date from our own writes.

Customers, vendors and employees share one name space; items have their own, and are found by SKU
too. Names compare without regard to case, as QuickBooks does. What an object is called now is kept
by its id: an entry under a name that it no longer has is not found any more.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from tillbook.ports import Database, Item, Put
from tillbook.quickbooks.names import DELETED_SUFFIX, name_key
from tillbook.store import keys

NAMES = "names"
ITEMS = "items"
SKUS = "skus"
_OBJECTS = "objects"

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
    "ExpenseAccountRef",
    "PrimaryEmailAddr",
)


def puts(connection_id: str, entity: str, objects: Iterable[dict[str, Any]]) -> list[Put]:
    """What to store of imported objects: enough to link by name without another read."""
    found: dict[tuple[str, str], Put] = {}
    for obj in objects:
        entry = {"entity": entity, "object": {name: obj[name] for name in _KEPT if name in obj}}
        called = _called(entity, obj)
        # An inactive object may bear the name of an active one, and a SKU is not unique.
        for space, name in called.items():
            if name and (obj.get("Active", True) or (space, name) not in found):
                found[space, name] = Put(keys.reference(connection_id, space, name), entry)
        key = keys.reference(connection_id, _OBJECTS, _object(entry))
        found[_OBJECTS, _object(entry)] = Put(key, {"called": called})
    return list(found.values())


def _called(entity: str, obj: dict[str, Any]) -> dict[str, str]:
    """The folded name of an object, and the SKU of an item, by space."""
    called = {_SPACES[entity]: name_key(_name(entity, obj))}
    return called | ({SKUS: name_key(obj.get("Sku") or "")} if entity == "Item" else {})


def _object(entry: Item) -> str:
    return f"{entry['entity']}#{entry['object']['Id']}"


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
    found = {wanted[key]: item for key, item in db.get_many(wanted).items()}
    objects = {
        name: keys.reference(connection_id, _OBJECTS, _object(entry))
        for name, entry in found.items()
    }
    now = db.get_many(objects.values())

    def is_current(name: str) -> bool:
        known = now.get(objects[name])
        return known is None or known["called"].get(space) == name

    return {name: entry for name, entry in found.items() if is_current(name)}
