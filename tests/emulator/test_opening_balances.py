"""What a customer, a vendor or an account starts with."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from tests.emulator.conftest import Api, line, pay

EQUITY = "Opening Balance Equity"


def test_a_customer_starts_with_an_open_invoice_against_equity(api: Api, company: Company) -> None:
    customer = api.save(
        "customer",
        {"DisplayName": "Old", "Balance": Decimal("75.5"), "OpenBalanceDate": "2026-01-31"},
    )

    assert customer["Balance"] == Decimal("75.5")
    assert "OpenBalanceDate" not in customer
    (invoice,) = company.all("Invoice")
    assert (invoice["TxnDate"], invoice["Balance"]) == ("2026-01-31", Decimal("75.5"))
    assert company.balance(EQUITY) == Decimal("-75.5")
    assert company.balance("Services") == 0
    head = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"], "sparse": True}
    api.save("invoice", {**head, "Line": [line("80")]})
    assert company.balance(EQUITY) == -80
    api.save("payment", pay(customer["Id"], "80", ("Invoice", invoice["Id"], "80")))
    echoed = api.save("customer", {**customer, "Balance": 5, "Notes": "read and sent back"})
    assert echoed["Balance"] == 0
    assert len(company.all("Invoice")) == 1


def test_vendors_start_with_a_bill_and_either_side_can_start_with_a_credit(
    api: Api, company: Company
) -> None:
    owed = api.save("vendor", {"DisplayName": "Owed", "Balance": 40})
    owing = api.save("vendor", {"DisplayName": "Owing", "Balance": -10})
    overpaid = api.save("customer", {"DisplayName": "Overpaid", "Balance": -3})

    assert [each["Balance"] for each in (owed, owing, overpaid)] == [40, -10, -3]
    assert company.balance(EQUITY) == 33
    assert company.all("Bill")[0]["TxnDate"] == company.today()
    assert company.all("CreditMemo")[0]["RemainingCredit"] == 3


@pytest.mark.parametrize(
    "kind, amount, debit", [("Bank", "100", 100), ("Credit Card", "30", -30), ("Bank", "-5", -5)]
)
def test_an_account_starts_on_its_natural_side(
    api: Api, company: Company, kind: str, amount: str, debit: int
) -> None:
    account = api.save(
        "account",
        {
            "Name": "New",
            "AccountType": kind,
            "OpeningBalance": Decimal(amount),
            "OpeningBalanceDate": "2026-01-01",
        },
    )

    assert account["CurrentBalance"] == Decimal(amount)
    assert company.balance("New") == debit
    assert company.balance(EQUITY) == -debit
    assert company.all("JournalEntry")[0]["TxnDate"] == "2026-01-01"


@pytest.mark.parametrize(
    "body, code",
    [
        ({"AccountType": "Bank"}, "6060"),
        ({"AccountType": "Income", "OpeningBalanceDate": "2026-01-01"}, "6000"),
        ({"AccountType": "Accounts Payable", "OpeningBalanceDate": "2026-01-01"}, "6000"),
    ],
)
def test_an_account_that_cannot_start_with_a_balance_is_refused(
    api: Api, company: Company, body: dict[str, Any], code: str
) -> None:
    refusal = api.refusal("account", {"Name": "New", "OpeningBalance": 5, **body})

    assert refusal["code"] == code
    if code == "6000":
        assert refusal["Detail"].endswith("This account type doesn't support opening balances.")
    assert company.find("Account", Name="New") == []
