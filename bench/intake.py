"""How long a shop waits for its webhook to be acknowledged, and how long of it is ours."""

import base64
import hashlib
import hmac
import json
import statistics
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx

from bench import orders
from bench.quiet import logs_thrown_away
from functions.receive_channel_event import handler
from local.client import Client
from local.cloud import LocalCloud
from local.qbo import DEFAULT_REALM, Latency
from tests.functions.api import Api, claims, ports_of
from tests.template.stack import ROOT
from tillbook.domain.documents import Document, to_json
from tillbook.domain.settings import Limits
from tillbook.runtime import Services, using
from tillbook.settings import Environment

LATENCY = Latency(0.3, 0.02)
SHOP = "acme.myshopify.com"
SECRET = "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"  # noqa: S105 - made up
IN_PROCESS = 2000
OVER_HTTP = 150
WARM_UP = 10
EXPORTED = 150
"""Orders of the run through the whole local cloud: ten batches."""

_ORDER = ROOT / "events/shopify/orders/create/paid_with_tax_and_shipping.json"


def measure_in_process() -> dict[str, float]:
    """The handler on stores in memory: only our own time, in milliseconds."""
    api = Api()
    api.world.connection()
    answer = api.call(
        "POST",
        "/connections/c1/channels",
        {"kind": "shopify", "name": "Web shop", "secret": SECRET, "shop": SHOP},
        claims=claims(),
    )
    channel = answer.body["id"]
    events = [_event(channel, number) for number in range(IN_PROCESS + WARM_UP)]
    times = []
    with using(Services(Environment(), **ports_of(api.world))), logs_thrown_away():
        for event in events:
            begun = time.process_time()
            result = handler(event, None)
            times.append(time.process_time() - begun)
            assert result["statusCode"] == 200, result
    return _percentiles(times[WARM_UP:])


def measure_local_cloud() -> dict[str, Any]:
    """Over HTTP to the deployed function with the local AWS endpoints behind it, sandboxes warm;
    and a run of the real state machine, to see what a batch takes there beside QuickBooks."""
    latency = ("--latency", str(LATENCY.base), "--item-latency", str(LATENCY.per_item))
    with LocalCloud(emulator_options=latency) as cloud:
        client = Client(cloud.api_url, cloud.token())
        # A connection of its own, so that these orders are not in the run below.
        shop = client.add_shop(client.create_connection("Intake"), SECRET, SHOP)
        times = []
        with httpx.Client(trust_env=False, timeout=40) as sender:
            for number in range(OVER_HTTP + WARM_UP):
                body, headers = _signed(number)
                begun = time.perf_counter()
                sender.post(shop.url, content=body, headers=headers).raise_for_status()
                times.append(time.perf_counter() - begun)
        export = _export(cloud, client)
        client.close()
    return {"milliseconds": _percentiles(times[WARM_UP:]), "export": export}


def _export(cloud: LocalCloud, client: Client) -> dict[str, Any]:
    """Warm orders through the real state machine, and the time between two batches."""
    connection = client.create_connection("Books")
    client.connect(connection, DEFAULT_REALM)
    client.put(
        f"/connections/{connection}/settings", {"export_from": "2026-03-01", "tax_code": "2"}
    )
    _submit(client, connection, orders.known())
    client.sync(connection)
    _submit(client, connection, orders.documents(orders.warm(EXPORTED), new_names=False))
    log = f"{cloud.emulator_url}/_emulator/log"
    httpx.delete(log, trust_env=False).raise_for_status()
    run = client.sync(connection)
    entries = httpx.get(log, trust_env=False).raise_for_status().json()
    batches = [one for one in entries["requests"] if one["path"].endswith("/batch")]
    times = [datetime.fromisoformat(one["time"]).timestamp() for one in batches]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    answer = LATENCY.base + LATENCY.per_item * Limits().batch_size
    if not batches or run["status"] != "completed":
        raise RuntimeError(f"The run {run['status']} with {len(batches)} batches.")
    return {
        "orders": EXPORTED,
        "batches": len(batches),
        "seconds_per_batch": {
            "the limit allows": 60 / Limits().batches_per_minute,
            "QuickBooks answers": answer,
            "least": round(min(gaps), 3),
            "median": round(statistics.median(gaps), 3),
        },
    }


def _submit(client: Client, connection: str, documents: Sequence[Document]) -> None:
    rows = [to_json(one) for one in documents]
    for start in range(0, len(rows), 500):
        body = {"documents": rows[start : start + 500]}
        client.post(f"/connections/{connection}/documents", body)


def _signed(number: int) -> tuple[bytes, dict[str, str]]:
    """An order with tax and shipping, as Shopify delivers it; each with a number of its own."""
    order = json.loads(_ORDER.read_text())
    order["id"] += number
    body = json.dumps(order).encode()
    digest = hmac.digest(SECRET.encode(), body, hashlib.sha256)
    return body, {
        "content-type": "application/json",
        "x-shopify-topic": "orders/create",
        "x-shopify-shop-domain": SHOP,
        "x-shopify-api-version": "2026-10",
        "x-shopify-webhook-id": f"00000000-0000-4000-8000-{number:012d}",
        "x-shopify-triggered-at": "2026-03-14T21:26:54.110521905Z",
        "x-shopify-hmac-sha256": base64.b64encode(digest).decode(),
    }


def _event(channel: str, number: int) -> dict[str, Any]:
    body, headers = _signed(number)
    return {
        "version": "2.0",
        "rawPath": f"/channels/{channel}/events",
        "headers": headers,
        "pathParameters": {"channel_id": channel},
        "requestContext": {"http": {"method": "POST"}},
        "isBase64Encoded": False,
        "body": body.decode(),
    }


def _percentiles(seconds: list[float]) -> dict[str, float]:
    """In milliseconds."""
    ordered = sorted(seconds)
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 3)
        for name, share in (("min", 0.0), ("p50", 0.5), ("p99", 0.99))
    }
