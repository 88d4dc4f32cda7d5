"""What shall go wrong with webhooks on demand: duplicates, other orders, delays, losses."""

import random
from dataclasses import asdict, dataclass, field
from typing import Any

from local.qbo import checked
from local.qbo.webhooks.payloads import EVENTS, Event

_TOLD = frozenset(name.lower() for name in EVENTS)
KINDS = ("duplicate", "reorder", "hold", "drop")


@dataclass
class Trouble:
    """One thing that shall go wrong with the events it fits.

    `duplicate` sends an event once more, `seconds` later; `reorder` puts it behind the others that
    are told with it; `hold` sends it `seconds` later; `drop` never. It befalls `count` events
    (None: for ever), each with `probability`.
    """

    kind: str = "duplicate"
    seconds: float = 0.0
    count: int | None = 1
    probability: float = 1.0
    seed: int = 0
    entity: str | None = None
    operation: str | None = None
    realm: str | None = None
    struck: int = 0
    _random: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(
                f"kind: {checked.shown(self.kind)} is unknown; use one of {', '.join(KINDS)}"
            )
        if self.entity is not None and self.entity.lower() not in _TOLD:
            raise ValueError(
                f"entity: {checked.shown(self.entity)} has no events; use {', '.join(EVENTS)}"
            )
        if self.probability > 1:
            raise ValueError("probability: give a number from 0 to 1")
        self._random.seed(self.seed)

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> "Trouble":
        """From plain values. Raises ValueError naming what is wrong."""
        return cls(**checked.typed(cls, values, ("struck", "_random")))

    def values(self) -> dict[str, Any]:
        shown = asdict(self)
        del shown["_random"]
        return {k: str(v) if isinstance(v, float) else v for k, v in shown.items()}

    def strikes(self, event: Event) -> bool:
        """Whether it befalls an event; to be asked once per event."""
        wanted = (self.entity or event.entity).lower() == event.entity.lower()
        if not wanted or self.operation not in (None, event.operation):
            return False
        if self.realm not in (None, event.realm):
            return False
        if self.count is not None and self.struck >= self.count:
            return False
        if self.probability < 1 and self._random.random() >= self.probability:
            return False
        self.struck += 1
        return True


class Troubles:
    """The list of what shall go wrong with webhooks."""

    def __init__(self) -> None:
        self.list: list[Trouble] = []

    def add(self, trouble: Trouble) -> None:
        self.list.append(trouble)

    def clear(self) -> None:
        self.list.clear()

    def for_event(self, event: Event) -> Trouble | None:
        return next((each for each in self.list if each.strikes(event)), None)
