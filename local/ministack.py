"""The process that serves the AWS endpoints: ministack, fitted to one machine.

Runs in ``.venv-cloud``, started by :mod:`local.cloud.endpoints`. What is changed in it is behind
private names, so the version is pinned in ``requirements/cloud.in``, a name that is gone is an
error at start, and ``tests/local`` measures the effects.
"""

from __future__ import annotations

import functools
import os
import socketserver
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

from local.clock import SharedClock

CLOCK = "TILLBOOK_LOCAL_CLOCK"
"""Names the variable with the path of the clock's file."""

FIRST_LOG_LINE_SECONDS = 0.003
"""How long an invocation waits for a log line that may never come; 0.05 in ministack."""

SANDBOXES = max(2, os.cpu_count() or 1)
"""Most sandboxes of one function. Lambda starts one for each request of a burst; on one machine
they would all start at once and none get anywhere, so requests wait for their turn instead."""


def remove_delays() -> None:
    """Without this every invocation takes about 100 ms."""
    from ministack.core import lambda_runtime

    # The Runtime API answers in two small packets; Nagle's algorithm holds the second one back.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    worker = lambda_runtime.Worker
    worker._drain_stderr_bounded = functools.partialmethod(
        worker._drain_stderr_bounded, first_line_wait=FIRST_LOG_LINE_SECONDS
    )


def limit_sandboxes() -> None:
    """A function's time limit begins when its turn comes."""
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function_provided_warm
    turns: defaultdict[str, threading.Semaphore] = defaultdict(
        lambda: threading.Semaphore(SANDBOXES)
    )
    lock = threading.Lock()

    def in_turn(function: dict[str, Any], event: Any, request_id: str) -> Any:
        config = function.get("config") or function
        with lock:
            turn = turns[config["FunctionArn"]]
        with turn:
            return execute(function, event, request_id)

    lambda_svc._execute_function_provided_warm = in_turn


def skip_what_is_not_waited(clock: SharedClock) -> None:
    """The rest of a wait that takes a fraction of its time counts as having passed."""
    from ministack.services import stepfunctions

    wait, scale = stepfunctions._scaled_sleep, stepfunctions._SFN_WAIT_SCALE

    def wait_or_skip(seconds: float) -> None:
        wait(seconds)
        clock.skip(max(0.0, seconds * (1 - scale)))

    stepfunctions._scaled_sleep = wait_or_skip


def main() -> None:
    from ministack.app import main as serve

    remove_delays()
    limit_sandboxes()
    skip_what_is_not_waited(SharedClock(Path(os.environ[CLOCK])))
    serve()


if __name__ == "__main__":
    main()
