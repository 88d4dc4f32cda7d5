"""The lint of state machines finds faults that were planted."""

from typing import Any

import pytest

from tests.statemachine_lint import problems_of


def machine() -> dict[str, Any]:
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Begin",
        "States": {
            "Begin": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": {"FunctionName": "begin", "Payload": "{% $states.input %}"},
                "Output": "{% $states.result.Payload %}",
                "TimeoutSeconds": 60,
                "Next": "Each",
            },
            "Each": {
                "Type": "Map",
                "Items": "{% $states.input.kinds %}",
                "ItemProcessor": {
                    "StartAt": "Pause",
                    "States": {
                        "Pause": {
                            "Type": "Wait",
                            "Seconds": "{% $states.input.wait_seconds %}",
                            "End": True,
                        }
                    },
                },
                "Next": "End",
            },
            "End": {"Type": "Succeed"},
        },
    }


def test_a_sound_machine_has_no_problems() -> None:
    assert problems_of(machine()) == []


@pytest.mark.parametrize(
    "state, change, problem",
    [
        ("Begin", {"Next": "Ech"}, 'No state found named "Ech"'),
        ("Begin", {"Next": "End"}, "No transition found to state State Machine.Each"),
        ("Begin", {"OutputPath": "$"}, 'Field "OutputPath" not allowed'),
        ("Begin", {"Output": "{% $states.( %}"}, "State Machine.States.Begin.Output"),
        ("Begin", {"TimeoutSeconds": "{% 60 %}"}, "a literal TimeoutSeconds"),
        ("Each", {"Output": "{% 1 %}"}, "Output on a Map"),
        ("Each", {"MaxConcurrencyy": 1}, 'Field "MaxConcurrencyy" not allowed'),
    ],
)
def test_a_planted_fault_is_found(state: str, change: dict[str, Any], problem: str) -> None:
    definition = machine()

    definition["States"][state] |= change

    assert any(problem in found for found in problems_of(definition))
