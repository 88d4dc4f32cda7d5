"""Several currencies: names and accounts in one each, rates, and what exchange gains and loses."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, pay

EURO = {"value": "EUR"}
AR_EUR = "Accounts Receivable (A/R) - EUR"


@pytest.fixture
def abroad(emulator: Emulator, company: Company) -> Company:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    return company


def euro_invoice(api: Api, customer: str, amount: str, rate: str, **more: Any) -> Any:
    return api.save(
        "invoice",
        {
            "CustomerRef": {"value": customer},
            "ExchangeRate": Decimal(rate),
            "Line": [line(amount)],
            **more,
        },
    )


def test_a_company_with_one_currency_refuses_others(api: Api) -> None:
    customer = {"DisplayName": "Berlin GmbH", "CurrencyRef": EURO}

    assert "Multi Currency should be enabled" in api.refusal("customer", customer)["Detail"]
    assert api.refusal("companycurrency", {"Code": "EUR"})["code"] == "6000"


def test_a_foreign_invoice_posts_at_its_rate_to_a_receivable_account_of_its_own(
    api: Api, abroad: Company
) -> None:
    customer = api.customer("Berlin GmbH", CurrencyRef=EURO)

    invoice = euro_invoice(api, customer, "100.00", "1.1")

    assert invoice["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert invoice["ExchangeRate"] == Decimal("1.1")
    assert (invoice["TotalAmt"], invoice["HomeTotalAmt"]) == (100, 110)
    assert (invoice["Balance"], invoice["HomeBalance"]) == (100, 110)
    assert abroad.balances() == {AR_EUR: 110, "Services": -110}
    assert abroad.get("Customer", customer)["Balance"] == 100
    account = abroad.find("Account", Name=AR_EUR)[0]
    assert account["CurrencyRef"]["value"] == "EUR"
    assert account["CurrentBalance"] == 100
    assert [each["Code"] for each in abroad.all("CompanyCurrency")] == ["EUR"]


def test_the_currency_of_a_name_never_changes(api: Api, abroad: Company) -> None:
    id = api.customer("Berlin GmbH", CurrencyRef=EURO)
    change = {"Id": id, "SyncToken": "0", "sparse": True, "CurrencyRef": {"value": "USD"}}

    assert api.refusal("customer", change)["code"] == "6000"
    dollars = {
        "CustomerRef": {"value": id},
        "CurrencyRef": {"value": "USD"},
        "Line": [line("1.00")],
    }
    assert api.refusal("invoice", dollars)["code"] == "6000"


def test_a_payment_at_another_rate_gains_or_loses_on_exchange(api: Api, abroad: Company) -> None:
    customer = api.customer("Berlin GmbH", CurrencyRef=EURO)
    invoice = euro_invoice(api, customer, "100.00", "1.1")

    api.save(
        "payment",
        pay(customer, "100.00", ("Invoice", invoice["Id"], "100.00"), ExchangeRate=Decimal("1.2")),
    )

    assert api.read(f"invoice/{invoice['Id']}")["Balance"] == 0
    assert abroad.balances() == {
        AR_EUR: 0,
        "Services": -110,
        "Undeposited Funds": 120,
        "Exchange Gain or Loss": -10,
    }
    assert abroad.get("Customer", customer)["Balance"] == 0


def test_parts_of_an_invoice_leave_no_cent_behind_at_home(api: Api, abroad: Company) -> None:
    customer = api.customer("Berlin GmbH", CurrencyRef=EURO)
    invoice = euro_invoice(api, customer, "100.01", "1.1111")

    for part in ("33.33", "33.33", "33.35"):
        api.save(
            "payment",
            pay(customer, part, ("Invoice", invoice["Id"], part), ExchangeRate=Decimal("1.2345")),
        )

    assert abroad.balance(AR_EUR) == 0


def test_an_invoice_whose_rate_changes_moves_the_gain_of_its_payments(
    api: Api, abroad: Company
) -> None:
    customer = api.customer("Berlin GmbH", CurrencyRef=EURO)
    invoice = euro_invoice(api, customer, "100.00", "1.1")
    rate = {"ExchangeRate": Decimal("1.2")}
    api.save("payment", pay(customer, "100.00", ("Invoice", invoice["Id"], "100.00"), **rate))
    paid = api.read(f"invoice/{invoice['Id']}")

    api.save(
        "invoice",
        {"Id": paid["Id"], "SyncToken": paid["SyncToken"], "sparse": True, **rate},
    )

    assert abroad.balance(AR_EUR) == 0
    assert abroad.balance("Exchange Gain or Loss") == 0
    assert abroad.balance("Services") == -120


def test_a_rate_set_for_a_day_holds_from_that_day(api: Api, abroad: Company) -> None:
    customer = api.customer("Berlin GmbH", CurrencyRef=EURO)
    rate = {"SourceCurrencyCode": "EUR", "AsOfDate": "2026-09-15", "Rate": Decimal("1.25")}
    api.save("exchangerate", rate)
    invoice = {"CustomerRef": {"value": customer}, "Line": [line("100.00")]}

    later = api.save("invoice", {**invoice, "TxnDate": "2026-09-20"})
    earlier = api.save("invoice", {**invoice, "TxnDate": "2026-09-10"})

    assert later["ExchangeRate"] == Decimal("1.25")
    assert earlier["ExchangeRate"] == Decimal("1.1")
    answer = api.get("exchangerate", sourcecurrencycode="EUR", asofdate="2026-09-15").json()
    assert answer["ExchangeRate"]["Rate"] == 1.25
    api.save("exchangerate", {**rate, "Rate": Decimal("1.5")})
    assert len(abroad.all("ExchangeRate")) == 1


def test_the_home_currency_has_no_rate_and_is_always_there(api: Api, abroad: Company) -> None:
    rate = {"SourceCurrencyCode": "USD", "Rate": Decimal(2)}

    assert api.refusal("exchangerate", rate)["code"] == "2220"
    assert api.refusal("companycurrency", {"Code": "USD"})["code"] == "6000"
    assert api.refusal("companycurrency", {"Code": "XXX"})["code"] == "2220"


def test_a_transaction_has_one_foreign_currency(api: Api, abroad: Company) -> None:
    pounds = api.save(
        "account", {"Name": "London", "AccountType": "Bank", "CurrencyRef": {"value": "GBP"}}
    )
    customer = api.customer("Berlin GmbH", CurrencyRef=EURO)

    error = api.refusal(
        "payment", pay(customer, "10.00", DepositToAccountRef={"value": pounds["Id"]})
    )

    assert "only use one foreign currency per transaction" in error["Detail"]


def test_home_money_in_a_foreign_account_counts_there_in_its_currency(
    api: Api, abroad: Company
) -> None:
    pounds = api.save(
        "account", {"Name": "London", "AccountType": "Bank", "CurrencyRef": {"value": "GBP"}}
    )
    api.save("exchangerate", {"SourceCurrencyCode": "GBP", "Rate": Decimal("1.25")})
    customer = api.customer("Jane")

    api.save(
        "salesreceipt",
        {
            "CustomerRef": {"value": customer},
            "DepositToAccountRef": {"value": pounds["Id"]},
            "Line": [line("125.00")],
        },
    )

    assert abroad.balance("London") == 125
    assert abroad.get("Account", pounds["Id"])["CurrentBalance"] == 100


def test_a_balance_moves_in_its_own_currency_only(api: Api, abroad: Company) -> None:
    customer = api.customer("Berlin GmbH", CurrencyRef=EURO)
    lines = [
        {
            "Amount": 10,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {
                "PostingType": side,
                "AccountRef": {"value": account},
                "Entity": {"Type": "Customer", "EntityRef": {"value": customer}},
            },
        }
        for side, account in (("Debit", "84"), ("Credit", "79"))
    ]

    refused = api.refusal("journalentry", {"Line": lines})

    assert "must be the currency of its customer or vendor" in refused["Detail"]
    assert abroad.get("Customer", customer)["Balance"] == 0
