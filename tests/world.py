"""A Tillbook in memory: every port, one clock, one Intuit. What use cases and handlers run on."""

from dataclasses import dataclass, field
from itertools import count

from tests.fakes import (
    FakeClock,
    MemoryBlobs,
    MemoryDatabase,
    MemoryNotifier,
    MemoryQueue,
    MemoryRuns,
    MemoryVault,
)
from tests.intuit import MemoryBooks, MemoryIntuit
from tillbook.domain.settings import Limits
from tillbook.ports import TokenSource
from tillbook.store import connections, tokens
from tillbook.store.connections import Connection, State
from tillbook.usecases import authorization
from tillbook.usecases.authorise import Caller, Scope
from tillbook.usecases.park_authorization import Callback, park_authorization
from tillbook.usecases.tokens import ConnectionTokens

PUBLIC_URL = "https://api.tillbook.example"
REDIRECT_URI = f"{PUBLIC_URL}/quickbooks/callback"
REALM = "9130350000000001"


@dataclass
class World:
    now: FakeClock = field(default_factory=FakeClock)
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    event_log: MemoryBlobs = field(default_factory=MemoryBlobs)
    payloads: MemoryBlobs = field(default_factory=MemoryBlobs)
    vault: MemoryVault = field(default_factory=MemoryVault)
    runs: MemoryRuns = field(default_factory=MemoryRuns)
    translate_queue: MemoryQueue = field(default_factory=MemoryQueue)
    notifier: MemoryNotifier = field(default_factory=MemoryNotifier)
    public_url: str | None = PUBLIC_URL
    console_url: str | None = None
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.authorization_server = MemoryIntuit(self.now)
        self.authorization_server.add_company(REALM)

    def new_id(self) -> str:
        return f"id{next(self.ids):06d}"

    def new_sorted_id(self) -> str:
        return f"run{next(self.ids):06d}"

    def books(
        self,
        realm_id: str,
        tokens: TokenSource,
        limits: Limits,
        remaining: object,
    ) -> MemoryBooks:
        return self.authorization_server.books(realm_id, tokens, limits, lambda: 60.0)

    # Shortcuts to states that tests start from

    def connection(self, organisation: str = "acme", connection_id: str = "c1") -> Connection:
        created = Connection(
            id=connection_id,
            organisation=organisation,
            name="Shop",
            state=State.CREATED,
            created_at=self.now().isoformat(),
            created_by="alice",
        )
        connections.create(self.database, created)
        return created

    def connected(
        self, organisation: str = "acme", connection_id: str = "c1", realm_id: str = REALM
    ) -> Connection:
        found = connections.load(self.database, connection_id)
        found = found or self.connection(organisation, connection_id)
        caller = admin(found.organisation)
        state = f"state-{next(self.ids)}"
        authorization.begin_authorization(self, found, caller, state, REDIRECT_URI)
        code = self.authorization_server.consent(realm_id, REDIRECT_URI)
        park_authorization(self, Callback(state, code, realm_id, ""))
        return authorization.complete_authorization(
            self, found, caller, state, remaining=lambda: 60.0
        )

    def token_source(self, connection_id: str = "c1") -> ConnectionTokens:
        return ConnectionTokens(
            self.database,
            self.vault,
            self.authorization_server,
            connection_id,
            now=self.now,
            new_id=self.new_id,
        )

    def state_of(self, connection_id: str = "c1") -> State:
        found = connections.load(self.database, connection_id)
        assert found is not None
        return found.state

    def secrets_of(self, connection_id: str = "c1") -> tokens.Secrets:
        stored = tokens.load(self.database, connection_id)
        assert stored is not None
        return tokens.unseal(self.vault, connection_id, stored.sealed)


def admin(organisation: str = "acme", subject: str = "alice") -> Caller:
    return Caller(subject, organisation, frozenset(Scope))
