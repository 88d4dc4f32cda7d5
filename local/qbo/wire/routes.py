"""From a request below a company's path to the call it means."""

from local.qbo import faults
from local.qbo.faults import QboFault
from local.qbo.jsonio import NotJson
from local.qbo.operations import Call, entity_at, options_of, write_call
from local.qbo.schema import Entity
from local.qbo.wire import files
from local.qbo.wire.http import Request

#: Entities that are read without an id in the path.
_WITHOUT_ID = ("Preferences", "ExchangeRate")


def kind(request: Request, tail: str) -> str:
    """What limits of its own a request falls under: batch, report, email, or none."""
    if tail == "batch":
        return "batch"
    if tail.startswith("reports/"):
        return "report"
    return "email" if request.method == "POST" and tail.endswith("/send") else ""


def call_of(request: Request, tail: str) -> Call:
    """The call; `tail` is the path after the company. Raises QboFault for one there is not."""
    parts = tail.split("/")
    if parts == ["query"]:
        return Call("query", text=_statement(request))
    if request.method == "GET" and parts == ["cdc"]:
        return Call("cdc", params=request.query)
    if request.method == "GET" and parts[0] == "reports" and len(parts) == 2:
        return Call("report", parts[1], params=request.query)
    if request.method == "POST" and parts == ["upload"]:
        return files.upload_call(request)
    if request.method == "GET" and parts[0] == "download" and len(parts) == 2:
        return Call("download", "Attachable", id=parts[1])
    entity, rest = entity_at(tail), list[str]()
    if entity is None:
        entity, rest = entity_at(parts[0]), parts[1:]
    found = None
    if entity is not None and request.method == "POST":
        found = _write(request, entity, rest)
    elif entity is not None and request.method == "GET":
        found = _read(request, entity, rest)
    if found is None:
        raise faults.no_resource(request.path)
    return found


def body(request: Request) -> object:
    """The JSON body. Raises QboFault for another content type and for what is no JSON."""
    content_type = request.headers.get("content-type", "application/json")
    if "json" not in content_type:
        raise faults.invalid_content_type(content_type)
    try:
        return request.json()
    except NotJson as error:
        if "codec can't decode" in str(error):
            raise faults.unsupported(
                "com.sun.org.apache.xerces.internal.impl.io.MalformedByteSequenceException: "
                "Invalid byte 1 of 1-byte UTF-8 sequence"
            ) from error
        raise QboFault(faults.unparsable()) from error


def _statement(request: Request) -> str:
    if request.method == "GET":
        return request.query.get("query", "")
    if request.method != "POST":
        raise faults.no_resource(request.path)
    content_type = request.headers.get("content-type", "application/text")
    if "text" not in content_type:
        raise faults.invalid_content_type(content_type)
    return request.body.decode("utf-8", "replace")


def _write(request: Request, entity: Entity, rest: list[str]) -> Call | None:
    if not rest:
        return write_call(
            entity,
            request.query.get("operation", ""),
            body(request),
            options_of(request.query.get("include", "")),
        )
    if len(rest) == 2 and rest[1] == "send" and "send" in entity.operations:
        return Call("send", entity.name, id=rest[0], params=request.query)
    return None


def _read(request: Request, entity: Entity, rest: list[str]) -> Call | None:
    if entity.name in _WITHOUT_ID:
        return Call("read", entity.name, params=request.query) if not rest else None
    if len(rest) == 1:
        return Call("read", entity.name, id=rest[0])
    if len(rest) == 2 and rest[1] == "pdf" and "pdf" in entity.operations:
        return Call("pdf", entity.name, id=rest[0])
    return None
