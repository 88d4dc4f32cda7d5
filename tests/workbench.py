"""The whole line in one process: the use cases on in-memory stores, against the QuickBooks
emulator. Nothing between them is replaced: tokens, limits, HTTP and faults are the real ones."""

import base64
import hmac
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from local.qbo import (
    DEFAULT_REALM,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Emulator,
    Latency,
    Limits,
    ManualClock,
    Switches,
)
from local.qbo.in_process import EmulatorTransport
from tests.fakes import (
    MemoryBlobs,
    MemoryDatabase,
    MemoryNotifier,
    MemoryQueue,
    MemoryRuns,
    MemoryVault,
)
from tests.lanes import SimulatedLanes
from tillbook.adapters.http import http_client
from tillbook.adapters.intuit_oauth import IntuitAuthorizationServer
from tillbook.adapters.secrets_manager import IntuitApp
from tillbook.domain.documents import Document, Kind, key_of
from tillbook.domain.settings import ConnectionSettings
from tillbook.ports import Lanes
from tillbook.runtime import Services
from tillbook.settings import Environment
from tillbook.store import connections, proofs, records, settings
from tillbook.store import runs as run_store
from tillbook.store.channels import ChannelKind
from tillbook.store.connections import Connection, State
from tillbook.store.records import Record
from tillbook.usecases import authorization
from tillbook.usecases.accept_documents import accept_documents
from tillbook.usecases.authorise import Caller, Scope
from tillbook.usecases.channels import NewChannel, add_channel
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.export_entity import export_entity
from tillbook.usecases.import_reference import import_reference
from tillbook.usecases.park_authorization import Callback, park_authorization
from tillbook.usecases.receive_channel_event import receive_channel_event
from tillbook.usecases.reconcile_books import reconcile_books
from tillbook.usecases.runs import begin_run, finish_run, plan_run, start_run, wants_sweep
from tillbook.usecases.sweep_connection import sweep_connection
from tillbook.usecases.take_stock import Stock, take_stock
from tillbook.usecases.translate_event import translate_event
from tillbook.usecases.work import open_work

HOST = "https://quickbooks.example"
REDIRECT = "https://api.tillbook.example/quickbooks/callback"
CONNECTION = "connection-1"
SHOP = "northwind-lamps.myshopify.com"
SHOP_SECRET = "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"


class WorkbenchClock(ManualClock):
    """A clock that calls side by side share: each begins at the same moment."""

    def set_back(self, moment: datetime) -> None:
        self._now = moment


class CountedServices(Services):
    """Services whose ids are numbered and whose lanes are simulated, so that a failing test replays
    exactly."""

    def __init__(self, environment: Environment, clock: WorkbenchClock, **given: Any) -> None:
        super().__init__(environment, now=clock.now, sleep=clock.sleep, **given)
        vars(self)["numbers"] = count(1)
        vars(self)["clock"] = clock

    def lanes(self, number: int) -> AbstractContextManager[Lanes[Any]]:
        return SimulatedLanes(vars(self)["clock"])

    def new_id(self) -> str:
        return f"{next(vars(self)['numbers']):032x}"

    def new_sorted_id(self) -> str:
        return f"{next(vars(self)['numbers']):026d}"


@dataclass(frozen=True)
class RunResult:
    run: run_store.Run
    proof: dict[str, Any]
    waited: int
    """Seconds that the state machine was asked to wait."""


class Workbench:
    """A connected company with a clock that only moves by calls and waits."""

    def __init__(
        self,
        *,
        switches: Switches | None = None,
        limits: Limits | None = None,
        latency: Latency | None = None,
        connection_settings: ConnectionSettings | None = None,
        profile: str = "us",
    ) -> None:
        self.connection_id = CONNECTION
        self.clock = WorkbenchClock()
        self.emulator = Emulator(
            clock=self.clock,
            switches=switches or Switches(),
            limits=limits or Limits(),
            latency=latency or Latency(0.3, 0.02),
        )
        self.company = self.emulator.seed(profile, realm=DEFAULT_REALM)
        http = http_client(EmulatorTransport(self.emulator))
        self.services = CountedServices(
            Environment(quickbooks_base_url=HOST),
            self.clock,
            database=MemoryDatabase(),
            event_log=MemoryBlobs(),
            payloads=MemoryBlobs(),
            vault=MemoryVault(),
            runs=MemoryRuns(),
            translate_queue=MemoryQueue(),
            notifier=MemoryNotifier(),
            http=http,
            authorization_server=IntuitAuthorizationServer(
                lambda: IntuitApp(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET),
                http=http,
                authorize_url=f"{HOST}/connect/oauth2",
                token_url=f"{HOST}/oauth2/v1/tokens/bearer",
                revoke_url=f"{HOST}/v2/oauth2/tokens/revoke",
            ),
        )
        self.http = http
        self.hurry = False
        """Whether an invocation of a sweep has time for a page only."""
        self.meanwhile: Callable[[], object] = lambda: None
        """What happens between two pages."""
        self.db = self.services.database
        self.connect()
        self.configure(
            connection_settings or ConnectionSettings(export_from=date(2026, 3, 1), tax_code="2")
        )

    # What people do

    def connect(self, organisation: str = "acme") -> Connection:
        """Creates the connection if need be, and walks through the consent."""
        connection = connections.load(self.db, self.connection_id)
        if connection is None:
            connection = Connection(
                id=self.connection_id,
                organisation=organisation,
                name="Acme",
                state=State.CREATED,
                created_at=self.clock.now().isoformat(),
                created_by="alice",
            )
            connections.create(self.db, connection)
        caller = Caller("alice", organisation, frozenset(Scope))
        state = self.services.new_id()
        address = authorization.begin_authorization(
            self.services, connection, caller, state, REDIRECT
        )
        answer = httpx.Client(transport=EmulatorTransport(self.emulator)).get(
            f"{address}&consent=auto"
        )
        back = {
            name: values[0]
            for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()
        }
        park_authorization(
            self.services, Callback(back["state"], back["code"], back["realmId"], "")
        )
        return authorization.complete_authorization(
            self.services, connection, caller, state, remaining=lambda: 300.0
        )

    def add_shop(self) -> str:
        """A Shopify channel; its id."""
        connection = connections.load(self.db, self.connection_id)
        assert connection is not None
        channel, _ = add_channel(
            self.services,
            connection,
            NewChannel(ChannelKind.SHOPIFY, "Shop", secret=SHOP_SECRET, shop=SHOP),
            channel_id=self.services.new_id(),
            generated="",
        )
        return channel.id

    def deliver(self, channel_id: str, topic: str, body: bytes, delivery: str) -> bool:
        """A signed webhook arrives and, if it is new, is translated. True if it was new."""
        digest = hmac.digest(SHOP_SECRET.encode(), body, "sha256")
        headers = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": SHOP,
            "X-Shopify-Webhook-Id": delivery,
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        }
        seen = set(self.services.event_log.keys(f"{channel_id}/"))
        new = receive_channel_event(self.services, channel_id, headers, body)
        for event in set(self.services.event_log.keys(f"{channel_id}/")) - seen:
            translate_event(self.services, event)
        return new

    def configure(self, changed: ConnectionSettings) -> None:
        settings.save(self.db, self.connection_id, changed)

    def accept(self, *documents: Document) -> list[str]:
        accepted = accept_documents(
            self.db, self.connection_id, documents, event=None, now=self.clock.now()
        )
        return [one.result for one in accepted]

    def sync(self, direction: str = "both") -> RunResult:
        """One run, as the state machine does it."""
        run = start_run(self.services, self.connection_id, direction=direction, started_by="alice")
        return self.execute(run.run, direction)

    def execute(self, run_id: str, direction: str = "both") -> RunResult:
        waited = 0
        fence = begin_run(self.services, self.connection_id, run_id)
        lease = Lease(self.connection_id, run_id, fence)
        error: str | None = None
        proof: dict[str, Any] = {}
        try:
            waited += self._loop(lambda: import_reference(self.services, lease, self._time()))
            for kind in plan_run(self.services, self.connection_id, direction):
                waited += self._loop(lambda kind=kind: self.export(lease, Kind(kind)))
            if wants_sweep(self.services, self.connection_id, direction):
                waited += self._loop(lambda: sweep_connection(self.services, lease, self._glance()))
            waited += self._loop(
                lambda: reconcile_books(open_work(self.services, lease, self._time()))
            )
            proof = proofs.load_proof(self.db, self.connection_id) or {}
        except Exception as problem:  # the state machine catches by name
            error = type(problem).__name__
            raise
        finally:
            finish_run(self.services, self.connection_id, run_id, fence, error)
        run = run_store.load(self.db, self.connection_id, run_id)
        assert run is not None
        return RunResult(run, proof, waited)

    def export(self, lease: Lease, kind: Kind) -> Any:
        return export_entity(open_work(self.services, lease, self._time()), kind)

    def _loop(self, step: Any) -> int:
        waited = 0
        while not (progress := step()).done:
            waited += progress.wait_seconds
            self.clock.advance(progress.wait_seconds)
        return waited

    def _glance(self) -> Any:
        """Time for a page of a sweep where tests want to see it go on, and what comes between."""
        if not self.hurry:
            return self._time()
        self.meanwhile()
        left = iter([300.0])
        return lambda: next(left, 0.0)

    def _time(self) -> Any:
        """An invocation has 300 seconds from now."""
        end = self.clock.now().timestamp() + 300
        return lambda: end - self.clock.now().timestamp()

    # What people see

    def record(self, document: Document) -> Record:
        found = records.load(self.db, self.connection_id, key_of(document))
        assert found is not None, "there is no record of this document"
        return found

    def reason(self, document: Document) -> str:
        """Why its record is not completed."""
        found = self.record(document).reason
        return found.what if found else ""

    def in_books(self, entity: str) -> list[dict[str, Any]]:
        """Objects of an entity as QuickBooks answers them, deleted ones left out."""
        return self.company.all(entity)

    def by_hand(self, action: str, entity: str, **fields: Any) -> None:
        """A person does this in QuickBooks."""
        answer = httpx.Client(transport=EmulatorTransport(self.emulator)).post(
            f"{HOST}/_emulator/companies/{DEFAULT_REALM}/edits",
            json={"by": "Jo", "action": action, "entity": entity, "object": fields},
        )
        answer.raise_for_status()

    def stock(self) -> Stock:
        return take_stock(self.services, self.connection_id)

    def statuses(self) -> dict[str, int]:
        return self.stock().records
