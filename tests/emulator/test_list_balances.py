"""What lists show: balances from the ledger, with those below them, and masked numbers."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from tests.emulator.conftest import Api, sale


def posting(account: str, side: str, amount: str) -> dict[str, Any]:
    return {
        "Amount": Decimal(amount),
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
    }


def test_an_account_shows_debits_as_positive_and_a_credit_card_what_is_owed(
    api: Api, company: Company
) -> None:
    api.save("salesreceipt", sale(None, "50"))
    for name, credit in (("Loan Payable", "43"), ("Visa", "42"), ("Owner's Equity", "92")):
        entry = {"Line": [posting("7", "Debit", "30"), posting(credit, "Credit", "30")]}
        api.save("journalentry", entry)
        assert company.balance(name) == -30

    shown = {id: api.read(f"account/{id}")["CurrentBalance"] for id in ("4", "1", "43", "42", "92")}
    assert shown == {"4": 50, "1": 0, "43": -30, "42": 30, "92": -30}


def test_balances_with_those_below_reach_every_level(api: Api) -> None:
    top = {"Name": "Top", "AccountType": "Bank"}
    above = api.save("account", top)["Id"]
    account = customer = ""
    for level in ("Middle", "Bottom"):
        below = {"SubAccount": True, "ParentRef": {"value": account or above}}
        account = api.save("account", {**top, "Name": level, **below})["Id"]
        parent = {"Job": True, "ParentRef": {"value": customer}} if customer else {}
        customer = api.customer(level, **parent)
    root = api.customer("Root")
    middle = api.query("select * from Customer where DisplayName = 'Middle'")["Customer"][0]
    moved = {"Job": True, "ParentRef": {"value": root}, "sparse": True}
    api.save("customer", {"Id": middle["Id"], "SyncToken": "0", **moved})
    api.save("salesreceipt", sale(None, "50", DepositToAccountRef={"value": account}))
    api.invoice(customer, "70")

    assert api.read(f"account/{above}")["CurrentBalanceWithSubAccounts"] == 50
    assert api.read(f"account/{above}")["CurrentBalance"] == 0
    assert api.read(f"customer/{root}")["BalanceWithJobs"] == 70
    assert api.read(f"customer/{customer}")["Level"] == 2


def test_no_one_is_put_under_a_descendant_nor_deeper_than_five_levels(api: Api) -> None:
    chain: list[str] = []
    for level in range(5):
        parent = {"Job": True, "ParentRef": {"value": chain[-1]}} if chain else {}
        chain.append(api.customer(f"Level {level}", **parent))
    head, tail = {"Id": chain[0], "SyncToken": "0", "sparse": True, "Job": True}, chain[-1]

    assert api.refusal("customer", {**head, "ParentRef": {"value": tail}})["code"] == "900"
    other = api.customer("Other")
    assert api.refusal("customer", {**head, "ParentRef": {"value": other}})["code"] == "6180"


@pytest.mark.parametrize(
    "entity, field, shown",
    [
        ("customer", "PrimaryTaxIdentifier", "XXXXXX56789"),
        ("vendor", "TaxIdentifier", "XXXXXXX6789"),
    ],
)
def test_a_number_for_tax_is_masked_and_stays_when_its_mask_comes_back(
    api: Api, company: Company, entity: str, field: str, shown: str
) -> None:
    body = {"DisplayName": "Jane Doe", field: "123-45-6789"}

    saved = api.save(entity, body)
    echoed = api.save(entity, {**saved, "GivenName": "Jane"})

    assert saved[field] == echoed[field] == shown
    assert company.row(entity.title(), saved["Id"]).data[field] == "123-45-6789"


def test_terms_and_payment_methods_show_a_name_alone(api: Api) -> None:
    made = {"term": {"Name": "Net 7", "DueDays": 7}, "paymentmethod": {"Name": "Wire"}}
    for entity, body in made.items():
        assert "FullyQualifiedName" not in api.save(entity, body)
