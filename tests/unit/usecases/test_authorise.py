from typing import Any

import pytest

from tillbook.errors import Forbidden, NotFound, Unauthorised
from tillbook.usecases.authorise import Scope, authorise, caller_of

READ, OPERATE, ADMIN = Scope.READ, Scope.OPERATE, Scope.ADMIN


def claims(**changes: Any) -> dict[str, Any]:
    return {"sub": "alice", "organisation": "acme", "scope": "read"} | changes


@pytest.mark.parametrize(
    "given, scopes",
    [
        ({"scope": "read"}, {READ}),
        ({"scope": "operate"}, {READ, OPERATE}),
        ({"scope": "admin"}, {READ, OPERATE, ADMIN}),
        ({"scope": "read operate"}, {READ, OPERATE}),
        ({"scope": "tillbook/operate openid"}, {READ, OPERATE}),
        ({"scope": "other/admin"}, set()),
        ({"scope": "aws.cognito.signin.user.admin"}, set()),
        ({"scope": "administrator Admin"}, set()),
        ({"scope": "", "cognito:groups": "[admin staff]"}, {READ, OPERATE, ADMIN}),
        ({"scope": "", "cognito:groups": ["operate"]}, {READ, OPERATE}),
        ({"scope": "", "cognito:groups": "[a, read]"}, {READ}),
        ({"scope": None}, set()),
        ({"scope": 7, "cognito:groups": {"admin": True}}, set()),
    ],
)
def test_scopes_are_read_from_the_token(given: dict[str, Any], scopes: set[Scope]) -> None:
    assert caller_of(claims(**given)).scopes == scopes


def test_the_organisation_may_be_a_custom_attribute() -> None:
    caller = caller_of(claims(organisation=None) | {"custom:organisation": "acme"})

    assert caller.organisation == "acme"


@pytest.mark.parametrize("organisation", [None, "", "  ", "a#b", "a/b", "x" * 101, 7, ["acme"]])
def test_a_token_without_a_usable_organisation_is_forbidden(organisation: Any) -> None:
    with pytest.raises(Forbidden, match="organisation"):
        authorise(claims(organisation=organisation), READ)


def test_a_token_without_a_subject_is_no_token() -> None:
    with pytest.raises(Unauthorised):
        authorise(claims(sub=""), READ)


def test_a_missing_scope_is_named() -> None:
    with pytest.raises(Forbidden, match="'operate'"):
        authorise(claims(scope="read"), OPERATE)


def test_somebody_elses_resource_is_not_found() -> None:
    authorise(claims(), READ, "acme")

    with pytest.raises(NotFound):
        authorise(claims(), READ, "other")


def test_an_empty_organisation_of_a_resource_matches_nobody() -> None:
    with pytest.raises(NotFound):
        authorise(claims(), READ, "")
