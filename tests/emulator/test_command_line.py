"""The emulator from the command line: killed and started again on the same file."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.qbo import DEFAULT_REALM, Emulator, Limits
from local.qbo.__main__ import main
from local.qbo.state.storage import Storage
from tests.emulator.conftest import sale


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Any]:
    """Starts the emulator on a file, as from the command line; answers its process and URL."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "local.qbo", "--port", "0", "--no-limits", "--data"]
        process = subprocess.Popen(
            [*command, str(tmp_path / "books.db"), *arguments],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        processes.append(process)
        assert process.stdout is not None
        return process, re.findall(r"http://\S+?(?=,)", process.stdout.readline())[0]

    yield start
    for each in processes:
        each.kill()
        each.communicate()


def test_killed_in_the_middle_it_has_every_answered_write_and_none_by_half(started: Any) -> None:
    process, url = started()
    tokens = httpx.post(f"{url}/_emulator/tokens").json()
    headers = {
        "Authorization": f"Bearer {tokens['access_token']}",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    company = f"/v3/company/{DEFAULT_REALM}"
    answered: list[str] = []
    enough = threading.Event()

    def items(number: int) -> str:
        bodies = [sale("1", str(number + 1)) for _ in range(5)]
        for each in bodies:
            each["Line"][0]["Amount"] = number + 1
        asked = [
            {"bId": str(n), "operation": "create", "Invoice": each} for n, each in enumerate(bodies)
        ]
        return json.dumps({"BatchItemRequest": asked})

    def work() -> None:
        with httpx.Client(base_url=url, headers=headers) as client:
            client.post(f"{company}/customer", json={"DisplayName": "Jane"})
            for number in range(10000):
                path = f"{company}/batch?requestid=r{number}"
                try:
                    answered.append(client.post(path, content=items(number)).text)
                except httpx.TransportError:
                    return
                if number == 20:
                    enough.set()

    worker = threading.Thread(target=work)
    worker.start()
    assert enough.wait(30)
    process.send_signal(signal.SIGKILL)
    worker.join()
    _, url = started()

    with httpx.Client(base_url=url, headers=headers) as client:
        whole = len(answered)
        client.post(f"{company}/batch?requestid=r{whole}", content=items(whole))
        for number in (0, whole - 1):
            again = client.post(f"{company}/batch?requestid=r{number}", content=items(number))
            assert again.text == answered[number]
        counted = client.get(f"{company}/query", params={"query": "select count(*) from Invoice"})
        ledger = client.get(f"/_emulator/companies/{DEFAULT_REALM}/ledger").json()
    assert counted.json()["QueryResponse"]["totalCount"] == 5 * (whole + 1)
    assert ledger["entries"] == 5 * (whole + 1)
    assert ledger["sum"] == 0
    expected = sum(5 * (number + 1) for number in range(whole + 1))
    assert ledger["balances"]["Accounts Receivable (A/R)"] == expected


def test_the_command_line_says_what_is_wrong_with_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path / "none" / "books.db")])

    assert "books.db cannot be opened" in capsys.readouterr().err


def test_what_the_command_line_says_goes_before_the_file(started: Any, tmp_path: Path) -> None:
    storage = Storage(tmp_path / "books.db")
    emulator = Emulator()
    storage.load(emulator)
    emulator.seed("us", "77")
    emulator.limits.app_per_second = 3
    emulator.latency.base = 0.001
    emulator.save()
    storage.close()

    _, url = started("--realm", "5", "--client-id", "mine")

    state = httpx.get(f"{url}/_emulator/").json()
    assert list(state["companies"]) == ["77"]
    assert state["limits"] == {**vars(Limits.none())}
    assert state["latency"]["base"] == "0.001"
    assert "mine" in state["apps"]
