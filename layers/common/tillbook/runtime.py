"""The composition root: which adapter stands behind which port is decided here and nowhere else.

Every port is made when it is first used and imports its adapter only then, so that a function pays
for what it uses. The process keeps them: clients and connections are reused by later invocations.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from tillbook import ids
from tillbook.ports import (
    AuthorizationServer,
    Blobs,
    Books,
    Clock,
    Database,
    Lanes,
    Notifier,
    Runs,
    Table,
    TokenSource,
    TranslateQueue,
    Vault,
)
from tillbook.settings import Environment

if TYPE_CHECKING:
    import httpx

    from tillbook.domain.settings import Limits
    from tillbook.store.rate_limiter import RateLimiter


class LambdaContext(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


def seconds_left(context: LambdaContext) -> Callable[[], float]:
    """Until Lambda ends this invocation."""
    return lambda: context.get_remaining_time_in_millis() / 1000


class Services:
    """The ports of this process, as the environment says."""

    def __init__(self, environment: Environment | None = None, **given: Any) -> None:
        """`given` are ports to use in place of the real ones, by attribute name."""
        for name, port in given.items():
            if not hasattr(type(self), name):
                raise TypeError(f"there is no port {name}")
            vars(self)[name] = port
        if environment is not None:
            vars(self)["environment"] = environment

    @cached_property
    def environment(self) -> Environment:
        return Environment.read(os.environ)

    @cached_property
    def now(self) -> Clock:
        return lambda: datetime.now(UTC)

    @cached_property
    def sleep(self) -> Callable[[float], None]:
        return time.sleep

    @cached_property
    def database(self) -> Database:
        from tillbook.adapters.dynamodb import DynamoDatabase

        names = {
            Table.CONNECTIONS: self.environment.connections_table,
            Table.SYNC: self.environment.sync_table,
        }
        return DynamoDatabase({table: name for table, name in names.items() if name})

    @cached_property
    def event_log(self) -> Blobs:
        from tillbook.adapters.s3 import S3Blobs

        return S3Blobs(self.environment.need("event_log_bucket"))

    @cached_property
    def payloads(self) -> Blobs:
        from tillbook.adapters.s3 import S3Blobs

        return S3Blobs(self.environment.need("payload_bucket"))

    @cached_property
    def vault(self) -> Vault:
        from tillbook.adapters.kms import KmsVault

        return KmsVault(self.environment.need("kms_key_arn"))

    @cached_property
    def runs(self) -> Runs:
        from tillbook.adapters.step_functions import StepFunctionsRuns

        return StepFunctionsRuns(self.environment.need("state_machine_arn"))

    @cached_property
    def translate_queue(self) -> TranslateQueue:
        from tillbook.adapters.sqs import SqsTranslateQueue

        return SqsTranslateQueue(
            self.environment.need("translate_queue_url"), self.environment.need("event_log_bucket")
        )

    @cached_property
    def notifier(self) -> Notifier:
        from tillbook.adapters.sns import SnsNotifier

        return SnsNotifier(self.environment.need("notice_topic_arn"))

    @cached_property
    def http(self) -> "httpx.Client":
        from tillbook.adapters.http import http_client

        return http_client()

    @cached_property
    def authorization_server(self) -> AuthorizationServer:
        from tillbook.adapters.intuit_oauth import IntuitAuthorizationServer
        from tillbook.adapters.secrets_manager import IntuitAppSecret

        return IntuitAuthorizationServer(
            IntuitAppSecret(self.environment.need("intuit_secret_arn")),
            http=self.http,
            authorize_url=self.environment.oauth_authorize_url,
            token_url=self.environment.oauth_token_url,
            revoke_url=self.environment.oauth_revoke_url,
        )

    @cached_property
    def rate_limiter(self) -> "RateLimiter":
        from tillbook.store.rate_limiter import RateLimiter

        return RateLimiter(self.database, self.now, self.sleep)

    def lanes(self, number: int) -> AbstractContextManager[Lanes[Any]]:
        from tillbook.adapters.threads import ThreadLanes

        return ThreadLanes(number)

    @property
    def public_url(self) -> str | None:
        return self.environment.public_url

    @property
    def console_url(self) -> str | None:
        return self.environment.console_url

    def books(
        self,
        realm_id: str,
        tokens: TokenSource,
        limits: "Limits",
        remaining: Callable[[], float],
    ) -> Books:
        """The company of a realm. `remaining` are the seconds until this invocation ends."""
        from tillbook.adapters.quickbooks import QuickBooksBooks

        return QuickBooksBooks(
            realm_id,
            http=self.http,
            base_url=self.environment.quickbooks_base_url,
            tokens=tokens,
            limiter=self.rate_limiter,
            limits=limits,
            remaining=remaining,
            now=self.now,
        )

    def new_id(self) -> str:
        return ids.new_id()

    def new_sorted_id(self) -> str:
        return ids.new_sorted_id(self.now())


_current: Services | None = None


def services() -> Services:
    """Those of this process."""
    global _current  # noqa: PLW0603 - made once, when the first invocation needs it
    if _current is None:
        _current = Services()
    return _current


@contextmanager
def using(replacement: Services) -> Iterator[Services]:
    """Other services while the block lasts, for tests of functions."""
    global _current  # noqa: PLW0603
    before, _current = _current, replacement
    try:
        yield replacement
    finally:
        _current = before
