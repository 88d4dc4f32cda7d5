"""What shall go wrong on demand: how often, after how many, by what chance, and with what."""

import random
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from local.qbo import checked


@dataclass(kw_only=True)
class Mishap:
    """It befalls `count` of what it fits (None: all), after letting `skip` pass, each with
    `probability`, by chance from `seed`. `entity`, `operation` and `realm` narrow it down;
    `seconds` is by how much something is late.
    """

    seconds: float = 0.0
    count: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    entity: str | None = None
    operation: str | None = None
    realm: str | None = None
    struck: int = 0
    _random: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        if self.probability > 1:
            raise ValueError("probability: give a number from 0 to 1")
        self._random.seed(self.seed)

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        """From plain values. Raises ValueError naming what is wrong."""
        return cls(**checked.typed(cls, values, ("struck", "_random")))

    def values(self) -> dict[str, Any]:
        shown = asdict(self)
        del shown["_random"]
        return {k: str(v) if isinstance(v, float) else v for k, v in shown.items()}

    def fits(self, entity: str, operation: str) -> bool:
        wanted = (self.entity or entity).lower() == entity.lower()
        return wanted and self.operation in (None, operation)

    def happens(self) -> bool:
        """Whether it happens now; to be asked once for each that it fits."""
        if self.count is not None and self.struck >= self.count:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.probability < 1 and self._random.random() >= self.probability:
            return False
        self.struck += 1
        return True
