"""Nothing but constant names and ids reaches a log or a metric."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from tillbook import observability
from tillbook.errors import LeaseLost
from tillbook.observability import UnexpectedError, count, log, observed, report
from tillbook.ports import ConditionFailed

PERSONAL = "Anna Müller, anna@example.com"
Written = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Written:
    """The lines of JSON that were written since it was last asked."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_is_a_name_and_ids(written: Written) -> None:
    log("event_stored", connection="c-1", event="ch-1/0f3a2c", count=3, again=False)

    (line,) = written()
    assert line["message"] == "event_stored"
    assert line["level"] == "INFO"
    assert line["service"] == "tillbook"
    assert line["ids"] == {
        "connection": "c-1",
        "event": "ch-1/0f3a2c",
        "count": 3,
        "again": False,
    }


@pytest.mark.parametrize(
    "key, value",
    [
        ("body", "harmless"),  # not a key that may be logged
        ("access_token", "harmless"),
        ("record", PERSONAL),
        ("record", "anna@example.com"),
        ("record", "x" * 201),
        ("record", b"bytes"),
        ("record", {"name": PERSONAL}),
        ("record", ["a"]),
        ("error", ValueError(PERSONAL)),
    ],
)
def test_what_is_no_id_is_withheld_and_named(written: Written, key: str, value: Any) -> None:
    log("record_failed", run="r-1", **{key: value})

    (line,) = written()
    assert line["ids"] == {"run": "r-1", "withheld": [key]}
    assert "anna" not in json.dumps(line).lower()


def test_what_is_none_is_left_out(written: Written) -> None:
    log("run_started", connection="c-1", run=None)

    assert written()[0]["ids"] == {"connection": "c-1"}


def test_a_text_in_place_of_a_name_is_withheld(written: Written) -> None:
    log(f"could not send to {PERSONAL}", connection="c-1")
    observability._logger.info("sent to %s", PERSONAL)
    observability._logger.info({"name": PERSONAL})
    observability._logger.warning("sent", extra={"body": PERSONAL, "ids": PERSONAL})

    lines = written()
    assert [line["message"] for line in lines] == ["withheld", "withheld", "withheld", "sent"]
    assert all(line["ids"] == {} for line in lines)
    assert "anna" not in json.dumps(lines).lower()


def test_an_exception_is_logged_by_its_class_and_place(written: Written) -> None:
    try:
        int(PERSONAL)
    except ValueError as error:
        error_id = report(error)
        observability._logger.exception("failed")

    first, second = written()
    assert first["level"] == "ERROR"
    assert first["ids"]["error"] == "ValueError"
    assert first["ids"]["error_id"] == error_id
    assert first["ids"]["frames"][-1].startswith("test_observability.py:")
    assert "anna" not in json.dumps([first, second]).lower()


@pytest.mark.parametrize("library", ["httpx", "botocore", "urllib3"])
def test_libraries_that_log_addresses_are_quiet(library: str) -> None:
    assert not logging.getLogger(library).isEnabledFor(logging.INFO)


def test_the_kind_of_a_metric_is_its_dimension_and_the_connection_is_not(
    written: Written,
) -> None:
    count("RecordsCompleted", 30, kind="invoice", connection="c-1")

    (line,) = written()
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == "Tillbook"
    assert metrics["Dimensions"] == [["service", "kind"]]
    assert metrics["Metrics"] == [{"Name": "RecordsCompleted", "Unit": "Count"}]
    assert line["RecordsCompleted"] == [30.0]
    assert line["kind"] == "invoice"
    assert line["connection"] == "c-1"


def test_a_handler_answers_as_it_did(written: Written) -> None:
    @observed
    def handler(event: dict[str, int], context: object) -> int:
        return event["number"] + 1

    assert handler({"number": 1}, None) == 2
    assert written() == []


@pytest.mark.parametrize("error", [LeaseLost("another run took over"), ConditionFailed((0,))])
def test_our_own_errors_keep_their_name(written: Written, error: Exception) -> None:
    @observed
    def handler(event: object, context: object) -> None:
        raise error

    with pytest.raises(type(error)):
        handler({}, None)

    assert written()[0]["ids"] == {"error": type(error).__name__}


def test_the_text_of_any_other_error_stays_inside(written: Written) -> None:
    @observed
    def handler(event: object, context: object) -> None:
        raise KeyError(PERSONAL)

    with pytest.raises(UnexpectedError) as failure:
        handler({}, None)

    (line,) = written()
    assert line["ids"]["error_id"] in str(failure.value)
    assert "anna" not in (json.dumps(line) + str(failure.value)).lower()
    assert failure.value.__suppress_context__
