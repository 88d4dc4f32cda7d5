"""Routes for administrators that call QuickBooks: connect, disconnect and delete."""

import secrets
from collections.abc import Callable
from typing import Protocol

from tillbook.api.app import Id, claims_of, new_app
from tillbook.api.models import (
    AuthorizeAnswer,
    CompleteRequest,
    ConnectionAnswer,
    PartingAnswer,
)
from tillbook.api.requests import public_url
from tillbook.usecases import authorization, connections
from tillbook.usecases.authorise import Scope
from tillbook.usecases.connections import Parting

# Left for storing what was read before the function is stopped.
_SPARE_SECONDS = 5


class Ports(authorization.Ports, connections.Ports, Protocol):
    @property
    def public_url(self) -> str | None:
        """As configured; else the request says it."""


app = new_app()
_TAGS = ["quickbooks"]


def _ports() -> Ports:
    ports: Ports = app.context["ports"]
    return ports


@app.post(
    "/connections/<connection_id>/authorize", summary="Begin to connect QuickBooks", tags=_TAGS
)
def authorize(connection_id: Id) -> AuthorizeAnswer:
    ports = _ports()
    found, caller = connections.find_connection(
        ports.database, claims_of(app), Scope.ADMIN, connection_id
    )
    base = public_url(app.current_event.raw_event, ports.public_url)
    url = authorization.begin_authorization(
        ports, found, caller, secrets.token_urlsafe(32), f"{base}/quickbooks/callback"
    )
    return AuthorizeAnswer(authorize_url=url)


@app.post(
    "/connections/<connection_id>/authorize/complete", summary="Finish connecting", tags=_TAGS
)
def complete(connection_id: Id, request: CompleteRequest) -> ConnectionAnswer:
    ports = _ports()
    found, caller = connections.find_connection(
        ports.database, claims_of(app), Scope.ADMIN, connection_id
    )
    left: Callable[[], int] = app.lambda_context.get_remaining_time_in_millis
    connected = authorization.complete_authorization(
        ports, found, caller, request.state, remaining=lambda: left() / 1000 - _SPARE_SECONDS
    )
    return ConnectionAnswer.model_validate(connected)


@app.post(
    "/connections/<connection_id>/disconnect", summary="Revoke access, keep the rest", tags=_TAGS
)
def disconnect(connection_id: Id) -> PartingAnswer:
    ports = _ports()
    found, _ = connections.find_connection(
        ports.database, claims_of(app), Scope.ADMIN, connection_id
    )
    return _parting(connections.disconnect(ports, found))


@app.delete("/connections/<connection_id>", summary="Revoke access, free the company", tags=_TAGS)
def delete_connection(connection_id: Id) -> PartingAnswer:
    ports = _ports()
    found, _ = connections.find_connection(
        ports.database, claims_of(app), Scope.ADMIN, connection_id
    )
    return _parting(connections.delete_connection(ports, found))


def _parting(parting: Parting) -> PartingAnswer:
    return PartingAnswer(state=parting.state, revoked=parting.revoked, message=parting.message)
