"""What use cases need from the outside. Each port is small; its in-memory form in
`tests/fakes.py` and its real adapter pass the same contract suite."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Item = dict[str, Any]
"""Attributes of a stored item: str, int, bool, Decimal, None, lists and dicts of these."""


class Table(StrEnum):
    CONNECTIONS = "connections"
    SYNC = "sync"


@dataclass(frozen=True)
class Key:
    table: Table
    partition: str
    sort: str


@dataclass(frozen=True)
class Absent:
    """The item does not exist."""


@dataclass(frozen=True)
class Present:
    """The item exists."""


@dataclass(frozen=True)
class Equals:
    """The attribute exists and has this value."""

    attribute: str
    value: Any


@dataclass(frozen=True)
class Missing:
    """The attribute (or the item) does not exist."""

    attribute: str


@dataclass(frozen=True)
class Below:
    """The attribute exists and is less than the value (numbers, or text by code point)."""

    attribute: str
    value: Any


@dataclass(frozen=True)
class AnyOf:
    """At least one of these holds."""

    conditions: tuple["Condition", ...]


Condition = Absent | Present | Equals | Missing | Below | AnyOf
When = tuple[Condition, ...]
"""Conditions that must all hold."""


@dataclass(frozen=True)
class Put:
    key: Key
    item: Item
    when: When = ()


@dataclass(frozen=True)
class Update:
    """Sets, removes and adds (numbers) attributes; makes the item where it is absent unless a
    condition forbids it."""

    key: Key
    set: Mapping[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    add: Mapping[str, int | Decimal] = field(default_factory=dict)
    when: When = ()


@dataclass(frozen=True)
class Delete:
    key: Key
    when: When = ()


@dataclass(frozen=True)
class Check:
    """Writes nothing; fails the transaction unless the conditions hold."""

    key: Key
    when: When


Write = Put | Update | Delete | Check


class ConditionFailed(Exception):
    """Nothing was written. `failed` are the indexes of the writes whose conditions did not hold."""

    def __init__(self, failed: tuple[int, ...]) -> None:
        self.failed = failed
        super().__init__(f"conditions of writes {failed} did not hold")


@dataclass(frozen=True)
class Page:
    items: list[Item]
    cursor: str | None
    """Where the next page starts; None at the end. Opaque."""


class Index(StrEnum):
    HISTORY = "history"
    """Newest first: partition `hk`, sort `hr`. Eventually consistent."""
    BOOKS = "books"
    """QuickBooks object to document: partition `bk`, sort `br`. Eventually consistent."""


class Database(Protocol):
    """Two tables with partition and sort keys. Items come back with `pk` and `sk`."""

    def get(self, key: Key) -> Item | None:
        """Strongly consistent."""

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Strongly consistent; absent items are absent from the answer."""

    def query(
        self,
        table: Table,
        partition: str,
        *,
        prefix: str = "",
        limit: int | None = None,
        cursor: str | None = None,
        descending: bool = False,
        index: Index | None = None,
    ) -> Page:
        """One page in order of the sort key; strongly consistent on the table itself."""

    def write(self, *writes: Write) -> None:
        """All or nothing, up to 100 writes on distinct keys. Raises ConditionFailed; TooLarge for
        an item over 400 KB; TransientError where the tables are busy, or where the connection was
        lost and it cannot be told whether this write took effect: read again, then decide."""

    def update(self, write: Update) -> Item:
        """One update; answers the item as it is afterwards. Raises ConditionFailed."""

    def put_all(self, puts: Sequence[Put]) -> None:
        """Unconditional puts of any number, not atomic; each key at most once."""


@dataclass(frozen=True)
class Blob:
    body: bytes
    metadata: Mapping[str, str]


class Blobs(Protocol):
    """One bucket."""

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None: ...

    def put_if_absent(
        self, key: str, body: bytes, metadata: Mapping[str, str] | None = None
    ) -> bool:
        """True if this call stored it, False if the key was there already."""

    def get(self, key: str) -> Blob | None: ...

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """All keys under a prefix in order, or those that sort after one."""


class Purpose(StrEnum):
    CHANNEL = "channel"
    TOKENS = "tokens"
    AUTHORIZATION = "authorization"


class Vault(Protocol):
    """Envelope encryption. What was sealed opens only for the same purpose and id; otherwise, or if
    it was altered, `open` raises ValueError."""

    def seal(self, plaintext: bytes, purpose: Purpose, id: str) -> str: ...

    def open(self, sealed: str, purpose: Purpose, id: str) -> bytes: ...


@dataclass(frozen=True)
class Answer:
    """What QuickBooks said: HTTP status, body, its transaction id and how long to wait."""

    status: int
    body: bytes
    tid: str | None = None
    retry_after: float | None = None


class Books(Protocol):
    """One QuickBooks company, authorised and within its limits.

    Raises AnswerLost (unknown whether it took effect), Throttled, other TransientErrors and
    ReconnectNeeded (nothing took effect). Every other answer, faults included, comes back as it is.
    """

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Waits for its turn by itself."""

    def admit(self) -> None:
        """Waits for the turn of one batch, which is counted whether or not it is used. Raises
        Throttled where the turn is too far off to wait for; ReconnectNeeded and TransientError
        where there is no token or no time to send it."""

    def batch(self, request_id: str, body: bytes) -> Answer:
        """POST batch?requestid=..., in the turn that `admit` gave. May be called by several threads
        at once. Ends before the function does, however long ago the turn was given."""


class Lanes(Protocol[T]):
    """Calls that are under way side by side. One thread submits them and takes what they answer."""

    @property
    def busy(self) -> int:
        """Calls whose answers were not taken yet."""

    def submit(self, call: Callable[[], T]) -> None:
        """Begins a call at once; the caller minds how many are busy."""

    def has_answer(self) -> bool:
        """Whether `take` would not wait."""

    def take(self) -> T:
        """What the call that ended first answered, or raised; waits for one to end."""


class TokenSource(Protocol):
    """The access token of one connection. Raises ReconnectNeeded and TransientError."""

    def access_token(self) -> str: ...

    def renew(self, rejected: str) -> str:
        """Another token than the one that QuickBooks rejected."""


@dataclass(frozen=True)
class Tokens:
    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds from the answer."""
    refresh_expires_in: int


class InvalidGrant(Exception):
    """The authorization server knows this code or refresh token no longer."""


class AuthorizationServer(Protocol):
    """Intuit's OAuth 2.0 server. Raises InvalidGrant and TransientError."""

    def authorize_url(self, state: str, redirect_uri: str) -> str: ...

    def exchange(self, code: str, redirect_uri: str) -> Tokens: ...

    def refresh(self, refresh_token: str) -> Tokens: ...

    def revoke(self, token: str) -> None: ...


class Runs(Protocol):
    """The sync state machine."""

    def start(self, run_id: str, payload: Mapping[str, str]) -> None:
        """Idempotent for a run id."""


class TranslateQueue(Protocol):
    def send(self, event_key: str) -> None:
        """Queues an event of the log for translation again."""


class Notifier(Protocol):
    def tell(self, subject: str, text: str) -> None: ...


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Aware UTC."""


# What a use case reaches is said by combining these; `runtime.Services` has them all.


class HasDatabase(Protocol):
    @property
    def database(self) -> Database: ...


class HasEventLog(Protocol):
    @property
    def event_log(self) -> Blobs: ...


class HasVault(Protocol):
    @property
    def vault(self) -> Vault: ...


class HasAuthorizationServer(Protocol):
    @property
    def authorization_server(self) -> AuthorizationServer: ...


class HasClock(Protocol):
    @property
    def now(self) -> Clock: ...


class HasIds(Protocol):
    def new_id(self) -> str:
        """One that nobody guesses."""

    def new_sorted_id(self) -> str:
        """26 characters; later ones sort after earlier ones."""
