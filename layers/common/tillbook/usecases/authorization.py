"""Connecting a company by OAuth 2.0, in three steps.

    begin      the caller asks; a state is made, bound to them and the connection
    park       the browser comes back (public): code and realm are sealed under the state, once
    complete   the same caller exchanges the code, and the company is checked, named and claimed

Only the SHA-256 of a state is stored. A state is good for one try within 15 minutes.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn, Protocol

from tillbook.domain.checks import Finding
from tillbook.domain.settings import ConnectionSettings, Limits
from tillbook.errors import BadInput, Conflict, ReconnectNeeded, TillbookError
from tillbook.ports import (
    Answer,
    AuthorizationServer,
    Books,
    ConditionFailed,
    InvalidGrant,
    Purpose,
    Tokens,
    TokenSource,
    Write,
)
from tillbook.quickbooks import company as quickbooks
from tillbook.quickbooks.company import Company
from tillbook.store import authorizations, connections, settings, tokens
from tillbook.store.authorizations import Authorization, Step
from tillbook.store.connections import Connection, State
from tillbook.usecases import park_authorization as park
from tillbook.usecases.authorise import Caller
from tillbook.usecases.tokens import FixedToken

COUNTRIES = ("US", "CA", "GB", "AU")


class Ports(park.Ports, Protocol):
    @property
    def authorization_server(self) -> AuthorizationServer: ...
    def books(
        self,
        realm_id: str,
        tokens: TokenSource,
        limits: Limits,
        remaining: Callable[[], float],
    ) -> Books: ...


def begin_authorization(
    ports: Ports, connection: Connection, caller: Caller, state: str, redirect_uri: str
) -> str:
    """The address at Intuit to send the person to. `state` is 32 random bytes, as URL-safe
    text."""
    authorizations.create(
        ports.database,
        state,
        Authorization(
            connection_id=connection.id,
            organisation=caller.organisation,
            subject=caller.subject,
            redirect_uri=redirect_uri,
            expires_at=int((ports.now() + authorizations.LIFETIME).timestamp()),
        ),
    )
    return ports.authorization_server.authorize_url(state, redirect_uri)


def complete_authorization(
    ports: Ports,
    connection: Connection,
    caller: Caller,
    state: str,
    *,
    remaining: Callable[[], float],
) -> Connection:
    """Connects the company that the person chose; answers the connection.

    Raises BadInput (state, code), Conflict (the company is taken, another one than before, or
    not supported) and TransientError. Whatever fails, the state is used up and nothing of the
    consent is kept.
    """
    parked = _take_parked(ports, connection, caller, state)
    realm_id = str(parked["realm_id"])
    if connection.realm_id not in (None, realm_id):
        raise Conflict(
            f"This connection belongs to {connection.company_name or 'another company'}. Start "
            f"again and choose that company, or create another connection for this one."
        )
    asked_at = ports.now()
    try:
        issued = ports.authorization_server.exchange(
            str(parked["code"]), str(parked["redirect_uri"])
        )
    except InvalidGrant:
        raise BadInput(
            Finding(
                "state", "belongs to a consent that QuickBooks no longer knows.", park.START_AGAIN
            )
        ) from None
    books = ports.books(realm_id, FixedToken(issued.access_token), Limits(), remaining)
    company = _check(_read_company(books, realm_id))
    connected = replace(
        connection,
        state=State.CONNECTED,
        realm_id=realm_id,
        company_name=company.name,
        country=company.country,
        currency=company.home_currency,
        connected_at=asked_at.isoformat(),
        connected_by=caller.subject,
    )
    _store(ports, connected, company, issued, asked_at)
    return connected


def _take_parked(
    ports: Ports, connection: Connection, caller: Caller, state: str
) -> dict[str, Any]:
    """Opens what was parked under the caller's own state, and uses the state up."""
    found = authorizations.load(ports.database, state)
    bound_to = (connection.id, caller.organisation, caller.subject)
    if (
        found is None
        or (found.connection_id, found.organisation, found.subject) != bound_to
        or found.expired(ports.now())
        or found.step is Step.USED
    ):
        raise BadInput(park.bad_state())
    if found.step is Step.REFUSED:
        raise BadInput(
            Finding("state", "was answered with 'access denied' at QuickBooks.", park.START_AGAIN)
        )
    if found.sealed is None:
        raise Conflict(
            "The consent at QuickBooks is not finished: open authorize_url in a browser, choose "
            "the company and agree, then complete again."
        )
    park.move(ports.database, state, Step.PARKED, Step.USED)
    opened = ports.vault.open(found.sealed, Purpose.AUTHORIZATION, connection.id)
    return {**json.loads(opened), "redirect_uri": found.redirect_uri}


def _read_company(books: Books, realm_id: str) -> Company:
    """Reads with the new token, which proves that the realm is the one consented to: the callback
    is public, so the realm id that it brought proves nothing."""
    try:
        info = _one(books.get(f"companyinfo/{realm_id}"), "CompanyInfo")
        preferences = _one(books.get("preferences"), "Preferences")
    except ReconnectNeeded:
        _refuse_company("QuickBooks did not accept the new token for this company.")
    return quickbooks.parse(info, preferences, (), realm_id=realm_id)


def _one(answer: Answer, entity: str) -> dict[str, Any]:
    found = json.loads(answer.body).get(entity) if answer.status == 200 else None
    if not isinstance(found, dict):
        _refuse_company(
            f"QuickBooks did not let Tillbook read {entity} of this company (status "
            f"{answer.status}, intuit_tid {answer.tid or 'unknown'})."
        )
    return found


def _refuse_company(what: str) -> NoReturn:
    raise Conflict(
        f"{what} Start again, sign in at QuickBooks as an administrator of the company, and see "
        f"that its subscription is active."
    )


def _check(company: Company) -> Company:
    if company.country not in COUNTRIES:
        raise Conflict(
            f"{company.name} is a company in {company.country}; Tillbook supports "
            f"{', '.join(COUNTRIES)}."
        )
    return company


def _store(
    ports: Ports, connection: Connection, company: Company, issued: Tokens, asked_at: datetime
) -> None:
    db = ports.database
    before = tokens.load(db, connection.id)
    secrets = tokens.Secrets(issued.access_token, issued.refresh_token)
    sealed = tokens.seal(ports.vault, connection.id, secrets)
    writes: list[Write] = [
        *connections.connect(connection),
        tokens.first(connection.id, before, sealed, issued, asked_at),
    ]
    saved = settings.find(db, connection.id)
    if saved is None or saved.export_from is None:
        chosen = _first_settings(saved, company, asked_at)
        writes.append(settings.put_first(connection.id, saved, chosen))
    try:
        db.write(*writes)
    except ConditionFailed as failure:
        raise _not_stored(failure) from None


def _first_settings(
    saved: ConnectionSettings | None, company: Company, now: datetime
) -> ConnectionSettings:
    """Nothing from before the day of connecting is sent, unless someone asks for it."""
    chosen = saved or _in_zone_of(company)
    return chosen.model_copy(update={"export_from": now.astimezone(chosen.zone).date()})


def _in_zone_of(company: Company) -> ConnectionSettings:
    try:
        return ConnectionSettings(time_zone=company.time_zone or "UTC")
    except ValueError:
        return ConnectionSettings()


def _not_stored(failure: ConditionFailed) -> TillbookError:
    if 0 in failure.failed:
        return Conflict(
            "This QuickBooks company is connected already. Delete the connection that has it "
            "first, or ask your administrator who has."
        )
    return Conflict(f"The connection changed meanwhile. {park.START_AGAIN}")
