"""The imported company of a connection, and how far its lists and changes have been read."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tillbook.ports import Database, Put
from tillbook.quickbooks.company import Company
from tillbook.store import keys


@dataclass(frozen=True)
class Import:
    """State of the import. `changes_since` is when, by our clock, changes were last asked for."""

    imported_at: str | None = None
    """When accounts, taxes and preferences were last read whole."""
    names_at: str | None = None
    """When names were last read whole; None until every list was."""
    changes_since: str | None = None
    entity: str | None = None
    """The list that is being paged through, and the row it goes on from."""
    position: int = 1


def load(db: Database, connection_id: str) -> tuple[Company | None, Import]:
    item = db.get(keys.company(connection_id))
    if item is None:
        return None, Import()
    company = item.get("company")
    return (Company.from_json(company) if company else None), Import(**item["import"])


def save(db: Database, connection_id: str, company: Company | None, state: Import) -> None:
    body: dict[str, Any] = {"import": asdict(state)}
    if company is not None:
        body["company"] = company.to_json()
    db.write(Put(keys.company(connection_id), body))


def is_older(at: str | None, now: datetime, hours: int) -> bool:
    return at is None or (now - datetime.fromisoformat(at)).total_seconds() > hours * 3600
