"""Runs can be repeated: the same seed and the same calls give the same bytes."""

from local.qbo import Emulator, Latency, Limits, ManualClock
from local.qbo.people.bookkeeper import keep_books
from tests.emulator.conftest import Api, line


def run() -> list[bytes]:
    emulator = Emulator(
        clock=ManualClock(), limits=Limits.none(), latency=Latency(0.3, 0.02), seed=11
    )
    keep_books(emulator.seed("us"))
    emulator.inject("server_error", count=None, probability=0.3, seed=4)
    api = Api(emulator)
    answers = [
        api.post("salesreceipt", {"Line": [line(f"{n}.10", "TAX")]}, requestid=f"r{n}")
        for n in range(1, 20)
    ]
    answers += [api.get("reports/GeneralLedger"), api.get("query", query="select * from Invoice")]
    return [each.content + str(each.headers).encode() for each in answers]


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert run() == run()
