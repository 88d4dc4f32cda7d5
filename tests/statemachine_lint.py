"""Lints state machine definitions beyond what cfn-lint sees, since SAM never opens the file behind
`DefinitionUri`.

    python -m tests.statemachine_lint statemachine/*.asl.yaml

statelint finds dangling and unreachable states and misspelt fields. Added here: every JSONata
expression must parse, timeouts of tasks are literal numbers, and `Output` stands on no Map or
Parallel, which are what the engines of the local cloud and of AWS understand alike.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from statelint.config import Config
from statelint.linter import Linter
from statelint.problem import ProblemType

EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)
# statelint does not know that these fields may be JSONata expressions.
FALSE_ALARM = re.compile(r'\.Seconds is "\{%.*%\}" but should be an Integer$', re.DOTALL)


def problems_of(definition: dict[str, Any]) -> list[str]:
    """What is wrong with a state machine, a sentence each, with the path of the state."""
    whole_numbers_are_floats_too = Config({ProblemType.FLOAT})
    reports = Linter.validate(definition, whole_numbers_are_floats_too)
    found = [report.strip() for report in reports if not FALSE_ALARM.search(report)]
    for path, value in walk(definition, "State Machine"):
        if isinstance(value, str) and (match := EXPRESSION.fullmatch(value)):
            found += [f"{path}: {reason}: {value}" for reason in syntax_errors(match[1])]
        elif isinstance(value, dict):
            found += [f"{path}: {reason}" for reason in outside_of_subset(value)]
    return found


def syntax_errors(expression: str) -> Iterator[str]:
    try:
        Jsonata(expression)
    except JException as error:
        yield str(error)


def outside_of_subset(state: dict[str, Any]) -> Iterator[str]:
    kind = state.get("Type")
    if kind in ("Map", "Parallel") and "Output" in state:
        yield f"Output on a {kind}; use a Pass state behind it"
    if kind == "Task" and not isinstance(state.get("TimeoutSeconds"), int):
        yield "a task needs a literal TimeoutSeconds"


def walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value inside a definition, with where it stands."""
    yield path, value
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from walk(child, f"{path}.{key}")


def main(paths: list[str]) -> int:
    status = 0
    for path in paths:
        for problem in problems_of(yaml.safe_load(Path(path).read_text())):
            sys.stderr.write(f"{path}: {problem}\n")
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
