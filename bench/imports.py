"""How long each function takes to import in a fresh interpreter: most of a cold start."""

import compileall
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TIMES = 7
_CODE = """
import time
begun = time.perf_counter()
import functions.{name}
print(time.perf_counter() - begun)
"""


def measure() -> dict[str, Any]:
    """Milliseconds by function, bytecode compiled; the interpreter's own start left out. Rounds go
    over all functions, so that a busy moment of the machine does not hit one of them alone."""
    for folder in ("functions", "layers/common/tillbook"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    names = sorted(path.stem for path in (ROOT / "functions").glob("*.py"))
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(TIMES):
        for name in names:
            times[name].append(_import_seconds(name))
    return {
        name: {
            "min": round(min(seconds) * 1000, 1),
            "median": round(statistics.median(seconds) * 1000, 1),
        }
        for name, seconds in times.items()
    }


def _import_seconds(name: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _CODE.format(name=name)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout.strip().splitlines()[-1])
