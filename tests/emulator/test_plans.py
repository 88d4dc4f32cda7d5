"""What a company's plan does not include is refused, and so is one more than it allows."""

from typing import Any

import pytest

from local.qbo import Company, Emulator, Limits, ManualClock
from local.qbo.entities import ENTITIES
from local.qbo.plans import ADVANCED, ESSENTIALS, SIMPLE_START, includes
from tests.emulator.conftest import Api


def subscribe(company: Company, sku: str) -> None:
    row = company.row("CompanyInfo", "1")
    pairs = [
        {**each, "Value": sku} if each["Name"] == "OfferingSku" else each
        for each in row.data["NameValue"]
    ]
    company.alter(row, {**row.data, "NameValue": pairs}, "a person")


@pytest.mark.parametrize("sku", [SIMPLE_START, ESSENTIALS])
def test_classes_and_locations_need_plus(api: Api, company: Company, sku: str) -> None:
    subscribe(company, sku)

    for path in ("class", "department"):
        assert api.refusal(path, {"Name": "Retail"})["code"] == "5020"
    refused = api.get("query", query="select * from Class")
    assert refused.status_code == 400
    assert "5020" in refused.text
    assert api.get("cdc", entities="Class", changedSince="2026-09-30").status_code == 400


@pytest.mark.parametrize("sku, code", [(SIMPLE_START, "5020"), (ESSENTIALS, "6000")])
def test_simple_start_has_one_currency(api: Api, company: Company, sku: str, code: str) -> None:
    subscribe(company, sku)

    assert api.refusal("companycurrency", {"Code": "EUR"})["code"] == code


def fill(api: Api, company: Company, most: int) -> None:
    there = len(company.find("Account", Active=True))
    for number in range(most - there):
        api.save("account", {"Name": f"Account {number}", "AccountType": "Expense"})


def test_a_plan_has_room_for_so_many_accounts(api: Api, company: Company) -> None:
    fill(api, company, 250)
    one_more: dict[str, Any] = {"Name": "One more", "AccountType": "Expense"}

    assert "limit of 250 accounts" in api.refusal("account", one_more)["Detail"]
    subscribe(company, ADVANCED)
    assert api.save("account", one_more)["Active"] is True


def test_classes_and_locations_are_counted_together(api: Api, company: Company) -> None:
    for number in range(20):
        api.save("class", {"Name": f"Class {number}"})
        api.save("department", {"Name": f"Location {number}"})

    assert "limit of 40" in api.refusal("class", {"Name": "One more"})["Detail"]


def test_simple_start_may_have_bills_by_switch(company: Company, emulator: Emulator) -> None:
    subscribe(company, SIMPLE_START)
    before = includes(company, "bills")
    emulator.switches.set("simple_start_bills", True)

    assert (before, includes(company, "bills")) == (False, True)


@pytest.mark.parametrize(
    "profile, refused",
    [
        ("essentials", {"PurchaseOrder", "InventoryAdjustment", "Class", "Department"}),
        (
            "simple_start",
            {
                *("PurchaseOrder", "InventoryAdjustment", "Class", "Department"),
                *("Bill", "VendorCredit", "BillPayment", "CompanyCurrency", "ExchangeRate"),
                "RecurringTransaction",
            },
        ),
        ("multicurrency", set[str]()),
    ],
)
def test_a_profile_lacks_what_its_plan_does(profile: str, refused: set[str]) -> None:
    emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
    emulator.seed(profile)
    api = Api(emulator)

    lacks = {
        name
        for name, entity in ENTITIES.items()
        if "query" in entity.operations
        and "5020" in api.get("query", query=f"select * from {name}").text
    }

    assert lacks == refused
