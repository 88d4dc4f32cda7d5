"""One answer in fifty is lost: what each way leaves in the books, and how long it takes."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from bench import line, orders, plain
from bench.line import Loss
from bench.pool import Pool

ORDERS = 3000


@dataclass(frozen=True)
class Left:
    """What a way of exporting left in the books."""

    way: str
    took_effect: bool
    checks_numbers: bool
    lost_answers: int
    doubled: int
    missing: int
    emulated_seconds: float


def submit(pool: Pool) -> Callable[[], list[dict[str, Any]]]:
    found = [pool.submit(ours, Loss(took_effect)) for took_effect in (True, False)]
    for in_batches in (False, True):
        for resends, loss in (
            (True, Loss(took_effect=True)),
            (True, Loss(took_effect=True, checks_numbers=True)),
            (False, Loss(took_effect=True)),
            (False, Loss(took_effect=False)),
        ):
            found.append(pool.submit(script, loss, in_batches, resends))
    return lambda: [asdict(one.result()) for one in found]


def ours(loss: Loss) -> Left:
    company = line.Line()
    wanted = orders.warm(ORDERS)
    losing = loss.inject(company.bench.emulator)
    measured = company.measure(orders.documents(wanted, new_names=False), ORDERS)
    left = line.effects(company.bench.company, wanted)
    return _left("Tillbook", loss, losing.struck, *left, measured.emulated_seconds)


def script(loss: Loss, in_batches: bool, resends: bool) -> Left:
    made = plain.measure(ORDERS, new_names=False, in_batches=in_batches, loss=loss, resends=resends)
    way = "a script with batches" if in_batches else "a script"
    way += " that sends again" if resends else " that goes on"
    return _left(way, loss, made.lost_answers, made.doubled, made.missing, made.emulated_seconds)


def _left(way: str, loss: Loss, lost: int, doubled: int, missing: int, seconds: float) -> Left:
    return Left(way, loss.took_effect, loss.checks_numbers, lost, doubled, missing, seconds)
