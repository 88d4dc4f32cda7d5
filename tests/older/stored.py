"""What a release had stored when it died: kept as JSON, so that later ones are shown to recover it.

``python -m tests.older.stored 2026-11-22`` plays a day with the code of this checkout, kills it
where batches of sales are under way, and writes what is left: every item and payload, and the calls
that QuickBooks has carried out, from which its books are made again. Do so for a release whose
items differ from those of the last one; never write a file of an earlier release anew.
"""

import json
import sys
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from local.qbo.in_process import EmulatorTransport
from tests.fakes import MemoryDatabase
from tests.storm import books
from tests.storm.machine import Execution, run_to_end
from tests.storm.process import Call, Fate, Process
from tests.storm.story import EVENING, MORNING
from tests.workbench import HOST, Workbench
from tillbook.adapters import items
from tillbook.adapters.http import http_client
from tillbook.ports import Key, Put, Table

HERE = Path(__file__).parent
DEATHS = {"answer-lost": (2, Fate.AFTER), "never-sent": (3, Fate.BEFORE)}
"""Which call of the evening is the last one: customers and products, one call each, go before."""
FIRST_NEW_ID = 1_000_000


@dataclass
class _Taking(httpx.BaseTransport):
    """The way to QuickBooks, with a list of the batches that went it."""

    bench: Workbench
    inner: httpx.BaseTransport
    sent: list[dict[str, str]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/batch"):
            at, body = self.bench.clock.now().isoformat(), request.read().decode()
            self.sent.append({"at": at, "call": request.url.raw_path.decode(), "body": body})
        return self.inner.handle_request(request)


@dataclass
class _Death:
    """Kills at one of the batches that are sent."""

    number: int
    fate: Fate
    seen: int = 0

    def __call__(self, call: Call) -> Fate:
        self.seen += call.is_send
        return self.fate if call.is_send and self.seen > self.number else Fate.LIVES


def play(number: int, fate: Fate) -> dict[str, Any]:
    """A day that ends in the middle of its evening, as JSON."""
    bench = books.open_shop()
    taking = _Taking(bench, bench.http._transport)
    vars(bench.services)["http"] = http_client(taking)
    bench.accept(*MORNING)
    run_to_end(Execution(bench, lambda: Process(bench)))
    bench.accept(*EVENING)
    for step in Execution(bench, lambda: Process(bench, _Death(number, fate))):
        if step.startswith("killed"):
            break
    wires = vars(bench.db)["_items"]
    payloads = bench.services.payloads
    kept = {key: payloads.get(key) for key in payloads.keys("")}
    return {
        "at": bench.clock.now().isoformat(),
        "sent": taking.sent,
        "payloads": {key: blob.body.decode() for key, blob in kept.items() if blob},
        "items": {
            str(table): [wire for key, wire in sorted(wires.items(), key=str) if key.table is table]
            for table in Table
        },
    }


def restore(stored: dict[str, Any]) -> Workbench:
    """A workbench in which all is as it was left, and its company as it was then."""
    bench = books.open_shop()
    database = MemoryDatabase()
    vars(bench.services).update(database=database, numbers=count(FIRST_NEW_ID))
    bench.db = database
    token = bench.emulator.connect()["access_token"]
    quickbooks = httpx.Client(transport=EmulatorTransport(bench.emulator), base_url=HOST)
    for one in stored["sent"]:
        _at(bench, one["at"])
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        quickbooks.post(one["call"], content=one["body"], headers=headers).raise_for_status()
    _at(bench, stored["at"])
    for key, body in stored["payloads"].items():
        bench.services.payloads.put(key, body.encode())
    for table, wires in stored["items"].items():
        found = [items.decode_item(wire) for wire in wires]
        database.put_all(
            [
                Put(
                    Key(Table(table), item["pk"], item["sk"]),
                    {name: value for name, value in item.items() if name not in ("pk", "sk")},
                )
                for item in found
            ]
        )
    bench.connect()
    return bench


def _at(bench: Workbench, moment: str) -> None:
    ahead = (datetime.fromisoformat(moment) - bench.clock.now()).total_seconds()
    bench.clock.advance(max(0.0, ahead))


def main(release: str) -> None:
    for name, (number, fate) in DEATHS.items():
        left = json.dumps(play(number, fate), sort_keys=True)
        (HERE / f"{release}-{name}.json").write_text(left + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
