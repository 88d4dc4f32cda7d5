"""`python -m local.qbo --port 8080`: QuickBooks Online on this machine."""

import argparse
import gc
import signal
import sys
import threading
from pathlib import Path

from local.qbo import checked
from local.qbo.clock import ManualClock, SystemClock
from local.qbo.emulator import (
    DEFAULT_REALM,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Emulator,
    check_realm,
)
from local.qbo.profiles import PROFILES
from local.qbo.server import Server
from local.qbo.state.storage import Storage, StorageError
from local.qbo.switches import Limits


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.qbo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8190, help="0 takes a free port")
    parser.add_argument("--profile", default="us", choices=[*PROFILES, "none"])
    parser.add_argument("--realm", type=_realm, default=DEFAULT_REALM)
    parser.add_argument("--client-id", default=DEMO_CLIENT_ID)
    parser.add_argument("--client-secret", default=DEMO_CLIENT_SECRET)
    parser.add_argument("--public-url", default="", help="base of the URLs in discovery")
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="keep everything in FILE; one that exists is used"
    )
    parser.add_argument("--manual-clock", action="store_true", help="time moves when told to")
    parser.add_argument(
        "--clock-file", type=Path, help="holds the seconds by which time is ahead, read each time"
    )
    parser.add_argument("--no-limits", action="store_true", help="never throttle")
    parser.add_argument("--latency", type=_seconds, help="seconds per answer")
    parser.add_argument("--item-latency", type=_seconds, help="seconds per batch item")
    parser.add_argument("--seed", type=int, default=None, help="make the tokens repeatable")
    options = parser.parse_args(arguments)
    emulator = Emulator(
        ManualClock() if options.manual_clock else _clock(parser, options.clock_file),
        seed=options.seed,
        public_url=options.public_url,
    )
    storage = None
    if options.data is not None:
        try:
            storage = Storage(options.data)
            storage.load(emulator)
        except StorageError as error:
            parser.error(f"--data: {error}")
    try:
        server = Server(emulator, options.host, options.port)
    except (OSError, OverflowError) as error:
        parser.error(
            f"--host {options.host} --port {options.port}: {error}; name another, or port 0"
        )
    _set_up(emulator, options)
    if options.profile != "none" and (storage is None or storage.is_new):
        emulator.seed(options.profile, options.realm)
    emulator.save()
    gc.freeze()  # What the companies hold stays; no collection need look at it.
    companies = ", ".join(f"company {realm}" for realm in emulator.companies) or "no company"
    sys.stdout.write(f"QuickBooks emulator at {server.url}, {companies}\n")
    sys.stdout.flush()
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    server.start()
    stop.wait()
    server.close()
    if storage is not None:
        emulator.save()
        storage.close()
    return 0


def _clock(parser: argparse.ArgumentParser, file: Path | None) -> SystemClock:
    """The machine's clock, ahead by what the file says. Ends the program where it says nothing."""
    clock = SystemClock(file)
    try:
        clock.now()
    except (OSError, ValueError, OverflowError) as error:
        parser.error(
            f"--clock-file: {error}; name a file with a number of seconds, or an empty one"
        )
    return clock


def _seconds(text: str) -> float:
    try:
        return checked.seconds("seconds", text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _realm(text: str) -> str:
    try:
        return check_realm(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _set_up(emulator: Emulator, options: argparse.Namespace) -> None:
    """What the command line says goes before what a file has kept."""
    emulator.add_app(options.client_id, options.client_secret)
    if options.no_limits:
        vars(emulator.limits).update(vars(Limits.none()))
    if options.latency is not None:
        emulator.latency.base = options.latency
    if options.item_latency is not None:
        emulator.latency.per_item = options.item_latency


if __name__ == "__main__":
    sys.exit(main())
