"""``python -m local``: the whole product on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from local.cloud import LocalCloud, LocalCloudError, QuickBooks

OAUTH_OPTIONS = ("oauth_authorize_url", "oauth_token_url", "oauth_revoke_url")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """Parse the command line; says what is wrong and exits with 2 where it cannot."""
    parser = argparse.ArgumentParser(
        prog="python -m local",
        description="Runs Tillbook on this machine: the real template, state machine and "
        "functions, with a QuickBooks emulator. Needs no Docker and no AWS account.",
    )
    parser.add_argument(
        "--port", type=int, default=8400, help="port of the HTTP API (8400); 0 takes a free one"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the state in DIR over a clean stop"
    )
    parser.add_argument(
        "--organisation", default="demo", help="organisation the printed token belongs to (demo)"
    )
    other = parser.add_argument_group("another QuickBooks server than the emulator")
    other.add_argument("--quickbooks-url", metavar="URL", help="base URL of the accounting API")
    other.add_argument("--oauth-authorize-url", metavar="URL", help="the page for the consent")
    other.add_argument("--oauth-token-url", metavar="URL", help="where codes become tokens")
    other.add_argument("--oauth-revoke-url", metavar="URL", help="where tokens are revoked")
    other.add_argument(
        "--client-id", default=os.environ.get("INTUIT_CLIENT_ID", ""), help="of the Intuit app"
    )
    parser.epilog = (
        "The secret of the Intuit app is read from the variable INTUIT_CLIENT_SECRET, never from "
        "the command line."
    )
    options = parser.parse_args(given)
    missing = [name for name in OAUTH_OPTIONS if options.quickbooks_url and not vars(options)[name]]
    if missing:
        flags = ", ".join("--" + name.replace("_", "-") for name in missing)
        parser.error(f"--quickbooks-url also needs {flags}")
    if not options.quickbooks_url and any(vars(options)[name] for name in OAUTH_OPTIONS):
        parser.error("the --oauth-… options also need --quickbooks-url")
    return options


def quickbooks(options: argparse.Namespace) -> QuickBooks | None:
    """The server that the options name; None means the emulator."""
    if not options.quickbooks_url:
        return None
    return QuickBooks(
        options.quickbooks_url.rstrip("/"),
        options.oauth_authorize_url,
        options.oauth_token_url,
        options.oauth_revoke_url,
        options.client_id,
        os.environ.get("INTUIT_CLIENT_SECRET", ""),
    )


def report(cloud: LocalCloud, organisation: str, seconds: float) -> str:
    """What a person needs to use the running cloud."""
    lines = [
        f"Tillbook is ready after {seconds:.1f} s.",
        "",
        f"  HTTP API        {cloud.api_url}",
        f"  API description {cloud.api_url}/openapi.json",
        f"  AWS endpoints   {cloud.aws_url}",
        f"  QuickBooks      {cloud.quickbooks.base_url if cloud.quickbooks else '-'}",
        f"  Logs            {cloud.run_directory / 'logs'}",
        "",
        f"A token of the organisation '{organisation}', good for 12 hours:",
        "",
        cloud.token(organisation),
        "",
        f"  curl -H 'Authorization: Bearer TOKEN' {cloud.api_url}/connections",
        f'  curl {cloud.api_url}/_local/token -d \'{{"organisation": "other"}}\'',
        "",
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(sys.argv[1:] if given is None else given)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())
    started = time.monotonic()
    cloud = LocalCloud(port=options.port, data=options.data, quickbooks=quickbooks(options))
    print("Starting …", flush=True)
    try:
        with cloud:
            print(report(cloud, options.organisation, time.monotonic() - started), flush=True)
            stopped.wait()
            print("Stopping …", flush=True)
    except LocalCloudError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
