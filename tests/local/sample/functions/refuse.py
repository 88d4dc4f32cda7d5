"""Fails in the way it is asked to."""

import os
import time
from typing import Any


class PatienceLost(Exception):
    """What a state machine catches by name."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if event["as"] == "raise":
        raise PatienceLost("no more")
    if event["as"] == "exit":
        os._exit(3)
    if event["as"] == "sleep":
        time.sleep(event.get("seconds", 60))
    return {"pid": os.getpid()}
