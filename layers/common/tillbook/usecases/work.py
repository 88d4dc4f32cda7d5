"""What the steps of a run share: the lease, the company, its books and the time that is left."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import Lock
from typing import Any, Protocol

from tillbook.domain.documents import Document
from tillbook.domain.settings import ConnectionSettings, Limits
from tillbook.domain.sync import Link
from tillbook.errors import Conflict, NeedsPerson, ReconnectNeeded, Throttled, TransientError
from tillbook.ports import (
    Answer,
    Blobs,
    Books,
    Database,
    HasAuthorizationServer,
    HasClock,
    HasDatabase,
    HasEventLog,
    HasIds,
    HasVault,
    Lanes,
    TokenSource,
)
from tillbook.quickbooks import faults
from tillbook.quickbooks.company import Company
from tillbook.quickbooks.context import Context
from tillbook.quickbooks.faults import FaultClass
from tillbook.quickbooks.query import PAGE, also, any_of, page, quote, select_any
from tillbook.store import company as companies
from tillbook.store import connections, runs, settings
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.tokens import ConnectionTokens

# Work stops when less than this is left, so that a call and its settling always end in time.
RESERVE_SECONDS = 60.0


class Ports(HasDatabase, HasEventLog, HasVault, HasAuthorizationServer, HasClock, HasIds, Protocol):
    @property
    def payloads(self) -> Blobs: ...
    def lanes(self, number: int) -> AbstractContextManager[Lanes[Any]]:
        """For so many calls at a time. Calls under way are waited for at the end."""

    def books(
        self,
        realm_id: str,
        tokens: TokenSource,
        limits: Limits,
        remaining: Callable[[], float],
    ) -> Books: ...


@dataclass
class Calls:
    batches: int = 0
    reads: int = 0
    lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def add(self, *, batches: int = 0, reads: int = 0) -> None:
        with self.lock:
            self.batches += batches
            self.reads += reads


@dataclass(frozen=True)
class CountedBooks:
    """A company's books that remember how often they were asked, by whichever thread."""

    books: Books
    calls: Calls = field(default_factory=Calls)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        self.calls.add(reads=1)
        try:
            return self.books.get(path, params)
        except Throttled:  # nothing was asked
            self.calls.add(reads=-1)
            raise

    def admit(self) -> None:
        self.books.admit()

    def batch(self, request_id: str, body: bytes) -> Answer:
        self.calls.add(batches=1)
        try:
            return self.books.batch(request_id, body)
        except Throttled:
            self.calls.add(batches=-1)
            raise


@dataclass(frozen=True)
class Work:
    """One invocation of one step of a run."""

    ports: Ports
    books: CountedBooks
    lease: Lease
    realm_id: str
    settings: ConnectionSettings
    company: Company
    seconds_left: Callable[[], float]
    marks: bool = False
    """Records may be in QuickBooks already (`adopt`)."""

    @property
    def db(self) -> Database:
        return self.ports.database

    @property
    def connection_id(self) -> str:
        return self.lease.connection_id

    def now(self) -> datetime:
        return self.ports.now()

    def has_time(self) -> bool:
        return self.seconds_left() > RESERVE_SECONDS

    def context(
        self,
        links: Mapping[str, Link] | None = None,
        documents: Mapping[str, Document] | None = None,
        name: str | None = None,
    ) -> Context:
        return Context(
            settings=self.settings,
            company=self.company,
            links=links or {},
            documents=documents or {},
            name=name,
        )

    def renew(self) -> None:
        """Raises LeaseLost."""
        lease = self.lease
        runs.renew_lease(self.db, lease.connection_id, lease.run_id, lease.fence, self.now())


@dataclass(frozen=True)
class Progress:
    """What a looping state answers: it goes on until `done`, after waiting where it has to."""

    done: bool
    count: int = 0
    wait_seconds: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"done": self.done, "count": self.count, "wait_seconds": self.wait_seconds}


def open_books(
    ports: Ports, connection_id: str, seconds_left: Callable[[], float]
) -> tuple[str, CountedBooks]:
    """The realm of a connection and its books. Raises Conflict where it is not connected."""
    db = ports.database
    connection = connections.load(db, connection_id)
    if connection is None or connection.realm_id is None:
        raise Conflict("the connection is not connected to a QuickBooks company")
    tokens = ConnectionTokens(
        db,
        ports.vault,
        ports.authorization_server,
        connection_id,
        now=ports.now,
        new_id=ports.new_id,
    )
    limits = settings.load(db, connection_id).limits
    books = ports.books(connection.realm_id, tokens, limits, seconds_left)
    return connection.realm_id, CountedBooks(books)


def open_work(ports: Ports, lease: Lease, seconds_left: Callable[[], float]) -> Work:
    """Raises Conflict where the company was never imported, and LeaseLost."""
    realm_id, books = open_books(ports, lease.connection_id, seconds_left)
    company, imported = companies.load(ports.database, lease.connection_id)
    if company is None:
        raise Conflict("the connection's company was not imported yet")
    work = Work(
        ports=ports,
        books=books,
        lease=lease,
        realm_id=realm_id,
        settings=settings.load(ports.database, lease.connection_id),
        company=company,
        seconds_left=seconds_left,
        marks=imported.marks,
    )
    work.renew()
    return work


def note_calls(ports: Ports, lease: Lease, books: CountedBooks) -> None:
    """Adds to what the run reports of its calls to QuickBooks."""
    calls = books.calls
    if calls.batches or calls.reads:
        runs.add_calls(
            ports.database,
            lease.connection_id,
            lease.run_id,
            batches=calls.batches,
            reads=calls.reads,
        )


def wait_for(throttled: Throttled) -> int:
    """Whole seconds until it is worth trying again; the rest is waited for in the next call's
    turn."""
    return max(1, math.floor(throttled.wait_seconds))


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds, at least one."""
    return max(1, math.ceil((moment - now).total_seconds()))


def read(books: Books, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A read that has to succeed. Raises TransientError, ReconnectNeeded, or NeedsPerson with
    what QuickBooks says."""
    answer = books.get(path, params)
    fault = faults.parse(answer.status, answer.body, answer.tid)
    if fault is None:
        body: dict[str, Any] = json.loads(answer.body, parse_float=Decimal)
        return body
    match faults.classify(fault):
        case FaultClass.RECONNECT:
            raise ReconnectNeeded("QuickBooks no longer accepts this connection")
        case FaultClass.TRANSIENT | FaultClass.UNCLEAR | FaultClass.THROTTLED:
            raise TransientError(f"QuickBooks could not answer {path} (fault {fault.code})")
        case _:
            explanation = faults.explain(fault, f"reading {path}")
            raise NeedsPerson(f"QuickBooks refused {path}: {explanation.name}. {explanation.cure}")


def query(books: Books, statement: str) -> list[dict[str, Any]]:
    """The rows of one page."""
    return rows(read(books, "query", {"query": statement}))


def query_all(books: Books, statement: str) -> Iterator[dict[str, Any]]:
    """The rows of all pages, each once. Pages begin at a time, not at a row: rows move when
    something before them is deleted, and what is missed would be taken for absent."""
    seen: set[str] = set()
    since, start = "", 1
    while True:
        times = f"MetaData.CreateTime >= {quote(since)}"
        found = query(books, page(also(statement, times) if since else statement, start))
        for obj in found:
            if obj["Id"] not in seen:
                seen.add(obj["Id"])
                yield obj
        if len(found) < PAGE:
            return
        last = str(found[-1]["MetaData"]["CreateTime"])
        since, start = (since, start + PAGE) if last == since else (last, 1)


def objects(books: Books, entity: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The objects with these ids as they are now, by id, inactive ones too; what is gone is
    missing."""
    statement = select_any(entity, f"Id in {any_of(ids)}")
    return {str(obj["Id"]): obj for obj in query_all(books, statement)}


def rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of a query's answer, whatever the entity is called in it."""
    for value in body.get("QueryResponse", {}).values():
        if isinstance(value, list):
            return value
    return []
