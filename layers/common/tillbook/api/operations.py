"""Routes to read a connection and to operate it: one function serves them, without any right to
tokens or channel secrets."""

from dataclasses import asdict
from typing import Any, Literal, Protocol

from tillbook.api import answers, work
from tillbook.api.app import Cursor, Id, Limit, claims_of, new_app
from tillbook.api.models import (
    ChannelAnswer,
    ConnectionAnswer,
    ConnectionDetail,
    FindingAnswer,
    FlowAnswer,
    NoticeAnswer,
    Page,
    ReferenceAnswer,
)
from tillbook.api.requests import public_url
from tillbook.domain.settings import ConnectionSettings
from tillbook.errors import NotFound
from tillbook.store import channels, connections, notices, proofs, runs, settings
from tillbook.store import company as companies
from tillbook.store.connections import Connection
from tillbook.usecases.authorise import Caller, Scope, authorise
from tillbook.usecases.connections import find_connection
from tillbook.usecases.readiness import DATA_FLOW, check_readiness


class Ports(work.Ports, Protocol):
    @property
    def public_url(self) -> str | None:
        """As configured; else the request says it."""


app = new_app()
app.include_router(work.router)
_TAGS = ["connections"]


def _ports() -> Ports:
    ports: Ports = app.context["ports"]
    return ports


def _find(connection_id: str, scope: Scope = Scope.READ) -> tuple[Connection, Caller]:
    return find_connection(_ports().database, claims_of(app), scope, connection_id)


@app.get("/connections", summary="List connections", tags=_TAGS)
def list_connections(limit: Limit = 50, cursor: Cursor = None) -> Page[ConnectionAnswer]:
    caller = authorise(claims_of(app), Scope.READ)
    found, after = connections.list_connections(
        _ports().database, caller.organisation, limit=limit, cursor=cursor
    )
    return Page(items=[ConnectionAnswer.model_validate(one) for one in found], cursor=after)


@app.get("/connections/<connection_id>", summary="State, company and readiness", tags=_TAGS)
def get_connection(connection_id: Id) -> ConnectionDetail:
    found, _ = _find(connection_id)
    ports = _ports()
    return ConnectionDetail(
        **ConnectionAnswer.model_validate(found).model_dump(),
        data_flow=[FlowAnswer.model_validate(flow) for flow in DATA_FLOW],
        readiness=[
            FindingAnswer.model_validate(one) for one in check_readiness(ports.database, found)
        ],
        active_run=runs.active_run(ports.database, found.id, ports.now()),
    )


@app.get("/connections/<connection_id>/settings", summary="Read the settings", tags=_TAGS)
def get_settings(connection_id: Id) -> ConnectionSettings:
    found, _ = _find(connection_id)
    return settings.load(_ports().database, found.id)


@app.get("/connections/<connection_id>/channels", summary="List channels", tags=_TAGS)
def list_channels(connection_id: Id) -> Page[ChannelAnswer]:
    found, _ = _find(connection_id)
    ports = _ports()
    base = public_url(app.current_event.raw_event, ports.public_url)
    listed = channels.list_channels(ports.database, found.id)
    return Page(items=[answers.channel(one, base) for one in listed], cursor=None)


@app.get(
    "/connections/<connection_id>/reference/<list_name>",
    summary="Accounts or tax codes, as imported",
    tags=_TAGS,
)
def get_reference(
    connection_id: Id, list_name: Literal["accounts", "tax-codes"]
) -> Page[ReferenceAnswer]:
    found, _ = _find(connection_id)
    company, _ = companies.load(_ports().database, found.id)
    if company is None:
        return Page(items=[], cursor=None)
    if list_name == "tax-codes":
        codes = company.tax_codes.values()
        rows = [ReferenceAnswer(id=one.id, name=one.name, active=one.active) for one in codes]
        return Page(items=rows, cursor=None)
    accounts = sorted(company.accounts.values(), key=lambda account: account.name.casefold())
    return Page(
        items=[
            ReferenceAnswer(
                id=one.id, name=one.name, active=one.active, type=one.type, subtype=one.subtype
            )
            for one in accounts
        ],
        cursor=None,
    )


@app.get(
    "/connections/<connection_id>/reconciliation",
    summary="Our projection against the trial balance",
    tags=_TAGS,
)
def get_reconciliation(connection_id: Id) -> dict[str, Any]:
    """The last proof, and under `drift` what the last sweep found that takes a person."""
    found, _ = _find(connection_id)
    db = _ports().database
    proof = proofs.load_proof(db, found.id)
    if proof is None:
        raise NotFound("Nothing was reconciled yet. Start a run; it ends with the reconciliation.")
    drift = proofs.load_drift(db, found.id)
    return proof | {"drift": asdict(drift) if drift else None}


@app.get("/connections/<connection_id>/notices", summary="What you should know", tags=_TAGS)
def list_notices(connection_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Page[NoticeAnswer]:
    found, _ = _find(connection_id)
    listed, after = notices.list_notices(_ports().database, found.id, limit=limit, cursor=cursor)
    return Page(items=[NoticeAnswer.model_validate(one) for one in listed], cursor=after)


@app.post(
    "/connections/<connection_id>/notices/<notice_id>/read", summary="Mark as read", tags=_TAGS
)
def read_notice(connection_id: Id, notice_id: Id) -> NoticeAnswer:
    found, caller = _find(connection_id, Scope.OPERATE)
    ports = _ports()
    marked = notices.mark_read(
        ports.database, found.id, notice_id, by=caller.subject, now=ports.now()
    )
    return NoticeAnswer.model_validate(marked)
