"""What a company has turned off for its purchases is refused or left out."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api


@pytest.fixture
def vendor(api: Api) -> str:
    return str(api.save("vendor", {"DisplayName": "Hicks Hardware"})["Id"])


def bill(vendor: str, kind: str, **detail: Any) -> dict[str, Any]:
    line = {"Amount": Decimal(10), "DetailType": kind, kind: detail}
    return {"VendorRef": {"value": vendor}, "Line": [line]}


def on_account(vendor: str, **more: Any) -> dict[str, Any]:
    return bill(vendor, "AccountBasedExpenseLineDetail", AccountRef={"value": "7"}, **more)


def off(company: Company, name: str) -> None:
    set_preferences(company, {"VendorAndPurchasesPrefs": {name: False}})


def test_customers_on_expenses_can_be_turned_off(
    api: Api, company: Company, emulator: Emulator, vendor: str
) -> None:
    off(company, "TrackingByCustomer")
    body = on_account(vendor, CustomerRef={"value": api.customer()})

    assert "Customers on expenses are turned off" in api.refusal("bill", body)["Detail"]
    emulator.switches.set("disabled_feature", "ignore")
    kept = api.save("bill", body)["Line"][0]["AccountBasedExpenseLineDetail"]

    assert "CustomerRef" not in kept
    assert kept["BillableStatus"] == "NotBillable"


def test_billable_expenses_can_be_turned_off(
    api: Api, company: Company, emulator: Emulator, vendor: str
) -> None:
    off(company, "BillableExpenseTracking")
    customer = {"value": api.customer()}
    body = on_account(vendor, CustomerRef=customer, BillableStatus="Billable")

    assert "Billable expenses are turned off" in api.refusal("bill", body)["Detail"]
    emulator.switches.set("disabled_feature", "ignore")
    kept = api.save("bill", body)["Line"][0]["AccountBasedExpenseLineDetail"]

    assert kept["BillableStatus"] == "NotBillable"
    assert kept["CustomerRef"]["value"] == customer["value"]


def test_items_on_purchases_can_be_turned_off(api: Api, company: Company, vendor: str) -> None:
    item = api.save(
        "item",
        {
            "Name": "Paper",
            "Type": "NonInventory",
            "IncomeAccountRef": {"value": "79"},
            "ExpenseAccountRef": {"value": "80"},
        },
    )
    body = bill(vendor, "ItemBasedExpenseLineDetail", ItemRef={"value": item["Id"]})
    api.save("bill", body)

    set_preferences(company, {"ProductAndServicesPrefs": {"ForPurchase": False}})

    assert "turned off" in api.refusal("bill", body)["Detail"]
