"""Deposits: what waits in Undeposited Funds goes to the bank, with fees and other money."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, pay, sale

UNDEPOSITED = "Undeposited Funds"
DEPOSITED = (
    "This transaction has been deposited. If you want to change or delete it, you must edit the "
    "deposit it appears on and remove it first."
)


def linked(kind: str, id: str, amount: str, part: str = "0") -> dict[str, Any]:
    return {
        "Amount": Decimal(amount),
        "LinkedTxn": [{"TxnId": id, "TxnType": kind, "TxnLineId": part}],
    }


def direct(account: str, amount: str, **detail: Any) -> dict[str, Any]:
    return {
        "Amount": Decimal(amount),
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": {"value": account}, **detail},
    }


def into(account: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"DepositToAccountRef": {"value": account}, "Line": list(lines), **more}


def paid(api: Api, total: str = "500") -> tuple[str, Any]:
    """A customer and a payment that waits in Undeposited Funds."""
    customer = api.customer()
    return customer, api.save("payment", pay(customer, total))


def test_a_payout_is_payments_and_receipts_less_refunds_and_fees(
    api: Api, company: Company
) -> None:
    _, payment = paid(api, "500")
    receipt = api.save("salesreceipt", sale(None, "80"))
    refund = api.save(
        "refundreceipt", {"DepositToAccountRef": {"value": "4"}, "Line": [line("30")]}
    )

    deposit = api.save(
        "deposit",
        into(
            "35",
            linked("Payment", payment["Id"], "500"),
            linked("SalesReceipt", receipt["Id"], "80"),
            linked("RefundReceipt", refund["Id"], "-30"),
            direct("94", "-15.50", CheckNum="77", PaymentMethodRef={"value": "2"}),
        ),
    )

    assert deposit["TotalAmt"] == Decimal("534.50")
    assert deposit["DepositToAccountRef"] == {"value": "35", "name": "Checking"}
    assert deposit["Line"][0] == {
        "Id": "1",
        "LineNum": 1,
        "Amount": 500,
        "LinkedTxn": [{"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}],
    }
    assert deposit["Line"][3]["DepositLineDetail"] == {
        "AccountRef": {"value": "94", "name": "Merchant Fees"},
        "CheckNum": "77",
        "PaymentMethodRef": {"value": "2", "name": "Check"},
    }
    balances = company.balances()
    assert balances["Checking"] == Decimal("534.50")
    assert balances["Merchant Fees"] == Decimal("15.50")
    assert balances[UNDEPOSITED] == 0
    for path in (f"payment/{payment['Id']}", f"salesreceipt/{receipt['Id']}"):
        assert api.read(path)["LinkedTxn"] == [{"TxnId": deposit["Id"], "TxnType": "Deposit"}]
        assert api.read(path)["SyncToken"] == "1"


@pytest.mark.parametrize(
    "params",
    [{}, {"operation": "delete"}, {"operation": "update", "include": "void"}],
)
def test_what_is_deposited_is_read_only(api: Api, params: dict[str, str]) -> None:
    customer, payment = paid(api)
    receipt = api.save("salesreceipt", sale(customer, "80"))
    api.save(
        "deposit",
        into(
            "35",
            linked("Payment", payment["Id"], "500"),
            linked("SalesReceipt", receipt["Id"], "80"),
        ),
    )

    for path, id in (("payment", payment["Id"]), ("salesreceipt", receipt["Id"])):
        body = {"Id": id, "SyncToken": "1", "sparse": True, "PrivateNote": "new"}
        refusal = api.refusal(path, body, **params)
        assert refusal == {
            "Message": "Deposited Transaction cannot be changed",
            "Detail": DEPOSITED,
            "code": "6540",
            "element": "",
        }


def test_a_line_taken_off_and_a_deposit_deleted_free_what_they_held(
    api: Api, company: Company
) -> None:
    _, payment = paid(api)
    receipt = api.save("salesreceipt", sale(None, "80"))
    deposit = api.save(
        "deposit",
        into(
            "35",
            linked("Payment", payment["Id"], "500"),
            linked("SalesReceipt", receipt["Id"], "80"),
        ),
    )

    changed = api.save(
        "deposit",
        {
            "Id": deposit["Id"],
            "SyncToken": "0",
            "sparse": True,
            "Line": [deposit["Line"][1]],
        },
    )

    assert changed["TotalAmt"] == 80
    assert changed["Line"][0]["Id"] == "2"
    assert company.balance(UNDEPOSITED) == 500
    assert "LinkedTxn" not in api.read(f"payment/{payment['Id']}")
    body = {"Id": payment["Id"], "SyncToken": "2"}
    api.save("payment", body, operation="delete")

    api.save("deposit", {"Id": deposit["Id"], "SyncToken": "1"}, operation="delete")

    assert company.balance("Checking") == 0
    assert company.balance(UNDEPOSITED) == 80
    assert "LinkedTxn" not in api.read(f"salesreceipt/{receipt['Id']}")


def test_only_what_waits_can_be_deposited_and_only_once_and_whole(
    api: Api, company: Company
) -> None:
    customer, payment = paid(api)
    elsewhere = api.save("payment", pay(customer, "5", DepositToAccountRef={"value": "35"}))
    first = linked("Payment", payment["Id"], "500")

    def code(*lines: dict[str, Any], bank: str = "36") -> str:
        return str(api.refusal("deposit", into(bank, *lines))["code"])

    assert code(linked("Payment", elsewhere["Id"], "5")) == "620"
    assert code(first, first) == "620"
    assert code(linked("Payment", payment["Id"], "499.99")) == "6000"
    assert code(linked("Payment", "999", "5")) == "610"
    assert code(linked("Invoice", "999", "5")) == "2170"
    assert code(linked("BillPaymentCheck", "999", "5")) == "620"
    assert code(linked("Payment", payment["Id"], "500", part="")) == "2020"
    api.save("deposit", into("35", first))
    assert code(first) == "620"
    assert company.balance("Savings") == 0


@pytest.mark.parametrize(
    "lines, bank, code",
    [
        ([direct("8", "-15")], "35", "6000"),
        ([{"Amount": 5, "DetailType": "DepositLineDetail"}], "35", "2020"),
        ([{"DepositLineDetail": {"AccountRef": {"value": "8"}}}], "35", "2020"),
        ([direct("84", "5")], "35", "6000"),
        ([direct("33", "5", Entity={"value": "1", "type": "Customer"})], "35", "2500"),
        ([direct("999", "5")], "35", "2500"),
        ([direct("1", "5")], "42", "6430"),
        ([direct("1", "5")], "82", "6430"),
        ([direct("1", "5")], "4", "6000"),
        ([], "35", "2020"),
    ],
)
def test_a_deposit_that_cannot_be_is_refused(
    api: Api, lines: list[dict[str, Any]], bank: str, code: str
) -> None:
    assert api.refusal("deposit", into(bank, *lines))["code"] == code


def test_a_linked_line_has_no_detail(api: Api) -> None:
    """As clients report that always send a type with it."""
    _, payment = paid(api)
    typed = {**linked("Payment", payment["Id"], "500"), "DetailType": "DepositLineDetail"}

    bare = api.refusal("deposit", into("35", typed))
    detailed = api.refusal("deposit", into("35", {**typed, **direct("4", "500")}))

    assert bare["Detail"] == (
        "Required parameter Line.DepositLineDetail.AccountRef is missing in the request"
    )
    assert detailed["Detail"].endswith("Select a bank account for this deposit.")


def test_money_from_a_customer_can_go_straight_to_what_he_owes(api: Api, company: Company) -> None:
    customer = api.customer()
    api.invoice(customer, "100")

    deposit = api.save(
        "deposit",
        into("35", direct("84", "60", Entity={"value": customer, "type": "CUSTOMER"})),
    )

    assert deposit["Line"][0]["DepositLineDetail"]["Entity"]["name"] == "Jane Doe"
    assert api.read(f"customer/{customer}")["Balance"] == 40
    refusal = api.refusal("deposit", into("35", direct("84", "60")))
    assert refusal["Detail"] == (
        "Business Validation Error: When you use Accounts Receivable, you must choose a customer "
        "in the Name field."
    )


def test_cash_back_stays_out_of_the_bank(api: Api, company: Company) -> None:
    receipt = api.save("salesreceipt", sale(None, "80"))

    deposit = api.save(
        "deposit",
        into(
            "35",
            linked("SalesReceipt", receipt["Id"], "80"),
            CashBack={"AccountRef": {"value": "92"}, "Amount": 30, "Memo": "lunch"},
        ),
    )

    assert deposit["TotalAmt"] == 50
    assert deposit["CashBack"]["AccountRef"]["name"] == "Owner's Equity"
    assert company.balance("Checking") == 50
    assert company.balance("Owner's Equity") == 30
    refusal = api.refusal(
        "deposit",
        into("35", direct("1", "5"), CashBack={"AccountRef": {"value": "1"}, "Amount": 1}),
    )
    assert refusal["code"] == "6430"


def test_a_journal_entry_is_deposited_line_by_line(api: Api, company: Company) -> None:
    def side(account: str, kind: str, amount: int) -> dict[str, Any]:
        return {
            "Amount": amount,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {
                "PostingType": kind,
                "AccountRef": {"value": account},
            },
        }

    entry = api.save(
        "journalentry",
        {"Line": [side("4", "Debit", 20), side("4", "Debit", 7), side("1", "Credit", 27)]},
    )

    api.save("deposit", into("35", linked("JournalEntry", entry["Id"], "7", part="1")))

    assert company.balance(UNDEPOSITED) == 20
    body = {"Id": entry["Id"], "SyncToken": "1"}
    assert api.refusal("journalentry", body, operation="delete")["code"] == "6540"
    api.save("deposit", into("35", linked("JournalEntry", entry["Id"], "20", part="0")))
    assert company.balance(UNDEPOSITED) == 0
    again = into("35", linked("JournalEntry", entry["Id"], "27", part="2"))
    assert api.refusal("deposit", again)["code"] == "620"


def test_euros_are_deposited_at_the_days_rate_and_the_difference_is_an_exchange_gain(
    api: Api, company: Company
) -> None:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    customer = api.customer("Euro", CurrencyRef={"value": "EUR"})
    bank = api.save(
        "account", {"Name": "Bank EUR", "AccountType": "Bank", "CurrencyRef": {"value": "EUR"}}
    )
    payment = api.save("payment", pay(customer, "100", ExchangeRate=Decimal("1.1")))
    dollars = api.save("salesreceipt", sale(None, "5"))
    lines = [linked("Payment", payment["Id"], "100")]

    mixed = api.refusal(
        "deposit", into(bank["Id"], *lines, linked("SalesReceipt", dollars["Id"], "5"))
    )
    deposit = api.save("deposit", into(bank["Id"], *lines, ExchangeRate=Decimal("1.2")))

    assert mixed["Detail"].endswith("You can only use one foreign currency per transaction.")
    assert deposit["CurrencyRef"]["value"] == "EUR"
    assert deposit["HomeTotalAmt"] == 120
    assert api.read(f"account/{bank['Id']}")["CurrentBalance"] == 100
    balances = company.balances()
    assert balances["Bank EUR"] == 120
    assert balances[UNDEPOSITED] == 5
    assert balances["Exchange Gain or Loss"] == -10
