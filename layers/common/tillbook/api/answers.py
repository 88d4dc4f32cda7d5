"""What the store holds, as the API shows it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from tillbook.api.models import (
    AttemptAnswer,
    ChannelAnswer,
    DocumentAnswer,
    EventAnswer,
    EventDetail,
    FindingAnswer,
    LinkAnswer,
    RecordAnswer,
    RunAnswer,
)
from tillbook.domain.sync import Outcome, Status
from tillbook.ports import Blob
from tillbook.quickbooks import mapping
from tillbook.quickbooks.conflicts import word
from tillbook.store.channels import Channel
from tillbook.store.events import EventOutcome
from tillbook.store.records import Record, shown_status
from tillbook.store.runs import Run
from tillbook.usecases.receive_channel_event import delivery_of
from tillbook.usecases.show_attempts import ShownAttempt
from tillbook.usecases.submit_documents import DocumentResult


def channel(found: Channel, base: str) -> ChannelAnswer:
    return ChannelAnswer(
        id=found.id,
        kind=found.kind,
        name=found.name,
        source=found.source,
        created_at=found.created_at,
        webhook_url=f"{base}/channels/{found.id}/events",
    )


def event_id(key: str) -> str:
    """Keys of the log hold a slash; ids in addresses have a dot in its place."""
    return key.replace("/", ".")


def event_key(event: str) -> str:
    return event.replace(".", "/", 1)


def event(found: EventOutcome) -> EventAnswer:
    return EventAnswer(
        id=event_id(found.event),
        channel=found.channel,
        topic=found.topic,
        title=found.title,
        received_at=found.received_at,
        outcome=str(found.outcome),  # type: ignore[arg-type]
        reason=found.reason,
        cure=found.cure,
        documents=list(found.documents),
        translated_at=found.translated_at or None,
    )


def event_detail(key: str, blob: Blob, outcome: EventOutcome | None) -> EventDetail:
    """An event of the log; it is queued as long as it has no outcome."""
    metadata = blob.metadata
    found = outcome or EventOutcome(
        event=key,
        channel=key.partition("/")[0],
        topic=metadata["topic"],
        received_at=metadata["received-at"],
        outcome=Outcome.TRANSLATED,
    )
    values = event(found).model_dump()
    if outcome is None:
        values["outcome"] = "queued"
    try:
        body = blob.body.decode()
    except UnicodeDecodeError:
        body = None
    headers = dict(delivery_of(blob).headers)
    return EventDetail(**values, source=metadata["source"], headers=headers, body=body)


def run(found: Run, now: datetime) -> RunAnswer:
    return RunAnswer(
        id=found.run,
        direction=found.direction,
        status=found.status,
        started_by=found.started_by,
        created_at=found.created_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
        error=found.error,
        counts=found.counts,
        waiting_for=found.waits_for(now),
        batches=found.batches,
        reads=found.reads,
    )


def record(found: Record) -> RecordAnswer:
    return RecordAnswer(**record_values(found))


def record_values(found: Record) -> dict[str, Any]:
    return {
        "id": found.key,
        "kind": found.kind,
        "source": found.source,
        "source_id": found.source_id,
        "title": found.title,
        "date": found.date or None,
        "status": str(shown_status(found)),
        "sending": found.status is Status.SENDING,
        "reason": found.reason.what if found.reason else None,
        "cure": found.reason.cure if found.reason else None,
        "who": found.reason.who if found.reason else None,
        "quickbooks_said": found.reason.said if found.reason else None,
        "edited_in_quickbooks": found.is_edited,
        "kept": [word(mapping.ENTITY[found.kind], one) for one in found.kept],
        "overwritten": [word(mapping.ENTITY[found.kind], one) for one in found.overwritten],
        "total": _text(found.total),
        "currency": found.currency,
        "quickbooks": LinkAnswer.model_validate(found.link) if found.link else None,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def attempt(shown: ShownAttempt) -> AttemptAnswer:
    return AttemptAnswer(
        at=shown.attempt.at,
        operation=shown.attempt.operation,
        outcome=shown.attempt.outcome,
        request_id=shown.attempt.intent,
        payload=shown.payload,
        answer=shown.answer,
    )


def document(result: DocumentResult) -> DocumentAnswer:
    return DocumentAnswer(
        index=result.index,
        status=result.status,
        record=result.record_id,
        errors=[FindingAnswer.model_validate(finding) for finding in result.findings],
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")
