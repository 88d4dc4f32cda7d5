"""Settings of a connection, stored whole as JSON."""

from tillbook.domain.settings import ConnectionSettings
from tillbook.ports import Absent, Database, Put
from tillbook.store import keys


def load(db: Database, connection_id: str) -> ConnectionSettings:
    """The defaults where none were saved."""
    item = db.get(keys.settings(connection_id))
    if item is None:
        return ConnectionSettings()
    return ConnectionSettings.model_validate(item["settings"])


def save(db: Database, connection_id: str, settings: ConnectionSettings) -> None:
    db.write(Put(keys.settings(connection_id), _item(settings)))


def put_first(connection_id: str, settings: ConnectionSettings) -> Put:
    """For the transaction that connects: fails where somebody saved settings meanwhile."""
    return Put(keys.settings(connection_id), _item(settings), when=(Absent(),))


def exist(db: Database, connection_id: str) -> bool:
    return db.get(keys.settings(connection_id)) is not None


def _item(settings: ConnectionSettings) -> dict[str, object]:
    return {"settings": settings.model_dump(mode="json", exclude_none=True)}
