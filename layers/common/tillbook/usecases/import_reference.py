"""Imports what exports depend on: the company, its accounts and taxes, the names that are taken,
what changed in QuickBooks since the last look, and which objects of ours are there already.

Names are read whole once and then kept up to date from changes and from our own answers, so that
no document needs a read of its own. Transactions are looked through for marks of ours where the
company may hold earlier exports: before the first export of a connection, where exports begin
earlier than before, and on request (a run of direction `adopt`). What was sent after a backup that
was restored is among the changes since.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tillbook.errors import Throttled
from tillbook.ports import Books, Write
from tillbook.quickbooks import company as parsing
from tillbook.quickbooks import mapping, query
from tillbook.quickbooks.company import Company
from tillbook.store import company as store
from tillbook.store import connections, intents, marks, names, runs, settings
from tillbook.store.company import CAPTURED, CHANGED, CREATED, Import, Reading
from tillbook.usecases import work
from tillbook.usecases.exactly_once import COMMITS_WITHIN, LONGEST_LIFE, Lease, write_held
from tillbook.usecases.follow_changes import Look, changed, deletions, follow
from tillbook.usecases.read_journal import read_journal
from tillbook.usecases.work import Ports, Progress, note_calls, open_books, wait_for

# Inactive ones too: their names are taken, and old postings keep their accounts.
_ALL = "Active in (true, false)"
COMPANY_HOURS = 24
# QuickBooks keeps changes for 30 days and answers at most 1,000 objects, in all or of each entity.
CHANGES_DAYS = 29
CHANGES_LIMIT = 1000
# Clocks differ and answers have whole seconds: look a little further back than the last look.
OVERLAP = timedelta(minutes=2)
ADOPT = "adopt"
"""The direction of a run that looks through all transactions for marks."""
ACCOUNT = "Account"
TRANSACTIONS = tuple(
    one for one in dict.fromkeys(mapping.ENTITY.values()) if one not in names.ENTITIES
)
FOLLOWED = (*names.ENTITIES, ACCOUNT, *TRANSACTIONS)


def import_reference(ports: Ports, lease: Lease, seconds_left: Callable[[], float]) -> Progress:
    """One step of the import; not done while there are more pages. Raises LeaseLost, Conflict,
    ReconnectNeeded, NeedsPerson and TransientError."""
    realm_id, books = open_books(ports, lease.connection_id, seconds_left)
    state = store.load_import(ports.database, lease.connection_id)
    look = Look(ports, books, lease, realm_id, state.doubles)
    try:
        return _step(look, state)
    except Throttled as throttled:
        return Progress(done=False, wait_seconds=wait_for(throttled))
    finally:
        note_calls(ports, lease, books)


def _step(look: Look, state: Import) -> Progress:
    look.renew()
    if store.is_older(state.imported_at, look.now(), COMPANY_HOURS):
        state = _import_company(look, state)
    count = 0
    if state.run != look.lease.run_id:
        if state.marked_from is None and (wait := _wait_for_others(look)):
            return Progress(done=False, wait_seconds=wait)
        journal = read_journal(look, state)
        if journal is not None:
            _save(look, journal.state, journal.writes)
            return Progress(done=False)
        state = _plan(look, state)
    if state.reading:
        state, count = _read_page(look, state)
    elif not state.changed:
        state, count = _read_changes(look, state)
    _save(look, state)
    return Progress(done=state.changed and not state.reading, count=count)


def _wait_for_others(look: Look) -> int:
    """Seconds until nothing that the deleted connection before this one had on its way can come to
    the books any more: a mark that comes after the search for marks would not be found."""
    db, now = look.db, look.now()
    freed = connections.freed(db, look.realm_id)
    if freed is None or now >= (quiet_at := freed.at + LONGEST_LIFE + COMMITS_WITHIN):
        return 0
    busy = runs.holder(db, freed.connection) or intents.open_intents(db, freed.connection)
    return work.seconds_until(quiet_at, now) if busy else 0


def _save(look: Look, state: Import, more: Sequence[Write] = ()) -> None:
    """Raises LeaseLost."""
    write_held(look.db, look.lease, [*more, store.put_import(look.connection_id, state)])


def _import_company(look: Look, state: Import) -> Import:
    company = read_company(look.books, look.realm_id)
    state = replace(state, imported_at=look.now().isoformat())
    _save(look, state, store.put_company(look.connection_id, company))
    return state


def read_company(books: Books, realm_id: str) -> Company:
    """Company, preferences, accounts and taxes, as they are now."""
    return parsing.parse(
        work.query(books, "select * from CompanyInfo")[0],
        work.query(books, "select * from Preferences")[0],
        work.query_all(books, query.select_any(ACCOUNT)),
        work.query_all(books, query.select_any("TaxCode")),
        work.query_all(books, query.select_any("TaxRate")),
        work.query_all(books, query.select("TaxAgency")),
        realm_id=realm_id,
    )


def _plan(look: Look, state: Import) -> Import:
    """What this run has to page through before it asks for changes, besides what is left over."""
    db, now = look.db, look.now()
    reading = list(state.reading)
    if state.names_at is None or store.is_older(state.changes_since, now, CHANGES_DAYS * 24):
        reading += (Reading(entity, CREATED, conditions=(_ALL,)) for entity in names.ENTITIES)
        if state.changes_since is not None:
            # Too old to be told as changes; what is there still says when it was changed.
            since = _earlier(state.changes_since)
            reading += (Reading(entity, CHANGED, since) for entity in TRANSACTIONS)
        state = replace(state, names_at=now.isoformat(), changes_since=now.isoformat())
    run = runs.load(db, look.connection_id, look.lease.run_id)
    if run is not None and run.direction == ADOPT:
        state = replace(state, marked_from=None)
    start = settings.load(db, look.connection_id).export_from
    exports_from = start.isoformat() if start else ""
    if state.marked_from is None or exports_from < state.marked_from:
        dated = _dated(exports_from, state.marked_from)
        reading += (Reading(entity, CREATED, conditions=dated) for entity in TRANSACTIONS)
        state = replace(state, marked_from=exports_from)
    return replace(
        state,
        run=look.lease.run_id,
        changed=False,
        reading=tuple(reading),
        marks=state.marks and marks.are_waiting(db, look.connection_id),
        doubles=state.doubles and marks.has_doubles(db, look.connection_id),
    )


def _dated(start: str, end: str | None) -> tuple[str, ...]:
    """Conditions for transactions dated from a day on, and before another."""
    bounds = ((">=", start), ("<", end))
    return tuple(f"TxnDate {operator} {query.quote(day)}" for operator, day in bounds if day)


def _read_page(look: Look, state: Import) -> tuple[Import, int]:
    """The next page of the first list, and what is left of it."""
    reading, *others = state.reading
    if reading.by == CAPTURED:
        left, objects = _captured(look, reading)
    else:
        left, objects = _page(look, reading)
    state = replace(state, reading=(*([left] if left else ()), *others))
    return _followed(look, state, reading.entity, objects), len(objects)


def _page(look: Look, reading: Reading) -> tuple[Reading | None, list[dict[str, Any]]]:
    """Pages begin at a time, not at a row: rows move when something before them is deleted. Several
    objects may have the same time, so the last ones are read again."""
    since = reading.since
    times = (f"{reading.by} >= {query.quote(since)}",) if since else ()
    statement = query.select(reading.entity, *reading.conditions, *times)
    found = work.query(look.books, query.page(statement, reading.start, by=reading.by))
    if len(found) < query.PAGE:
        return None, found
    last = str(found[-1]["MetaData"][reading.by.removeprefix("MetaData.")])
    if last == since:
        return replace(reading, start=reading.start + query.PAGE), found
    return replace(reading, since=last, start=1), found


def _captured(look: Look, reading: Reading) -> tuple[Reading | None, list[dict[str, Any]]]:
    """Changes of one entity. Where they are too many, what is there is paged through, and of what
    was deleted that is known which was told."""
    since = reading.since or look.now().isoformat()
    body = _capture(look, (reading.entity,), since)
    found = changed(body).get(reading.entity, [])
    if len(found) < CHANGES_LIMIT:
        return None, found
    everything = (_ALL,) if reading.entity in names.ENTITIES else ()
    left = (
        None
        if reading.entity == ACCOUNT
        else Reading(reading.entity, CHANGED, since, conditions=everything)
    )
    return left, deletions(found) if left else found


def _read_changes(look: Look, state: Import) -> tuple[Import, int]:
    """What changed since the last look, in one read; where that is too much, entity by entity."""
    now = look.now()
    since = _earlier(state.changes_since or now.isoformat())
    body = _capture(look, FOLLOWED, since)
    told_at = datetime.fromisoformat(body["time"]) if "time" in body else now
    state = replace(
        state, changed=True, changes_since=min(told_at, now).astimezone(UTC).isoformat()
    )
    found = changed(body)
    total = sum(map(len, found.values()))
    if total >= CHANGES_LIMIT:
        reading = tuple(Reading(entity, CAPTURED, since) for entity in FOLLOWED)
        return replace(state, reading=reading), 0
    for entity, objects in found.items():
        state = _followed(look, state, entity, objects)
    return state, total


def _capture(look: Look, entities: Sequence[str], since: str) -> dict[str, Any]:
    wanted = {"entities": ",".join(entities), "changedSince": since}
    return work.read(look.books, "cdc", wanted)


def _followed(look: Look, state: Import, entity: str, objects: list[dict[str, Any]]) -> Import:
    if entity == ACCOUNT:
        return state if _are_known(look, objects) else _import_company(look, state)
    found = follow(look, entity, objects)
    return replace(state, marks=state.marks or found.marks, doubles=state.doubles or found.doubles)


def _are_known(look: Look, accounts: Sequence[dict[str, Any]]) -> bool:
    """Every posting changes an account's balance, which is of no interest here."""
    known = store.load_company(look.db, look.connection_id)
    return known is not None and all(
        known.accounts.get(one["Id"]) == parsing.parse_account(one)
        for one in accounts
        if one.get("status") != "Deleted"
    )


def _earlier(moment: str) -> str:
    since = datetime.fromisoformat(moment) - OVERLAP
    return since.isoformat(timespec="seconds")
