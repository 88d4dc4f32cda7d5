"""``make demo``: a day of a shop, from signed webhooks to proven books, in a minute."""

from __future__ import annotations

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
    started = time.monotonic()
    paper = report.Paper(sys.stdout)

    def say(text: str) -> None:
        paper.line(f"{time.monotonic() - started:6.1f} s  {text}")

    paper.line(paper.style("Tillbook: a day of a shop, from its webhooks to proven books", "bold"))
    paper.line()
    say("Start        the product's template, state machine and functions, on this machine")
    try:
        with LocalCloud(wait_scale=WAIT_SCALE) as cloud:
            say(f"Ready        HTTP API at {cloud.api_url}, QuickBooks emulator beside it")
            result = tell(cloud, REALM, say)
    except KeyboardInterrupt:
        paper.line("\nStopped. Nothing is left running.")
        return INTERRUPTED
    except (ApiError, LocalCloudError, TookTooLong, httpx.HTTPError) as error:
        paper.line(f"\nThe demo could not go on: {error}")
        return 1
    result.seconds = time.monotonic() - started
    report.write(result, paper)
    paper.line()
    paper.line("Next: make serve keeps the same product running for your own orders; README.md,")
    paper.line('"Try it yourself", shows how to send one and where to look.')
    return 0 if not result.problems else 1


if __name__ == "__main__":
    sys.exit(main())
