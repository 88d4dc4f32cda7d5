"""Events from the queue, several at a time."""

import json

import pytest

from functions import translate_event
from tests.unit.channels import shop
from tests.workbench import Workbench
from tillbook.runtime import using


def message(number: int, key: str) -> dict[str, str]:
    body = {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": key}}}]}
    return {"messageId": str(number), "body": json.dumps(body)}


def test_an_event_that_cannot_be_handled_does_not_hold_back_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bench = Workbench()
    channel = bench.add_shop()
    log = bench.services.event_log
    order = shop.encode(shop.order(shop.Item()))
    headers = json.dumps({"x-shopify-topic": "orders/create"})
    metadata = {
        "connection": "connection-1",
        "channel-kind": "shopify",
        "source": "shopify/northwind-lamps.myshopify.com",
        "topic": "orders/create",
        "received-at": bench.clock.now().isoformat(),
        "headers": headers,
    }
    log.put(f"{channel}/bad", order, {**metadata, "headers": "not JSON"})
    log.put(f"{channel}/good", order, metadata)
    batch = {"Records": [message(1, f"{channel}/bad"), message(2, f"{channel}/good")]}

    with using(bench.services):
        answer = translate_event.handler(batch, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert bench.stock().events["translated"] == 1
    assert "unexpected_error" in capsys.readouterr().out
