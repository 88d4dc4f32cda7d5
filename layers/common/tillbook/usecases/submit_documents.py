"""Takes documents in our own form and answers for each at once. What is refused changes nothing;
what is accepted is stored when the answer is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tillbook.channels import feed
from tillbook.domain.checks import Finding
from tillbook.domain.documents import Document
from tillbook.ports import HasClock, HasDatabase
from tillbook.usecases.accept_documents import accept_documents

# Documents of one call that are accepted together: small enough that a collision is cheap.
_TOGETHER = 25


class Ports(HasDatabase, HasClock, Protocol):
    """What this reaches."""


@dataclass(frozen=True)
class DocumentResult:
    index: int
    status: Literal["accepted", "unchanged", "superseded", "refused"]
    record_id: str | None = None
    findings: tuple[Finding, ...] = ()


def submit_documents(
    ports: Ports, connection_id: str, documents: Sequence[dict[str, Any]]
) -> list[DocumentResult]:
    """One result per document, in order. Sending the same documents again is harmless."""
    results: dict[int, DocumentResult] = {}
    good: list[tuple[int, Document]] = []
    for index, parsed in enumerate(feed.parse_documents(documents)):
        if isinstance(parsed, tuple):
            results[index] = DocumentResult(index, "refused", findings=parsed)
        else:
            good.append((index, parsed))
    for start in range(0, len(good), _TOGETHER):
        chunk = good[start : start + _TOGETHER]
        accepted = accept_documents(
            ports.database,
            connection_id,
            [document for _, document in chunk],
            event=None,
            now=ports.now(),
        )
        for (index, _), one in zip(chunk, accepted, strict=True):
            results[index] = DocumentResult(index, one.result, record_id=one.record)
    return [results[index] for index in range(len(documents))]
