"""Turns one event of the log into documents and an outcome.

Whatever happens, the event ends with exactly one outcome: translated, ignored or superseded (with
the reason), or failed with what a person has to mend. The outcome is written last, so an event
that was cut short has none and is translated again.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from tillbook import channels
from tillbook.channels.delivery import Ignored
from tillbook.domain.documents import Document
from tillbook.domain.sync import NAME_LISTS, Outcome
from tillbook.errors import BadInput, NotFound
from tillbook.ports import HasClock, HasDatabase, HasEventLog, Put, Write
from tillbook.store import events, notices
from tillbook.store.events import EventOutcome
from tillbook.usecases.accept_documents import Accepted, accept_documents
from tillbook.usecases.receive_channel_event import delivery_of


class Ports(HasDatabase, HasEventLog, HasClock, Protocol):
    """What this reaches."""


def translate_event(ports: Ports, event: str, *, again: bool = False) -> EventOutcome:
    """The outcome of the event with this key of the log.

    An event that has an outcome keeps it unless it is translated again on request. Raises NotFound
    where the log has no such event (it expired), and TransientError.
    """
    blob = ports.event_log.get(event)
    if blob is None:
        raise NotFound(f"the event log has no event {event}")
    connection_id = blob.metadata["connection"]
    known = events.load_outcome(ports.database, connection_id, event)
    if known is not None and not again:
        return known
    delivery = delivery_of(blob)
    outcome = EventOutcome(
        event=event,
        channel=event.partition("/")[0],
        topic=blob.metadata["topic"],
        received_at=blob.metadata["received-at"],
        outcome=Outcome.TRANSLATED,
        translated_at=ports.now().isoformat(),
        title=channels.title(blob.metadata["channel-kind"], delivery),
    )
    try:
        translation = channels.translate(
            blob.metadata["channel-kind"], delivery, blob.metadata["source"]
        )
        if isinstance(translation, Ignored):
            outcome = _with(outcome, Outcome.IGNORED, translation.reason)
        else:
            accepted = accept_documents(
                ports.database,
                connection_id,
                translation.documents,
                event=event,
                now=ports.now(),
            )
            stale = _is_stale(translation.documents, accepted)
            outcome = _with(
                outcome,
                Outcome.SUPERSEDED if stale else Outcome.TRANSLATED,
                "Newer versions of its documents had arrived before." if stale else None,
                documents=tuple(
                    {"record": one.record, "title": one.title, "result": one.result}
                    for one in accepted
                ),
            )
    except BadInput as problem:
        outcome = _with(
            outcome,
            Outcome.FAILED,
            " ".join(f"{finding.field}: {finding.message}" for finding in problem.findings),
            cure=" ".join(dict.fromkeys(finding.cure for finding in problem.findings)),
        )
    writes: list[Write] = [events.put_outcome(connection_id, outcome)]
    if outcome.outcome is Outcome.FAILED and (known is None or known.reason != outcome.reason):
        writes.append(_notice(ports, connection_id, outcome))
    ports.database.write(*writes)
    return outcome


def _notice(ports: Ports, connection_id: str, outcome: EventOutcome) -> Put:
    """What was not taken is in no book and in no record: a person has to know of it."""
    what = outcome.title or f"a delivery of {outcome.topic}"
    return notices.add(
        connection_id,
        outcome.event.rpartition("/")[2],
        f"{what[0].upper()}{what[1:]} was not taken",
        f"{outcome.reason} {outcome.cure}",
        ports.now(),
    )


def _is_stale(documents: Sequence[Document], accepted: Sequence[Accepted]) -> bool:
    """Whether newer events had told it all before. An order names its customer and products as
    well; it is as old as its invoice, whatever is known of those."""
    results = {one.result for one in accepted}
    of_transactions = {
        one.result
        for document, one in zip(documents, accepted, strict=True)
        if document.kind not in NAME_LISTS
    }
    return "superseded" in (of_transactions or results) and "accepted" not in results


def _with(
    outcome: EventOutcome,
    result: Outcome,
    reason: str | None,
    *,
    cure: str | None = None,
    documents: tuple[dict[str, str], ...] = (),
) -> EventOutcome:
    return replace(outcome, outcome=result, reason=reason, cure=cure, documents=documents)
