"""Routes of the daily work: documents, events, runs and records."""

from typing import Annotated, Protocol

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from tillbook.api import answers
from tillbook.api.app import Cursor, Id, Limit, claims_of
from tillbook.api.models import (
    DocumentsAnswer,
    DocumentsRequest,
    EventAnswer,
    EventDetail,
    NewRun,
    Page,
    RecordAnswer,
    RecordDetail,
    ReplayAnswer,
    RetriedAnswer,
    RetryFailed,
    RunAnswer,
    ShownStatus,
    Why,
)
from tillbook.domain.documents import Kind, to_json
from tillbook.domain.sync import Status
from tillbook.errors import NotFound
from tillbook.ports import Blobs
from tillbook.store import events, records, revisions
from tillbook.store import runs as run_store
from tillbook.store.connections import Connection
from tillbook.usecases import (
    move_records,
    replay_event,
    runs,
    show_attempts,
    submit_documents,
)
from tillbook.usecases.authorise import NOT_FOUND, Caller, Scope
from tillbook.usecases.connections import find_connection


class Ports(move_records.Ports, replay_event.Ports, runs.Ports, submit_documents.Ports, Protocol):
    """What these routes reach."""

    @property
    def payloads(self) -> Blobs: ...


router = Router()  # type: ignore[no-untyped-call]


def _ports() -> Ports:
    ports: Ports = router.context["ports"]
    return ports


def _find(connection_id: str, scope: Scope = Scope.READ) -> tuple[Connection, Caller]:
    return find_connection(_ports().database, claims_of(router), scope, connection_id)


@router.post("/connections/<connection_id>/documents", summary="Send documents", tags=["documents"])
def post_documents(connection_id: Id, request: DocumentsRequest) -> DocumentsAnswer:
    """Up to 500 documents in Tillbook's own form, each with a result. Those refused name what to
    correct; the others are taken. Sending the same again changes nothing."""
    found, _ = _find(connection_id, Scope.OPERATE)
    results = submit_documents.submit_documents(_ports(), found.id, request.documents)
    return DocumentsAnswer(results=[answers.document(result) for result in results])


@router.get("/connections/<connection_id>/events", summary="List events", tags=["events"])
def list_events(connection_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Page[EventAnswer]:
    found, _ = _find(connection_id)
    listed, after = events.list_outcomes(_ports().database, found.id, limit=limit, cursor=cursor)
    return Page(items=[answers.event(one) for one in listed], cursor=after)


@router.get("/connections/<connection_id>/events/<event_id>", summary="One event", tags=["events"])
def get_event(connection_id: Id, event_id: Id) -> EventDetail:
    found, _ = _find(connection_id)
    ports = _ports()
    key = answers.event_key(event_id)
    blob = ports.event_log.get(key)
    if blob is None or blob.metadata.get("connection") != found.id:
        raise NotFound(NOT_FOUND)
    outcome = events.load_outcome(ports.database, found.id, key)
    return answers.event_detail(key, blob, outcome)


@router.post(
    "/connections/<connection_id>/events/<event_id>/replay",
    status_code=202,
    summary="Translate again",
    tags=["events"],
)
def replay(connection_id: Id, event_id: Id) -> ReplayAnswer:
    found, _ = _find(connection_id, Scope.OPERATE)
    replay_event.replay_event(_ports(), found.id, answers.event_key(event_id))
    return ReplayAnswer(id=event_id)


@router.post(
    "/connections/<connection_id>/runs", status_code=202, summary="Sync now", tags=["runs"]
)
def start_run(connection_id: Id, request: NewRun | None = None) -> RunAnswer:
    """409 with active_run while another run is under way."""
    found, caller = _find(connection_id, Scope.OPERATE)
    direction = (request or NewRun()).direction
    started = runs.start_run(_ports(), found.id, direction=direction, started_by=caller.subject)
    return answers.run(started, _ports().now())


@router.get("/connections/<connection_id>/runs", summary="List runs", tags=["runs"])
def list_runs(connection_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Page[RunAnswer]:
    found, _ = _find(connection_id)
    listed, after = run_store.list_runs(_ports().database, found.id, limit=limit, cursor=cursor)
    return Page(items=[answers.run(one, _ports().now()) for one in listed], cursor=after)


@router.get(
    "/connections/<connection_id>/runs/<run_id>", summary="One run, its progress", tags=["runs"]
)
def get_run(connection_id: Id, run_id: Id) -> RunAnswer:
    found, _ = _find(connection_id)
    run = run_store.load(_ports().database, found.id, run_id)
    if run is None:
        raise NotFound(NOT_FOUND)
    return answers.run(run, _ports().now())


@router.get("/connections/<connection_id>/records", summary="List records", tags=["records"])
def list_records(
    connection_id: Id,
    status: Annotated[ShownStatus | None, Query()] = None,
    kind: Annotated[Kind | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=200, description="In title, id or reason")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RecordAnswer]:
    found, _ = _find(connection_id)
    listed, after = records.list_records(
        _ports().database,
        found.id,
        status=Status(status) if status else None,
        kind=kind,
        q=q,
        limit=limit,
        cursor=cursor,
    )
    return Page(items=[answers.record(one) for one in listed], cursor=after)


@router.post(
    "/connections/<connection_id>/records/retry-failed",
    summary="Retry all failed records",
    tags=["records"],
)
def retry_failed(connection_id: Id, request: RetryFailed | None = None) -> RetriedAnswer:
    found, caller = _find(connection_id, Scope.OPERATE)
    asked = request or RetryFailed()
    retried = move_records.retry_failed(
        _ports(), found.id, kind=asked.kind, actor=caller.subject, why=asked.why
    )
    return RetriedAnswer(retried=retried)


@router.get(
    "/connections/<connection_id>/records/<record_id>", summary="One record", tags=["records"]
)
def get_record(connection_id: Id, record_id: Id) -> RecordDetail:
    found, _ = _find(connection_id)
    db = _ports().database
    record = records.load(db, found.id, record_id)
    if record is None:
        raise NotFound(NOT_FOUND)
    document = revisions.load_newest(db, found.id, [record]).get(record.key)
    return RecordDetail(
        **answers.record_values(record),
        version=record.version,
        sent_version=record.sent_version,
        document=to_json(document) if document else None,
        attempts=[
            answers.attempt(one)
            for one in show_attempts.show_attempts(_ports().payloads, found.id, record.attempts)
        ],
    )


@router.post(
    "/connections/<connection_id>/records/<record_id>/retry",
    summary="Make it pending again",
    tags=["records"],
)
def retry(connection_id: Id, record_id: Id, request: Why | None = None) -> RecordAnswer:
    return _move(connection_id, record_id, "retry", request)


@router.post(
    "/connections/<connection_id>/records/<record_id>/skip",
    summary="Leave it out",
    tags=["records"],
)
def skip(connection_id: Id, record_id: Id, request: Why | None = None) -> RecordAnswer:
    return _move(connection_id, record_id, "skip", request)


def _move(connection_id: str, record_id: str, move: str, request: Why | None) -> RecordAnswer:
    found, caller = _find(connection_id, Scope.OPERATE)
    moved = move_records.move_record(
        _ports(),
        found.id,
        record_id,
        move,
        actor=caller.subject,
        why=(request or Why()).why,
    )
    return answers.record(moved)
