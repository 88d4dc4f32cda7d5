"""Payments settle what a journal entry left on a receivable or payable account."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from tests.emulator.conftest import Api, pay

RECEIVABLE, PAYABLE, SALES = "84", "33", "79"


def journal(api: Api, *lines: tuple[str, str, str, str | None], **more: Any) -> Any:
    """Lines of posting type, account, amount and the customer or vendor."""
    return api.save(
        "journalentry",
        {
            "Line": [
                {
                    "Amount": Decimal(amount),
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": {
                        "PostingType": side,
                        "AccountRef": {"value": account},
                        **_entity(account, who),
                    },
                }
                for side, account, amount, who in lines
            ],
            **more,
        },
    )


def _entity(account: str, who: str | None) -> dict[str, Any]:
    kind = "Vendor" if account == PAYABLE else "Customer"
    return {"Entity": {"Type": kind, "EntityRef": {"value": who}}} if who else {}


def owed(api: Api, customer: str, amount: str = "80.00") -> Any:
    return journal(api, ("Debit", RECEIVABLE, amount, customer), ("Credit", SALES, amount, None))


@pytest.fixture
def customer(api: Api) -> str:
    return api.customer()


def test_a_payment_settles_a_journal_entry_and_shows_on_it(
    api: Api, company: Company, customer: str
) -> None:
    entry = owed(api, customer)

    payment = api.save("payment", pay(customer, "80.00", ("JournalEntry", entry["Id"], "80.00")))

    assert payment["UnappliedAmt"] == 0
    assert api.read(f"journalentry/{entry['Id']}")["LinkedTxn"] == [
        {"TxnId": payment["Id"], "TxnType": "Payment"}
    ]
    assert company.get("Customer", customer)["Balance"] == 0


def test_no_more_of_a_journal_entry_is_settled_than_it_left(api: Api, customer: str) -> None:
    entry = owed(api, customer)
    api.save("payment", pay(customer, "50.00", ("JournalEntry", entry["Id"], "50.00")))

    error = api.refusal("payment", pay(customer, "40.00", ("JournalEntry", entry["Id"], "40.00")))

    assert "more than its open balance" in error["Detail"]


def test_what_a_journal_entry_credits_pays_an_invoice(
    api: Api, company: Company, customer: str
) -> None:
    credit = journal(
        api, ("Credit", RECEIVABLE, "30.00", customer), ("Debit", SALES, "30.00", None)
    )
    invoice = api.invoice(customer, "30.00")

    api.save(
        "payment",
        pay(
            customer,
            "0",
            ("Invoice", invoice["Id"], "30.00"),
            ("JournalEntry", credit["Id"], "30.00"),
        ),
    )

    assert api.read(f"invoice/{invoice['Id']}")["Balance"] == 0
    assert company.balance("Accounts Receivable (A/R)") == 0


def test_an_entry_that_is_lowered_gives_back_what_it_no_longer_owes(
    api: Api, company: Company, customer: str
) -> None:
    entry = owed(api, customer)
    payment = api.save("payment", pay(customer, "80.00", ("JournalEntry", entry["Id"], "80.00")))
    lines = owed(api, customer, "60.00")["Line"]

    api.save(
        "journalentry",
        {
            "Id": entry["Id"],
            "SyncToken": "0",
            "sparse": True,
            "Line": [{k: v for k, v in line.items() if k != "Id"} for line in lines],
        },
    )

    assert company.get("Payment", payment["Id"])["UnappliedAmt"] == 20
    assert api.read(f"journalentry/{entry['Id']}")["LinkedTxn"][0]["TxnId"] == payment["Id"]


def test_an_entry_that_is_deleted_leaves_its_payment_unapplied(
    api: Api, company: Company, customer: str
) -> None:
    entry = owed(api, customer)
    payment = api.save("payment", pay(customer, "80.00", ("JournalEntry", entry["Id"], "80.00")))

    api.post("journalentry", {"Id": entry["Id"], "SyncToken": "0"}, operation="delete")

    assert company.get("Payment", payment["Id"])["UnappliedAmt"] == 80
    assert company.get("Customer", customer)["Balance"] == -80


def test_an_entry_of_several_customers_cannot_be_linked(api: Api, customer: str) -> None:
    other = api.customer("Another")
    entry = journal(
        api,
        ("Debit", RECEIVABLE, "10.00", customer),
        ("Debit", RECEIVABLE, "10.00", other),
        ("Credit", SALES, "20.00", None),
    )

    body = pay(customer, "10.00", ("JournalEntry", entry["Id"], "10.00"))

    assert api.refusal("payment", body)["code"] == "620"


def test_a_parents_payment_settles_what_its_sub_customer_owes(
    api: Api, company: Company, customer: str
) -> None:
    below = api.customer("Kitchen", Job=True, ParentRef={"value": customer})
    invoice = api.invoice(below, "100.00")

    api.save("payment", pay(customer, "100.00", ("Invoice", invoice["Id"], "100.00")))

    assert company.get("Customer", below)["Balance"] == 0
    assert company.get("Customer", customer)["BalanceWithJobs"] == 0


def test_a_bill_payment_settles_a_journal_entry(api: Api, company: Company) -> None:
    vendor = api.save("vendor", {"DisplayName": "Hicks Hardware"})["Id"]
    entry = journal(api, ("Credit", PAYABLE, "70.00", vendor), ("Debit", "17", "70.00", None))

    api.save(
        "billpayment",
        {
            "VendorRef": {"value": vendor},
            "TotalAmt": 70,
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": "35"}},
            "Line": [
                {"Amount": 70, "LinkedTxn": [{"TxnId": entry["Id"], "TxnType": "JournalEntry"}]}
            ],
        },
    )

    assert company.get("Vendor", vendor)["Balance"] == 0
    links = api.read(f"journalentry/{entry['Id']}")["LinkedTxn"]
    assert [each["TxnType"] for each in links] == ["BillPaymentCheck"]
