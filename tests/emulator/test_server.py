"""The emulator on a socket, as any client meets it."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from local.qbo import DEFAULT_REALM, Emulator, Limits, SystemClock
from local.qbo.server import Server
from tests.emulator.conftest import sale

CHUNKED = "Transfer-Encoding: chunked\r\n\r\nzz"


@pytest.fixture
def server() -> Iterator[Server]:
    emulator = Emulator(clock=SystemClock(), limits=Limits.none(), seed=1)
    emulator.seed("us")
    served = Server(emulator).start()
    yield served
    served.close()


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    access = server.emulator.connect()["access_token"]
    with httpx.Client(
        base_url=f"{server.url}/v3/company/{DEFAULT_REALM}/",
        headers={"Authorization": f"Bearer {access}", "Accept": "application/json"},
    ) as made:
        yield made


def test_one_connection_serves_many_calls(client: httpx.Client) -> None:
    for n in range(3):
        answer = client.post("customer", json={"DisplayName": f"Zoë {n}"})
        assert answer.json()["Customer"]["DisplayName"] == f"Zoë {n}"
        assert answer.http_version == "HTTP/1.1"
        assert "connection" not in answer.headers


def test_a_dropped_connection_is_really_dropped(client: httpx.Client, server: Server) -> None:
    server.emulator.inject("dropped", commits="yes")

    with pytest.raises(httpx.RemoteProtocolError):
        client.post("salesreceipt", json=sale_json())

    assert len(server.emulator.company().all("SalesReceipt")) == 1
    assert client.get("companyinfo/1").status_code == 200


def test_a_chunked_body_is_read(client: httpx.Client) -> None:
    answer = client.post(
        "customer",
        content=iter([b'{"Display', b'Name": "Chunk"}']),
        headers={"Content-Type": "application/json"},
    )

    assert answer.json()["Customer"]["DisplayName"] == "Chunk"


def test_many_threads_keep_the_books_in_balance(server: Server, client: httpx.Client) -> None:
    customer = client.post("customer", json={"DisplayName": "Jane"}).json()["Customer"]["Id"]

    def work() -> None:
        for _ in range(10):
            answer = client.post("invoice", json=sale_json(customer))
            assert answer.status_code == 200

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    company = server.emulator.company()
    assert len({each["Id"] for each in company.all("Invoice")}) == 40
    assert company.balance("Accounts Receivable (A/R)") == 400
    assert sum(company.balances().values()) == 0


def sale_json(customer: str | None = None) -> dict[str, object]:
    body = sale(customer, "10")
    body["Line"][0]["Amount"] = 10
    return body


@pytest.mark.parametrize("head", ["Content-Length: abc", "Content-Length: -5", CHUNKED])
def test_a_body_of_no_known_length_is_refused(server: Server, head: str) -> None:
    host, port = server.server_address[:2]
    with socket.create_connection((str(host), int(port)), timeout=5) as raw:
        raw.sendall(f"POST /v3/company/1/invoice HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
        raw.shutdown(socket.SHUT_WR)
        answer = raw.recv(100)

    assert answer.startswith(b"HTTP/1.1 400 ")
