"""`python -m bench [exports|speed|cost|lost|history|intake|local_cloud|imports|emulator ...]`:
measures, keeps the results in bench/results/, prints the figures and writes docs/benchmarks.md."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import cost, emulator, exports, history, imports, intake, lost, report, speed
from bench.pool import Pool, pool

RESULTS = Path(__file__).with_name("results")
PAGE = RESULTS.parents[1] / "docs" / "benchmarks.md"
ALONE: dict[str, Callable[[], Any]] = {
    "imports": imports.measure,
    "intake": intake.measure_in_process,
    "local_cloud": intake.measure_local_cloud,
    "emulator": emulator.measure,
}
"""What must have the machine for itself."""
TOGETHER: dict[str, Callable[[Pool], Callable[[], Any]]] = {
    "history": history.submit,
    "cost": cost.submit,
    "speed": speed.submit,
    "exports": exports.submit,
    "lost": lost.submit,
}
"""What counts, or measures processor time: two at a time, the longest first."""
PARTS = (*ALONE, *TOGETHER)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all by default")
    chosen = parser.parse_args(arguments).parts or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"unknown part {', '.join(sorted(unknown))}: use {', '.join(PARTS)}")
    RESULTS.mkdir(exist_ok=True)
    begun = time.monotonic()
    for name in (one for one in ALONE if one in chosen):
        _keep(name, ALONE[name](), begun)
    with pool() as processes:
        submitted = {name: TOGETHER[name](processes) for name in TOGETHER if name in chosen}
        for name, result in submitted.items():
            _keep(name, result(), begun)
    kept = {name: RESULTS / f"{name}.json" for name in PARTS}
    results = {
        name: json.loads(path.read_text())["measured"]
        for name, path in kept.items()
        if path.exists()
    }
    sections = report.sections(results)
    print(report.shown(sections))
    PAGE.write_text(report.page(sections))
    return 0


def _keep(name: str, measured: Any, begun: float) -> None:
    machine = {"python": platform.python_version(), "processors": os.cpu_count()}
    text = json.dumps({"machine": machine, "measured": measured}, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n")
    print(f"Measured {name.replace('_', ' ')} ({time.monotonic() - begun:.0f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
