"""Payments: applied, unapplied, with credits; and what happens when either side changes."""

from decimal import Decimal

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api, line, pay, sale

AR = "Accounts Receivable (A/R)"


def test_a_payment_settles_an_invoice_and_both_point_at_each_other(
    api: Api, company: Company
) -> None:
    customer = api.customer()
    invoice = api.invoice(customer, "100")

    payment = api.save("payment", pay(customer, "120", ("Invoice", invoice["Id"], "100")))

    paid = api.read(f"invoice/{invoice['Id']}")
    assert payment["UnappliedAmt"] == 20
    assert paid["Balance"] == 0
    assert paid["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert paid["SyncToken"] == "1"
    assert company.balance("Undeposited Funds") == 120
    assert company.balance(AR) == -20
    assert api.read(f"customer/{customer}")["Balance"] == -20


def test_the_token_of_a_paid_invoice_may_stay(api: Api, emulator: Emulator) -> None:
    emulator.switches.linked_payment_bumps = False
    customer = api.customer()
    invoice = api.invoice(customer)

    api.save("payment", pay(customer, "100", ("Invoice", invoice["Id"], "100")))

    assert api.read(f"invoice/{invoice['Id']}")["SyncToken"] == "0"


def test_a_credit_memo_settles_an_invoice_through_a_payment_of_nothing(
    api: Api, company: Company
) -> None:
    customer = api.customer()
    invoice = api.invoice(customer, "100")
    memo = api.save("creditmemo", sale(customer, "40"))

    api.save(
        "payment",
        pay(customer, "0", ("Invoice", invoice["Id"], "25"), ("CreditMemo", memo["Id"], "25")),
    )

    assert api.read(f"invoice/{invoice['Id']}")["Balance"] == 75
    assert api.read(f"creditmemo/{memo['Id']}")["RemainingCredit"] == 15
    assert company.balance(AR) == 60


@pytest.mark.parametrize(
    "total, amount, code",
    [("100", "100.01", "6000"), ("50", "60", "6000"), ("-1", "0", "6000")],
)
def test_no_more_can_be_applied_than_is_open_or_received(
    api: Api, total: str, amount: str, code: str
) -> None:
    customer = api.customer()
    invoice = api.invoice(customer, "100")

    refusal = api.refusal("payment", pay(customer, total, ("Invoice", invoice["Id"], amount)))

    assert refusal["code"] == code
    assert api.read(f"invoice/{invoice['Id']}")["Balance"] == 100


def test_a_payment_without_amount_or_for_an_unknown_invoice_is_refused(api: Api) -> None:
    customer = api.customer()

    missing = api.refusal("payment", {"CustomerRef": {"value": customer}})
    unknown = api.refusal("payment", pay(customer, "5", ("Invoice", "777", "5")))

    assert missing["Detail"] == ("Business Validation Error: You must set a transaction amount.")
    assert unknown["code"] == "610"


def test_another_customers_invoice_stays_open_or_is_refused(api: Api, emulator: Emulator) -> None:
    invoice = api.invoice(api.customer("Jane"))
    other = api.customer("John")
    body = pay(other, "100", ("Invoice", invoice["Id"], "100"))

    payment = api.save("payment", body)
    emulator.switches.payment_for_other_customer = "refuse"
    refusal = api.refusal("payment", body)

    assert payment["UnappliedAmt"] == 100
    assert payment["Line"] == []
    assert refusal["code"] == "620"


def test_a_parent_pays_for_its_sub_customer(api: Api) -> None:
    parent = api.customer("Acme")
    child = api.customer("Acme Berlin", Job=True, ParentRef={"value": parent})
    invoice = api.invoice(child)

    api.save("payment", pay(parent, "100", ("Invoice", invoice["Id"], "100")))

    assert api.read(f"invoice/{invoice['Id']}")["Balance"] == 0


def test_an_unapplied_payment_is_applied_later_by_its_lines(api: Api) -> None:
    customer = api.customer()
    payment = api.save("payment", pay(customer, "100"))
    invoice = api.invoice(customer)

    applied = api.save(
        "payment",
        {
            "Id": payment["Id"],
            "SyncToken": "0",
            "sparse": True,
            **pay(customer, "100", ("Invoice", invoice["Id"], "100")),
        },
    )

    assert applied["UnappliedAmt"] == 0
    assert api.read(f"invoice/{invoice['Id']}")["Balance"] == 0


def test_deleting_or_voiding_a_payment_opens_the_invoice_again(api: Api, company: Company) -> None:
    customer = api.customer()
    invoice = api.invoice(customer)
    link = ("Invoice", invoice["Id"], "100")
    first = api.save("payment", pay(customer, "100", link))

    api.save("payment", {"Id": first["Id"], "SyncToken": "0"}, operation="delete")
    second = api.save("payment", pay(customer, "100", link))
    voided = api.save(
        "payment",
        {"Id": second["Id"], "SyncToken": "0", "sparse": True},
        operation="update",
        include="void",
    )

    assert voided["TotalAmt"] == voided["UnappliedAmt"] == 0
    assert voided["Line"] == []
    open_again = api.read(f"invoice/{invoice['Id']}")
    assert open_again["Balance"] == 100
    assert open_again["LinkedTxn"] == []
    assert company.balance(AR) == 100


def test_deleting_a_paid_invoice_leaves_the_money_unapplied(api: Api, company: Company) -> None:
    customer = api.customer()
    invoice = api.invoice(customer)
    payment = api.save("payment", pay(customer, "100", ("Invoice", invoice["Id"], "100")))

    api.save("invoice", {"Id": invoice["Id"], "SyncToken": "1"}, operation="delete")

    left = api.read(f"payment/{payment['Id']}")
    assert left["UnappliedAmt"] == 100
    assert left["Line"] == []
    assert company.balance(AR) == -100


def test_deleting_a_paid_invoice_can_be_refused(api: Api, emulator: Emulator) -> None:
    emulator.switches.delete_paid_document = "refuse"
    customer = api.customer()
    invoice = api.invoice(customer)
    api.save("payment", pay(customer, "100", ("Invoice", invoice["Id"], "100")))

    refusal = api.refusal("invoice", {"Id": invoice["Id"], "SyncToken": "1"}, operation="delete")

    assert refusal["code"] == "800"


def test_voiding_a_paid_invoice_bumps_it_once_and_frees_the_money(api: Api) -> None:
    customer = api.customer()
    invoice = api.invoice(customer)
    payment = api.save("payment", pay(customer, "100", ("Invoice", invoice["Id"], "100")))

    voided = api.save("invoice", {"Id": invoice["Id"], "SyncToken": "1"}, operation="void")

    assert voided["SyncToken"] == "2"
    assert voided["LinkedTxn"] == []
    assert api.read(f"payment/{payment['Id']}")["UnappliedAmt"] == 100


def test_an_invoice_made_smaller_than_what_was_paid_gives_the_rest_back(api: Api) -> None:
    customer = api.customer()
    invoice = api.invoice(customer, "100")
    payment = api.save("payment", pay(customer, "100", ("Invoice", invoice["Id"], "100")))

    smaller = api.save(
        "invoice",
        {"Id": invoice["Id"], "SyncToken": "1", "sparse": True, "Line": [line("60")]},
    )

    assert smaller["Balance"] == 0
    assert smaller["SyncToken"] == "2"
    assert api.read(f"payment/{payment['Id']}")["UnappliedAmt"] == 40


def test_deleting_an_applied_credit_memo_opens_the_invoice_again(api: Api) -> None:
    customer = api.customer()
    invoice = api.invoice(customer, "100")
    memo = api.save("creditmemo", sale(customer, "25"))
    payment = api.save(
        "payment",
        pay(customer, "0", ("Invoice", invoice["Id"], "25"), ("CreditMemo", memo["Id"], "25")),
    )

    api.save("creditmemo", {"Id": memo["Id"], "SyncToken": "1"}, operation="delete")

    assert api.read(f"invoice/{invoice['Id']}")["Balance"] == 100
    assert api.read(f"payment/{payment['Id']}")["UnappliedAmt"] == 0


def test_money_cannot_go_to_an_income_account(api: Api) -> None:
    body = pay(api.customer(), "10", DepositToAccountRef={"value": "79"})

    assert api.refusal("payment", body)["code"] == "6430"


def test_a_payment_keeps_its_reference_number(api: Api) -> None:
    payment = api.save("payment", pay(api.customer(), "10.5", PaymentRefNum="chk 12"))

    assert payment["PaymentRefNum"] == "chk 12"
    assert payment["TotalAmt"] == Decimal("10.50")
    assert api.query("select * from Payment where PaymentRefNum = 'CHK 12'")["maxResults"] == 1
