"""The imported company of a connection, and how far its lists and changes have been read."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tillbook.ports import Database, Put
from tillbook.quickbooks.company import Company
from tillbook.store import keys

# An item holds 400 KB. QuickBooks lets a company have any number of accounts, so they are spread
# over as many items as they need.
_PART_BYTES = 250_000


CREATED = "MetaData.CreateTime"
CHANGED = "MetaData.LastUpdatedTime"
CAPTURED = "change data capture"


@dataclass(frozen=True)
class Reading:
    """A list of QuickBooks that is being paged through."""

    entity: str
    by: str
    """The time that it is ordered by; or asked by change data capture, which has no pages."""
    since: str | None = None
    """The time at which the next page begins."""
    start: int = 1
    """The row from there on."""
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Import:
    """State of the import."""

    imported_at: str | None = None
    """When accounts, taxes and preferences were last read whole."""
    names_at: str | None = None
    """When all names were last begun to be read."""
    changes_since: str | None = None
    """From when on changes are not known yet."""
    reading: tuple[Reading, ...] = ()
    """What is left to be paged through, the first one first."""
    run: str | None = None
    """The run that it was planned for, and whether that run has asked for changes."""
    changed: bool = False
    marked_from: str | None = None
    """Transactions dated from then on were looked through for marks of ours; '' for all."""
    marks: bool = False
    """Objects of ours may wait to be linked (`store/marks.py`)."""
    doubles: bool = False
    """There may be doubles (`store/marks.py`)."""
    journal: str | None = None
    """The newest intent of the payload bucket that the tables did not know."""


def load(db: Database, connection_id: str) -> tuple[Company | None, Import]:
    return load_company(db, connection_id), load_import(db, connection_id)


def load_company(db: Database, connection_id: str) -> Company | None:
    """One read for a company of ordinary size."""
    item = db.get(keys.company(connection_id))
    if item is None:
        return None
    accounts = dict(item["accounts"])
    for part in range(1, int(item["parts"])):
        more = db.get(keys.company_part(connection_id, part))
        accounts |= more["accounts"] if more else {}
    return Company.from_json({**item["company"], "accounts": accounts})


def load_import(db: Database, connection_id: str) -> Import:
    item = db.get(keys.importing(connection_id))
    if item is None:
        return Import()
    state = item["import"]
    reading = (
        Reading(**{**one, "conditions": tuple(one["conditions"])}) for one in state["reading"]
    )
    return Import(**{**state, "reading": tuple(reading)})


def put_company(connection_id: str, company: Company) -> list[Put]:
    """Few writes, for one transaction: who reads sees all of it."""
    body = company.to_json()
    first, *more = _spread(body.pop("accounts"))
    return [
        Put(
            keys.company(connection_id),
            {"company": body, "accounts": first, "parts": 1 + len(more)},
        ),
        *(
            Put(keys.company_part(connection_id, part), {"accounts": accounts})
            for part, accounts in enumerate(more, start=1)
        ),
    ]


def put_import(connection_id: str, state: Import) -> Put:
    body = asdict(state)
    reading = [{**one, "conditions": list(one["conditions"])} for one in body["reading"]]
    return Put(keys.importing(connection_id), {"import": {**body, "reading": reading}})


def save(db: Database, connection_id: str, company: Company | None, state: Import) -> None:
    writes = put_company(connection_id, company) if company else []
    db.write(*writes, put_import(connection_id, state))


def _spread(accounts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    part: dict[str, Any] = {}
    size = 0
    for key, account in accounts.items():
        bytes_needed = len(json.dumps(account, ensure_ascii=False).encode()) + len(key)
        if part and size + bytes_needed > _PART_BYTES:
            yield part
            part, size = {}, 0
        part[key] = account
        size += bytes_needed
    yield part


def is_older(at: str | None, now: datetime, hours: int) -> bool:
    return at is None or (now - datetime.fromisoformat(at)).total_seconds() > hours * 3600
