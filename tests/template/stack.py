"""template.yaml as data, and the questions that tests ask of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local.cloud.template import Route, Template, expand, read_yaml, routes

ROOT = Path(__file__).resolve().parents[2]
Properties = dict[str, Any]


@cache
def template() -> Template:
    """As it is written."""
    found: Template = read_yaml(ROOT / "template.yaml")
    return found


@cache
def expanded() -> Template:
    """As CloudFormation gets it, after AWS's own SAM transform."""
    packaged: Template = read_yaml(ROOT / "template.yaml")
    packaged["Globals"]["Function"]["CodeUri"] = "s3://bucket/code"
    for resource in packaged["Resources"].values():
        for uri in ("ContentUri", "DefinitionUri"):
            if uri in resource.get("Properties", {}):
                resource["Properties"][uri] = "s3://bucket/code"
    return expand(packaged, "eu-west-1")


def api_routes() -> list[Route]:
    return routes(expanded())


def resources(kind: str) -> dict[str, Properties]:
    """Properties by logical id of the resources of one type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, Properties]:
    return resources("AWS::Serverless::Function")


def file_of(function: str) -> str:
    """The name of its file in functions/, without .py."""
    handler: str = functions()[function]["Handler"]
    return handler.removesuffix(".handler")


def environment(function: str) -> dict[str, Any]:
    """What a function's template entry sets, those of all functions included."""
    shared: dict[str, Any] = template()["Globals"]["Function"]["Environment"]["Variables"]
    own: dict[str, Any] = functions()[function].get("Environment", {}).get("Variables", {})
    return shared | own


def references(value: Any) -> set[str]:
    """Logical ids that a value of the template refers to."""
    return set(_references(value))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for child in value:
            yield from _references(child)
    elif isinstance(value, dict):
        for key, child in value.items():
            if key == "Ref":
                yield child
            elif key == "Fn::GetAtt":
                yield child[0]
            elif key == "Fn::Sub" and isinstance(child, str):
                yield from (name.partition(".")[0] for name in re.findall(r"\$\{(.+?)\}", child))
            else:
                yield from _references(child)


@dataclass(frozen=True)
class Statement:
    """One statement of a policy, with one-or-many written as many."""

    role: str
    sid: str
    actions: tuple[str, ...]
    resources: tuple[Any, ...]
    condition: Properties

    @property
    def on(self) -> set[str]:
        """Logical ids of the resources it is about."""
        return references(list(self.resources))


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def statements(policy_of: str, document: Properties) -> list[Statement]:
    return [
        Statement(
            policy_of,
            entry["Sid"],
            _many(entry["Action"]),
            _many(entry["Resource"]),
            entry.get("Condition", {}),
        )
        for entry in document["Statement"]
    ]


def role_statements(role: str) -> list[Statement]:
    """What a role of the template says itself; managed policies are apart."""
    return [
        statement
        for policy in resources("AWS::IAM::Role")[role]["Policies"]
        for statement in statements(role, policy["PolicyDocument"])
    ]


def role_of(function: str) -> str:
    role: str = functions()[function]["Role"]["Fn::GetAtt"][0]
    return role


def grants(function: str) -> list[Statement]:
    return role_statements(role_of(function))


@cache
def machine() -> Properties:
    """The definition of the state machine."""
    path = resources("AWS::Serverless::StateMachine")["SyncStateMachine"]["DefinitionUri"]
    definition: Properties = read_yaml(ROOT / path)
    return definition


def states(definition: Properties) -> Iterator[tuple[str, Properties]]:
    """Every state, those inside of Maps included."""
    for name, state in definition["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states(state["ItemProcessor"])
