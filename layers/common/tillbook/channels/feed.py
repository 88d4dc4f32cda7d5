"""The feed: any system sends documents in our own form, as a signed webhook or through the API."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from tillbook.channels.delivery import Delivery, Documents, Ignored, Translation
from tillbook.channels.feed_delivery import is_secret
from tillbook.channels.parsing import findings_of, parse_json
from tillbook.domain.checks import Finding, check_document
from tillbook.domain.documents import DOCUMENT, Document, Kind, Model
from tillbook.errors import BadInput

MOST_DOCUMENTS = 500
_SOURCE_PREFIX = "feed/"


def check_secret(secret: str) -> list[Finding]:
    """What is wrong with a secret, so that it can be said when a channel is made."""
    if is_secret(secret):
        return []
    return [
        Finding(
            "secret",
            "is not a secret of Standard Webhooks.",
            "Leave it out to get one, or give whsec_ and the base64 of 24 to 64 random bytes.",
        )
    ]


def translate(delivery: Delivery, source: str) -> Translation:
    """All documents of a delivery, or none: BadInput names every field to mend."""
    body = parse_json(delivery.body)
    items = body.get("documents") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise BadInput(
            Finding("documents", "is missing.", 'Send {"documents": [...]} with one or more.')
        )
    if not items:
        return Ignored("The delivery holds no documents.")
    documents: list[Document] = []
    findings: list[Finding] = []
    for index, parsed in enumerate(parse_documents(items, source)):
        if isinstance(parsed, tuple):
            findings += [
                Finding(f"documents[{index}].{one.field}", one.message, one.cure) for one in parsed
            ]
        else:
            documents.append(parsed)
    if findings:
        raise BadInput(*findings)
    return Documents(tuple(documents))


def title(delivery: Delivery) -> str:
    """Such as '3 documents'."""
    try:
        body = parse_json(delivery.body)
    except BadInput:
        return ""
    documents = body.get("documents") if isinstance(body, dict) else None
    return f"{len(documents)} documents" if isinstance(documents, list) else ""


def parse_documents(
    items: Sequence[object], source: str | None = None
) -> list[Document | tuple[Finding, ...]]:
    """For each item its document, or what to mend. Numbers must be text, int or Decimal.

    Documents may leave out `source` where the channel has one (feed/...); otherwise they name it.
    Raises BadInput if there are more than 500.
    """
    if len(items) > MOST_DOCUMENTS:
        raise BadInput(
            Finding(
                "documents",
                f"has {len(items)} entries; {MOST_DOCUMENTS} are taken at once.",
                "Send the rest in another call.",
            )
        )
    return [_parse(item, source) for item in items]


def _parse(item: object, source: str | None) -> Document | tuple[Finding, ...]:
    if not isinstance(item, dict):
        return (Finding("document", "is not an object.", "Send an object with its kind."),)
    own = source if source is not None and source.startswith(_SOURCE_PREFIX) else None
    item = {"source": own, **item} if own else item
    if isinstance(item.get("version"), str):
        version = _comparable(item["version"])
        if version is None:
            return (
                Finding(
                    "version",
                    "cannot be told newer or older.",
                    "Use a number that grows (7) or a UTC time such as 2026-03-14T09:26:53Z, and "
                    "always the same of the two.",
                ),
            )
        item = {**item, "version": version}
    try:
        document = DOCUMENT.validate_python(item)
    except ValidationError as error:
        if error.errors()[0]["type"].startswith("union_tag"):
            return (Finding("kind", "is missing or unknown.", f"Use one of {', '.join(Kind)}."),)
        return findings_of(error, skip=1)
    if not document.source.startswith(_SOURCE_PREFIX) or own not in (None, document.source):
        wanted = own or "feed/ and a name of your own, such as feed/warehouse"
        return (Finding("source", "is not a source of this feed.", f"Use {wanted}."),)
    return tuple(check_document(document)) or document


def _comparable(version: str) -> str | None:
    """The version in a form whose order as text is its order in time; None where it has none."""
    if re.fullmatch("[0-9]{1,20}", version):
        return version.zfill(20)
    if not re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}T", version):
        return None
    try:
        at = datetime.fromisoformat(version)
        return at.astimezone(UTC).isoformat(timespec="microseconds") if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


class _Submission(Model):
    """What POST /connections/{id}/documents takes, and a signed webhook of a feed."""

    documents: Annotated[tuple[Document, ...], Field(min_length=1, max_length=MOST_DOCUMENTS)]


def json_schema() -> dict[str, Any]:
    """JSON Schema of the body, for senders: amounts are numbers or, better, text."""
    schema = TypeAdapter(_Submission).json_schema()
    schema["title"] = "Documents"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
