"""The day of a shop, from signed webhooks to proven books: what happens, and what came of it.

Everything goes through the doors that a real shop and a real owner use: HTTP API, consent page,
webhooks. What is checked at the end is asked of the API, of the stores, of QuickBooks and of the
shop's till, and each has to agree with the others.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from local.client import Client, Shop
from local.cloud import LocalCloud
from local.demo.bookkeeper import Books
from local.demo.day import Day, day_of
from local.demo.result import CLEARING, Result, problems_of
from local.demo.shop import DOMAIN, Webhook
from local.demo.shop import Shop as Storefront
from tillbook.adapters.dynamodb import DynamoDatabase
from tillbook.adapters.s3 import S3Blobs
from tillbook.ports import Table
from tillbook.runtime import Services
from tillbook.usecases.take_stock import take_stock

SECRET = "shpss_9f2c1e7d4b8a60535e1f"  # noqa: S105 - of a shop that does not exist
Say = Callable[[str], None]


@dataclass
class _Sent:
    """Deliveries so far: how they were answered, and what each event of the log is about."""

    answers: Counter[str] = field(default_factory=Counter)
    refusals: list[tuple[str, str]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def send(self, door: Shop, webhooks: Sequence[Webhook]) -> str:
        before = Counter(self.answers)
        for one in webhooks:
            answer = door.deliver(
                one.topic,
                one.body,
                delivery=one.id,
                triggered_at=one.at,
                signature="bm90IHRoZSBzaG9wJ3Mgc2VjcmV0" if one.forged else None,
            )
            if answer.is_success:
                self.answers[answer.json()["result"]] += 1
                identity = hashlib.sha256(one.id.encode()).hexdigest()
                self.labels[f"{door.channel}.{identity}"] = one.label
            else:
                self.answers[str(answer.status_code)] += 1
                self.refusals.append((one.label, answer.json()["detail"]))
        counts = self.answers - before
        stored, repeated = counts.pop("stored", 0), counts.pop("duplicate", 0)
        return f"{stored} stored, {repeated} dropped as repetitions, {counts.total()} refused"


def tell(cloud: LocalCloud, realm: str, say: Say, organisation: str = "demo") -> Result:
    """Live through the day; `say` hears what happens as it happens."""
    started = time.monotonic()
    address = f"{cloud.emulator_url}/_emulator/"
    with (
        closing(Client(cloud.api_url, cloud.token(organisation))) as client,
        httpx.Client(base_url=address, timeout=40, trust_env=False) as control,
    ):
        return _Story(cloud, client, Books(realm, control), say).tell(started)


class _Story:
    def __init__(self, cloud: LocalCloud, client: Client, books: Books, say: Say) -> None:
        self._cloud, self._client, self._books, self._say = cloud, client, books, say
        self._connection = ""
        self._runs: list[dict[str, Any]] = []
        self._sent = _Sent()

    def tell(self, started: float) -> Result:
        self._books.open()
        self._say("QuickBooks   a company with three months of books, kept by its bookkeeper")
        self._connect()
        before, calls = self._books.names(), self._books.calls()
        zone = ZoneInfo(self._client.get(self._path("settings"))["time_zone"])
        now = datetime.now(zone)
        day = day_of(Storefront(now.date(), zone))
        door = self._client.add_shop(self._connection, SECRET, DOMAIN)
        self._say(f"Shop         {DOMAIN} sends its webhooks to a channel of its own")
        run = self._start("Import", "import", "reads the lists of accounts, taxes and names")
        self._open_shop("Morning", door, day.morning)
        self._finish(run)
        self._choose_accounts()
        self._books.post_fee(now.date().isoformat())
        self._finish(self._start("Sync", "both", "exports the morning"))
        self._books.post_rent(now.date().isoformat())
        self._open_shop("Afternoon", door, day.afternoon)
        self._finish(self._start("Sync", "both", "exports the afternoon"))
        self._finish(self._start("Sweep", "sweep", "compares and counts everything, as once a day"))
        self._say("Check        against the stores, QuickBooks' own books and the shop's till")
        result = self._look_back(day, before, calls, started)
        result.problems += problems_of(result)
        return result

    def _path(self, of: str) -> str:
        return f"/connections/{self._connection}/{of}"

    def _connect(self) -> None:
        self._connection = self._client.create_connection("Tidewater")
        connected = self._client.connect(self._connection, self._books.realm)
        self._say(f"Connect      consent given in QuickBooks for {connected['company_name']}")

    def _choose_accounts(self) -> None:
        """What the owner chooses once, from the lists that QuickBooks gave."""
        accounts = self._named("reference/accounts")
        settings = self._client.get(self._path("settings"))
        settings["tax_code"] = self._named("reference/tax-codes")["California"]
        settings["accounts"] |= {
            "income": accounts["Sales of Product Income"],
            "shipping": accounts["Shipping Income"],
            "discount": accounts["Discounts given"],
            "gift_cards": accounts["Gift Card Liability"],
            "gateways": {
                "shopify_payments": accounts[CLEARING],
                "Bank Deposit": accounts[CLEARING],
            },
        }
        self._client.put(self._path("settings"), settings)
        self._say("Settings     accounts, clearing account and tax code chosen from those lists")

    def _named(self, of: str) -> dict[str, str]:
        return {item["name"]: item["id"] for item in self._client.all(self._path(of))}

    def _open_shop(self, part: str, door: Shop, webhooks: Sequence[Webhook]) -> None:
        counted = self._sent.send(door, webhooks)
        self._say(f"{part:<13}{len(webhooks)} webhooks: {counted}")
        self._client.await_events(self._connection, len(self._sent.labels))
        self._say(f"{'':<13}all {len(self._sent.labels)} events have an outcome")

    def _start(self, title: str, direction: str, purpose: str) -> str:
        """The id of a run that has begun."""
        run = self._client.post(self._path("runs"), {"direction": direction})
        self._say(f"{title:<13}run {len(self._runs) + 1} {purpose}")
        return str(run["id"])

    def _finish(self, run_id: str) -> None:
        shown: dict[str, Any] = {}

        def progress(run: dict[str, Any]) -> None:
            for kind, counts in run["counts"].items():
                if counts != shown.get(kind):
                    shown[kind] = counts
                    words = ", ".join(f"{count} {name}" for name, count in counts.items())
                    self._say(f"{'':<13}{kind.replace('_', ' ')}: {words}")

        run = self._client.await_run(self._connection, run_id, progress)
        self._runs.append(run)
        calls = f"{run['batches']} batches and {run['reads']} reads"
        self._say(f"{'':<13}run {len(self._runs)} {run['status']}: {calls}")

    def _look_back(
        self, day: Day, before: dict[tuple[str, str], str], calls: Counter[str], started: float
    ) -> Result:
        events = list(self._client.all(self._path("events")))
        for event in events:
            event["label"] = self._sent.labels.get(event["id"], "unknown")
        names = self._cloud.stack.names
        tables = {
            Table.CONNECTIONS: names["ConnectionsTable"],
            Table.SYNC: names["SyncTable"],
        }
        stores = Services(
            database=DynamoDatabase(tables, self._cloud.boto("dynamodb")),
            event_log=S3Blobs(names["EventLogBucket"], self._cloud.boto("s3")),
        )
        records = list(self._client.all(self._path("records")))
        now = self._books.names()
        named = {
            (record["kind"], record["quickbooks"]["id"]): record["title"].partition(" ")[2]
            for record in records
            if record["quickbooks"] and record["kind"] in ("customer", "product")
        }
        return Result(
            connection=self._connection,
            events=events,
            answers=self._sent.answers,
            refusals=self._sent.refusals,
            records=records,
            runs=self._runs,
            proof=self._client.get(self._path("reconciliation")),
            stock=take_stock(stores, self._connection),
            day=day,
            calls=self._books.calls() - calls,
            doubled=self._books.doubled(),
            linked=[before[key] for key in named if key in before],
            renamed=[
                (name, now[key])
                for key, name in named.items()
                if key[0] == "customer" and now[key] != name
            ],
            seconds=time.monotonic() - started,
        )
