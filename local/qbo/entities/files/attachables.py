"""Attachables: notes and files, linked to transactions and names or to nothing.

A file is fetched in two steps: the API answers an address, which serves the content for a quarter
of an hour to whoever has it. An attachable stays when what it is attached to is deleted.
"""

import hashlib
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from local.qbo import faults
from local.qbo.faults import QboFault
from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import (
    Entity,
    Field,
    Shape,
    anything,
    enum,
    flag,
    many,
    number,
    ref,
    text,
)
from local.qbo.state.store import Row
from local.qbo.writer import save

if TYPE_CHECKING:
    from local.qbo.company import Company

#: How long an address serves a file, in seconds.
SERVED_SECONDS = 900
#: The most bytes one upload may have.
MOST_BYTES = 100 * 1024 * 1024
FILE_TYPES = frozenset(
    "ai csv doc docx eps gif jpeg jpg ods pdf png rtf tif txt xls xlsx xml".split()
)
_INSTANT = re.compile("[0-9]{1,11}")
_NAMES = ("Customer", "Vendor", "Employee", "Item")
_CATEGORIES = ("Contact Photo", "Document", "Image", "Receipt", "Signature", "Sound", "Other")

_REF = Shape(
    "AttachableRef",
    (
        ref("EntityRef"),
        text("LineInfo"),
        flag("IncludeOnSend"),
        flag("Inactive"),
        flag("NoRefOnly"),
        anything("CustomField"),
    ),
)


class AttachableRules(Rules):
    """A note or a file; `hidden["content"]` holds a file's bytes."""

    checks = (
        "Note or file (6000)",
        "AttachableRef: EntityRef (2020) to a transaction, item, customer, vendor or employee "
        "(6050) that there is (6000)",
        "deleted by its Id alone",
    )
    deleted_by_token = False

    def build(self, change: Change) -> Values:
        values = self.resolved(change)
        if not values.get("Note") and change.before is None and "uploaded" not in change.options:
            raise faults.business("You must specify a note or a file for an attachment.")
        sent = values.get("AttachableRef") or []
        values["AttachableRef"] = [_checked(change, each) for each in sent]
        if not values["AttachableRef"]:
            del values["AttachableRef"]
        if change.before and "content" in change.hidden:
            for name in ("Size", "FileAccessUri"):
                values[name] = change.earlier(name)
            values.setdefault("FileName", change.earlier("FileName"))
        return values

    def show(self, company: "Company", row: Row) -> Values:
        if "content" not in row.hidden:
            return row.data
        return {**row.data, "TempDownloadUri": address(company, row)}


def upload(company: "Company", files: list[Values], editor: str) -> list[Values]:
    """Keep uploaded files, each with its `metadata`, `name`, `type` and `content`.

    Answers an Attachable or a Fault for each, as an upload's answer is HTTP 200 either way.
    """
    done: list[Values] = []
    for file in files:
        try:
            done.append({"Attachable": company.show(_keep(company, file, editor))})
        except QboFault as refused:
            done.append({"Fault": refused.render()})
    return done


def _keep(company: "Company", file: Values, editor: str) -> Row:
    metadata = file["metadata"]
    if not isinstance(metadata, dict):
        raise faults.fault(
            "6040", "Invalid metadata", "Upload metadata must be an Attachable", "file_metadata"
        )
    body = {"FileName": file["name"], "ContentType": file["type"], **metadata}
    name, content = str(body["FileName"] or ""), file["content"]
    if name.rpartition(".")[2].lower() not in FILE_TYPES or not content:
        raise faults.fault("6041", "Invalid file", f"Invalid file : {name}", "file_content")
    body.pop("Id", None)
    entity = company.table("Attachable").entity
    made = save(company, entity, body, editor, frozenset({"uploaded"}))
    data = {
        **made.data,
        "FileAccessUri": f"/v3/company/{company.realm}/download/{made.id}",
        "Size": Decimal(len(content)),
    }
    return company.alter(made, data, editor, {**made.hidden, "content": content}, bump=False)


def address(company: "Company", row: Row) -> str:
    """Where the file of an attachable can be fetched from now on. Raises 610 for a note."""
    if "content" not in row.hidden:
        raise faults.not_found()
    expires = int(company.clock.now().timestamp()) + SERVED_SECONDS
    path = f"/files/{company.realm}/{row.id}/{quote(row.data['FileName'], safe='')}"
    return f"{company.base_url}{path}?Expires={expires}&Signature={_signed(row, expires)}"


def content(company: "Company", id: str, query: dict[str, str]) -> tuple[str, bytes] | None:
    """Type and bytes of a file, for an address that is still good; None for any other."""
    row = company.table("Attachable").rows.get(id)
    expires = query.get("Expires", "")
    if row is None or "content" not in row.hidden or not _INSTANT.fullmatch(expires):
        return None
    late = company.clock.now() > datetime.fromtimestamp(int(expires), UTC)
    if late or query.get("Signature") != _signed(row, int(expires)):
        return None
    return (row.data.get("ContentType", "application/octet-stream"), row.hidden["content"])


def _signed(row: Row, expires: int) -> str:
    return hashlib.sha256(f"{row.id} {row.created} {expires}".encode()).hexdigest()[:40]


def _checked(change: Change, link: Values) -> Values:
    """A link to an object that there is, or was when it was linked. Raises 2020, 6050, 6000."""
    company = change.company
    reference: Any = link.get("EntityRef") or {}
    kind, id = str(reference.get("type", "")), reference.get("value")
    if not kind or not id:
        raise QboFault(faults.missing("AttachableRef.EntityRef"))
    entity = company.entity(kind)
    if entity is None or not (entity.is_transaction or entity.name in _NAMES):
        raise faults.fault(
            "6050",
            "Invalid reference type",
            f"Attachable reference type is not supported : {kind}",
            "AttachableRef.EntityRef.type",
        )
    linked = {"type": entity.name, "value": id}
    before = [each["EntityRef"] for each in change.earlier("AttachableRef") or ()]
    if linked not in before and id not in company.table(entity.name).rows:
        raise faults.business(
            f"The entity {entity.name} {id} that you are trying to link does not exist. "
            f"{entity.name} {id}"
        )
    return {"IncludeOnSend": False, **link, "EntityRef": linked}


def _described(name: str, longest: int) -> Field:
    return text(name, longest, filterable=True)


ATTACHABLE = Entity(
    "Attachable",
    (
        many("AttachableRef", _REF, filterable=True),
        _described("FileName", 1000),
        text("FileAccessUri", read_only=True),
        text("TempDownloadUri", read_only=True),
        number("Size", read_only=True, filterable=True),
        _described("ContentType", 100),
        enum("Category", *_CATEGORIES, filterable=True),
        _described("Note", 2000),
        _described("PlaceName", 2000),
        _described("Tag", 2000),
        _described("Lat", 100),
        _described("Long", 100),
        anything("ThumbnailFileAccessUri"),
        anything("ThumbnailTempDownloadUri"),
    ),
    AttachableRules(),
    frozenset({"create", "read", "update", "delete", "query"}),
)

ENTITIES = (ATTACHABLE,)
