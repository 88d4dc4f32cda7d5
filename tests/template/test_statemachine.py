"""The sync state machine against the template: names, time limits, retries and ends."""

import json
import re
from typing import Any

import pytest

from tests.template.stack import functions, machine, resources, role_statements, states
from tillbook import errors

TASKS = {name: state for name, state in states(machine()) if state["Type"] == "Task"}
TOP = machine()["States"]


def catchers(name: str) -> list[dict[str, Any]]:
    """Those of a state, or of the Map that it is in."""
    if name in TOP:
        found: list[dict[str, Any]] = TOP[name].get("Catch", [])
        return found
    [around] = [
        state for state in TOP.values() if name in state.get("ItemProcessor", {}).get("States", {})
    ]
    return list(around["Catch"])


def subclasses(error: type[Exception]) -> set[str]:
    return {error.__name__}.union(*(subclasses(child) for child in error.__subclasses__()))


@pytest.mark.parametrize("name", TASKS)
def test_a_task_calls_the_function_of_its_name(name: str) -> None:
    assert TASKS[name]["Resource"] == "arn:aws:states:::lambda:invoke"
    assert TASKS[name]["Arguments"]["FunctionName"] == f"${{{name}Function}}"
    assert f"{name}Function" in functions()


def test_the_machine_is_told_of_the_functions_it_calls_and_may_call_no_others() -> None:
    called = {f"{name}Function" for name in TASKS}
    properties = resources("AWS::Serverless::StateMachine")["SyncStateMachine"]
    [invoke] = [s for s in role_statements("SyncStateMachineRole") if s.sid == "CallFunctions"]

    assert properties["DefinitionSubstitutions"] == {
        name: {"Fn::GetAtt": [name, "Arn"]} for name in called
    }
    assert invoke.on == called


@pytest.mark.parametrize("name", TASKS)
def test_a_task_waits_longer_than_its_function_may_take(name: str) -> None:
    assert TASKS[name]["TimeoutSeconds"] > functions()[f"{name}Function"]["Timeout"]


@pytest.mark.parametrize("name", TASKS)
def test_whatever_goes_wrong_in_a_task_is_caught(name: str) -> None:
    assert catchers(name)[-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("name", TASKS)
def test_who_lost_the_lease_stops_without_finishing_the_run(name: str) -> None:
    first = catchers(name)[0]

    assert first["ErrorEquals"] == ["LeaseLost"]
    assert TOP[first["Next"]]["Type"] == "Fail"


@pytest.mark.parametrize("name", TASKS)
def test_every_other_error_ends_in_finish_run(name: str) -> None:
    goes_to = catchers(name)[-1]["Next"]

    assert goes_to == ("Failed" if name == "FinishRun" else "FinishRun")


@pytest.mark.parametrize("name", TASKS)
def test_retries_are_spread_so_that_runs_do_not_come_back_together(name: str) -> None:
    for retry in TASKS[name]["Retry"]:
        assert retry["JitterStrategy"] == "FULL"


@pytest.mark.parametrize("name", TASKS)
def test_every_transient_error_is_tried_again_and_no_other_of_ours(name: str) -> None:
    retried = {error for retry in TASKS[name]["Retry"] for error in retry["ErrorEquals"]}
    ours = subclasses(errors.TillbookError)

    # An error arrives under the name of its class; Step Functions knows no subclasses.
    assert retried & ours == subclasses(errors.TransientError)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_is_tried_again_alike(name: str) -> None:
    assert TASKS[name]["Retry"] == TASKS["BeginRun"]["Retry"]


def test_of_an_error_only_its_name_travels() -> None:
    """A Cause holds the exception's text and where it was raised."""
    assert re.findall(r"errorOutput(?!\.Error\b)", json.dumps(machine())) == []
    assert "Cause" not in json.dumps([s for s in TOP.values() if s["Type"] != "Fail"])


def test_only_ids_and_counts_travel() -> None:
    sent = set()
    for task in TASKS.values():
        if isinstance(task["Arguments"]["Payload"], dict):
            sent |= set(task["Arguments"]["Payload"])

    assert sent == {"connection_id", "run_id", "fence", "direction", "kind", "error"}


def test_kinds_are_exported_one_after_the_other() -> None:
    assert TOP["ExportKinds"]["MaxConcurrency"] == 1


def test_a_run_ends_some_day_even_if_a_loop_never_does() -> None:
    assert machine()["TimeoutSeconds"] == 24 * 3600


def test_the_machines_log_holds_no_data_of_executions() -> None:
    logging = resources("AWS::Serverless::StateMachine")["SyncStateMachine"]["Logging"]

    assert logging["Level"] == "ERROR"
    assert logging["IncludeExecutionData"] is False
