"""Each function of the template: its file, its role, its log, its time and its environment."""

from collections import Counter
from dataclasses import fields

import pytest

from tests.template.stack import (
    ROOT,
    api_routes,
    environment,
    file_of,
    functions,
    machine,
    references,
    resources,
    role_of,
    states,
    template,
)
from tillbook.settings import Environment

FUNCTIONS = sorted(functions())

# API Gateway gives an HTTP API's integration 30 s, and cannot be told to wait longer.
GATEWAY_SECONDS = 30


def test_every_file_in_functions_is_a_function_of_the_template_and_the_other_way_round() -> None:
    files = {path.stem for path in (ROOT / "functions").glob("*.py")} - {"__init__"}

    assert {file_of(function) for function in FUNCTIONS} == files


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_named_like_its_file(function: str) -> None:
    words = file_of(function).split("_")

    assert function == "".join(map(str.capitalize, words)) + "Function"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_says_what_it_does_in_a_sentence(function: str) -> None:
    assert len(functions()[function]["Description"].split()) > 3


def test_every_function_has_a_role_and_a_log_group_of_its_own() -> None:
    roles = Counter(role_of(function) for function in FUNCTIONS)
    groups = Counter(functions()[name]["LoggingConfig"]["LogGroup"]["Ref"] for name in FUNCTIONS)

    assert max(roles.values()) == 1
    assert max(groups.values()) == 1


def test_every_log_group_is_emptied_after_a_set_time() -> None:
    groups = resources("AWS::Logs::LogGroup")

    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_functions_run_on_arm_with_python_3_13_and_lambdas_own_tracing() -> None:
    shared = template()["Globals"]["Function"]

    assert shared["Architectures"] == ["arm64"]
    assert shared["Runtime"] == "python3.13"
    assert shared["Tracing"] == "Active"
    for function in functions().values():
        assert not {"Architectures", "Runtime", "Tracing"} & set(function)


def test_no_function_takes_concurrency_away_from_the_account() -> None:
    for function in functions().values():
        assert "ReservedConcurrentExecutions" not in function


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_given_settings_that_the_code_knows(function: str) -> None:
    known = {field.name.upper() for field in fields(Environment)}

    assert set(environment(function)) - known == {
        "POWERTOOLS_SERVICE_NAME",
        "POWERTOOLS_METRICS_NAMESPACE",
        "LOG_LEVEL",
    }


def test_every_setting_that_the_code_knows_is_given_to_some_function() -> None:
    given = {name for function in FUNCTIONS for name in environment(function)}

    assert {field.name.upper() for field in fields(Environment)} <= given


@pytest.mark.parametrize("function", sorted({route.function for route in api_routes()}))
def test_a_function_behind_the_api_ends_before_the_gateway_gives_up(function: str) -> None:
    assert functions()[function]["Timeout"] < GATEWAY_SECONDS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_is_called_by_the_api_the_queue_or_the_state_machine(function: str) -> None:
    tasks = {f"{name}Function" for name, state in states(machine()) if state["Type"] == "Task"}

    assert functions()[function].get("Events") or function in tasks


def test_no_function_refers_to_the_api() -> None:
    """It would make a circle: the API's routes refer to the functions."""
    for function in FUNCTIONS:
        assert "HttpApi" not in references(environment(function))


def test_the_layer_is_built_for_what_functions_run_on() -> None:
    layer = template()["Resources"]["CommonLayer"]

    assert layer["Metadata"] == {"BuildMethod": "python3.13", "BuildArchitecture": "arm64"}
    assert layer["Properties"]["CompatibleArchitectures"] == ["arm64"]
    assert layer["Properties"]["CompatibleRuntimes"] == ["python3.13"]
