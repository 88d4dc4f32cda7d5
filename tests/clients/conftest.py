"""The emulator on a socket, a company with what documents refer to, and fresh names."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks

from local.qbo import (
    DEFAULT_REALM,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Emulator,
    Limits,
    SystemClock,
)
from local.qbo.server import Server
from tests.clients.entities import Row, Values, expense_line, ref

#: A company with several currencies, beside the plain one.
ABROAD = "9341450000000002"


@dataclass
class Books:
    """A served company; `standing` are the ids that rows may name."""

    server: Server
    tokens: dict[str, Any]
    standing: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def emulator(self) -> Emulator:
        return self.server.emulator

    def post(self, path: str, body: Values) -> str:
        """Create with nobody's client; answers the id."""
        answer = httpx.post(
            f"{self.url}/v3/company/{DEFAULT_REALM}/{path}",
            json=body,
            headers={
                "Authorization": f"Bearer {self.tokens['access_token']}",
                "Accept": "application/json",
            },
        )
        assert answer.status_code == 200, answer.text
        return str(next(iter(answer.json().values()))["Id"])

    def fresh(self, row: Row) -> tuple[Values, Values]:
        """A row's body and change with a name of their own and the ids that stand."""
        text = json.dumps([row.body, row.change])
        text = text.replace("$name", f"{row.entity[:13]} {next(self.numbers)}")
        for name, id in self.standing.items():
            text = text.replace(f"${name}", id)
        body, change = json.loads(text)
        return body, change


@pytest.fixture(scope="module")
def books() -> Iterator[Books]:
    emulator = Emulator(clock=SystemClock(), limits=Limits.none(), seed=1)
    company = emulator.seed("us")
    served = Server(emulator).start()
    emulator.seed("us", ABROAD)
    made = Books(served, emulator.connect())
    several = {"CurrencyPrefs": {"MultiCurrencyEnabled": True}}
    path = f"{made.url}/_emulator/companies/{ABROAD}/preferences"
    httpx.post(path, json=several).raise_for_status()
    stand(made)
    yield made
    served.close()
    assert sum(company.balances().values()) == 0


def stand(books: Books) -> None:
    """What the rows refer to."""
    put = books.standing
    put["customer"] = books.post("customer", {"DisplayName": "Standing customer"})
    put["vendor"] = books.post("vendor", {"DisplayName": "Standing vendor"})
    bill = {"VendorRef": ref(put["vendor"]), "Line": [expense_line(1000)]}
    put["bill"] = books.post("bill", bill)
    item = {"Type": "NonInventory", "IncomeAccountRef": ref("1"), "ExpenseAccountRef": ref("7")}
    put["bought"] = books.post("item", {"Name": "Standing item", **item})


@pytest.fixture(scope="module", autouse=True)
def plain_http() -> Iterator[None]:
    """What oauthlib wants to be told before it sends tokens without TLS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        yield


@pytest.fixture(scope="module")
def qb(books: Books) -> QuickBooks:
    """The client: connected with the tokens of a consent, told where the API is, nothing else."""
    auth = AuthClient(
        DEMO_CLIENT_ID,
        DEMO_CLIENT_SECRET,
        "https://example.com/callback",
        f"{books.url}/.well-known/openid_configuration",
        access_token=books.tokens["access_token"],
        refresh_token=books.tokens["refresh_token"],
    )
    made = QuickBooks(
        auth_client=auth,
        refresh_token=books.tokens["refresh_token"],
        company_id=DEFAULT_REALM,
        minorversion=75,
    )
    made.api_url_v3 = f"{books.url}/v3"
    return made
