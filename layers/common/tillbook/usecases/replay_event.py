"""Queues an event of the log for translation again."""

from typing import Protocol

from tillbook.errors import NotFound
from tillbook.ports import HasEventLog, TranslateQueue


class Ports(HasEventLog, Protocol):
    @property
    def translate_queue(self) -> TranslateQueue: ...


def replay_event(ports: Ports, connection_id: str, event: str) -> None:
    """Raises NotFound where the log has no such event of this connection."""
    blob = ports.event_log.get(event)
    if blob is None or blob.metadata.get("connection") != connection_id:
        raise NotFound("the event log has no such event: it may have expired")
    ports.translate_queue.send(event)
