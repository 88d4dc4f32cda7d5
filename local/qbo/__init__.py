"""QuickBooks Online, emulated: a real server with a memory and a ledger.

    emulator = Emulator(clock=ManualClock())
    company = emulator.seed("us")
    client = httpx.Client(transport=httpx.WSGITransport(create_app(emulator)))

`python -m local.qbo --port 8080` serves it to any client. See README.md.
"""

from local.qbo.clock import Clock, ManualClock, SystemClock
from local.qbo.company import Company
from local.qbo.emulator import (
    DEFAULT_REALM,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Emulator,
)
from local.qbo.faults import QboFault
from local.qbo.switches import Latency, Limits, Switches
from local.qbo.wire.app import create_app
from local.qbo.wire.http import ConnectionDropped
from local.qbo.wire.injection import Injection

__all__ = [
    "DEFAULT_REALM",
    "DEMO_CLIENT_ID",
    "DEMO_CLIENT_SECRET",
    "Clock",
    "Company",
    "ConnectionDropped",
    "Emulator",
    "Injection",
    "Latency",
    "Limits",
    "ManualClock",
    "QboFault",
    "Switches",
    "SystemClock",
    "create_app",
]
