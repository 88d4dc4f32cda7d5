"""`python -m local.qbo --port 8080`: QuickBooks Online on this machine."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from local.qbo.clock import ManualClock, SystemClock
from local.qbo.emulator import (
    DEFAULT_REALM,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Emulator,
)
from local.qbo.profiles import PROFILES
from local.qbo.server import Server
from local.qbo.switches import Latency, Limits


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.qbo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8190, help="0 takes a free port")
    parser.add_argument("--profile", default="us", choices=[*PROFILES, "none"])
    parser.add_argument("--realm", default=DEFAULT_REALM)
    parser.add_argument("--client-id", default=DEMO_CLIENT_ID)
    parser.add_argument("--client-secret", default=DEMO_CLIENT_SECRET)
    parser.add_argument("--public-url", default="", help="base of the URLs in discovery")
    parser.add_argument("--manual-clock", action="store_true", help="time moves when told to")
    parser.add_argument(
        "--clock-file", type=Path, help="holds the seconds by which time is ahead, read each time"
    )
    parser.add_argument("--no-limits", action="store_true", help="never throttle")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds per answer")
    parser.add_argument("--item-latency", type=float, default=0.0, help="seconds per batch item")
    parser.add_argument("--seed", type=int, default=None, help="make the tokens repeatable")
    options = parser.parse_args(arguments)
    emulator = Emulator(
        ManualClock() if options.manual_clock else SystemClock(options.clock_file),
        limits=Limits.none() if options.no_limits else Limits(),
        latency=Latency(options.latency, options.item_latency),
        seed=options.seed,
        public_url=options.public_url,
    )
    emulator.add_app(options.client_id, options.client_secret)
    if options.profile != "none":
        emulator.seed(options.profile, options.realm)
    server = Server(emulator, options.host, options.port)
    sys.stdout.write(f"QuickBooks emulator at {server.url}, company {options.realm}\n")
    sys.stdout.flush()
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    server.start()
    stop.wait()
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
