"""Runs the state machine of statemachine/ in this process: its own expressions, the real handlers,
the waits on the emulated clock. What AWS would bill is counted on the way.

Only what that definition uses is understood (states Task, Choice, Wait, Map one by one, Pass,
Succeed and Fail, in JSONata); anything else raises KeyError or ValueError.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from math import ceil
from typing import Any

import yaml
from jsonata.jsonata import Jsonata

from tests.template.stack import ROOT, file_of, functions, template
from tests.workbench import WorkbenchClock
from tillbook.runtime import Services, using

_EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)
_PLACE = re.compile(r"\$\{(\w+)\}")
Invoke = Callable[[str, Any], Any]


@dataclass(frozen=True)
class Invocation:
    """One invocation of a function, in milliseconds as they are billed."""

    function: str
    milliseconds: int
    memory_mb: int

    @property
    def gb_seconds(self) -> float:
        return self.milliseconds / 1000 * self.memory_mb / 1024


@dataclass
class Execution:
    states: Counter[str] = field(default_factory=Counter)
    """States entered and tasks retried: what is billed as transitions."""
    invocations: list[Invocation] = field(default_factory=list)
    error: str = ""


class _Caught(Exception):
    def __init__(self, error: str) -> None:
        self.error = error
        super().__init__(error)


@dataclass(frozen=True)
class _Context:
    """What Lambda tells a handler, on the emulated clock."""

    left: Callable[[], float]
    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.left() * 1000)


def memory_of(function: str) -> int:
    shared = template()["Globals"]["Function"]
    return int(functions()[function].get("MemorySize", shared["MemorySize"]))


def execute(
    services: Services,
    clock: WorkbenchClock,
    payload: dict[str, Any],
    memory: Callable[[int], None] = lambda mb: None,
) -> Execution:
    """One execution with this input. `memory` is told what each function that is entered has."""
    (path,) = (ROOT / "statemachine").glob("*.asl.yaml")
    execution = Execution()

    def invoke(function: str, event: Any) -> Any:
        properties = functions()[function]
        end = clock.now().timestamp() + float(properties["Timeout"])
        megabytes = memory_of(function)
        context = _Context(lambda: end - clock.now().timestamp(), function, megabytes)
        memory(megabytes)
        begun = clock.now()
        handler = import_module(f"functions.{file_of(function)}").handler
        try:
            return handler(event, context)
        finally:
            lasted = ceil((clock.now() - begun).total_seconds() * 1000)
            execution.invocations.append(Invocation(function, lasted, megabytes))

    with using(services):
        machine = _Machine(yaml.safe_load(path.read_text()), payload, invoke, clock, execution)
        machine.run()
    return execution


class _Machine:
    def __init__(
        self,
        definition: dict[str, Any],
        payload: dict[str, Any],
        invoke: Invoke,
        clock: WorkbenchClock,
        execution: Execution,
    ) -> None:
        self._definition = definition
        self._payload = payload
        self._invoke = invoke
        self._clock = clock
        self._execution = execution
        self._variables: dict[str, Any] = {}

    def run(self) -> None:
        self._run(self._definition, self._payload, None)

    def _run(self, machine: dict[str, Any], given: Any, item: Any) -> Any:
        name = machine["StartAt"]
        while True:
            state = machine["States"][name]
            self._execution.states[name] += 1
            try:
                name, given = self._enter(name, state, given, item)
            except _Caught as caught:
                handler = next(
                    (one for one in state.get("Catch", []) if _fits(one, caught.error)), None
                )
                if handler is None:
                    raise
                self._assign(handler, given, item, error=caught.error)
                name = handler["Next"]
            if name == "":
                return given

    def _enter(self, name: str, state: dict[str, Any], given: Any, item: Any) -> tuple[str, Any]:
        match state["Type"]:
            case "Succeed":
                return "", given
            case "Fail":
                self._execution.error = str(self._value(state["Error"], given, item)) or name
                return "", given
            case "Choice":
                for choice in state["Choices"]:
                    if self._value(choice["Condition"], given, item):
                        return choice["Next"], given
                return state["Default"], given
            case "Wait":
                self._clock.advance(float(self._value(state["Seconds"], given, item)))
                return state["Next"], given
            case "Pass":
                result = given
            case "Map":
                for one in self._value(state["Items"], given, item):
                    each = self._value(state["ItemSelector"], given, one)
                    self._run(state["ItemProcessor"], each, one)
                result = given
            case "Task":
                result = {"Payload": self._task(name, state, given, item)}
            case other:
                raise ValueError(f"{name}: states of type {other} are not understood")
        self._assign(state, given, item, result=result)
        if "Output" in state:
            result = self._value(state["Output"], given, item, result=result)
        return ("" if state.get("End") else state["Next"]), result

    def _task(self, name: str, state: dict[str, Any], given: Any, item: Any) -> Any:
        arguments = self._value(state["Arguments"], given, item)
        place = _PLACE.fullmatch(arguments["FunctionName"])
        assert place is not None, arguments["FunctionName"]
        tried: Counter[int] = Counter()
        while True:
            try:
                return self._invoke(place[1], arguments["Payload"])
            except Exception as problem:
                error = type(problem).__name__
                rules = enumerate(state.get("Retry", []))
                at, rule = next(
                    ((n, one) for n, one in rules if _fits(one, error)), (-1, {"MaxAttempts": 0})
                )
                if tried[at] >= rule["MaxAttempts"]:
                    raise _Caught(error) from problem
                pause = rule["IntervalSeconds"] * rule.get("BackoffRate", 2.0) ** tried[at]
                self._clock.advance(min(pause, rule.get("MaxDelaySeconds", pause)))
                tried[at] += 1
                self._execution.states[name] += 1

    def _assign(self, state: dict[str, Any], given: Any, item: Any, **more: Any) -> None:
        found = {
            name: self._value(value, given, item, **more)
            for name, value in state.get("Assign", {}).items()
        }
        self._variables |= found

    def _value(
        self, value: Any, given: Any, item: Any, *, result: Any = None, error: str = ""
    ) -> Any:
        if isinstance(value, dict):
            return {
                name: self._value(one, given, item, result=result, error=error)
                for name, one in value.items()
            }
        if not isinstance(value, str) or not (match := _EXPRESSION.fullmatch(value)):
            return value
        expression = Jsonata(match[1])
        states = {
            "input": given,
            "result": result,
            "errorOutput": {"Error": error},
            "context": {"Execution": {"Input": self._payload}, "Map": {"Item": {"Value": item}}},
        }
        for name, known in {**self._variables, "states": states}.items():
            expression.assign(name, known)
        return expression.evaluate(None)


def _fits(rule: dict[str, Any], error: str) -> bool:
    return error in rule["ErrorEquals"] or "States.ALL" in rule["ErrorEquals"]
