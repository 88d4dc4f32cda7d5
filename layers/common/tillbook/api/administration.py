"""Routes for administrators that need no call to QuickBooks: connections, settings, channels."""

import secrets
from typing import Protocol

from aws_lambda_powertools.event_handler import Response

from tillbook.api import answers
from tillbook.api.app import Id, claims_of, new_app, no_content
from tillbook.api.models import (
    ChannelAnswer,
    ConnectionAnswer,
    NewChannelAnswer,
    NewChannelRequest,
    NewConnection,
)
from tillbook.api.requests import public_url
from tillbook.domain.settings import ConnectionSettings
from tillbook.store.connections import Connection
from tillbook.usecases import channels, connections, settings
from tillbook.usecases.authorise import Scope, authorise
from tillbook.usecases.channels import NewChannel


class Ports(connections.CreatePorts, channels.Ports, Protocol):
    @property
    def public_url(self) -> str | None:
        """As configured; else the request says it."""


app = new_app()
_TAGS = ["administration"]


def _ports() -> Ports:
    ports: Ports = app.context["ports"]
    return ports


def _connection(connection_id: str) -> Connection:
    db = _ports().database
    found, _ = connections.find_connection(db, claims_of(app), Scope.ADMIN, connection_id)
    return found


@app.post("/connections", status_code=201, summary="Create a connection", tags=_TAGS)
def create_connection(connection: NewConnection) -> ConnectionAnswer:
    caller = authorise(claims_of(app), Scope.ADMIN)
    created = connections.create_connection(_ports(), caller, connection.name)
    return ConnectionAnswer.model_validate(created)


@app.patch("/connections/<connection_id>", summary="Rename a connection", tags=_TAGS)
def rename_connection(connection_id: Id, change: NewConnection) -> ConnectionAnswer:
    found = _connection(connection_id)
    renamed = connections.rename_connection(_ports().database, found, change.name)
    return ConnectionAnswer.model_validate(renamed)


@app.put("/connections/<connection_id>/settings", summary="Replace the settings", tags=_TAGS)
def put_settings(connection_id: Id, new: ConnectionSettings) -> ConnectionSettings:
    found = _connection(connection_id)
    return settings.change_settings(_ports().database, found.id, new)


@app.post(
    "/connections/<connection_id>/channels", status_code=201, summary="Add a channel", tags=_TAGS
)
def add_channel(connection_id: Id, channel: NewChannelRequest) -> NewChannelAnswer:
    found = _connection(connection_id)
    ports = _ports()
    new = NewChannel(channel.kind, channel.name or str(channel.kind), channel.secret, channel.shop)
    added, secret = channels.add_channel(
        ports,
        found,
        new,
        channel_id=secrets.token_hex(16),
        generated=channels.feed_secret(secrets.token_bytes(32)),
    )
    base = public_url(app.current_event.raw_event, ports.public_url)
    answer: ChannelAnswer = answers.channel(added, base)
    return NewChannelAnswer(**answer.model_dump(), secret=secret)


@app.delete(
    "/connections/<connection_id>/channels/<channel_id>",
    status_code=204,
    summary="Remove a channel",
    tags=_TAGS,
)
def remove_channel(connection_id: Id, channel_id: Id) -> Response[None]:
    found = _connection(connection_id)
    channels.remove_channel(_ports(), found, channel_id)
    return no_content()
