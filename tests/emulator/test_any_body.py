"""Whatever is wrong in a body: an answer of QuickBooks' kind, and the books still balance."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.qbo import Emulator, Limits, ManualClock
from local.qbo.entities import ENTITIES
from local.qbo.jsonio import loads
from local.qbo.people.bookkeeper import keep_books
from tests.emulator.buying import buy, charge, owe, settle, spend
from tests.emulator.conftest import Api, line, pay, sale
from tests.emulator.test_inventory import SHRINKAGE, widget

ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, "", " ", "x", "ü😀", "a:b", "2026-02-30", "NaN", True, [], {}, [1], {"a": 1}),
        *(0, 1, -1, 10**20, Decimal("1.005"), Decimal("-0.01"), "1", "2", "35", "84", "999"),
        *({"value": "1"}, {"value": "84"}, {"value": "999"}, {"value": None}, "Credit", "x" * 5000),
        *("²", "٣", "\x00", "1e400", Decimal("1e300"), [[[{}]]], {"value": {}}, "9999-12-31"),
    ]
)
BILL = "22"
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
    "bill": owe(
        "5",
        charge("10", CustomerRef={"value": "1"}),
        buy("6", "7", Qty=2, UnitPrice=Decimal("3.5")),
    ),
    "vendorcredit": owe("5", charge("10"), buy("6", "7", Qty=2)),
    "purchaseorder": owe("5", buy("6", "7", Qty=2, UnitPrice=Decimal("3.5"))),
    "purchase": spend("Cash", "35", charge("10"), EntityRef={"value": "5", "type": "Vendor"}),
    "billpayment": settle(
        "5", "5", ("Bill", BILL, "1"), CheckPayment={"BankAccountRef": {"value": "35"}}
    ),
    "estimate": {**sale("1"), "ExpirationDate": "2026-12-31", "TxnStatus": "Pending"},
    "inventoryadjustment": {
        "AdjustAccountRef": {"value": SHRINKAGE},
        "Line": [{"ItemAdjustmentLineDetail": {"ItemRef": {"value": "6"}, "QtyDiff": 2}}],
    },
    "creditcardpayment": {
        "BankAccountRef": {"value": "35"},
        "CreditCardAccountRef": {"value": "42"},
        "Amount": 7,
    },
    "employee": {"GivenName": "New", "FamilyName": "Hand", "PrimaryAddr": {"Line1": "a"}},
    "class": {"Name": "New", "SubClass": True, "ParentRef": {"value": "999"}},
    "paymentmethod": {"Name": "New", "Type": "CREDIT_CARD"},
    "taxagency": {"DisplayName": "New"},
    "taxservice/taxcode": {
        "TaxCode": "New",
        "TaxRateDetails": [
            {"TaxRateName": "n", "RateValue": "3", "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
        ],
    },
    "companycurrency": {"Code": "EUR"},
    "exchangerate": {"SourceCurrencyCode": "EUR", "Rate": Decimal("1.1"), "AsOfDate": "2026-09-30"},
    "companyinfo": {
        "CompanyName": "New",
        "CompanyAddr": {"Line1": "a"},
        "FiscalYearStartMonth": "April",
    },
    "preferences": {
        "AccountingInfoPrefs": {"BookCloseDate": "2001-01-01", "UseAccountNumbers": False},
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False,
            "CustomField": [{"CustomField": [{"Name": "n", "BooleanValue": True}]}],
        },
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

FOREIGN = ("companycurrency", "exchangerate")
#: There is one of each, which is only updated.
SINGLE = ("companyinfo", "preferences")


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
    company = emulator.seed("multicurrency" if path in FOREIGN else "us")
    keep_books(company)
    api = Api(emulator)
    widget(api)
    assert api.save("bill", owe("5", "20"))["Id"] == BILL
    single = company.entity(path) if path in SINGLE else None
    assert single or path == "class" or api.save(path, BODIES[path])
    spots = st.sampled_from(places(BODIES[path]))

    @settings(max_examples=30, deadline=None)
    @given(
        changes=st.lists(st.tuples(spots, ODD), min_size=1, max_size=2),
        head=st.sampled_from([{}, {}, {"Id": "1", "SyncToken": "0"}]),
        sparse=st.booleans(),
    )
    def check(changes: list[tuple[tuple[Any, ...], Any]], head: Any, sparse: bool) -> None:
        if single:
            row = company.row(single.name, "1")
            head = {"Id": "1", "SyncToken": str(row.token)}
        answer = api.post(path, {**spoilt(BODIES[path], changes), **head, "sparse": sparse})
        content = loads(answer.content)
        assert answer.status_code in (200, 400)
        assert ("Fault" in content) == (answer.status_code == 400)
        assert sum(company.balances().values()) == 0

    check()
    kind = path.partition("/")[0]
    assert loads(api.get("query", query=f"select * from {kind} MAXRESULTS 1000").content)
    for report in ("TrialBalance", "BalanceSheet", "GeneralLedger"):
        assert api.get(f"reports/{report}").status_code == 200


def test_every_entity_that_can_be_written_is_spoilt() -> None:
    written = {
        each.path for each in ENTITIES.values() if each.operations & {"create", "update", "delete"}
    }
    assert set(BODIES) == written
