"""Payments of bills: by check or card, with vendor credits or without."""

from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company
from local.qbo.jsonio import loads
from local.qbo.people.person import set_preferences
from tests.emulator.buying import (
    ADVERTISING,
    AP,
    CHECKING,
    MEALS,
    PAYABLE,
    VISA,
    charge,
    edit,
    head,
    owe,
    settle,
    spend,
    vendor,
)
from tests.emulator.conftest import Api


def by_card(body: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in body.items() if name != "CheckPayment"}
    return {**kept, "PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": {"value": VISA}}}


def test_a_check_pays_a_bill(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "200"))

    payment = api.save("billpayment", settle(bob, "200", ("Bill", bill["Id"], "200")))

    assert payment["CheckPayment"] == {
        "BankAccountRef": {"value": CHECKING, "name": "Checking"},
        "PrintStatus": "NeedToPrint",
    }
    assert payment["Line"][0]["LinkedTxn"] == [{"TxnId": bill["Id"], "TxnType": "Bill"}]
    assert "UnappliedAmt" not in payment
    after = api.read(f"bill/{bill['Id']}")
    assert after["Balance"] == 0
    assert after["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "BillPaymentCheck"}]
    assert company.balances() == {AP: 0, "Advertising": 200, "Checking": -200}
    assert api.read(f"vendor/{bob}")["Balance"] == 0
    assert company.ledger.entries[("BillPayment", payment["Id"])].label == "Bill Payment (Check)"


def test_a_card_pays_a_part_of_a_bill(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "200"))

    payment = api.save("billpayment", by_card(settle(bob, "50", ("Bill", bill["Id"], "50"))))

    after = api.read(f"bill/{bill['Id']}")
    assert after["Balance"] == 150
    assert after["LinkedTxn"][0]["TxnType"] == "BillPaymentCreditCard"
    assert "CheckPayment" not in payment
    assert company.balance("Visa") == -50
    label = company.ledger.entries[("BillPayment", payment["Id"])].label
    assert label == "Bill Payment (Credit Card)"


def test_a_vendor_credit_settles_a_bill_without_money(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "90"))
    credit = api.save("vendorcredit", owe(bob, "120"))
    links = (("Bill", bill["Id"], "90"), ("VendorCredit", credit["Id"], "90"))
    body = {**settle(bob, "0", *links), "CheckPayment": {"PrintStatus": "NotSet"}}

    payment = api.save("billpayment", body)

    assert payment["CheckPayment"] == {"PrintStatus": "NotSet"}
    assert api.read(f"bill/{bill['Id']}")["Balance"] == 0
    after = api.read(f"vendorcredit/{credit['Id']}")
    assert (after["Balance"], after["TotalAmt"]) == (30, 120)
    assert company.balances() == {AP: 30, "Advertising": -30}


def test_what_is_paid_above_the_bills_is_the_vendors_credit(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "100"))

    payment = api.save("billpayment", settle(bob, "130", ("Bill", bill["Id"], "100")))

    assert api.read(f"vendor/{bob}")["Balance"] == -30
    later = api.save("bill", owe(bob, "30"))
    links = [("Bill", bill["Id"], "100"), ("Bill", later["Id"], "30")]
    api.save("billpayment", edit(payment, Line=settle(bob, "130", *links)["Line"]))
    assert api.read(f"bill/{later['Id']}")["Balance"] == 0
    assert company.balance(AP) == 0


def test_a_journal_entry_on_payables_is_paid_like_a_bill(api: Api, company: Company) -> None:
    bob = vendor(api)

    def side(kind: str, account: str, **more: Any) -> dict[str, Any]:
        return {
            "Amount": 40,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {
                "PostingType": kind,
                "AccountRef": {"value": account},
                **more,
            },
        }

    party = {"Type": "Vendor", "EntityRef": {"value": bob}}
    entry = api.save(
        "journalentry",
        {"Line": [side("Debit", ADVERTISING), side("Credit", PAYABLE, Entity=party)]},
    )

    api.save("billpayment", settle(bob, "40", ("JournalEntry", entry["Id"], "40")))

    assert company.balances() == {AP: 0, "Advertising": 40, "Checking": -40}
    assert api.read(f"vendor/{bob}")["Balance"] == 0
    again = settle(bob, "1", ("JournalEntry", entry["Id"], "1"))
    assert api.refusal("billpayment", again)["code"] == "6000"


def test_what_a_vendor_paid_back_settles_its_credit(api: Api, company: Company) -> None:
    bob = vendor(api)
    credit = api.save("vendorcredit", owe(bob, "40"))
    party = {"value": bob, "type": "VENDOR"}
    line = {
        "Amount": 40,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": {"value": PAYABLE}, "Entity": party},
    }
    deposit = api.save("deposit", {"DepositToAccountRef": {"value": CHECKING}, "Line": [line]})
    assert api.read(f"vendor/{bob}")["Balance"] == 0
    links = (("Deposit", deposit["Id"], "40"), ("VendorCredit", credit["Id"], "40"))
    body = settle(bob, "0", *links)
    assert api.refusal("billpayment", body)["code"] == "2020"

    body["Line"][0]["LinkedTxn"][0]["TxnLineId"] = "1"
    payment = api.save("billpayment", body)

    assert payment["Line"] == body["Line"]
    assert api.read(f"vendorcredit/{credit['Id']}")["Balance"] == 0
    assert company.balances() == {AP: 0, "Advertising": -40, "Checking": 40}
    assert api.refusal("billpayment", {**body, "TotalAmt": 40})["code"] == "6000"

    deposit = api.read(f"deposit/{deposit['Id']}")
    api.post("deposit", head(deposit), operation="delete")
    assert api.read(f"billpayment/{payment['Id']}")["Line"] == body["Line"][1:]
    assert api.read(f"vendor/{bob}")["Balance"] == -40


def test_a_void_gives_the_bills_back(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "200"))
    payment = api.save(
        "billpayment", settle(bob, "200", ("Bill", bill["Id"], "200"), PrivateNote="May")
    )

    error = api.refusal("billpayment", head(payment), operation="void")
    assert error == {
        "Message": "Unsupported Operation",
        "Detail": "Operation void is not supported.",
        "code": "500",
        "element": "Operation",
    }
    voided = api.save(
        "billpayment", {**head(payment), "sparse": True}, operation="update", include="void"
    )

    assert (voided["TotalAmt"], voided["Line"], voided["PrivateNote"]) == (0, [], "Voided - May")
    after = api.read(f"bill/{bill['Id']}")
    assert (after["Balance"], after["LinkedTxn"]) == (200, [])
    assert company.balances() == {AP: -200, "Advertising": 200, "Checking": 0}


def test_deleting_a_payment_opens_bills_and_credits(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "90"))
    credit = api.save("vendorcredit", owe(bob, "20"))
    links = (("Bill", bill["Id"], "90"), ("VendorCredit", credit["Id"], "20"))
    payment = api.save("billpayment", settle(bob, "70", *links))

    api.post("billpayment", head(payment), operation="delete")

    assert api.read(f"bill/{bill['Id']}")["Balance"] == 90
    assert api.read(f"vendorcredit/{credit['Id']}")["Balance"] == 20
    assert company.balance("Checking") == 0


def test_payments_that_cannot_be(api: Api, company: Company) -> None:
    bob = vendor(api)
    bill = api.save("bill", owe(bob, "100"))["Id"]
    whole = settle(bob, "100", ("Bill", bill, "100"))

    def without(name: str) -> dict[str, Any]:
        return {each: value for each, value in whole.items() if each != name}

    for body, code, element in (
        (without("TotalAmt"), "6000", ""),
        (without("VendorRef"), "2020", "VendorRef"),
        (without("PayType"), "2020", "PayType"),
        (without("CheckPayment"), "2020", "CheckPayment"),
        (without("Line"), "2020", "Line"),
        ({**whole, "Line": []}, "2020", "Line"),
        ({**whole, "Line": [{"Amount": 100}]}, "2020", "Line"),
        ({**whole, "TotalAmt": 99}, "6000", ""),
        ({**whole, "TotalAmt": -1}, "6000", ""),
        ({**whole, "CheckPayment": {}}, "2020", "CheckPayment.BankAccountRef"),
        (settle(bob, "101", ("Bill", bill, "101")), "6000", ""),
        (settle(bob, "1", ("Bill", "999", "1")), "610", ""),
        (settle(bob, "1", ("Invoice", "1", "1")), "2170", "Line.LinkedTxn.TxnType"),
        (settle(bob, "100", ("Bill", bill, "100"), bank=VISA), "6430", ""),
        ({**by_card(whole), "CreditCardPayment": {"CCAccountRef": {"value": "35"}}}, "6430", ""),
    ):
        error = api.refusal("billpayment", body)
        assert (error["code"], error["element"]) == (code, element), error
    assert company.all("BillPayment") == []


def test_another_vendors_bill_is_not_paid(api: Api) -> None:
    bob, eve = vendor(api), vendor(api, "Eve")
    bill = api.save("bill", owe(bob, "100"))
    own = api.save("bill", owe(eve, "5"))
    links = (("Bill", bill["Id"], "10"), ("Bill", own["Id"], "5"))

    api.save("billpayment", settle(eve, "15", *links))

    assert api.read(f"bill/{bill['Id']}")["Balance"] == 100
    assert api.read(f"vendor/{eve}")["Balance"] == -10


def test_a_prepayment_on_payables_is_a_credit_that_no_api_applies(
    api: Api, company: Company
) -> None:
    bob = vendor(api)
    payee = {"value": bob, "type": "Vendor"}
    paid = api.save("purchase", spend("Check", CHECKING, charge("60", PAYABLE), EntityRef=payee))
    assert company.balances() == {"Checking": -60, AP: 60}
    assert api.read(f"vendor/{bob}")["Balance"] == -60

    bill = api.save("bill", owe(bob, "60"))
    links = (("Bill", bill["Id"], "60"), ("Check", paid["Id"], "60"))
    body = {**settle(bob, "60", *links)}
    payment = api.save("billpayment", body)

    assert len(payment["Line"]) == 1
    assert api.refusal("billpayment", settle(bob, "1", links[1]))["code"] == "2020"


def test_a_prepayment_on_an_asset_becomes_a_credit_for_the_bill(api: Api, company: Company) -> None:
    bob = vendor(api)
    asset = api.save("account", {"Name": "Prepaid", "AccountSubType": "PrepaidExpenses"})["Id"]
    api.save("purchase", spend("Check", CHECKING, charge("60", asset), EntityRef={"value": bob}))
    bill = api.save("bill", owe(bob, charge("100", MEALS)))

    credit = api.save("vendorcredit", owe(bob, charge("60", asset)))
    links = (("Bill", bill["Id"], "60"), ("VendorCredit", credit["Id"], "60"))
    api.save("billpayment", {**settle(bob, "0", *links), "CheckPayment": {"PrintStatus": "NotSet"}})

    assert api.read(f"bill/{bill['Id']}")["Balance"] == 40
    assert company.balances() == {
        "Checking": -60,
        "Prepaid": 0,
        "Meals and Entertainment": 100,
        AP: -40,
    }


def test_a_foreign_bill_is_paid_at_another_rate(api: Api, company: Company) -> None:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    berlin = vendor(api, "Berlin GmbH", CurrencyRef={"value": "EUR"})

    bill = api.save("bill", owe(berlin, "100", ExchangeRate=Decimal("1.1")))
    payment = settle(berlin, "100", ("Bill", bill["Id"], "100"), ExchangeRate=Decimal("1.2"))
    api.save("billpayment", payment)

    assert bill["CurrencyRef"]["value"] == "EUR"
    assert (bill["HomeTotalAmt"], bill["HomeBalance"]) == (110, 110)
    assert bill["APAccountRef"]["name"] == f"{AP} - EUR"
    assert company.balances() == {
        f"{AP} - EUR": 0,
        "Advertising": 110,
        "Checking": -120,
        "Exchange Gain or Loss": 10,
    }
    assert loads(api.get(f"vendor/{berlin}").content)["Vendor"]["Balance"] == 0


def test_a_foreign_credit_settles_a_bill_of_another_rate(api: Api, company: Company) -> None:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    berlin = vendor(api, "Berlin GmbH", CurrencyRef={"value": "EUR"})
    bill = api.save("bill", owe(berlin, "100", ExchangeRate=Decimal("1.1")))
    credit = api.save("vendorcredit", owe(berlin, "100", ExchangeRate=Decimal("1.2")))
    links = (("Bill", bill["Id"], "100"), ("VendorCredit", credit["Id"], "100"))

    api.save("billpayment", settle(berlin, "0", *links))

    assert company.balances() == {
        f"{AP} - EUR": 0,
        "Advertising": -10,
        "Exchange Gain or Loss": 10,
    }
    wrong = spend("Check", CHECKING, charge("5", PAYABLE), EntityRef={"value": berlin})
    assert api.refusal("purchase", wrong)["code"] == "6000"


@pytest.mark.parametrize("pay_type", ["Check", "CreditCard"])
def test_checks_share_their_numbers(api: Api, pay_type: str) -> None:
    bob = vendor(api)
    check = api.save("purchase", spend("Check", CHECKING, "5", DocNumber="77"))
    bill = api.save("bill", owe(bob, "10"))
    body = settle(bob, "10", ("Bill", bill["Id"], "10"), DocNumber="77")
    if pay_type == "CreditCard":
        assert api.save("billpayment", by_card(body))["DocNumber"] == "77"
        return

    error = api.refusal("billpayment", body)

    assert error["code"] == "6140"
    assert error["Detail"].endswith(
        f"DocNumber=77 is assigned to TxnType=Check with TxnId={check['Id']}"
    )
    paid = api.save("billpayment", body, include="allowduplicatedocnum")
    assert paid["DocNumber"] == "77"
    error = api.refusal("purchase", spend("Check", CHECKING, "5", DocNumber="77"))
    assert error["code"] == "6140"
