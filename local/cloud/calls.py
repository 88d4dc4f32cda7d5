"""The AWS calls that functions have made, as their sandboxes took them down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class AwsCall:
    """One call of the AWS SDK, whether it then succeeded or not."""

    function: str
    """The function's file, without .py."""
    service: str
    """As in the signature of requests: ``dynamodb``, ``s3``, ``states``, …"""
    operation: str
    """``PutItem``"""
    parameters: Mapping[str, Any]
    """Only what decides whether a policy allows the call; of an item only its key attributes."""
    time: float
    """Seconds since the epoch."""


def read_calls(run: Path) -> list[AwsCall]:
    """All calls recorded below the run directory, in the order of time."""
    lines = [
        line
        for path in (run / "calls").glob("*.jsonl")
        for line in path.read_text().splitlines(keepends=True)
        if line.endswith("\n")  # without it, the line is still being written
    ]
    calls = [AwsCall(**json.loads(line)) for line in lines]
    return sorted(calls, key=lambda call: call.time)
