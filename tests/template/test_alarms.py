"""Alarms: who is told of what, and that the operations page says what to do."""

from typing import Any

import pytest

from tests.template.stack import ROOT, api_routes, functions, references, resources

ALARMS = resources("AWS::CloudWatch::Alarm")


def watches(metric: str) -> set[str]:
    """Logical ids of the resources whose metric some alarm watches."""
    found: set[str] = set()
    for alarm in ALARMS.values():
        entries: list[Any] = [alarm, *(m["MetricStat"]["Metric"] for m in stats(alarm))]
        for entry in entries:
            if entry.get("MetricName") == metric:
                found |= references(entry["Dimensions"])
    return found


def stats(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    return [metric for metric in alarm.get("Metrics", []) if "MetricStat" in metric]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_topic_and_points_to_the_operations_page(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "NoticeTopic"}]
    assert ALARMS[name]["AlarmDescription"].endswith("See docs/operations.md.")


@pytest.mark.parametrize("name", ALARMS)
def test_the_operations_page_says_what_to_do_at_an_alarm(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "operations.md").read_text()


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_quiet_while_nothing_happens(name: str) -> None:
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_sums_no_more_than_the_ten_metrics_that_cloudwatch_takes(name: str) -> None:
    assert len(stats(ALARMS[name])) <= 10


def test_every_queue_is_watched() -> None:
    waiting = watches("ApproximateNumberOfMessagesVisible") | watches(
        "ApproximateAgeOfOldestMessage"
    )

    assert waiting == set(resources("AWS::SQS::Queue"))


def test_the_errors_of_every_function_are_watched() -> None:
    """Those behind the API are seen by its caller, as 5xx."""
    assert watches("5xx") == {"HttpApi"}
    behind_the_api = {route.function for route in api_routes()}

    assert watches("Errors") | behind_the_api == set(functions())


def test_throttles_are_watched_where_nobody_tries_again_for_us() -> None:
    """The state machine tries again by itself, and a run that gives up fails."""
    called_by_others = {name for name, function in functions().items() if function.get("Events")}

    assert watches("Throttles") == called_by_others


@pytest.mark.parametrize("end", ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"])
def test_a_run_that_does_not_succeed_is_told(end: str) -> None:
    assert watches(end) == {"SyncStateMachine"}
