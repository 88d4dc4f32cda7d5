"""Clients of AWS services, and what their errors mean to us."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ProxyConnectionError,
)
from botocore.exceptions import ConnectionError as BotocoreConnectionError

from tillbook.errors import TransientError

BUSY = frozenset(
    """InternalError InternalFailure InternalServerError KMSInternalException LimitExceededException
    ProvisionedThroughputExceededException RequestLimitExceeded ServiceUnavailable SlowDown
    Throttling ThrottlingException ThrottledException TooManyRequestsException
    DependencyTimeoutException""".split()
)
"""Error codes of services that are busy or broken for the moment."""

NOT_SENT = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
"""There was no connection, so nothing took effect."""
ANSWER_LOST = (HTTPClientError, IncompleteReadError, BotocoreConnectionError)
"""It may have taken effect. Caught after NOT_SENT."""

Sleep = Callable[[float], None]


def client(service: str, *, attempts: int = 4) -> Any:
    """A client that gives up soon enough for its caller to answer: at most `attempts` tries of 7
    seconds. With `attempts=1` botocore repeats nothing by itself."""
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]


@contextmanager
def transient_errors(service: str) -> Iterator[None]:
    """Turns what passes by itself into TransientError. Everything else is a mistake in the set-up,
    such as a missing permission, and goes through as it is."""
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        if code in BUSY or status(error) >= 500:
            raise TransientError(f"{service} is busy ({code})") from error
        raise
    except (*NOT_SENT, *ANSWER_LOST) as error:
        raise TransientError(f"{service} cannot be reached ({type(error).__name__})") from error


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def pause(attempt: int, sleep: Sleep = time.sleep) -> None:
    """Waits before attempt number `attempt` + 1: 0.05 s, doubling up to 1 s, with full jitter so
    that writers who collided do not collide again."""
    sleep(random.uniform(0, min(1.0, 0.05 * 2**attempt)))  # noqa: S311 - no secret depends on it
