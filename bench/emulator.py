"""How quick the emulator is, and whether a request costs more as its books grow: in process, with
1,000 and with 100,000 invoices stored, by turns; what they take of memory; and how long it takes to
start, without a file and from one.

The first few hundred invoices go through the API. The rest are copies of them, stored and posted
like any other, with numbers and dates of their own.
"""

import gc
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from local.qbo import DEFAULT_REALM, Company, Emulator, Limits, ManualClock
from local.qbo.jsonio import dumps, loads
from local.qbo.state.storage import Storage
from local.qbo.wire.app import respond
from local.qbo.wire.http import Request

Calls = Iterator[bytes]
SIZES = (1_000, 100_000)
AIM_CREATES = 1_500
AIM_MEGABYTES = 1_000
ROUNDS = 10
"""The quickest counts: whatever else the machine does can only make it slower."""
_CUSTOMERS = 200
_THROUGH_THE_API = 400
_DAYS = tuple(f"2026-{month:02}-{day:02}" for month in range(2, 10) for day in range(1, 29))
_STARTS = 3
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Measured:
    """With so many invoices stored (and some hundred more that the measurement makes).

    Rates are a second of processor time of one process.
    """

    invoices: int
    creates: float
    reads: float
    pages_of_100: float
    pages_of_1000: float
    batches: float
    creates_to_file: float
    megabytes: float
    """What the invoices take, with their postings."""
    file_megabytes: float
    start_seconds: float
    """Of the command line, from the file, until it serves."""
    started_megabytes: float


def measure() -> dict[str, Any]:
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        sizes = fresh.submit(_measured).result()
    return {"sizes": [asdict(each) for each in sizes], "empty": _quickest_start()}


class Client:
    """Calls of the API without a socket."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._numbers = count(1)
        self._headers = {
            "authorization": f"Bearer {emulator.connect()['access_token']}",
            "accept": "application/json",
            "content-type": "application/json",
        }
        self._customers = [
            loads(self.call("customer", dumps({"DisplayName": f"Customer {n}"})))["Customer"]["Id"]
            for n in range(_CUSTOMERS)
        ]

    def call(self, path: str, body: str = "", **query: str) -> bytes:
        """Raises RuntimeError unless the call succeeds, with each item of a batch."""
        method = "POST" if body else "GET"
        path = f"/v3/company/{DEFAULT_REALM}/{path}"
        request = Request(method, path, query, self._headers, body.encode())
        answer = respond(self.emulator, request)
        if answer.status != 200 or '"Fault"' in answer.body:
            raise RuntimeError(answer.body)
        return answer.encoded()

    def invoice(self) -> dict[str, Any]:
        """Two taxed lines, as in the orders of the other measurements."""
        number = next(self._numbers)
        price = Decimal(500 + number * 7 % 9000) / 100
        line = {
            "Amount": 2 * price,
            "Description": f"Product {number % 50}",
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": "1"},
                "Qty": Decimal(2),
                "UnitPrice": price,
                "TaxCodeRef": {"value": "TAX"},
            },
        }
        return {
            "CustomerRef": {"value": self._customers[number % _CUSTOMERS]},
            "DocNumber": f"A{number}",
            "PrivateNote": f"Order {number}",
            "ShipAddr": {"Line1": f"{number % 500} Main St", "City": "Austin", "Country": "US"},
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}},
            "Line": [line, line],
        }


class _Books:
    """A company with so many invoices, and the calls that are measured on it."""

    def __init__(self, invoices: int) -> None:
        self.invoices = invoices
        self.emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
        self.company = self.emulator.seed("us")
        self.client = Client(self.emulator)
        gc.collect()
        before = _resident(os.getpid())
        fill(self.client, self.company, invoices)
        gc.collect()
        self.megabytes = _resident(os.getpid()) - before

    def created(self, times: int) -> Calls:
        bodies = [dumps(self.client.invoice()) for _ in range(times)]
        return (self.client.call("invoice", body) for body in bodies)

    def batched(self, times: int) -> Calls:
        batches = [
            [
                {"bId": str(n), "operation": "create", "Invoice": self.client.invoice()}
                for n in range(30)
            ]
            for _ in range(times)
        ]
        bodies = [dumps({"BatchItemRequest": items}) for items in batches]
        return (self.client.call("batch", body) for body in bodies)

    def read(self, times: int) -> Calls:
        ids = list(self.company.table("Invoice").rows)[:: max(1, self.invoices // times)]
        return (self.client.call(f"invoice/{id}") for id in ids)

    def paged(self, size: int, times: int) -> Calls:
        """Pages all over what is stored."""
        for page in range(times):
            start = 1 + page * (self.invoices - size) // (times - 1)
            order = f"ORDERBY MetaData.LastUpdatedTime STARTPOSITION {start} MAXRESULTS {size}"
            yield self.client.call("query", query=f"SELECT * FROM Invoice {order}")

    def keep(self, path: Path) -> Storage:
        storage = Storage(path)
        storage.load(self.emulator)
        storage.add(self.company, self.emulator.requestids[self.company.realm])
        storage.save(self.emulator)
        return storage


def _measured() -> list[Measured]:
    books = [_Books(size) for size in reversed(SIZES)][::-1]
    gc.freeze()
    rates = {
        "creates": _rates(books, lambda each: each.created(80)),
        "reads": _rates(books, lambda each: each.read(200)),
        "pages_of_100": _rates(books, lambda each: each.paged(100, 5)),
        "pages_of_1000": _rates(books, lambda each: each.paged(1000, 2)),
        "batches": _rates(books, lambda each: each.batched(2)),
    }
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{each.invoices}.db" for each in books]
        storages = [each.keep(path) for each, path in zip(books, paths, strict=True)]
        rates["creates_to_file"] = _rates(books, lambda each: each.created(80))
        for each in storages:
            each.close()
        return [
            Measured(
                invoices=each.invoices,
                **{name: found[place] for name, found in rates.items()},
                megabytes=each.megabytes,
                file_megabytes=paths[place].stat().st_size / 1e6,
                **_quickest_start(paths[place]),
            )
            for place, each in enumerate(books)
        ]


def _quickest_start(*file: Path) -> dict[str, float]:
    data = ["--data", str(file[0])] if file else []
    starts = [_start(*data) for _ in range(_STARTS)]
    return {
        "start_seconds": min(seconds for seconds, _ in starts),
        "started_megabytes": min(megabytes for _, megabytes in starts),
    }


def fill(client: Client, company: Company, invoices: int) -> None:
    """Bring an empty company to so many invoices."""
    for _ in range(_THROUGH_THE_API):
        client.call("invoice", dumps(client.invoice()))
    rows = list(company.table("Invoice").rows.values())
    for number in range(_THROUGH_THE_API, invoices):
        row = rows[number % _THROUGH_THE_API]
        if number % 100 == 0:
            company.clock.advance(1)
        day = _DAYS[number % len(_DAYS)]
        data = {**row.data, "DocNumber": f"B{number}", "TxnDate": day, "DueDate": day}
        data["PrivateNote"] = f"Order B{number}"
        now = company.clock.now()
        id = company.next_id(row.entity)
        company.store(replace(row, id=id, data=data, created=now, updated=now))


def _rates(books: list[_Books], work: Callable[[_Books], Calls]) -> list[float]:
    """Calls a second of processor time, of the quickest round.

    The sizes take turns, so that a busy moment of the machine does not hit one of them alone.
    """
    best = [0.0 for _ in books]
    for _ in range(ROUNDS):
        for place, each in enumerate(books):
            calls = work(each)
            begun = time.process_time()
            made = sum(1 for _ in calls)
            best[place] = max(best[place], made / (time.process_time() - begun))
    return best


def _start(*arguments: str) -> tuple[float, float]:
    """Seconds until the command line serves, and the megabytes that it then takes."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "local.qbo", "--port", "0", "--manual-clock", *arguments]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not re.search(r"http://", line):
                raise RuntimeError(f"the emulator did not start: {line!r}")
            return time.perf_counter() - begun, _resident(process.pid)
        finally:
            process.terminate()


def _resident(process: int) -> float:
    """Megabytes of memory that a process holds."""
    command = ["ps", "-o", "rss=", "-p", str(process)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(shown) * 1024 / 1e6
