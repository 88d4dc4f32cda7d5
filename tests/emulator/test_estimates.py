"""Estimates: offered, accepted, turned into an invoice or a receipt; they post nothing."""

from typing import Any

import pytest

from local.qbo import Company
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, sale


def of(estimate: Any) -> dict[str, Any]:
    return {"LinkedTxn": [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]}


def test_an_estimate_is_priced_and_taxed_but_posts_nothing(api: Api, company: Company) -> None:
    customer = api.customer()

    made = api.save(
        "estimate",
        {
            **sale(customer, Line=[line("100", "TAX")]),
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}},
            "ExpirationDate": "2026-12-31",
        },
    )

    assert made["TotalAmt"] == 108
    assert made["TxnStatus"] == "Pending"
    assert "LinkedTxn" not in made
    assert "Balance" not in made
    assert company.balances() == {}
    accepted = api.save(
        "estimate",
        {
            "Id": made["Id"],
            "SyncToken": "0",
            "sparse": True,
            "TxnStatus": "Accepted",
            "AcceptedBy": "Jane",
            "AcceptedDate": "2026-07-01",
        },
    )
    assert (accepted["TxnStatus"], accepted["AcceptedBy"]) == ("Accepted", "Jane")
    assert accepted["ExpirationDate"] == "2026-12-31"
    found = api.query(f"select * from Estimate where CustomerRef = '{customer}'")
    assert [each["Id"] for each in found["Estimate"]] == [made["Id"]]
    mailed = api.save(f"estimate/{made['Id']}/send", {}, sendTo="jane@example.com")
    assert mailed["EmailStatus"] == "EmailSent"
    assert api.get(f"estimate/{made['Id']}/pdf").content.startswith(b"%PDF")
    gone = api.save("estimate", {"Id": made["Id"], "SyncToken": "2"}, operation="delete")
    assert gone["status"] == "Deleted"


@pytest.mark.parametrize("path, kind", [("invoice", "Invoice"), ("salesreceipt", "SalesReceipt")])
def test_what_is_sold_by_an_estimate_closes_it_until_the_sale_is_gone(
    api: Api, path: str, kind: str
) -> None:
    customer = api.customer()
    estimate = api.save("estimate", sale(customer, "100", TxnStatus="Accepted"))

    made = api.save(path, {**sale(customer, "100"), **of(estimate)})

    assert made["LinkedTxn"] == [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    closed = api.read(f"estimate/{estimate['Id']}")
    assert closed["TxnStatus"] == "Closed"
    assert closed["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": kind}]
    assert closed["SyncToken"] == "1"
    assert api.refusal(path, {**sale(customer, "100"), **of(estimate)})["code"] == "620"
    api.save(path, {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    opened = api.read(f"estimate/{estimate['Id']}")
    assert opened["TxnStatus"] == "Accepted"
    assert "LinkedTxn" not in opened
    again = api.save(path, {**sale(customer, "100"), **of(estimate)})
    assert again["LinkedTxn"][0]["TxnId"] == estimate["Id"]


def test_the_link_outlives_edits_that_do_not_name_it_and_payments(api: Api) -> None:
    customer = api.customer()
    estimate = api.save("estimate", sale(customer, "100"))
    invoice = api.invoice(customer, "100", **of(estimate))
    payment = api.save(
        "payment",
        {
            "CustomerRef": {"value": customer},
            "TotalAmt": 40,
            "Line": [{"Amount": 40, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}],
        },
    )
    head = {"Id": invoice["Id"], "SyncToken": "1"}

    full = api.save("invoice", {**sale(customer, "90"), **head})
    assert full["LinkedTxn"] == [
        {"TxnId": estimate["Id"], "TxnType": "Estimate"},
        {"TxnId": payment["Id"], "TxnType": "Payment"},
    ]
    echoed = api.save("invoice", {**full, "PrivateNote": "read and sent back"})
    assert echoed["LinkedTxn"] == full["LinkedTxn"]
    assert echoed["Balance"] == 50

    freed = api.save(
        "invoice", {**head, "SyncToken": echoed["SyncToken"], "sparse": True, "LinkedTxn": []}
    )
    assert freed["LinkedTxn"] == full["LinkedTxn"][1:]
    assert api.read(f"estimate/{estimate['Id']}")["TxnStatus"] == "Pending"


def test_a_void_a_new_customer_or_the_estimates_deletion_part_the_two(api: Api) -> None:
    customer, other = api.customer(), api.customer("Another")
    first, second, third = (api.save("estimate", sale(customer, "9")) for _ in range(3))
    voided, moved, kept = (
        api.invoice(customer, "9", **of(each)) for each in (first, second, third)
    )

    api.save("invoice", {"Id": voided["Id"], "SyncToken": "0"}, operation="void")
    away = {"CustomerRef": {"value": other}, "sparse": True}
    api.save("invoice", {"Id": moved["Id"], "SyncToken": "0", **away})
    api.save("estimate", {"Id": third["Id"], "SyncToken": "1"}, operation="delete")

    assert api.read(f"estimate/{first['Id']}")["TxnStatus"] == "Pending"
    assert api.read(f"estimate/{second['Id']}")["TxnStatus"] == "Pending"
    assert api.read(f"invoice/{moved['Id']}")["LinkedTxn"] == []
    assert api.read(f"invoice/{kept['Id']}")["LinkedTxn"] == []


def test_a_link_that_cannot_be_is_refused(api: Api) -> None:
    customer, other = api.customer(), api.customer("Another")
    one, two = (api.save("estimate", sale(customer, "9")) for _ in range(2))
    both = {"LinkedTxn": [*of(one)["LinkedTxn"], *of(two)["LinkedTxn"]]}

    def code(customer: str, links: dict[str, Any]) -> str:
        return str(api.refusal("invoice", {**sale(customer, "9"), **links})["code"])

    assert code(customer, both) == "620"
    assert code(other, of(one)) == "620"
    assert code(customer, of({"Id": "999"})) == "610"
    assert code(customer, {"LinkedTxn": [{"TxnId": "1", "TxnType": "TimeActivity"}]}) == "610"
    assert code(customer, {"LinkedTxn": [{"TxnId": "1", "TxnType": "Wish"}]}) == "2170"
    assert api.read(f"estimate/{one['Id']}")["TxnStatus"] == "Pending"


def test_estimates_need_their_preference_a_status_that_there_is_and_no_void(
    api: Api, company: Company
) -> None:
    customer = api.customer()
    made = api.save("estimate", sale(customer))

    head = {"Id": made["Id"], "SyncToken": "0"}
    assert api.refusal("estimate", head, operation="void")["code"] == "500"
    assert api.refusal("estimate", sale(customer, TxnStatus="Lost"))["code"] == "2170"
    assert api.refusal("estimate", sale(None))["code"] == "2020"
    set_preferences(company, {"SalesFormsPrefs": {"AllowEstimates": False}})
    assert api.refusal("estimate", sale(customer))["code"] == "6000"
