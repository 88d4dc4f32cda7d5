"""Purchase orders, and the bills that bill them."""

from typing import Any

import pytest

from local.qbo import Company
from local.qbo.people.person import set_preferences
from tests.emulator.buying import (
    AP,
    PAYABLE,
    billing,
    buy,
    charge,
    edit,
    goods,
    head,
    owe,
    settle,
    vendor,
)
from tests.emulator.conftest import Api


def order(api: Api, bob: str) -> Any:
    """Ten pieces at 5.00, and 30.00 of advertising."""
    paper = goods(api)
    return api.save("purchaseorder", owe(bob, buy(paper, "50", Qty=10, UnitPrice=5), "30"))


def pieces(order: Any, quantity: int) -> dict[str, Any]:
    item = order["Line"][0]["ItemBasedExpenseLineDetail"]["ItemRef"]["value"]
    return billing(order, buy(item, str(quantity * 5), Qty=quantity, UnitPrice=5), "1")


def again(api: Api, row: Any, path: str = "purchaseorder") -> Any:
    return api.read(f"{path}/{row['Id']}")


def test_an_order_posts_nothing(api: Api, company: Company) -> None:
    bob = vendor(api)

    made = order(api, bob)

    assert (made["POStatus"], made["TotalAmt"], made["EmailStatus"]) == ("Open", 80, "NotSet")
    assert made["APAccountRef"] == {"value": PAYABLE, "name": AP}
    assert made["LinkedTxn"] == []
    assert [each["LineNum"] for each in made["Line"]] == [1, 2]
    assert not company.ledger.entries
    assert api.read(f"vendor/{bob}")["Balance"] == 0


def test_bills_close_an_order_once_all_of_it_is_billed(api: Api, company: Company) -> None:
    bob = vendor(api)
    made = order(api, bob)

    first = api.save("bill", owe(bob, pieces(made, 4)))
    partly = again(api, made)
    assert partly["POStatus"] == "Open"
    assert partly["LinkedTxn"] == [{"TxnId": first["Id"], "TxnType": "Bill"}]
    assert first["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "PurchaseOrder"}]
    assert first["Line"][0]["LinkedTxn"] == [
        {"TxnId": made["Id"], "TxnType": "PurchaseOrder", "TxnLineId": "1"}
    ]

    second = api.save("bill", owe(bob, pieces(made, 6), billing(made, charge("30"), "2")))
    closed = again(api, made)
    assert closed["POStatus"] == "Closed"
    assert [each["TxnId"] for each in closed["LinkedTxn"]] == [first["Id"], second["Id"]]
    assert company.balance(AP) == -80

    api.post("bill", head(first), operation="delete")
    opened = again(api, made)
    assert opened["POStatus"] == "Open"
    assert [each["TxnId"] for each in opened["LinkedTxn"]] == [second["Id"]]


def test_a_bill_may_bill_several_orders(api: Api) -> None:
    bob = vendor(api)
    made = [api.save("purchaseorder", owe(bob, "10")) for _ in range(2)]

    bill = api.save("bill", owe(bob, *(billing(each, charge("10"), "1") for each in made)))

    assert [each["TxnId"] for each in bill["LinkedTxn"]] == [each["Id"] for each in made]
    assert [again(api, each)["POStatus"] for each in made] == ["Closed", "Closed"]


@pytest.mark.parametrize("part", [None, "2", "x"])
def test_a_wrong_line_id_saves_the_bill_without_the_link(api: Api, part: str | None) -> None:
    bob = vendor(api)
    made = api.save("purchaseorder", owe(bob, "10"))
    link = {"TxnId": made["Id"], "TxnType": "PurchaseOrder"}
    line = {**charge("10"), "LinkedTxn": [{**link, "TxnLineId": part} if part else link]}

    bill = api.save("bill", owe(bob, line, LinkedTxn=[link]))

    assert (bill["LinkedTxn"], bill["Line"][0]["LinkedTxn"]) == ([], [])
    assert again(api, made)["POStatus"] == "Open"


def test_only_new_lines_and_the_same_vendors_can_be_linked(api: Api) -> None:
    bob, eve = vendor(api), vendor(api, "Eve")
    made = api.save("purchaseorder", owe(bob, "10"))
    bill = api.save("bill", owe(bob, "10"))

    linked = {**billing(made, charge("10"), "1"), "Id": "1"}
    bill = api.save("bill", edit(bill, **owe(bob, linked)))
    assert bill["LinkedTxn"] == []
    assert api.save("bill", owe(eve, billing(made, charge("10"), "1")))["LinkedTxn"] == []

    bill = api.save("bill", edit(bill, **owe(bob, billing(made, charge("10"), "1"))))
    assert bill["Line"][0]["Id"] == "2"
    assert again(api, made)["POStatus"] == "Closed"
    wrong = billing({"Id": "999"}, charge("10"), "1")
    assert api.refusal("bill", owe(bob, wrong))["code"] == "610"


def test_links_stay_while_their_lines_do(api: Api) -> None:
    bob = vendor(api)
    made = api.save("purchaseorder", owe(bob, "10"))
    bill = api.save("bill", owe(bob, billing(made, charge("10"), "1"), "5"))

    bill = api.save("bill", edit(bill, VendorRef={"value": bob}, PrivateNote="x"))
    assert again(api, made)["POStatus"] == "Closed"
    bill = api.save("bill", edit(bill, **owe(bob, *bill["Line"])))
    assert again(api, made)["LinkedTxn"] == [{"TxnId": bill["Id"], "TxnType": "Bill"}]

    bill = api.save("bill", edit(bill, **owe(bob, bill["Line"][1])))
    assert bill["LinkedTxn"] == []
    opened = again(api, made)
    assert (opened["POStatus"], opened["LinkedTxn"]) == ("Open", [])


def test_a_bill_that_is_paid_keeps_its_order(api: Api) -> None:
    bob = vendor(api)
    made = api.save("purchaseorder", owe(bob, "10"))
    bill = api.save("bill", owe(bob, billing(made, charge("10"), "1")))

    paid = api.save("billpayment", settle(bob, "10", ("Bill", bill["Id"], "10")))

    both = [
        {"TxnId": made["Id"], "TxnType": "PurchaseOrder"},
        {"TxnId": paid["Id"], "TxnType": "BillPaymentCheck"},
    ]
    assert again(api, bill, "bill")["LinkedTxn"] == both
    bill = again(api, bill, "bill")
    after = api.save("bill", edit(bill, VendorRef={"value": bob}, PrivateNote="x"))
    assert after["LinkedTxn"] == both


def test_an_order_can_be_closed_by_hand(api: Api) -> None:
    bob = vendor(api)
    made = order(api, bob)

    closed = api.save("purchaseorder", edit(made, POStatus="Closed"))
    assert closed["POStatus"] == "Closed"
    api.save("bill", owe(bob, pieces(made, 1)))
    assert again(api, made)["POStatus"] == "Closed"
    assert api.refusal("purchaseorder", edit(again(api, made), POStatus="Done"))["code"] == "2170"


def test_an_order_that_grows_is_open_again(api: Api) -> None:
    bob = vendor(api)
    made = api.save("purchaseorder", owe(bob, "10"))
    bill = api.save("bill", owe(bob, billing(made, charge("10"), "1")))
    made = again(api, made)

    grown = api.save("purchaseorder", edit(made, Line=[*made["Line"], charge("5")]))
    assert (grown["POStatus"], grown["TotalAmt"]) == ("Open", 15)

    replaced = api.save("purchaseorder", edit(grown, Line=[charge("5")]))
    assert (replaced["POStatus"], replaced["LinkedTxn"]) == ("Open", [])
    assert again(api, bill, "bill")["LinkedTxn"] == []


@pytest.mark.parametrize("how", ["unapply", "refuse"])
def test_deleting_a_billed_order(api: Api, company: Company, how: str) -> None:
    company.switches.delete_paid_document = how
    bob = vendor(api)
    made = api.save("purchaseorder", owe(bob, "10"))
    bill = api.save("bill", owe(bob, billing(made, charge("10"), "1")))

    response = api.post("purchaseorder", head(again(api, made)), operation="delete")

    assert response.status_code == (200 if how == "unapply" else 400)
    kept = [] if how == "unapply" else bill["LinkedTxn"]
    assert again(api, bill, "bill")["LinkedTxn"] == kept
    assert company.balance(AP) == -10


def test_a_company_without_orders_has_none(api: Api, company: Company) -> None:
    off = {"Name": "VendorAndPurchasesPrefs.PurchaseOrderEnabled", "Value": "false"}
    set_preferences(company, {"OtherPrefs": {"NameValue": [off]}})

    assert api.refusal("purchaseorder", owe(vendor(api), "10"))["code"] == "5020"


def test_orders_are_not_found_by_vendor(api: Api) -> None:
    made = api.save("purchaseorder", owe(vendor(api), "10", DueDate="2026-05-01"))

    found = api.query("select * from PurchaseOrder where DueDate = '2026-05-01'")
    assert [each["Id"] for each in found["PurchaseOrder"]] == [made["Id"]]
    response = api.get("query", query="select * from PurchaseOrder where VendorRef = '1'")
    assert "property 'VendorRef' is not queryable" in response.text


def test_an_order_says_how_much_of_its_items_has_come(api: Api) -> None:
    bob = vendor(api)
    made = order(api, bob)
    assert [each.get("Received") for each in made["Line"]] == [0, None]

    bill = api.save("bill", owe(bob, pieces(made, 4)))
    partly = again(api, made)
    assert partly["Line"][0]["Received"] == 4
    partly = api.save("purchaseorder", edit(partly, Line=partly["Line"], PrivateNote="x"))
    assert partly["Line"][0]["Received"] == 4
    api.post("bill", head(bill), operation="delete")
    assert again(api, made)["Line"][0]["Received"] == 0


def test_an_order_is_mailed_and_printed(api: Api) -> None:
    made = order(api, vendor(api))

    sent = api.post(f"purchaseorder/{made['Id']}/send", {}, sendTo="bob@example.com")

    assert sent.status_code == 200, sent.text
    after = again(api, made)
    assert (after["EmailStatus"], after["POEmail"]) == (
        "EmailSent",
        {"Address": "bob@example.com"},
    )
    assert api.get(f"purchaseorder/{made['Id']}/pdf").content.startswith(b"%PDF")
