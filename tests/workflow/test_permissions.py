"""Least privilege, from the calls that were made: every role allows what its function does, grants
nothing that is never used, and no grant could be left out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import product

import pytest

from local.cloud import LocalCloud
from local.cloud.actions import Request, requests
from local.cloud.permissions import Statement, denied
from local.cloud.roles import account_of, read_policies

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("life")]

LEADING_KEYS = "dynamodb:LeadingKeys"
ASKED_IN_PASSING = {"s3:ListBucket"}
"""Without it the call succeeds and answers differently; see local.cloud.actions."""


def test_no_function_makes_a_call_that_its_role_forbids(cloud: LocalCloud) -> None:
    refused, _ = cloud.permission_findings()

    assert [str(finding) for finding in refused] == []


def test_no_role_grants_what_its_function_never_uses(cloud: LocalCloud) -> None:
    _, unused = cloud.permission_findings()

    assert [str(finding) for finding in unused] == []


def test_every_action_is_used_on_every_partition_that_it_is_granted_for(
    cloud: LocalCloud,
) -> None:
    """A statement of several actions and several partitions grants each on each."""
    made = calls_made(cloud)

    idle = [
        f"{function}: {statement.sid} {action} on {partition}"
        for function, statements in read_policies(cloud.stack, cloud.boto).items()
        for statement in statements
        for action, partition in product(statement.actions, partitions(statement))
        if not any(
            ask.action == action
            and statement.covers(ask)
            and any(fnmatchcase(key, partition) for key in ask.context.get(LEADING_KEYS, ()))
            for ask in made[function]
        )
    ]

    assert idle == []


def partitions(statement: Statement) -> list[str]:
    """Patterns of partition keys to which a statement is narrowed."""
    return [key for test in statement.conditions.values() for key in test.get(LEADING_KEYS, ())]


def calls_made(cloud: LocalCloud) -> dict[str, set[Request]]:
    """What each function asked IAM for so far."""
    account = account_of(cloud.stack)
    made: dict[str, set[Request]] = {}
    for call in cloud.calls:
        made.setdefault(call.function, set()).update(requests(call, account))
    return made


def test_every_action_that_is_taken_from_a_role_is_missed(cloud: LocalCloud) -> None:
    """Each in turn, from a copy of the policies. Where two statements allow the same, one of them
    is too much."""
    policies = read_policies(cloud.stack, cloud.boto)
    made = calls_made(cloud)

    not_missed = [
        f"{function}: {statement.sid} {action}"
        for function, statements in policies.items()
        for statement in statements
        for action in statement.actions
        if action not in ASKED_IN_PASSING
        and not _missed(function, made[function], statements, statement, action)
    ]

    assert not_missed == []


def _missed(
    function: str,
    made: set[Request],
    statements: Sequence[Statement],
    statement: Statement,
    action: str,
) -> bool:
    rest = tuple(one for one in statement.actions if one != action)
    without: Mapping[str, Sequence[Statement]] = {
        function: [replace(one, actions=rest) if one is statement else one for one in statements]
    }
    suspects = [(function, ask) for ask in made if statement.covers(ask)]
    return bool(denied(suspects, without))
