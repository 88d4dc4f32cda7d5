"""The accounting API over HTTP: from a request to the calls it holds, and back to an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256

from local.qbo import faults
from local.qbo.clock import stamp_millis
from local.qbo.emulator import Deferred, Emulator, LogEntry, Stats
from local.qbo.faults import QboFault
from local.qbo.jsonio import dumps, dumps_text, loads, to_xml
from local.qbo.operations import UNWRAPPED, Call, perform
from local.qbo.rules import Values
from local.qbo.wire import access_faults, batch, gateway, routes
from local.qbo.wire.http import ConnectionDropped, Request, Response
from local.qbo.wire.injection import Injection
from local.qbo.wire.oauth import Grant
from local.qbo.wire.requestids import Key, RequestIds, Stored

_LONGEST_ID = 50
_FAULT_TYPE = "application/json"
#: The fault that comes in XML whatever the client accepts.
_ALWAYS_XML = "100"
#: Faults of the service that befall a whole request.
_WHOLE: dict[str, Callable[[], QboFault]] = {
    "general_authentication": access_faults.general_authentication,
    "no_access": access_faults.no_access,
    "wrong_cluster": access_faults.wrong_cluster,
}


@dataclass
class Session:
    """One request on its way through a company."""

    emulator: Emulator
    request: Request
    realm: str
    grant: Grant
    calls: list[Call]
    is_batch: bool
    requestid: str
    entry: LogEntry
    bids: tuple[str, ...] = ()
    #: The first call under its request id still ran when it came, and both are to be executed.
    beside: bool = False

    @property
    def stats(self) -> Stats:
        return self.emulator.stats[self.realm]

    @property
    def ids(self) -> RequestIds:
        return self.emulator.requestids[self.realm]


def handle(emulator: Emulator, request: Request, rest: str, entry: LogEntry) -> Response:
    """Answer a request below `/v3/company/`."""
    realm, _, tail = rest.partition("/")
    entry.realm = realm
    try:
        grant = gateway.authenticate(emulator, request, realm if realm.isdigit() else None)
    except gateway.GatewayRefusal as refusal:
        return refusal.response
    entry.client_id = grant.client_id
    if not realm.isdigit():
        return fault_response(emulator, request, faults.internal_error())
    with emulator.throttle.running(realm, grant.client_id) as fits:
        return _admitted(emulator, request, grant, tail, entry, fits=fits)


def _admitted(
    emulator: Emulator, request: Request, grant: Grant, tail: str, entry: LogEntry, *, fits: bool
) -> Response:
    """Answer a request of a known app to its company, unless it is one too many."""
    realm = grant.realm
    stats = emulator.stats[realm]
    with emulator.lock:
        stats.requests += 1
    count_refused = emulator.switches.throttle_counts_refused
    kind = routes.kind(request, tail)
    if not fits or not emulator.throttle.admit(
        realm, grant.client_id, kind, count_refused=count_refused
    ):
        stats.throttled += 1
        entry.note = "throttled"
        return gateway.throttled(emulator, request)
    try:
        session = _read(emulator, request, realm, grant, tail, entry)
    except QboFault as fault:
        return fault_response(emulator, request, fault)
    if session.is_batch and emulator.switches.throttle_counts_batch_items:
        emulator.throttle.count_items(realm, len(session.calls))
    with emulator.lock:
        _count(session)
    return _strike_or_answer(session)


def _read(
    emulator: Emulator, request: Request, realm: str, grant: Grant, tail: str, entry: LogEntry
) -> Session:
    requestid = request.query.get("requestid", "")
    if len(requestid) > _LONGEST_ID:
        raise faults.invalid_request_id(requestid)
    entry.requestid = requestid
    if tail == "batch" and request.method == "POST":
        bids, calls = batch.read(routes.body(request), requestid, emulator.limits.batch_items)
        if emulator.switches.batch_unknown_property == "batch":
            batch.refuse_unknown_properties(calls)
    else:
        bids, calls = (), [routes.call_of(request, tail)]
        if requestid and emulator.switches.requestid_other_body == "execute":
            requestid += f":{sha256(request.body).hexdigest()}"
    return Session(emulator, request, realm, grant, calls, tail == "batch", requestid, entry, bids)


def _count(session: Session) -> None:
    stats = session.stats
    stats.batches += session.is_batch
    stats.batch_items += len(session.calls) if session.is_batch else 0
    stats.writes += any(call.is_write for call in session.calls)
    stats.reads += sum(1 for call in session.calls if not call.is_write)
    for call in session.calls:
        stats.count(f"{call.operation} {call.entity}".strip())
    summary: dict[tuple[str, str], int] = {}
    for call in session.calls:
        key = (call.operation, call.entity)
        summary[key] = summary.get(key, 0) + 1
    session.entry.calls = [
        {"operation": operation, "entity": entity, "count": count}
        for (operation, entity), count in summary.items()
    ]


def _strike_or_answer(session: Session) -> Response:
    """Answer, unless something is to go wrong with the request as a whole."""
    emulator = session.emulator
    emulator.run_due()
    struck = emulator.injections.for_request(
        session.realm, session.grant.client_id, session.calls, session.is_batch
    )
    if struck is None:
        return _answer(session)
    session.entry.note = f"injected {struck.answer}, commits {struck.commits}"
    longest = emulator.limits.request_seconds
    if longest is not None and struck.seconds > longest:
        emulator.clock.sleep(longest)
        _answer(session)
        return gateway.transport_answer(emulator, session.request, "stream_timeout")
    emulator.clock.sleep(struck.seconds)
    if struck.answer == "normal":
        return _answer(session)
    if struck.answer == "revoked":
        with emulator.lock:
            emulator.tokens.revoke_realm(session.realm)
        emulator.save()
    if struck.commits == "yes":
        _answer(session)
    elif struck.commits == "later":
        _defer(session, struck)
    if struck.answer == "dropped":
        raise ConnectionDropped("injected")
    fault = _WHOLE.get(struck.answer)
    if fault is not None:
        return fault_response(emulator, session.request, fault())
    return gateway.transport_answer(emulator, session.request, struck.answer)


def _defer(session: Session, struck: Injection) -> None:
    """Leave the writes running; they commit when the clock has moved on."""
    emulator, requestid = session.emulator, session.requestid
    mode = emulator.switches.requestid_while_running
    if requestid:
        if _recall(session) or (session.ids.is_running(requestid) and mode == "error"):
            return
        session.ids.enter(requestid)

    def run() -> None:
        if requestid:
            session.ids.end(requestid)
        if not requestid or mode == "execute" or not _recall(session):
            _execute(session)

    due = emulator.clock.now() + timedelta(seconds=struck.delay)
    with emulator.lock:
        emulator.deferred.append(Deferred(session.realm, due, run))


def _answer(session: Session) -> Response:
    requestid = session.requestid
    if not requestid or not any(call.is_write for call in session.calls):
        session.emulator.wait(len(session.calls))
        return _execute(session)
    stored = _recall(session)
    if stored is not None:
        session.emulator.wait(1)
        return stored
    _await_deferred(session)
    executes = session.emulator.switches.requestid_while_running == "execute"
    session.beside = executes and session.ids.is_running(requestid)
    try:
        with session.ids.running(requestid):
            session.emulator.wait(len(session.calls))
            return _recall(session) or _execute(session)
    except QboFault as fault:
        return fault_response(session.emulator, session.request, fault)


def _await_deferred(session: Session) -> None:
    """Where a second call waits for the first: let the clock move on to the first one's end."""
    emulator = session.emulator
    if emulator.switches.requestid_while_running != "wait":
        return
    while session.ids.is_running(session.requestid) and emulator.deferred:
        due = min(each.due for each in emulator.deferred)
        emulator.clock.sleep(max((due - emulator.clock.now()).total_seconds(), 0))
        emulator.run_due()


def _recall(session: Session) -> Response | None:
    """The whole answer given before under this request id, byte for byte."""
    if session.beside:
        return None
    if not session.is_batch:
        stored = session.ids.recall((session.requestid,))
    elif session.emulator.switches.requestid_identity == "request":
        stored = session.ids.recall((session.requestid, "*"))
    else:
        stored = session.ids.recall((session.requestid, "*", *session.bids))
    if stored is None:
        return None
    session.stats.replayed += 1
    session.entry.note = "replayed"
    return _respond(session, stored)


def _execute(session: Session) -> Response:
    """Carry the calls out and remember the answer under the request id."""
    if not session.is_batch:
        return _respond(session, _execute_one(session))
    stored, refused = _execute_batch(session)
    if session.requestid and any(call.is_write for call in session.calls):
        for key in ((session.requestid, "*", *session.bids), (session.requestid, "*")):
            session.ids.remember(key, stored.status, stored.body, refused=refused)
    return _respond(session, stored)


def _execute_one(session: Session) -> Stored:
    now = session.emulator.clock.now()
    call = session.calls[0]
    key = (session.requestid,) if session.requestid and call.is_write else None

    def write(body: Values) -> str:
        if call.operation == "report":
            return dumps_text(body)
        if call.entity == UNWRAPPED:
            return dumps(body)
        if call.operation in ("pdf", "download"):
            return str(body[call.operation])
        return dumps({**body, "time": stamp_millis(session.emulator.clock.now())})

    try:
        return Stored(200, run_call(session, call, key, write), now)
    except QboFault as fault:
        session.stats.refused += 1
        shown = dumps({"Fault": fault.render(), "time": stamp_millis(now)})
        if key:
            session.ids.remember(key, fault.status, shown, refused=True)
        return Stored(fault.status, shown, now)


def _execute_batch(session: Session) -> tuple[Stored, bool]:
    items: list[str] = []
    refused = False
    by_item = session.emulator.switches.requestid_identity == "request_and_bid"
    recalls = session.requestid and by_item and not session.beside
    for bid, call in zip(session.bids, session.calls, strict=True):
        key = (session.requestid, bid)
        known = session.ids.recall(key) if recalls else None
        if known is not None and call.is_write:
            session.stats.replayed += 1
            items.append(known.body)
            continue
        kept_as = key if session.requestid and call.is_write and by_item else None
        try:
            text = run_call(session, call, kept_as, partial(_item, bid, call))
        except QboFault as fault:
            session.stats.refused += 1
            text = _item(bid, call, {"Fault": fault.render()})
            if kept_as:
                session.ids.remember(kept_as, 200, text, refused=True)
            refused = True
        items.append(text)
    now = session.emulator.clock.now()
    envelope = f'{{"BatchItemResponse":[{",".join(items)}],"time":{dumps(stamp_millis(now))}}}'
    return Stored(200, envelope, now), refused


def _item(bid: str, call: Call, body: Values) -> str:
    if call.operation == "report" and "Fault" not in body:
        body = {"Report": body}
    return dumps({**body, "bId": bid})


def run_call(session: Session, call: Call, key: Key | None, write: Callable[[Values], str]) -> str:
    """One call in its company, with what is to go wrong with it. Raises QboFault.

    The answer is remembered under the key, if there is one, in the same unit as what it changed.
    """
    emulator = session.emulator
    company = emulator.companies[session.realm]
    struck = emulator.injections.for_call(session.realm, session.grant.client_id, call)
    with company.lock:
        if struck is not None and struck.commits == "no":
            raise struck.fault()
        company.base_url = session.request.base_url
        with company.undo.unit():
            text = write(perform(company, call, company.connected_user))
            if key and struck is None:
                session.ids.remember(key, 200, text, refused=False)
        if struck is not None:
            raise struck.fault()
        return text


def fault_response(emulator: Emulator, request: Request, fault: QboFault) -> Response:
    body = {"Fault": fault.render(), "time": stamp_millis(emulator.clock.now())}
    if request.wants_json and fault.problems[0].code != _ALWAYS_XML:
        return Response(fault.status, dumps(body), _FAULT_TYPE)
    return Response(fault.status, to_xml(body), "application/xml;charset=utf-8")


def _respond(session: Session, stored: Stored) -> Response:
    if session.calls and session.calls[0].operation == "pdf" and stored.status == 200:
        return Response(200, stored.body, "application/pdf", charset="latin-1")
    if session.calls and session.calls[0].operation == "download" and stored.status == 200:
        return Response(200, stored.body, "text/plain;charset=utf-8")
    if session.request.wants_json and stored.status >= 400:
        return Response(stored.status, stored.body, _FAULT_TYPE)
    if session.request.wants_json:
        return Response(stored.status, stored.body)
    return Response(
        stored.status, to_xml(loads(stored.body.encode())), "application/xml;charset=utf-8"
    )
