"""The process that serves the AWS endpoints: ministack with two of its delays taken out.

Runs in ``.venv-cloud``, started by :mod:`local.cloud.processes`. Both delays are behind private
names, so the version is pinned in ``requirements/cloud.in`` and ``tests/local`` measures the
effect: without them every invocation of a function takes about 100 ms.
"""

from __future__ import annotations

import functools
import socketserver

FIRST_LOG_LINE_SECONDS = 0.003
"""How long an invocation waits for a log line that may never come; 0.05 in ministack."""


def remove_delays() -> None:
    """Raises AttributeError where ministack no longer has the names, never passes silently."""
    from ministack.core import lambda_runtime  # type: ignore[import-not-found,unused-ignore]

    # The Runtime API answers in two small packets; Nagle's algorithm holds the second one back.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    worker = lambda_runtime.Worker
    worker._drain_stderr_bounded = functools.partialmethod(
        worker._drain_stderr_bounded, first_line_wait=FIRST_LOG_LINE_SECONDS
    )


def main() -> None:
    from ministack.app import main as serve  # type: ignore[import-not-found,unused-ignore]

    remove_delays()
    serve()


if __name__ == "__main__":
    main()
