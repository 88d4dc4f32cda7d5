"""A company in an emulator whose clock the test owns, and a client that talks to it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.qbo import DEFAULT_REALM, Company, Emulator, Limits, ManualClock
from local.qbo.in_process import EmulatorTransport
from local.qbo.jsonio import dumps, loads


class Api:
    """The accounting API as a client sees it: exact numbers in, exact numbers out."""

    def __init__(self, emulator: Emulator, realm: str = DEFAULT_REALM) -> None:
        self.emulator = emulator
        self.realm = realm
        self.http = httpx.Client(
            transport=EmulatorTransport(emulator),
            base_url="https://quickbooks.example",
            headers={
                "Authorization": f"Bearer {emulator.connect(realm)['access_token']}",
                "Accept": "application/json",
            },
        )

    def get(self, path: str, **params: str) -> httpx.Response:
        return self.http.get(f"/v3/company/{self.realm}/{path}", params=params or None)

    def post(self, path: str, body: Any, **params: str) -> httpx.Response:
        return self.http.post(
            f"/v3/company/{self.realm}/{path}",
            params=params or None,
            content=dumps(body),
            headers={"Content-Type": "application/json"},
        )

    def save(self, path: str, body: Any, **params: str) -> Any:
        """Create or update, which must succeed; answers the object."""
        response = self.post(path, body, **params)
        answer = loads(response.content)
        assert response.status_code == 200, response.text
        assert "Fault" not in answer, response.text
        return next(value for key, value in answer.items() if key != "time")

    def refusal(self, path: str, body: Any, **params: str) -> Any:
        """The first error of a write that must be refused with HTTP 400."""
        response = self.post(path, body, **params)
        assert response.status_code == 400, response.text
        return loads(response.content)["Fault"]["Error"][0]

    def read(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200, response.text
        return next(value for key, value in loads(response.content).items() if key != "time")

    def query(self, statement: str) -> Any:
        response = self.get("query", query=statement)
        assert response.status_code == 200, response.text
        return loads(response.content)["QueryResponse"]

    def batch(self, *items: Any, **params: str) -> Any:
        response = self.post("batch", {"BatchItemRequest": list(items)}, **params)
        assert response.status_code == 200, response.text
        return loads(response.content)["BatchItemResponse"]

    def customer(self, name: str = "Jane Doe", **more: Any) -> str:
        return str(self.save("customer", {"DisplayName": name, **more})["Id"])

    def invoice(self, customer: str, *amounts: str, **more: Any) -> Any:
        return self.save("invoice", sale(customer, *amounts, **more))


def line(amount: str, code: str = "NON", item: str = "1", **detail: Any) -> dict[str, Any]:
    return {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": item},
            "TaxCodeRef": {"value": code},
            **detail,
        },
    }


def sale(customer: str | None, *amounts: str, **more: Any) -> dict[str, Any]:
    return {
        **({"CustomerRef": {"value": customer}} if customer else {}),
        "Line": [line(amount) for amount in amounts or ("100.00",)],
        **more,
    }


def pay(customer: str, total: str, *links: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    return {
        "CustomerRef": {"value": customer},
        "TotalAmt": Decimal(total),
        "Line": [
            {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": id, "TxnType": kind}]}
            for kind, id, amount in links
        ],
        **more,
    }


@pytest.fixture
def emulator() -> Emulator:
    made = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
    made.seed("us")
    return made


@pytest.fixture
def company(emulator: Emulator) -> Iterator[Company]:
    """The company; whatever a test did, its books balance at the end."""
    company = emulator.company()
    yield company
    assert sum(company.balances().values()) == 0


@pytest.fixture
def api(emulator: Emulator, company: Company) -> Api:
    return Api(emulator)
