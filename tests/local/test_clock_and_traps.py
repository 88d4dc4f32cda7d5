"""Time that is skipped has passed for every process; a trap kills once, at its call."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.clock import SharedClock
from local.cloud.processes import ROOT
from local.traps import SetTrap, Trap

COMES_BY = """
import sys
from pathlib import Path
from local.traps import Traps
traps = Traps(Path(sys.argv[1]), "export")
for about in ("a", "b", "b"):
    traps.pass_by("before", "s3 PutObject", about)
    traps.pass_by("after", "s3 PutObject", about)
    print(about, flush=True)
"""


def test_time_skipped_by_one_has_passed_for_all(tmp_path: Path) -> None:
    clock, other = SharedClock(tmp_path / "clock"), SharedClock(tmp_path / "clock")

    before = clock.time()
    other.skip(420)
    other.skip(0.5)

    assert clock.ahead() == 420.5
    assert 420.5 <= clock.time() - before < 430
    assert abs(clock.now().timestamp() - other.time()) < 5


def test_a_clock_is_never_moved_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="forwards"):
        SharedClock(tmp_path / "clock").skip(-1)


@pytest.mark.parametrize(
    "trap, printed",
    [
        (Trap("export", "s3 PutObject", "before", "a"), ""),
        (Trap("export", "s3 PutObject", "after", "b"), "a"),
        (Trap("export", "s3 PutObject", "before", "b", nth=2), "ab"),
        (Trap("export", "s3 PutObject", "before", "c"), "abb"),
        (Trap("import", "s3 PutObject", "before", "a"), "abb"),
        (Trap("export", "s3 GetObject", "before", "a"), "abb"),
    ],
)
def test_a_process_dies_at_its_trap_and_the_next_one_gets_by(
    tmp_path: Path, trap: Trap, printed: str
) -> None:
    laid = SetTrap(tmp_path, trap)

    first, second = come_by(tmp_path), come_by(tmp_path)

    assert "".join(first.stdout.split()) == printed
    died = printed != "abb"
    assert first.returncode == (-signal.SIGKILL if died else 0)
    assert (laid.caught is not None) is died
    assert "".join(second.stdout.split()) == "abb"


def test_a_trap_that_was_lifted_kills_nobody(tmp_path: Path) -> None:
    laid = SetTrap(tmp_path, Trap("export", "s3 PutObject"))
    laid.lift()

    assert come_by(tmp_path).returncode == 0


def come_by(run: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", COMES_BY, str(run)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
