"""Whatever is wrong in a body: an answer of QuickBooks' kind, and the books still balance."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.qbo import Emulator, Limits, ManualClock
from local.qbo.jsonio import loads
from local.qbo.people.bookkeeper import keep_books
from tests.emulator.conftest import Api, line, pay, sale

ODD = st.sampled_from(
    [
        *(None, "", " ", "x", "ü😀", "a:b", "2026-02-30", "NaN", True, [], {}, [1], {"a": 1}),
        *(0, 1, -1, 10**20, Decimal("1.005"), Decimal("-0.01"), "1", "2", "35", "84", "999"),
        *({"value": "1"}, {"value": "84"}, {"value": "999"}, {"value": None}, "Credit", "x" * 5000),
    ]
)
DISCOUNT = {
    "Amount": 5,
    "DetailType": "DiscountLineDetail",
    "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
}
FORM = {
    **sale("1"),
    "Line": [line("100", "TAX", Qty=2, UnitPrice=50), line("5", item="SHIPPING_ITEM_ID"), DISCOUNT],
    "TxnTaxDetail": {
        "TxnTaxCodeRef": {"value": "3"},
        "TotalTax": 9,
        "TaxLine": [{"Amount": 9, "TaxLineDetail": {"TaxRateRef": {"value": "1"}}}],
    },
    "TxnDate": "2026-09-30",
    "DepositToAccountRef": {"value": "35"},
    "Deposit": 10,
    "SalesTermRef": {"value": "2"},
    "BillEmail": {"Address": "jane@example.com"},
}
BODIES: dict[str, dict[str, Any]] = {
    "customer": {"DisplayName": "New", "BillAddr": {"Line1": "a"}, "SalesTermRef": {"value": "1"}},
    "vendor": {"DisplayName": "New", "PrimaryPhone": {"FreeFormNumber": "1"}},
    "item": {"Name": "New", "Type": "Service", "IncomeAccountRef": {"value": "79"}, "UnitPrice": 1},
    "account": {"Name": "New", "AccountType": "Bank", "AccountSubType": "Checking"},
    "term": {"Name": "New", "DueDays": 3, "DayOfMonthDue": 15},
    "department": {"Name": "New", "SubDepartment": False},
    "invoice": FORM,
    "salesreceipt": {name: FORM[name] for name in FORM if name not in ("Deposit", "SalesTermRef")},
    "creditmemo": {
        name: FORM[name] for name in FORM if name not in ("Deposit", "DepositToAccountRef")
    },
    "refundreceipt": {name: FORM[name] for name in FORM if name not in ("Deposit", "SalesTermRef")},
    "payment": pay("2", "100", ("Invoice", "4", "0.01"), DepositToAccountRef={"value": "35"}),
    "journalentry": {
        "Line": [
            {
                "Amount": 10,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": side,
                    "AccountRef": {"value": account},
                    "Entity": {"Type": "Customer", "EntityRef": {"value": "1"}},
                },
            }
            for side, account in (("Debit", "84"), ("Credit", "79"))
        ]
    },
    "deposit": {
        "DepositToAccountRef": {"value": "35"},
        "Line": [
            {
                "Amount": 10,
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {
                    "AccountRef": {"value": "84"},
                    "Entity": {"value": "1", "type": "CUSTOMER"},
                    "PaymentMethodRef": {"value": "1"},
                },
            }
        ],
        "CashBack": {"AccountRef": {"value": "36"}, "Amount": 3},
    },
    "transfer": {
        "FromAccountRef": {"value": "35"},
        "ToAccountRef": {"value": "36"},
        "Amount": 7,
    },
    "attachable": {
        "Note": "n",
        "AttachableRef": [{"EntityRef": {"type": "Customer", "value": "1"}}],
    },
    "recurringtransaction": {
        "Transfer": {
            "FromAccountRef": {"value": "35"},
            "ToAccountRef": {"value": "36"},
            "Amount": 7,
            "RecurringInfo": {
                "Name": "n",
                "RecurType": "Automated",
                "ScheduleInfo": {"IntervalType": "Monthly", "NumInterval": 1, "DayOfMonth": 3},
            },
        }
    },
}


def places(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body, as a path of keys."""
    keys = body.keys() if isinstance(body, dict) else range(len(body))
    found = []
    for key in keys:
        found.append((*path, key))
        if isinstance(body[key], (dict, list)):
            found += places(body[key], (*path, key))
    return found


def step(at: Any, key: Any) -> Any:
    """What is at a key, or None where an earlier change has taken it away."""
    if isinstance(at, dict):
        return at.get(key) if isinstance(key, str) else None
    if isinstance(at, list) and isinstance(key, int) and key < len(at):
        return at[key]
    return None


def spoilt(body: dict[str, Any], changes: list[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
    """The body with odd values in some places."""
    result = copy.deepcopy(body)
    for path, value in changes:
        at: Any = result
        for key in path[:-1]:
            at = step(at, key)
        if step(at, path[-1]) is not None:
            at[path[-1]] = copy.deepcopy(value)
    return result


@pytest.mark.parametrize("path", sorted(BODIES))
def test_a_spoilt_body_gets_an_answer_and_the_books_balance(path: str) -> None:
    emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=5)
    company = emulator.seed("us")
    keep_books(company)
    api = Api(emulator)
    assert api.save(path, BODIES[path])
    spots = st.sampled_from(places(BODIES[path]))

    @settings(max_examples=60, deadline=None)
    @given(
        changes=st.lists(st.tuples(spots, ODD), min_size=1, max_size=2),
        head=st.sampled_from([{}, {}, {"Id": "1", "SyncToken": "0"}]),
        sparse=st.booleans(),
    )
    def check(changes: list[tuple[tuple[Any, ...], Any]], head: Any, sparse: bool) -> None:
        answer = api.post(path, {**spoilt(BODIES[path], changes), **head, "sparse": sparse})
        content = loads(answer.content)
        assert answer.status_code in (200, 400)
        assert ("Fault" in content) == (answer.status_code == 400)
        assert sum(company.balances().values()) == 0

    check()
    assert loads(api.get("query", query=f"select * from {path} MAXRESULTS 1000").content)
