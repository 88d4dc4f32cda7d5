"""Who may do what: one check for all routes.

The claims are those of a token that the API's authorizer has verified. Read from them: the
organisation (`organisation`, or `custom:organisation` of a Cognito user) and the scopes (`scope`,
or the groups of a Cognito user).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tillbook.errors import Forbidden, NotFound, Unauthorised


class Scope(StrEnum):
    """Each includes those before it."""

    READ = "read"
    OPERATE = "operate"
    ADMIN = "admin"


_IN_ORDER = (Scope.READ, Scope.OPERATE, Scope.ADMIN)
# A resource server's scopes carry its identifier: tillbook/read.
_PREFIX = "tillbook/"
_ORGANISATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:-]{0,99}")
NOT_FOUND = "There is nothing here that you may see. Look at the id in the address."


@dataclass(frozen=True)
class Caller:
    subject: str
    organisation: str
    scopes: frozenset[Scope]


def authorise(
    claims: Mapping[str, Any], scope: Scope, organisation_of_resource: str | None = None
) -> Caller:
    """The caller, if they may act with this scope on a resource of that organisation.

    Raises Unauthorised without a subject, Forbidden without an organisation or the scope, and
    NotFound for somebody else's resource, exactly as for one that does not exist.
    """
    caller = caller_of(claims)
    if scope not in caller.scopes:
        raise Forbidden(
            f"Your token lacks the scope '{scope}'. Ask whoever issues tokens in your "
            f"organisation for it."
        )
    if organisation_of_resource not in (None, caller.organisation):
        raise NotFound(NOT_FOUND)
    return caller


def caller_of(claims: Mapping[str, Any]) -> Caller:
    subject = _text(claims.get("sub"))
    if not subject:
        raise Unauthorised("The token names no subject. Sign in again.")
    organisation = _text(claims.get("organisation")) or _text(claims.get("custom:organisation"))
    if not _ORGANISATION.fullmatch(organisation):
        raise Forbidden(
            "Your token names no organisation. Have the claim 'organisation' (in Cognito: the "
            "attribute 'custom:organisation') set for your user, then sign in again."
        )
    return Caller(subject, organisation, _scopes(claims))


def _scopes(claims: Mapping[str, Any]) -> frozenset[Scope]:
    named = {
        word.removeprefix(_PREFIX)
        for claim in ("scope", "cognito:groups")
        for word in _words(claims.get(claim))
    }
    highest = max((_IN_ORDER.index(scope) for scope in _IN_ORDER if scope in named), default=-1)
    return frozenset(_IN_ORDER[: highest + 1])


def _words(claim: Any) -> list[str]:
    """API Gateway renders a list claim as the text '[a b]'."""
    if isinstance(claim, list):
        return [word for word in claim if isinstance(word, str)]
    return _text(claim).strip("[]").replace(",", " ").split()


def _text(claim: Any) -> str:
    return claim.strip() if isinstance(claim, str) else ""
