# ruff: noqa: T201 - it talks to the person at the terminal
"""`make storm`: every crash in every position, and as many storms as asked for, on all cores.

python -m tests.storm --seeds 100000 --from 0    storms
python -m tests.storm --crashes                  every crash in every position
python -m tests.storm --seed 123                 one storm, with its timeline
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any

from tests.storm import crashes
from tests.storm.crashes import Crash
from tests.storm.storm import Storm, failure

_CHUNK = 50
_SAYS_SO_EVERY = 60.0


def crash_failure(crash: Crash) -> str | None:
    found = crash.problems()
    return "\n    ".join((str(crash), *found)) if found else None


def _failures(check: Callable[[Any], str | None], some: list[Any]) -> list[str]:
    return [found for one in some if (found := check(one))]


def play(what: str, check: Callable[[Any], str | None], many: Iterable[Any]) -> int:
    """Checks all of them on all cores, prints the failures as they come; answers how many."""
    played = failed = 0
    begun = said = time.monotonic()
    with ProcessPoolExecutor(initializer=_grow_old) as cores:
        for size, found in _in_turn(cores, check, iter(many)):
            played += size
            failed += len(found)
            for one in found:
                print(one, flush=True)
            if time.monotonic() - said > _SAYS_SO_EVERY:
                said = time.monotonic()
                print(f"{played} {what}, {failed} failed, {said - begun:.0f} s", flush=True)
    print(f"{played} {what}, {failed} failed, {time.monotonic() - begun:.0f} s", flush=True)
    return failed


def _in_turn(
    cores: ProcessPoolExecutor, check: Callable[[Any], str | None], many: Iterator[Any]
) -> Iterator[tuple[int, list[str]]]:
    """Hands out chunk after chunk, no more at a time than the cores are busy with."""
    waiting: list[Any] = []
    while chunk := list(islice(many, _CHUNK)):
        waiting.append((len(chunk), cores.submit(_failures, check, chunk)))
        if len(waiting) > 2 * (os.cpu_count() or 1):
            size, done = waiting.pop(0)
            yield size, done.result()
    for size, done in waiting:
        yield size, done.result()


def _grow_old() -> None:
    """What is there stays: looking through it again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()


def show(seed: int) -> int:
    """One storm, with its timeline."""
    storm = Storm(seed)
    found = storm.problems()
    print("\n".join((*storm.timeline, "", *(found or ["All is well."]))))
    return bool(found)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.storm",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, help="one storm, with its timeline")
    parser.add_argument("--seeds", type=int, default=0, help="how many storms")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first of them")
    parser.add_argument("--crashes", action="store_true", help="every crash in every position")
    asked = parser.parse_args()
    if asked.seed is not None:
        return show(asked.seed)
    failed = 0
    if asked.seeds:
        failed += play("storms", failure, range(asked.first, asked.first + asked.seeds))
    if asked.crashes:
        failed += play("crashes", crash_failure, crashes.whole_product())
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
