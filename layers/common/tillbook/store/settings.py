"""Settings of a connection, stored whole as JSON."""

from typing import Any

from tillbook.domain.settings import ConnectionSettings
from tillbook.ports import Absent, Database, Equals, Put
from tillbook.store import keys


def load(db: Database, connection_id: str) -> ConnectionSettings:
    """The defaults where none were saved."""
    return find(db, connection_id) or ConnectionSettings()


def find(db: Database, connection_id: str) -> ConnectionSettings | None:
    item = db.get(keys.settings(connection_id))
    return None if item is None else ConnectionSettings.model_validate(item["settings"])


def save(db: Database, connection_id: str, settings: ConnectionSettings) -> None:
    db.write(Put(keys.settings(connection_id), _item(settings)))


def put_first(
    connection_id: str, before: ConnectionSettings | None, after: ConnectionSettings
) -> Put:
    """For the transaction that connects: fails where somebody saved settings meanwhile."""
    unchanged = Absent() if before is None else Equals("settings", _item(before)["settings"])
    return Put(keys.settings(connection_id), _item(after), when=(unchanged,))


def _item(settings: ConnectionSettings) -> dict[str, Any]:
    return {"settings": settings.model_dump(mode="json", exclude_none=True)}
