"""Webhooks on their way: what goes wrong on demand, and delivery over HTTP."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from local.qbo import Emulator
from local.qbo.server import Server
from tests.emulator.conftest import Api, sale
from tests.emulator.listening import Listener, control, register


@pytest.fixture
def listener(emulator: Emulator, api: Api) -> Listener:
    made = Listener()
    emulator.webhooks.sender = made
    return made


@pytest.mark.parametrize(
    "trouble, at_once, later",
    [
        ({"kind": "duplicate"}, ["A", "B", "C", "A"], []),
        ({"kind": "duplicate", "seconds": 60}, ["A", "B", "C"], ["A"]),
        ({"kind": "reorder"}, ["B", "C", "A"], []),
        ({"kind": "hold", "seconds": 60}, ["B", "C"], ["A"]),
        ({"kind": "drop", "count": 2}, ["C"], []),
        ({"kind": "drop", "count": None, "probability": 0.5, "seed": 3}, ["B"], []),
        ({"kind": "drop", "entity": "invoice"}, ["A", "B", "C"], []),
    ],
)
def test_troubles_befall_events_on_demand(
    api: Api,
    emulator: Emulator,
    listener: Listener,
    trouble: dict[str, Any],
    at_once: list[str],
    later: list[str],
) -> None:
    register(api)
    control(api, "webhooks/troubles", trouble)
    ids = {api.customer(name): name for name in "ABC"}

    emulator.webhooks.deliver()
    first = [ids[id] for _, id in listener.events]
    emulator.clock.advance(60)
    emulator.webhooks.deliver()

    assert first == at_once
    assert [ids[id] for _, id in listener.events[len(first) :]] == later


def test_the_same_event_keeps_its_id_when_told_twice(
    api: Api, emulator: Emulator, listener: Listener
) -> None:
    register(api)
    control(api, "webhooks/troubles", {"kind": "duplicate"})
    api.customer()

    emulator.webhooks.deliver()

    assert len({each["id"] for body in listener.bodies for each in body}) == 1
    assert len(listener.bodies) == 2


@pytest.mark.parametrize(
    "trouble, named",
    [({"kind": "lose"}, "use one of duplicate"), ({"entity": "TaxCode"}, "has no events")],
)
def test_a_wrong_trouble_is_refused_with_its_cure(
    api: Api, trouble: dict[str, Any], named: str
) -> None:
    answer = api.http.post("/_emulator/webhooks/troubles", json=trouble)

    assert answer.status_code == 400
    assert named in answer.json()["error"]


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[bytes], threading.Event]]:
    """A real endpoint on a socket: its URL, what came in, and that something did."""
    received: list[bytes] = []
    arrived = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()
            arrived.set()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    served = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}/hook?a=b", received, arrived
    served.shutdown()
    served.server_close()


def test_a_server_delivers_by_itself(
    api: Api, emulator: Emulator, endpoint: tuple[str, list[bytes], threading.Event]
) -> None:
    url, received, arrived = endpoint
    server = Server(emulator).start()
    register(api, url=url)
    api.save("salesreceipt", sale(None, "10"))

    assert arrived.wait(5)
    server.close()
    assert json.loads(received[0])[0]["type"] == "qbo.salesreceipt.created.v1"


def test_an_endpoint_that_is_not_there_counts_as_no_answer(api: Api, emulator: Emulator) -> None:
    register(api, url="http://127.0.0.1:9/")
    api.customer()

    assert [each.status for each in emulator.webhooks.deliver()] == [0]
