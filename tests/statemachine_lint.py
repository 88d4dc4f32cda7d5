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
from statelint.linter import Linter

EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)
# statelint does not know that these fields may be JSONata expressions.
FALSE_ALARM = re.compile(r'\.Seconds is "\{%.*%\}" but should be an Integer$', re.DOTALL)


def problems_of(definition: dict[str, Any]) -> list[str]:
    """What is wrong with a state machine, a sentence each, with the path of the state."""
    found = [p.strip() for p in Linter.validate(definition) if not FALSE_ALARM.search(p)]
    for path, value in walk(definition, "State Machine"):
        if isinstance(value, str) and (match := EXPRESSION.fullmatch(value)):
            try:
                Jsonata(match[1])
            except JException as error:
                found.append(f"{path}: {error}: {value}")
        elif isinstance(value, dict) and value.get("Type") in ("Map", "Parallel"):
            if "Output" in value:
                found.append(f"{path}: Output on a {value['Type']}; use a Pass state behind it")
        elif isinstance(value, dict) and value.get("Type") == "Task":
            if not isinstance(value.get("TimeoutSeconds"), int):
                found.append(f"{path}: a task needs a literal TimeoutSeconds")
    return found


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
