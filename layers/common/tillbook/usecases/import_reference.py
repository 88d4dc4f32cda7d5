"""Imports what exports depend on: the company, its accounts and taxes, the names that are taken,
and what changed in QuickBooks since the last look.

Names are read whole once and then kept up to date from changes and from our own answers, so that
no document needs a read of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tillbook.domain.documents import Kind
from tillbook.errors import Throttled
from tillbook.ports import Books, Write
from tillbook.quickbooks import company as parsing
from tillbook.quickbooks import mapping
from tillbook.quickbooks.company import Company
from tillbook.quickbooks.query import PAGE, page, select
from tillbook.store import company as store
from tillbook.store import links, names, records, runs, settings
from tillbook.store.company import Import
from tillbook.usecases.exactly_once import Lease, write_held
from tillbook.usecases.settle_conflicts import noted
from tillbook.usecases.work import (
    Ports,
    Progress,
    note_calls,
    open_books,
    query,
    read,
    wait_for,
)

# Inactive ones too: their names are taken, and old postings keep their accounts.
_ALL = "Active in (true, false)"
COMPANY_HOURS = 24
# QuickBooks keeps changes for 30 days and answers at most 1,000 objects.
CHANGES_DAYS = 29
CHANGES_LIMIT = 1000
# Clocks differ and answers have whole seconds: look a little further back than the last look.
OVERLAP = timedelta(minutes=2)
# Records in one transaction; few enough that a collision is cheap.
_NOTED_AT_ONCE = 40


def import_reference(ports: Ports, lease: Lease, seconds_left: Callable[[], float]) -> Progress:
    """One step of the import; not done while there are more pages. Raises LeaseLost, Conflict,
    ReconnectNeeded, NeedsPerson and TransientError."""
    realm_id, books = open_books(ports, lease.connection_id, seconds_left)
    try:
        return _import(ports, books, lease, realm_id)
    except Throttled as throttled:
        return Progress(done=False, wait_seconds=wait_for(throttled))
    finally:
        note_calls(ports, lease, books)


def _import(ports: Ports, books: Books, lease: Lease, realm_id: str) -> Progress:
    db, now = ports.database, ports.now()
    runs.renew_lease(db, lease.connection_id, lease.run_id, lease.fence, now)
    company, state = store.load(db, lease.connection_id)
    count = 0
    if company is None or store.is_older(state.imported_at, now, COMPANY_HOURS):
        company = read_company(books, realm_id)
        state = replace(state, imported_at=now.isoformat())
        store.save(db, lease.connection_id, company, state)
        count += len(company.accounts)
    if state.names_at is not None and not _changes_reach_back(state, now):
        state = Import(imported_at=state.imported_at)
    if state.names_at is None:
        state, read_rows = _import_names(ports, books, lease, realm_id, state)
        store.save(db, lease.connection_id, company, state)
        return Progress(done=state.names_at is not None, count=count + read_rows)
    company, state, changed = _import_changes(ports, books, lease, realm_id, company, state)
    store.save(db, lease.connection_id, company, state)
    return Progress(done=state.names_at is not None, count=count + changed)


def read_company(books: Books, realm_id: str) -> Company:
    """Company, preferences, accounts and taxes, as they are now."""
    return parsing.parse(
        query(books, "select * from CompanyInfo")[0],
        query(books, "select * from Preferences")[0],
        _all_rows(books, "Account", _ALL),
        _all_rows(books, "TaxCode", _ALL),
        _all_rows(books, "TaxRate", _ALL),
        _all_rows(books, "TaxAgency"),
        realm_id=realm_id,
    )


def _all_rows(books: Books, entity: str, *conditions: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        rows = query(books, page(select(entity, *conditions), len(found) + 1))
        found += rows
        if len(rows) < PAGE:
            return found


def _import_names(
    ports: Ports, books: Books, lease: Lease, realm_id: str, state: Import
) -> tuple[Import, int]:
    """One page of the name lists, in the order of names.ENTITIES. Changes that were too many or too
    old to be told one by one are seen here: an item's account decides where its sales go."""
    entity = state.entity or names.ENTITIES[0]
    if state.changes_since is None:
        state = replace(state, changes_since=ports.now().isoformat())
    found = query(books, page(select(entity, _ALL), state.position))
    names.store(ports.database, lease.connection_id, entity, found)
    for kind in (kind for kind, called in mapping.ENTITY.items() if called == entity):
        _follow(ports, lease, realm_id, kind, found)
    if len(found) == PAGE:
        return replace(state, entity=entity, position=state.position + PAGE), len(found)
    following = names.ENTITIES.index(entity) + 1
    if following < len(names.ENTITIES):
        return replace(state, entity=names.ENTITIES[following], position=1), len(found)
    return replace(state, entity=None, position=1, names_at=ports.now().isoformat()), len(found)


def _changes_reach_back(state: Import, now: datetime) -> bool:
    return not store.is_older(state.changes_since, now, CHANGES_DAYS * 24)


def _import_changes(
    ports: Ports, books: Books, lease: Lease, realm_id: str, company: Company, state: Import
) -> tuple[Company, Import, int]:
    """What changed since the last look, in one read; everything again where that is too much."""
    now = ports.now()
    since = datetime.fromisoformat(state.changes_since or now.isoformat()) - OVERLAP
    wanted = dict.fromkeys((*names.ENTITIES, "Account", *mapping.ENTITY.values()))
    body = read(
        books,
        "cdc",
        {"entities": ",".join(wanted), "changedSince": since.isoformat(timespec="seconds")},
    )
    changed = _changed(body)
    total = sum(len(objects) for objects in changed.values())
    if total >= CHANGES_LIMIT:
        return company, Import(imported_at=state.imported_at), total
    for entity in names.ENTITIES:
        alive = [obj for obj in changed.get(entity, []) if obj.get("status") != "Deleted"]
        names.store(ports.database, lease.connection_id, entity, alive)
    if changed.get("Account"):
        company = read_company(books, realm_id)
    for kind, entity in mapping.ENTITY.items():
        _follow(ports, lease, realm_id, kind, changed.get(entity, []))
    return company, replace(state, changes_since=now.isoformat()), total


def _changed(body: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for response in body.get("CDCResponse", []):
        for block in response.get("QueryResponse", []):
            for entity, objects in block.items():
                if isinstance(objects, list):
                    found.setdefault(entity, []).extend(objects)
    return found


def _follow(
    ports: Ports,
    lease: Lease,
    realm_id: str,
    kind: Kind,
    objects: list[dict[str, Any]],
) -> None:
    """Remembers newer SyncTokens of our objects, and whether a person edited what we own."""
    db, connection_id = ports.database, lease.connection_id
    by_book = {
        links.book_key(realm_id, kind, str(obj["Id"])): obj
        for obj in objects
        if obj.get("status") != "Deleted"
    }
    books = db.get_many(by_book)
    ours = {
        item["record"]: by_book[key]
        for key, item in books.items()
        if item["connection"] == connection_id
    }
    found = list(ours.items())
    for start in range(0, len(found), _NOTED_AT_ONCE):
        while not _note(ports, lease, dict(found[start : start + _NOTED_AT_ONCE])):
            pass  # a record changed meanwhile: look at them again


def _note(ports: Ports, lease: Lease, objects: Mapping[str, dict[str, Any]]) -> bool:
    """Notes objects by the key of their record, in one transaction. False if a record changed
    meanwhile: nothing was written. Raises LeaseLost."""
    db, connection_id, now = ports.database, lease.connection_id, ports.now()
    writes: list[Write] = []
    policies = settings.load(db, connection_id).conflicts
    for key, record in records.load_many(db, connection_id, objects).items():
        after = noted(record, objects[key], policies)
        if after != record:
            writes.append(records.save(connection_id, record, after, now))
            writes += records.note_kept(connection_id, record, after)
    return not writes or write_held(db, lease, writes)
