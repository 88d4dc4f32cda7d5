"""Are the functions' roles right? Every AWS call a function made, held against its policies.

Two questions, which together are least privilege: was every call allowed, and was everything that
is granted used? The policies are read from the deployed roles, with all expressions resolved, so
nothing is listed twice; the calls are those that sandboxes took down.

The evaluation follows "Policy evaluation logic" in the IAM user guide for identity policies of one
account, with the operators and condition keys of "Actions, resources, and condition keys" that a
call can carry here. What it does not know is an error, never a silent yes. Stores under a KMS key
of their own would make calls to KMS in the caller's name; the template has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.cloud.actions import Request

Context = Mapping[str, Sequence[str]]


class UnknownCondition(Exception):
    """A policy says something that this evaluation does not know; teach it first."""


@dataclass(frozen=True)
class Statement:
    """One statement of a role's policy."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    effect: str = "Allow"
    conditions: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Statement:
        """From the JSON of a policy.

        Raises:
            UnknownCondition: NotAction, NotResource and the like; the template has no use for them.
        """
        odd = set(document) - {"Sid", "Effect", "Action", "Resource", "Condition"}
        if odd:
            raise UnknownCondition(f"{document.get('Sid')}: {', '.join(sorted(odd))}")
        return cls(
            document.get("Sid", ""),
            _many(document["Action"]),
            _many(document["Resource"]),
            document["Effect"],
            {
                operator: {key: _many(values) for key, values in tests.items()}
                for operator, tests in document.get("Condition", {}).items()
            },
        )

    def covers(self, request: Request) -> bool:
        """Whether action, resource and every condition fit."""
        return (
            any(_like(request.action, pattern, fold=True) for pattern in self.actions)
            and any(_like(request.resource, pattern) for pattern in self.resources)
            and self._conditions_hold(request.context)
        )

    def _conditions_hold(self, context: Context) -> bool:
        return all(
            _holds(operator, key, values, context)
            for operator, tests in self.conditions.items()
            for key, values in tests.items()
        )


def _many(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in values)


def _like(value: str, pattern: str, *, fold: bool = False) -> bool:
    """``*`` and ``?`` as in policies; everything else stands for itself."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
}

_KNOWN_KEYS = re.compile(
    r"dynamodb:LeadingKeys|dynamodb:EnclosingOperation|kms:EncryptionContext:\w+"
    r"|kms:EncryptionContextKeys|s3:if-none-match|s3:prefix"
)


def _holds(operator: str, key: str, wanted: Sequence[str], context: Context) -> bool:
    if not _KNOWN_KEYS.fullmatch(key):
        raise UnknownCondition(f"condition key {key}")
    present = context.get(key)
    if operator == "Null":
        return (present is None) == (wanted[0] == "true")
    quantifier, _, plain = operator.rpartition(":")
    if plain.endswith("IfExists"):
        plain = plain.removesuffix("IfExists")
        if present is None:
            return True
    negated = plain.startswith("StringNot")
    test = _OPERATORS.get(plain.replace("StringNot", "String"))
    if test is None or quantifier not in ("", "ForAllValues", "ForAnyValue"):
        raise UnknownCondition(f"operator {operator}")
    results = [any(test(value, want) for want in wanted) != negated for value in present or ()]
    if quantifier == "ForAllValues":
        return all(results)  # also without any value: IAM's own, well known trap
    if present is None:
        return negated
    return any(results) if quantifier == "ForAnyValue" else all(results)


Policies = Mapping[str, Sequence[Statement]]
"""Statements by the function's file."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a function's role."""

    function: str
    what: str

    def __str__(self) -> str:
        return f"{self.function}: {self.what}"


def denied(requests: Iterable[tuple[str, Request]], policies: Policies) -> list[Finding]:
    """What functions asked for and IAM would refuse, each once."""
    findings = {
        Finding(function, f"{request.action} on {request.resource} is not allowed{_given(request)}")
        for function, request in requests
        if request.needed and not _allowed(request, policies.get(function, ()))
    }
    return sorted(findings, key=str)


def _allowed(request: Request, statements: Sequence[Statement]) -> bool:
    covering = [statement.effect for statement in statements if statement.covers(request)]
    return "Allow" in covering and "Deny" not in covering


def _given(request: Request) -> str:
    keys = [f"{key} = {', '.join(values)}" for key, values in sorted(request.context.items())]
    return f" with {'; '.join(keys)}" if keys else ""


def unused(requests: Iterable[tuple[str, Request]], policies: Policies) -> list[Finding]:
    """What roles grant and nobody ever used: an action, a resource or a value of a condition.

    Calls that AWS makes itself in the role's name (log, trace, the queue's poller) are not seen
    here; leave their statements out of `policies`.
    """
    made: dict[str, set[Request]] = {}
    for function, request in requests:
        made.setdefault(function, set()).add(request)
    return [
        Finding(function, f"{statement.sid}: {what} is granted and was never used")
        for function, statements in sorted(policies.items())
        for statement in statements
        if statement.effect == "Allow"
        for what in _idle(statement, made.get(function, set()))
    ]


def _idle(statement: Statement, requests: set[Request]) -> Iterator[str]:
    used = [request for request in requests if statement.covers(request)]
    for action in statement.actions:
        if not any(_like(request.action, action, fold=True) for request in used):
            yield action
    for resource in statement.resources:
        if not any(_like(request.resource, resource) for request in used):
            yield resource
    for operator, tests in statement.conditions.items():
        plain = operator.rpartition(":")[2].removesuffix("IfExists")
        if plain not in _OPERATORS:
            continue
        for key, values in tests.items():
            seen = {value for request in used for value in request.context.get(key, ())}
            for wanted in values:
                if not any(_OPERATORS[plain](value, wanted) for value in seen):
                    yield f"{key} {wanted}"
