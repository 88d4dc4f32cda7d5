"""One question to the service per switch: in which position is it found?

A probe answers the position, or raises Undetermined with why it could not be told this time.
"""

from collections.abc import Callable
from typing import Any

from tests.conformance.ground import Ground

Probe = Callable[[Ground], Any]
PROBES: dict[str, Probe] = {}

#: Switches that no client can find out in a run of minutes, and why.
UNASKED = {
    "today": "needs a company in another time zone, and an hour at which the dates differ",
    "consent": "the emulator's own convenience; the real page always asks a person",
    "refresh_rotation_seconds": "a refresh token is renewed about once a day; a run takes minutes",
    "refresh_grace_seconds": "needs a rotation, a day after the first refresh, and a wait after it",
    "throttle_counts_batch_items": "needs calls beyond the limits, which these checks keep",
    "throttle_retry_after": "needs calls beyond the limits, which these checks keep",
    "missing_feature": "needs a company on a plan that lacks something",
    "throttle_counts_refused": "needs calls beyond the limits, which these checks keep",
    "ended_subscription_status": "needs a company whose subscription has ended",
    "simple_start_bills": "needs a company on the Simple Start plan",
    "tax_rate_name_length": "a tax rate, once made, cannot be taken away again",
    "report_cells": "needs books of hundreds of thousands of report cells",
    "webhook_tells_linked": "needs an endpoint that Intuit can reach",
    "webhook_failure_holds": "needs an endpoint that Intuit can reach",
    "webhook_retries": "needs an endpoint that Intuit can reach, for hours",
}


class Undetermined(Exception):
    """The position could not be told; the message says why."""


def probe(switch: str) -> Callable[[Probe], Probe]:
    def register(ask: Probe) -> Probe:
        PROBES[switch] = ask
        return ask

    return register
