"""Objects in QuickBooks that are ours, as their marks or older links say, and that no record of
this connection is linked to.

A mark waits under the key of its record until the record comes to be sent; then it is linked
(`usecases/adopt.py`). A double carries the mark of a record that is linked to another object: a
person has to decide about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from tillbook.domain.documents import Kind, kind_of_key
from tillbook.ports import Absent, Database, Delete, Item, Key, Put, Table
from tillbook.store import keys, pages

_MARKS = "marks"
_DOUBLES = "doubles"


@dataclass(frozen=True)
class Mark:
    """The objects that a record may already be in QuickBooks as; usually one."""

    record: str
    objects: Mapping[str, dict[str, str]] = field(default_factory=dict)
    """By id, what we wrote as links have it (`Link.written`); empty where that is not known."""

    @property
    def kind(self) -> Kind:
        return kind_of_key(self.record)

    @property
    def ids(self) -> list[str]:
        """In the order in which QuickBooks made them, as far as ids tell."""
        return sorted(self.objects, key=lambda one: (len(one), one))


@dataclass(frozen=True)
class Double:
    """An object with the mark of a record that is linked to another object."""

    entity: str
    id: str
    record: str
    title: str
    """The record's."""
    linked: str
    """Id of the object that the record is linked to."""
    number: str = ""
    date: str = ""
    total: str = ""
    found_at: str = ""


def load(db: Database, connection_id: str, record_keys: Iterable[str]) -> dict[str, Mark]:
    """By record key."""
    found = db.get_many({_mark(connection_id, key) for key in record_keys})
    return {item["record"]: Mark(item["record"], dict(item["objects"])) for item in found.values()}


def add(db: Database, connection_id: str, marks: Sequence[Mark]) -> bool:
    """Keeps marks beside those that are known. True where a record now has several objects."""
    if not marks:
        return False
    known = load(db, connection_id, [one.record for one in marks])
    merged: dict[str, dict[str, dict[str, str]]] = {
        key: dict(one.objects) for key, one in known.items()
    }
    for mark in marks:
        objects = merged.setdefault(mark.record, {})
        objects |= {id: new or objects.get(id, {}) for id, new in mark.objects.items()}
    db.put_all(
        [
            Put(_mark(connection_id, key), {"record": key, "objects": objects})
            for key, objects in merged.items()
            if key not in known or objects != known[key].objects
        ]
    )
    return any(len(objects) > 1 for objects in merged.values())


def remove(connection_id: str, record_key: str) -> Delete:
    return Delete(_mark(connection_id, record_key))


def are_waiting(db: Database, connection_id: str) -> bool:
    return _any(db, _mark(connection_id, ""))


def add_double(connection_id: str, double: Double) -> Put:
    """Fails where it is known."""
    return Put(_double(connection_id, double.entity, double.id), asdict(double), when=(Absent(),))


def remove_double(connection_id: str, double: Double) -> Delete:
    return Delete(_double(connection_id, double.entity, double.id))


def doubles(db: Database, connection_id: str) -> list[Double]:
    """All of them, for the proof."""
    partition = _double(connection_id, "", "").partition
    return [_to_double(item) for item in pages.items(db, Table.CONNECTIONS, partition)]


def doubles_of(
    db: Database, connection_id: str, entity: str, ids: Iterable[str]
) -> dict[str, Double]:
    """Those among these objects, by id."""
    found = db.get_many({_double(connection_id, entity, id) for id in ids})
    return {item["id"]: _to_double(item) for item in found.values()}


def has_doubles(db: Database, connection_id: str) -> bool:
    return _any(db, _double(connection_id, "", ""))


def _to_double(item: Item) -> Double:
    return Double(**{name: item[name] for name in Double.__dataclass_fields__})


def _any(db: Database, key: Key) -> bool:
    return bool(db.query(key.table, key.partition, limit=1).items)


def _mark(connection_id: str, record_key: str) -> Key:
    return keys.reference(connection_id, _MARKS, record_key)


def _double(connection_id: str, entity: str, id: str) -> Key:
    return keys.reference(connection_id, _DOUBLES, f"{entity}#{id}")
