"""``make demo``: a day of a shop, from signed webhooks to proven books, in a minute."""

from __future__ import annotations

import os
import sys
import time

import httpx

from local.client import ApiError, TookTooLong
from local.cloud import LocalCloud, LocalCloudError
from local.cloud.emulator import REALM
from local.demo import report
from local.demo.story import tell

# Waits of the state machine take a tenth of their time: this QuickBooks is not slow.
WAIT_SCALE = 0.1
INTERRUPTED = 130


def main() -> int:
    """Exit status: 0 only if the books agree and everything adds up."""
    try:
        return _demo(report.Paper(sys.stdout), time.monotonic())
    except KeyboardInterrupt:
        print("\nStopped. Nothing is left running.")
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on, as with `| head`; Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ApiError, LocalCloudError, TookTooLong, httpx.HTTPError) as error:
        print(f"\nThe demo could not go on: {error}", file=sys.stderr)
        return 1


def _demo(paper: report.Paper, started: float) -> int:
    def say(text: str) -> None:
        paper.line(f"{time.monotonic() - started:6.1f} s  {text}")

    paper.line(paper.style("Tillbook: a day of a shop, from its webhooks to proven books", "bold"))
    paper.line()
    say("Start        the product's template, state machine and functions, on this machine")
    with LocalCloud(wait_scale=WAIT_SCALE) as cloud:
        say(f"Ready        HTTP API at {cloud.api_url}, QuickBooks emulator beside it")
        result = tell(cloud, REALM, say)
    result.seconds = time.monotonic() - started
    report.write(result, paper)
    paper.line()
    paper.line("Next: make serve keeps the same product running for your own orders; README.md,")
    paper.line('"Try it yourself", shows how to send one and where to look.')
    return 0 if not result.problems else 1


if __name__ == "__main__":
    sys.exit(main())
