"""Recurring transactions: templates that post nothing, and what a person makes of them."""

from typing import Any

import pytest

from local.qbo import Company
from local.qbo.jsonio import dumps, loads
from local.qbo.people.person import edit
from tests.emulator.conftest import Api, sale

MONTHLY = {
    "Name": "Rent",
    "RecurType": "Automated",
    "ScheduleInfo": {
        "IntervalType": "Monthly",
        "NumInterval": "1",
        "DayOfMonth": 31,
        "StartDate": "2027-01-31",
    },
}


def direct(account: str) -> dict[str, Any]:
    return {
        "Amount": 5,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": {"value": account}},
    }


def expense(account: str) -> dict[str, Any]:
    return {
        "Amount": 5,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}},
    }


def journal(account: str, side: str) -> dict[str, Any]:
    return {
        "Amount": 5,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
    }


def bodies(api: Api) -> dict[str, dict[str, Any]]:
    """A transaction of every kind that can recur."""
    customer = api.customer()
    vendor = {"value": api.save("vendor", {"DisplayName": "Landlord"})["Id"]}
    bought = {"VendorRef": vendor, "Line": [expense("17")]}
    return {
        "Invoice": sale(customer, "100"),
        "Estimate": sale(customer, "100"),
        "SalesReceipt": sale(customer, "100"),
        "CreditMemo": sale(customer, "100"),
        "RefundReceipt": sale(customer, "100", DepositToAccountRef={"value": "35"}),
        "Bill": bought,
        "VendorCredit": bought,
        "PurchaseOrder": {
            "VendorRef": vendor,
            "APAccountRef": {"value": "33"},
            "Line": [
                {
                    "Amount": 5,
                    "DetailType": "ItemBasedExpenseLineDetail",
                    "ItemBasedExpenseLineDetail": {
                        "ItemRef": {"value": "1"},
                        "Qty": 1,
                        "UnitPrice": 5,
                    },
                }
            ],
        },
        "Purchase": {
            "PaymentType": "Cash",
            "AccountRef": {"value": "35"},
            "Line": [expense("17")],
        },
        "Deposit": {"DepositToAccountRef": {"value": "35"}, "Line": [direct("1")]},
        "Transfer": {
            "FromAccountRef": {"value": "35"},
            "ToAccountRef": {"value": "36"},
            "Amount": 5,
        },
        "JournalEntry": {"Line": [journal("35", "Debit"), journal("1", "Credit")]},
    }


def books(company: Company, kind: str) -> str:
    return dumps([{k: v for k, v in company.balances().items() if v}, company.all(kind)])


def test_every_kind_of_template_posts_nothing_until_it_is_used(api: Api, company: Company) -> None:
    api.save(
        "item", {"Id": "1", "SyncToken": "0", "sparse": True, "ExpenseAccountRef": {"value": "80"}}
    )
    for kind, body in bodies(api).items():
        before = books(company, kind)

        made = api.save("recurringtransaction", {kind: {**body, "RecurringInfo": MONTHLY}})

        assert set(made) == {kind}
        template = made[kind]
        assert books(company, kind) == before
        assert template["RecurringInfo"]["ScheduleInfo"]["NumInterval"] == 1
        assert template["RecurringInfo"]["Active"] is True
        assert "TxnDate" not in template
        assert api.read(f"recurringtransaction/{template['Id']}") == made

        used = edit(company, "run_recurring", "RecurringTransaction", {"Id": template["Id"]})[kind]
        assert used["TxnDate"] == "2027-01-31"
        assert used["RecurDataRef"] == {"value": template["Id"], "name": "Rent"}
        assert api.read(f"{kind.lower()}/{used['Id']}") == used
        after = api.read(f"recurringtransaction/{template['Id']}")[kind]["RecurringInfo"]
        assert after["ScheduleInfo"]["PreviousDate"] == "2027-01-31"
        assert after["ScheduleInfo"]["NextDate"] == "2027-02-28"
    assert company.balance("Savings") == 5


def test_templates_are_listed_and_deleted_but_not_changed(api: Api) -> None:
    customer = api.customer()
    info = {"RecurringInfo": MONTHLY}
    first = api.save("recurringtransaction", {"Invoice": {**sale(customer), **info}})
    second = api.save("recurringtransaction", {"CreditMemo": {**sale(customer), **info}})
    head = {"Id": first["Invoice"]["Id"], "SyncToken": "0"}

    assert api.query("select * from RecurringTransaction") == {
        "RecurringTransaction": [second, first],
        "startPosition": 1,
        "maxResults": 2,
    }
    refusal = api.refusal("recurringtransaction", {"Invoice": {**sale(customer), **info, **head}})
    assert refusal["code"] == "500"
    response = api.post("recurringtransaction", first, operation="delete")
    gone = {"domain": "QBO", "status": "Deleted", "Id": head["Id"]}
    assert loads(response.content)["RecurringTransaction"] == {"Invoice": gone}
    assert api.query("select Id from RecurringTransaction")["RecurringTransaction"] == [second]
    assert api.get(f"recurringtransaction/{head['Id']}").status_code == 400


def test_a_schedule_ends_by_number_or_by_date(api: Api, company: Company) -> None:
    customer = api.customer()

    def runs(**schedule: Any) -> list[str]:
        info = {**MONTHLY, "ScheduleInfo": {"StartDate": "2027-01-01", **schedule}}
        made = api.save(
            "recurringtransaction", {"Invoice": {**sale(customer), "RecurringInfo": info}}
        )
        id, days = made["Invoice"]["Id"], []
        for _ in range(3):
            edit(company, "run_recurring", "RecurringTransaction", {"Id": id})
            found = api.read(f"recurringtransaction/{id}")["Invoice"]["RecurringInfo"]
            if "NextDate" not in found["ScheduleInfo"]:
                break
            days.append(found["ScheduleInfo"]["NextDate"])
        return days

    assert runs(IntervalType="Weekly", NumInterval=2, MaxOccurrences=2) == ["2027-01-15"]
    assert runs(IntervalType="Daily", EndDate="2027-01-02") == ["2027-01-02"]
    assert runs(IntervalType="Yearly") == ["2028-01-01", "2029-01-01", "2030-01-01"]
    with pytest.raises(ValueError, match="RecurringTransaction"):
        edit(company, "run_recurring", "Invoice", {"Id": "1"})


@pytest.mark.parametrize(
    "body, code",
    [
        ({}, "2020"),
        ({"Wish": {}}, "2010"),
        ({"Invoice": 5}, "2010"),
        ({"RecurringTransaction": {"Invoice": {}}}, "2120"),
        ({"Invoice": {}, "Bill": {}}, "2020"),
        ({"Invoice": {"Line": []}}, "2020"),
        ({"Invoice": {"RecurringInfo": {"RecurType": "UnScheduled"}}}, "2020"),
        ({"Invoice": {"RecurringInfo": {"Name": "n", "RecurType": "Never"}}}, "2170"),
        ({"Invoice": {"RecurringInfo": {"Name": "n", "RecurType": "Reminded"}}}, "2020"),
        ({"Invoice": {"Wish": 1, "RecurringInfo": MONTHLY}}, "2010"),
        ({"Transfer": {"Amount": 5, "RecurringInfo": MONTHLY}}, "2020"),
    ],
)
def test_a_template_that_cannot_be_is_refused_and_leaves_nothing(
    api: Api, company: Company, body: dict[str, Any], code: str
) -> None:
    assert api.refusal("recurringtransaction", body)["code"] == code
    assert company.all("RecurringTransaction") == []
