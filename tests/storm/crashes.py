"""The crashes that are played: places to die × positions of request ids × ways to go on."""

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product

from local.qbo import DEFAULT_REALM, Switches
from local.qbo.people.person import edit
from tests.storm.process import Fate
from tests.storm.story import Counter, Point, Way, points, tell_story, wrong_in_the_end
from tests.workbench import Workbench


@dataclass(frozen=True)
class Position:
    """How QuickBooks treats request ids: nobody outside Intuit knows."""

    requestid_retention: float | None = None
    requestid_identity: str = "request_and_bid"
    requestid_replays_failures: bool = False
    requestid_while_running: str = "wait"

    def switches(self, duplicate_sales_doc_number: str = "accept") -> Switches:
        """Where numbers may come twice, QuickBooks itself refuses no double."""
        return Switches(**asdict(self), duplicate_sales_doc_number=duplicate_sales_doc_number)

    def __str__(self) -> str:
        kept = "for ever" if self.requestid_retention is None else f"{self.requestid_retention:g} s"
        failures = "with failures" if self.requestid_replays_failures else "without failures"
        return (
            f"kept {kept} {failures}, by {self.requestid_identity}, "
            f"while running {self.requestid_while_running}"
        )


_RETENTION = (None, 0, 480)
_IDENTITY = ("request_and_bid", "request")
_REPLAYS = (False, True)
_RUNNING = ("wait", "error", "execute")
POSITIONS = [Position(*each) for each in product(_RETENTION, _IDENTITY, _REPLAYS, _RUNNING)]
# Nine of the 36 in which any two settings meet in every combination.
PAIRWISE = [
    Position(
        _RETENTION[row],
        _IDENTITY[(row + column) % 3 % 2],
        _REPLAYS[(row + 2 * column) % 3 % 2],
        _RUNNING[column],
    )
    for row, column in product(range(3), repeat=2)
]


@dataclass(frozen=True)
class Crash:
    """One death, and everything around it."""

    point: Point
    position: Position = Position()
    way: Way = Way.NEW_RUN
    stripped: bool = False
    """Whether a person removes every note in QuickBooks before it goes on."""
    late_by: float = 60.0

    def __str__(self) -> str:
        notes = ", notes removed" if self.stripped else ""
        return f"{self.point}, {self.way.name.lower()}{notes}; request ids {self.position}"

    def problems(self) -> list[str]:
        watch = Counter(self.point, reads=self.point.reads)
        try:
            bench, wrote = tell_story(
                self.position.switches(),
                watch,
                self.way,
                late_by=self.late_by,
                meanwhile=strip_notes if self.stripped else _nothing,
            )
            return wrote + wrong_in_the_end(bench, person=self.stripped)
        except Exception:  # noqa: BLE001 - whatever it is, it is reported with its crash
            return traceback.format_exc().splitlines()[-6:]


def failures(crashes: Iterable[Crash]) -> list[str]:
    """A sentence for each crash that the books did not survive."""
    return [f"{crash}: {'; '.join(found)}" for crash in crashes if (found := crash.problems())]


def _nothing(bench: Workbench) -> None:
    pass


def strip_notes(bench: Workbench) -> None:
    """A person tidies up, and removes the notes by which transactions are recognised."""
    bench.emulator.run_due()
    company = bench.emulator.company(DEFAULT_REALM)
    for entity in ("Invoice", "Payment", "CreditMemo", "RefundReceipt"):
        for obj in company.all(entity):
            if obj.get("PrivateNote"):
                edit(company, "update", entity, {"Id": obj["Id"], "PrivateNote": ""})


def spread(found: Sequence[Point], positions: Sequence[Position] = PAIRWISE) -> Iterator[Crash]:
    """Every point once, in turn in one of the positions; sends of each fate see all of them."""
    turns: dict[Fate | None, int] = {}
    for point in found:
        group = point.fate if point.call.is_send else None
        turn = turns[group] = turns.get(group, -1) + 1
        yield Crash(point, positions[turn % len(positions)], Way.RETRY)


def without_notes(found: Sequence[Point]) -> Iterator[Crash]:
    """What was committed and not answered, looked for without the notes."""
    unanswered = [one for one in found if one.fate in (Fate.AFTER, Fate.LATE)]
    for turn, point in enumerate(unanswered):
        yield Crash(
            point, PAIRWISE[turn % len(PAIRWISE)], (Way.RETRY, Way.NEW_RUN)[turn % 2], stripped=True
        )


def waking(found: Sequence[Point]) -> Iterator[Crash]:
    """Every place once, where the process is no more than slow."""
    for point in found:
        if point.fate is Fate.BEFORE:
            yield Crash(point, way=Way.WAKES_UP)


def whole_product() -> Iterator[Crash]:
    """Every place to die in every position, both ways; and the reads too, in one position."""
    found = points()
    for point, position, way in product(found, POSITIONS, (Way.RETRY, Way.NEW_RUN)):
        yield Crash(point, position, way)
    yield from waking(found)
    yield from without_notes(found)
    for point in points(everything=True):
        yield Crash(point)
