"""Logs and metrics, made once.

A log line is a constant name plus ids. Only the keys below can be logged, and only values that look
like ids, so that no body, token, name, address or e-mail reaches a log by accident: what does not
fit is withheld, and the line says which key it was. The text of an exception is never logged, since
other people's libraries quote what they were given.
"""

import io
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from typing import IO, Any, Literal, TypeVar, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from tillbook.errors import TillbookError
from tillbook.ports import ConditionFailed

_SERVICE = "tillbook"
_NAMESPACE = "Tillbook"
_KEYS = frozenset(
    """again attempt channel connection count direction document done entity error error_id event
    fault fence frames function intent kind message outcome realm record request_id run
    status tid topic wait_seconds withheld""".split()
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ID = re.compile(r"[A-Za-z0-9_.:#/+=~-]{0,200}")
_FRAME = re.compile(r"[\w.-]+:\d+ [\w<>]+")
_MAX_FRAMES = 30
_WITHHELD = "withheld"
# They log addresses with query strings, and bodies at DEBUG.
_TALKATIVE = ("boto3", "botocore", "httpcore", "httpx", "s3transfer", "urllib3")

Level = Literal["info", "warning", "error"]
E = TypeVar("E")
C = TypeVar("C")
A = TypeVar("A")


class UnexpectedError(Exception):
    """A mistake in the program or in its set-up; the log has it under the id in the text."""


class _ConstantNames(LambdaPowertoolsFormatter):
    """Keeps only the name and the ids of a record, whoever made it."""

    def format(self, record: logging.LogRecord) -> str:
        name = record.msg if isinstance(record.msg, str) and _NAME.fullmatch(record.msg) else ""
        bare = logging.LogRecord(
            record.name, record.levelno, record.pathname, record.lineno, name or _WITHHELD, (), None
        )
        ids = getattr(record, "ids", None)
        bare.ids = ids if name and isinstance(ids, dict) else {}
        return super().format(bare)


class _Stdout(io.TextIOBase):
    """Standard output as it is when a line is written: what captures it may come later."""

    def write(self, text: str, /) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def _make_logger() -> Logger:
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    formatter = _ConstantNames(
        log_record_order=["level", "message", "ids", "timestamp"], location=None
    )
    return Logger(service=_SERVICE, stream=cast("IO[str]", _Stdout()), logger_formatter=formatter)


_logger = _make_logger()


def log(name: str, *, level: Level = "info", **ids: Any) -> None:
    """Logs a constant name (`event_stored`) and ids."""
    checked = {key: _checked(key, value) for key, value in ids.items() if value is not None}
    fit = {key: value for key, value in checked.items() if value != _WITHHELD}
    withheld = sorted(key for key in checked if key not in fit)
    write = {"info": _logger.info, "warning": _logger.warning, "error": _logger.error}[level]
    write(name, extra={"ids": fit | ({_WITHHELD: withheld} if withheld else {})})


def count(name: str, value: float = 1, *, kind: str = "all", connection: str | None = None) -> None:
    """Adds to a metric. The kind is a dimension; the connection only a property of the log line,
    because every value of a dimension is a metric that costs money."""
    with single_metric(
        name=name, unit=MetricUnit.Count, value=value, namespace=_NAMESPACE
    ) as metric:
        metric.add_dimension("service", _SERVICE)
        metric.add_dimension("kind", kind)
        if connection is not None:
            metric.add_metadata("connection", connection)


def report(error: BaseException) -> str:
    """Logs what kind of error it was and where, and answers the id to look for."""
    error_id = secrets.token_hex(8)
    log(
        "unexpected_error",
        level="error",
        error_id=error_id,
        error=type(error).__name__,
        frames=[
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
    )
    return error_id


def observed(handler: Callable[[E, C], A]) -> Callable[[E, C], A]:
    """A handler whose errors are fit for Lambda's own log and for the history of an execution: ours
    go through by name, any other becomes UnexpectedError without its text."""

    @wraps(handler)
    def observe(event: E, context: C) -> A:
        try:
            return handler(event, context)
        except (TillbookError, ConditionFailed) as error:
            log("refused", level="warning", error=type(error).__name__)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
            raise UnexpectedError(f"see the log for error {report(error)}") from None

    return observe


def _checked(key: str, value: Any) -> Any:
    """The value if it is fit for the log."""
    if key == "frames" and isinstance(value, list):
        return [one if _FRAME.fullmatch(str(one)) else _WITHHELD for one in value[-_MAX_FRAMES:]]
    if key not in _KEYS:
        return _WITHHELD
    if isinstance(value, bool | int | float):
        return value
    return str(value) if isinstance(value, str) and _ID.fullmatch(value) else _WITHHELD
