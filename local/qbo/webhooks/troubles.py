"""What shall go wrong with webhooks on demand: duplicates, other orders, delays, losses."""

from dataclasses import dataclass

from local.qbo import checked
from local.qbo.mishaps import Mishap
from local.qbo.webhooks.payloads import EVENTS, Event

_TOLD = frozenset(name.lower() for name in EVENTS)
KINDS = ("duplicate", "reorder", "hold", "drop")


@dataclass
class Trouble(Mishap):
    """One thing that shall go wrong with the events it fits.

    `duplicate` sends an event once more, `seconds` later; `reorder` puts it behind the others that
    are told with it; `hold` sends it `seconds` later; `drop` never.
    """

    kind: str = "duplicate"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(
                f"kind: {checked.shown(self.kind)} is unknown; use one of {', '.join(KINDS)}"
            )
        if self.entity is not None and self.entity.lower() not in _TOLD:
            raise ValueError(
                f"entity: {checked.shown(self.entity)} has no events; use {', '.join(EVENTS)}"
            )
        super().__post_init__()

    def befalls(self, event: Event) -> bool:
        """Whether it befalls an event; to be asked once per event."""
        here = self.realm in (None, event.realm)
        return here and self.fits(event.entity, event.operation) and self.happens()


class Troubles:
    """The list of what shall go wrong with webhooks."""

    def __init__(self) -> None:
        self.list: list[Trouble] = []

    def add(self, trouble: Trouble) -> None:
        self.list.append(trouble)

    def clear(self) -> None:
        self.list.clear()

    def for_event(self, event: Event) -> Trouble | None:
        return next((each for each in self.list if each.befalls(event)), None)
