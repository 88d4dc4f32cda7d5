"""Transfers between accounts, and payments of credit cards."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from local.qbo.jsonio import loads
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api


def move(source: str, target: str, amount: str = "100", **more: Any) -> dict[str, Any]:
    return {
        "FromAccountRef": {"value": source},
        "ToAccountRef": {"value": target},
        "Amount": Decimal(amount),
        **more,
    }


def card(bank: str, target: str, amount: str = "100", **more: Any) -> dict[str, Any]:
    return {
        "BankAccountRef": {"value": bank},
        "CreditCardAccountRef": {"value": target},
        "Amount": Decimal(amount),
        **more,
    }


def test_a_transfer_moves_money_and_can_be_changed_and_deleted(api: Api, company: Company) -> None:
    made = api.save("transfer", move("35", "36", "250.25", TxnDate="2026-01-05"))
    head = {"Id": made["Id"], "SyncToken": "0", "sparse": True}

    assert made["FromAccountRef"] == {"value": "35", "name": "Checking"}
    assert company.balance("Savings") == Decimal("250.25")
    missing = api.refusal("transfer", {**head, "Amount": 10})
    assert missing["Detail"] == "Required parameter FromAccountRef is missing in the request"
    changed = api.save("transfer", {**move("35", "43", "10"), **head})
    assert changed["TxnDate"] == "2026-01-05"
    assert company.balance("Savings") == 0
    assert company.balance("Loan Payable") == 10
    found = api.query("select * from Transfer where TxnDate = '2026-01-05'")
    assert [each["Id"] for each in found["Transfer"]] == [made["Id"]]
    gone = api.save("transfer", {"Id": made["Id"], "SyncToken": "1"}, operation="delete")
    assert gone["status"] == "Deleted"
    assert company.balance("Checking") == 0
    assert api.refusal("transfer", head, operation="void")["code"] == "500"


@pytest.mark.parametrize(
    "source, target, amount, code",
    [
        ("35", "1", "5", "6430"),
        ("8", "35", "5", "6430"),
        ("84", "35", "5", "6430"),
        ("35", "33", "5", "6430"),
        ("35", "35", "5", "6000"),
        ("35", "36", "-5", "6000"),
        ("35", "999", "5", "2500"),
    ],
)
def test_a_transfer_between_accounts_that_do_not_fit_is_refused(
    api: Api, source: str, target: str, amount: str, code: str
) -> None:
    assert api.refusal("transfer", move(source, target, amount))["code"] == code


def test_what_is_moved_to_undeposited_funds_waits_for_a_deposit(api: Api, company: Company) -> None:
    made = api.save("transfer", move("93", "4"))
    link = {"TxnId": made["Id"], "TxnType": "Transfer", "TxnLineId": "0"}

    api.save(
        "deposit",
        {
            "DepositToAccountRef": {"value": "35"},
            "Line": [{"Amount": 100, "LinkedTxn": [link]}],
        },
    )

    assert company.balance("Checking") == 100
    body = {"Id": made["Id"], "SyncToken": "1"}
    assert api.refusal("transfer", body, operation="delete")["code"] == "6540"


def test_dollars_become_euros_at_the_rate_of_the_transfer(api: Api, company: Company) -> None:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    euros, pounds = (
        api.save(
            "account",
            {"Name": f"Bank {code}", "AccountType": "Bank", "CurrencyRef": {"value": code}},
        )["Id"]
        for code in ("EUR", "GBP")
    )

    made = api.save("transfer", move("35", euros, ExchangeRate=Decimal("1.25")))

    assert made["CurrencyRef"]["value"] == "EUR"
    assert company.balance("Checking") == -125
    assert api.read(f"account/{euros}")["CurrentBalance"] == 100
    assert api.refusal("transfer", move(pounds, euros))["code"] == "6000"
    assert api.refusal("creditcardpayment", card(euros, "42"))["code"] == "6000"


def test_a_card_is_paid_under_a_path_and_a_key_that_differ(api: Api, company: Company) -> None:
    response = api.post("creditcardpayment", card("35", "42", PrivateNote="March"))
    made = loads(response.content)["CreditCardPaymentTxn"]

    assert made["CreditCardAccountRef"] == {"value": "42", "name": "Visa"}
    assert company.balance("Visa") == 100
    assert api.read(f"creditcardpayment/{made['Id']}") == made
    found = api.query("select * from creditcardpayment")
    assert found["CreditCardPaymentTxn"] == [made]
    item = {"bId": "1", "operation": "update"}
    body = {**card("35", "42", "70"), "Id": made["Id"], "SyncToken": "0"}
    answer = api.batch({**item, "CreditCardPaymentTxn": body})
    assert answer[0]["CreditCardPaymentTxn"]["Amount"] == 70
    api.save("creditcardpayment", {"Id": made["Id"], "SyncToken": "1"}, operation="delete")
    assert company.balance("Visa") == 0


@pytest.mark.parametrize("bank, target", [("36", "35"), ("42", "41"), ("42", "35")])
def test_only_a_bank_pays_only_a_card(api: Api, bank: str, target: str) -> None:
    assert api.refusal("creditcardpayment", card(bank, target))["code"] == "6430"
