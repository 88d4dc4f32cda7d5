"""Files over HTTP: uploads in several parts, and the addresses that serve what was uploaded."""

import base64
import binascii
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

from local.qbo import faults
from local.qbo.emulator import Emulator
from local.qbo.entities.files.attachables import MOST_BYTES, content
from local.qbo.jsonio import NotJson, loads
from local.qbo.operations import Call
from local.qbo.rules import Values
from local.qbo.wire.http import Request, Response

PATH = "/files/"
_NAME = re.compile(r"file_(metadata|content)_(\w+)\Z")
_REFUSED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
)


@dataclass(frozen=True)
class Part:
    """One part of a body in several parts, decoded."""

    name: str
    file_name: str
    type: str
    content: bytes


def upload_call(request: Request) -> Call:
    """The call that an upload means: a file for each `file_content_NN`, with its metadata.

    Raises 1050, 6020, 6030, and 6041 where no file is in it.
    """
    declared = Message()
    declared["content-type"] = request.headers.get("content-type", "")
    boundary = declared.get_boundary()
    if declared.get_content_maintype() != "multipart" or not boundary:
        raise faults.invalid_content_type(request.headers.get("content-type", ""))
    if not request.body:
        raise faults.fault("6020", "Content length missing", "Content length is missing")
    if len(request.body) > MOST_BYTES:
        raise faults.fault(
            "6030",
            "Content size exceeds maximum limit",
            "Content size exceeds maximum limit : Max:100 MB",
        )
    described: dict[str, object] = {}
    files: dict[str, Part] = {}
    for part in _parts(request.body, boundary.encode()):
        found = _NAME.match(part.name)
        if found is None:
            continue
        if found[1] == "content":
            files[found[2]] = part
        else:
            described[found[2]] = _json(part.content)
    if not files:
        raise faults.fault("6041", "Invalid file", "Invalid file : no file_content part")
    return Call(
        "upload",
        "Attachable",
        {"files": [_file(part, described.get(number, {})) for number, part in files.items()]},
    )


def serve(emulator: Emulator, request: Request) -> Response:
    """The file behind an address, for as long as the address is good."""
    realm, _, rest = request.path[len(PATH) :].partition("/")
    company = emulator.companies.get(realm)
    if request.method != "GET" or company is None:
        return Response(403, _REFUSED, "application/xml")
    with company.lock:
        found = content(company, rest.partition("/")[0], request.query)
    if found is None:
        return Response(403, _REFUSED, "application/xml")
    type, body = found
    return Response(200, body.decode("latin-1"), type, charset="latin-1")


def _file(part: Part, metadata: object) -> Values:
    return {
        "metadata": metadata,
        "name": part.file_name,
        "type": part.type,
        "content": part.content,
    }


def _json(content: bytes) -> object:
    try:
        return loads(content)
    except NotJson:
        return None


def _parts(body: bytes, boundary: bytes) -> list[Part]:
    """The parts between the boundaries. Bytes stay as they are, so that files do."""
    parts: list[Part] = []
    for raw in re.split(rb"(?:\A|\r?\n)--" + re.escape(boundary), body)[1:]:
        if raw.startswith(b"--"):
            break
        raw = raw.partition(b"\n")[2]
        separator = re.search(rb"\r?\n\r?\n", raw)
        if separator is None:
            continue
        head = BytesHeaderParser().parsebytes(raw[: separator.end()])
        parts.append(_part(head, raw[separator.end() :]))
    return parts


def _part(head: Message, content: bytes) -> Part:
    if head.get("content-transfer-encoding", "").strip().lower() == "base64":
        try:
            content = base64.b64decode(content)
        except binascii.Error:
            content = b""
    name = head.get_param("name", "", "content-disposition")
    return Part(str(name), head.get_filename() or "", head.get_content_type(), content)
