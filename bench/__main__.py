"""`python -m bench [exports|intake|local_cloud|imports ...]`: measures, keeps the results in
bench/results/, prints the figures and writes docs/benchmarks.md."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import exports, imports, intake, report

RESULTS = Path(__file__).with_name("results")
PAGE = RESULTS.parents[1] / "docs" / "benchmarks.md"
PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "imports": imports.measure,
    "intake": intake.measure_in_process,
    "local_cloud": intake.measure_local_cloud,
    "exports": exports.measure,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all by default")
    chosen = parser.parse_args(arguments).parts or list(PARTS)
    if unknown := set(chosen) - PARTS.keys():
        parser.error(f"unknown part {', '.join(sorted(unknown))}: use {', '.join(PARTS)}")
    RESULTS.mkdir(exist_ok=True)
    for name in chosen:
        print(f"Measuring {name.replace('_', ' ')} ...", end=" ", flush=True)
        begun = time.monotonic()
        measured = PARTS[name]()
        machine = {"python": platform.python_version(), "processors": os.cpu_count()}
        text = json.dumps({"machine": machine, "measured": measured}, indent=1)
        (RESULTS / f"{name}.json").write_text(text + "\n")
        print(f"{time.monotonic() - begun:.0f} s")
    kept = {name: RESULTS / f"{name}.json" for name in PARTS}
    results = {
        name: json.loads(path.read_text())["measured"]
        for name, path in kept.items()
        if path.exists()
    }
    rows = report.rows(results)
    print(report.table(rows))
    PAGE.write_text(report.page(rows, results))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
