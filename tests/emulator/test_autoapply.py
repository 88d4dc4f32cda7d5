"""Credits and payments that QuickBooks applies by itself, where it is told to."""

import pytest

from local.qbo import Company
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, pay, sale

AR = "Accounts Receivable (A/R)"


def apply_credits(company: Company) -> None:
    set_preferences(company, {"SalesFormsPrefs": {"AutoApplyCredit": True}})


def test_a_new_invoice_takes_open_credits_first_and_then_what_was_paid_before(
    api: Api, company: Company
) -> None:
    customer, other = api.customer(), api.customer("Another")
    old = api.save("creditmemo", sale(customer, "30", TxnDate="2026-01-01"))
    new = api.save("creditmemo", sale(customer, "50"))
    api.save("creditmemo", sale(other, "500"))
    ahead = api.save("payment", pay(customer, "45"))
    apply_credits(company)

    invoice = api.invoice(customer, "100")

    assert (invoice["TotalAmt"], invoice["Balance"]) == (100, 0)
    (made,) = (each for each in company.all("Payment") if each["Id"] != ahead["Id"])
    assert made["TotalAmt"] == 0
    assert made["PrivateNote"] == "Created by QB Online to link credits to charges."
    assert [(each["LinkedTxn"][0]["TxnId"], each["Amount"]) for each in made["Line"]] == [
        (invoice["Id"], 80),
        (old["Id"], 30),
        (new["Id"], 50),
    ]
    assert [each["TxnId"] for each in invoice["LinkedTxn"]] == [made["Id"], ahead["Id"]]
    assert api.read(f"payment/{ahead['Id']}")["UnappliedAmt"] == 25
    assert company.balance(AR) == 100 - 80 - 45 - 500
    assert api.read(f"customer/{customer}")["Balance"] == -25


def test_a_new_credit_memo_goes_to_the_oldest_open_invoices(api: Api, company: Company) -> None:
    customer = api.customer()
    second = api.invoice(customer, "40", TxnDate="2026-02-02")
    first = api.invoice(customer, "30", TxnDate="2026-01-01")
    apply_credits(company)

    memo = api.save("creditmemo", sale(customer, "45"))

    assert memo["RemainingCredit"] == 0
    assert api.read(f"invoice/{first['Id']}")["Balance"] == 0
    assert api.read(f"invoice/{second['Id']}")["Balance"] == 25


def test_a_new_payment_goes_to_the_oldest_open_invoices(api: Api, company: Company) -> None:
    customer = api.customer()
    second = api.invoice(customer, "40", TxnDate="2026-02-02")
    first = api.invoice(customer, "30", TxnDate="2026-01-01")
    set_preferences(company, {"SalesFormsPrefs": {"AutoApplyPayments": True}})

    payment = api.save("payment", pay(customer, "50", ("Invoice", second["Id"], "10")))

    assert payment["UnappliedAmt"] == 0
    assert api.read(f"invoice/{first['Id']}")["Balance"] == 0
    assert api.read(f"invoice/{second['Id']}")["Balance"] == 20


@pytest.mark.parametrize("path", ["invoice", "creditmemo"])
def test_nothing_is_applied_where_nobody_asked_for_it_or_nothing_is_open(
    api: Api, company: Company, path: str
) -> None:
    customer = api.customer()
    api.save("payment", pay(customer, "50"))
    first = api.save(path, sale(customer, "10"))
    assert first["Balance"] == 10

    apply_credits(company)
    api.save(path, {"Id": first["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "n"})
    assert api.read(f"{path}/{first['Id']}")["Balance"] == 10
