"""What a storm is made of, drawn from one random number generator: documents and how they arrive,
what QuickBooks gets wrong, where processes die, what people do meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any

from local.qbo import Latency
from tests.storm.books import DAY
from tests.storm.crashes import POSITIONS, Position
from tests.unit.usecases import documents as make
from tillbook.domain.documents import Document

_LOST = ("dropped", "server_error", "stream_timeout", "unavailable", "gateway_error")
_ITEM = ("system_failure", "duplicate_request", "may_have_been_saved")
_LOCKS = ("one_name_at_a_time", "inventory_lock")
# QuickBooks ends a request after 120 s, whoever waits for it.
_LATEST = 110


class Deed(Enum):
    """What happens right before a call to a port."""

    DIES_BEFORE = "the process dies before"
    DIES_AFTER = "the process dies after"
    DIES_LATE = "the process dies, and QuickBooks carries the call out later"
    DOCUMENTS = "documents arrive before"
    PERSON = "a person works in QuickBooks before"
    TWICE = "the same invocation is made again, and ends, before"
    OTHER_RUN = "another run is started before"
    ZOMBIE = "the process hangs, is taken for dead, and wakes up before"
    JUMP = "the clock jumps before"


DEATHS = {Deed.DIES_BEFORE, Deed.DIES_AFTER, Deed.DIES_LATE}
_DEEDS = (
    *(Deed.DIES_BEFORE, Deed.DIES_AFTER, Deed.DIES_AFTER, Deed.DIES_LATE),
    *(Deed.DOCUMENTS, Deed.DOCUMENTS, Deed.PERSON),
    *(Deed.TWICE, Deed.OTHER_RUN, Deed.ZOMBIE, Deed.JUMP),
)


class Ordinal(Enum):
    """Which calls are counted to find the place of a deed."""

    ANY = 400
    EFFECT = 150
    SEND = 12


@dataclass
class Weather:
    """Everything that is drawn before the storm begins; the rest is drawn as it goes."""

    random: Random
    position: Position = field(init=False)
    numbers: str = field(init=False)
    """Whether QuickBooks takes a number twice."""
    latency: Latency = field(init=False)
    batch_size: int = field(init=False)
    imported: bool = field(init=False)
    """Whether the connection has had its first run."""
    deliveries: list[Document] = field(init=False)
    """Revisions in the order in which they arrive, some of them twice."""
    deeds: dict[tuple[Ordinal, int], Deed] = field(init=False)
    runs: int = field(init=False)
    people: bool = field(init=False)
    """Whether a person works in QuickBooks at all."""

    def __post_init__(self) -> None:
        draw = self.random
        self.position = draw.choice(POSITIONS)
        self.numbers = draw.choice(("accept", "refuse"))
        self.latency = Latency(draw.choice((0.1, 0.3, 2.0, 15.0)), 0.02)
        self.batch_size = draw.choice((1, 2, 30, 30))
        self.people = draw.random() < 0.4
        self.imported = draw.random() < 0.9
        self.deliveries = _arrivals(draw, _documents(draw))
        self.runs = draw.choice((1, 2, 2, 3))
        self.deeds = {}
        for _ in range(draw.choice((0, 1, 1, 2, 2, 3, 4))):
            ordinal = draw.choice(list(Ordinal))
            deed = draw.choice(_DEEDS)
            if deed is Deed.DIES_LATE:
                ordinal = Ordinal.SEND
            if deed is not Deed.PERSON or self.people:
                self.deeds[ordinal, draw.randint(1, ordinal.value)] = deed

    def some_deliveries(self) -> list[Document]:
        """The next documents to arrive; they arrive once."""
        many = self.random.randint(1, max(1, len(self.deliveries)))
        some, self.deliveries = self.deliveries[:many], self.deliveries[many:]
        return some

    def faults(self) -> list[dict[str, Any]]:
        """What QuickBooks is to get wrong during one run."""
        return [_fault(self.random) for _ in range(self.random.choice((0, 0, 1, 1, 2, 3)))]


def _fault(draw: Random) -> dict[str, Any]:
    often = {"count": draw.choice((1, 1, 2)), "skip": draw.randint(0, 5)}
    kind = draw.random()
    if kind < 0.45:
        commits = draw.choice(("no", "yes", "later"))
        seconds = draw.choice((0, 0, 20, 60))
        return {
            "answer": draw.choice(_LOST),
            "commits": commits,
            "delay": float(draw.randint(30, _LATEST - seconds)),
            "seconds": float(seconds),
            "operation": "batch",
            **often,
        }
    if kind < 0.55:
        return {
            "answer": "throttled",
            "commits": draw.choice(("no", "yes")),
            "operation": "batch",
            **often,
        }
    if kind < 0.62:
        return {"answer": "expired_token", "operation": draw.choice(("batch", None)), **often}
    if kind < 0.7:
        return {"answer": draw.choice(("throttled", *_LOST)), "operation": "query", **often}
    operation = draw.choice(("create", "update"))
    if kind < 0.9:
        return {
            "answer": draw.choice(_ITEM),
            "commits": draw.choice(("no", "yes")),
            "operation": operation,
            **often,
        }
    return {"answer": draw.choice(_LOCKS), "operation": operation, **often}


def _documents(draw: Random) -> list[list[Document]]:
    """A small shop: the revisions of each document, oldest first."""
    found: list[list[Document]] = []
    customers = ["c1", "c2"][: draw.choice((1, 1, 2))]
    same_name = draw.random() < 0.5
    for id in customers:
        name = "Ana Souza" if id == "c1" or same_name else "Ben Okoro"
        found.append(
            [
                make.customer(id, v, name=name, email=f"{id}@example.com", phone=f"+1 555 010{v}")
                for v in _versions(draw)
            ]
        )
    found.append([make.product(v=v, unit_price=Decimal(12 + v)) for v in _versions(draw)])
    for number in range(1, draw.choice((2, 2, 3)) + 1):
        found += _order(draw, number, draw.choice(customers))
    return found


def _versions(draw: Random) -> range:
    return range(1, draw.choice((1, 2, 2, 3)) + 1)


def _order(draw: Random, number: int, customer: str) -> list[list[Document]]:
    """An invoice, and perhaps money received and given back for it."""
    order, name = f"o{number}", f"#{1000 + number}"
    paid = draw.random() < 0.5
    invoices: list[Document] = [
        make.invoice(
            order,
            v,
            name,
            date=DAY,
            customer=customer,
            lines=(make.line(), make.shipping(f"{4 + v}.00")),
            memo=f"revision {v}",
            status=status,
        )
        # What is paid stays: who voids an invoice has given the money back before.
        for v, status in _lives(draw, may_end=not paid)
    ]
    found = [invoices]
    if paid:
        found.append(
            [
                make.payment(order, v, f"{10 + v}.50", date=DAY, status=status).model_copy(
                    update={"customer": customer}
                )
                for v, status in _lives(draw)
            ]
        )
    for build, letter in ((make.refund, "R"), (make.credit_note, "C")):
        if draw.random() < 0.25:
            found.append(
                [
                    build(
                        f"{letter}{number}",
                        v,
                        order,
                        date=DAY,
                        memo=f"revision {v}",
                        status=status,
                    ).model_copy(update={"number": f"{name}-{letter}1"})
                    for v, status in _lives(draw)
                ]
            )
    return found


def _lives(draw: Random, *, may_end: bool = True) -> list[tuple[int, str]]:
    """Versions with their status: some documents are cancelled in the end."""
    versions = [(v, "open") for v in _versions(draw)]
    if may_end and draw.random() < 0.3:
        versions[-1] = (versions[-1][0], "cancelled")
    return versions


def _arrivals(draw: Random, documents: Sequence[Sequence[Document]]) -> list[Document]:
    """Mostly in order; now and then an older revision comes after a newer one, or one again."""
    arrivals: list[tuple[float, int, int]] = []
    for index, revisions in enumerate(documents):
        for revision in range(len(revisions)):
            when = index + revision * 3 + draw.random() * 4
            arrivals.append((when, index, revision))
            if draw.random() < 0.2:
                arrivals.append((when + draw.random() * 6, index, revision))
    return [documents[index][revision] for _, index, revision in sorted(arrivals)]
