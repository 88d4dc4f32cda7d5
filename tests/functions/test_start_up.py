"""A cold start is part of the time that a channel waits for its acknowledgement."""

import subprocess
import sys

import pytest

from tests.template.stack import ROOT

HEAVY = ("pydantic", "httpx", "aws_lambda_powertools.event_handler", "tillbook.domain.documents")
QUICKBOOKS_CLIENT = ("httpx",)


def modules_after_import(function: str) -> set[str]:
    code = f"import sys, functions.{function}; print(*sys.modules)"
    path = f"{ROOT}:{ROOT / 'layers/common'}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_intake_starts_without_models_resolvers_and_http_clients() -> None:
    assert modules_after_import("receive_channel_event").isdisjoint(HEAVY)


@pytest.mark.parametrize("function", ["serve_operations", "serve_administration", "serve_public"])
def test_what_never_calls_quickbooks_loads_no_http_client(function: str) -> None:
    assert modules_after_import(function).isdisjoint(QUICKBOOKS_CLIENT)
