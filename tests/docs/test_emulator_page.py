"""docs/emulator.md is run as it stands: each request gets the answer shown under it."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, Emulator, ManualClock
from local.qbo.in_process import EmulatorTransport
from local.qbo.profiles import PROFILES

PAGE = Path(__file__).parents[2] / "docs" / "emulator.md"
_EXCHANGE = re.compile(r"```http\n(.*?)```\s+```json\n(.*?)```", re.DOTALL)
_ANY = "…"


def exchanges() -> Iterator[tuple[str, str]]:
    text = PAGE.read_text("utf-8")
    assert text.count("```http") == len(_EXCHANGE.findall(text)), "a request without an answer"
    yield from _EXCHANGE.findall(text)


def shows(shown: Any, real: Any, at: str = "") -> None:
    """The answer shown is the real one, apart from what `…` leaves out."""
    if shown == _ANY:
        return
    if isinstance(shown, dict):
        assert isinstance(real, dict), at
        left_out = shown.pop(_ANY, None) is not None
        assert shown.keys() <= real.keys(), f"{at}: {shown.keys() - real.keys()}"
        assert left_out or shown.keys() == real.keys(), f"{at}: {real.keys() - shown.keys()}"
        for name, value in shown.items():
            shows(value, real[name], f"{at}/{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(real), at
        for index, value in enumerate(shown):
            shows(value, real[index], f"{at}/{index}")
    else:
        assert shown == real, at


@pytest.fixture(scope="module")
def client() -> httpx.Client:
    emulator = Emulator(clock=ManualClock(), seed=1)
    emulator.seed()
    return httpx.Client(transport=EmulatorTransport(emulator), base_url="http://127.0.0.1:8190")


def test_every_exchange_of_the_page_happens_as_it_is_shown(client: httpx.Client) -> None:
    token = ""
    for request, answer in exchanges():
        first, _, body = request.strip().partition("\n\n")
        method, path = first.split(" ", 1)
        response = client.request(
            method,
            path.replace("{realm}", DEFAULT_REALM),
            content=body.strip(),
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "Content-Type": "application/json",
            },
        )
        real = json.loads(response.content, parse_float=Decimal)
        shows(json.loads(answer, parse_float=Decimal), real, first)
        token = real.get("access_token", token)


def test_the_page_names_every_profile_and_the_client() -> None:
    text = PAGE.read_text("utf-8")

    assert [name for name in PROFILES if f"`{name}`" not in text] == []
    assert DEMO_CLIENT_ID in text
    assert DEFAULT_REALM in text


def test_links_to_the_readme_lead_to_its_headings() -> None:
    readme = (PAGE.parents[1] / "local" / "qbo" / "README.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", readme, re.MULTILINE)
    anchors = {each.lower().replace(" ", "-") for each in headings}
    linked = re.findall(r"README\.md#([\w-]+)", PAGE.read_text("utf-8"))

    assert set(linked) <= anchors
