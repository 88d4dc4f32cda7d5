"""A bookkeeper who has already posted: customers, items and transactions in a company.

Dates lie in the weeks before the emulator's today, so that they are in any sensible period.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from local.qbo.company import Company
from local.qbo.entities import ENTITIES
from local.qbo.rules import BY_PERSON, Values
from local.qbo.state.store import Row
from local.qbo.writer import save

BOOKKEEPER = "Beth Bookkeeper"
CUSTOMERS = ("Amy's Bird Sanctuary", "Cool Cars", "Red Rock Diner", "Travis Waldron")
VENDORS = ("Hicks Hardware", "Bob's Burger Joint", "Books by Bessie")
ITEMS = ("Design", "Gardening", "Pest Control")


def post(company: Company, entity: str, values: Values, by: str = BOOKKEEPER) -> Row:
    """Post an object as a person, by the same rules as any client. Raises QboFault."""
    return save(company, ENTITIES[entity], values, by, frozenset({BY_PERSON}))


def keep_books(
    company: Company,
    customers: Sequence[str] = CUSTOMERS,
    items: Sequence[str] = ITEMS,
    vendors: Sequence[str] = VENDORS,
    rounds: int = 3,
) -> None:
    """Post opening balances and some weeks of business.

    `customers` and `items` are created by name; give names that a client's own data also has to
    see how it copes. `rounds` is how often each customer buys.
    """
    today = date.fromisoformat(company.today())
    journal(
        company,
        _back(today, 90),
        "Opening balances",
        [
            ("35", "Debit", 25000, None),
            ("36", "Debit", 8000, None),
            ("42", "Credit", 1200, None),
            ("44", "Credit", 10000, None),
            ("34", "Credit", 21800, None),
        ],
    )
    people = [post(company, "Customer", {"DisplayName": name}).id for name in customers]
    goods = [
        post(
            company,
            "Item",
            {
                "Name": name,
                "Type": "Service",
                "IncomeAccountRef": {"value": "79"},
                "UnitPrice": 25 + 10 * index,
                "Taxable": True,
            },
        ).id
        for index, name in enumerate(items)
    ] or ["1"]
    for name in vendors:
        post(company, "Vendor", {"DisplayName": name})
    for turn in range(rounds):
        for index, customer in enumerate(people):
            on = _back(today, 60 - turn * 15 + index)
            _sell(company, customer, goods[(turn + index) % len(goods)], on, turn + index)
    for turn, (account, amount) in enumerate((("17", 1500), ("24", 230), ("15", 89), ("7", 400))):
        journal(
            company,
            _back(today, 40 - turn * 7),
            "Paid from checking",
            [
                (account, "Debit", amount, None),
                ("35", "Credit", amount, None),
            ],
        )


def journal(
    company: Company,
    day: str,
    note: str,
    lines: Sequence[tuple[str, str, Any, Values | None]],
) -> Row:
    """Post a journal entry of (account id, Debit or Credit, amount, Entity or None) lines."""
    return post(
        company,
        "JournalEntry",
        {
            "TxnDate": day,
            "PrivateNote": note,
            "Line": [
                {
                    "Amount": amount,
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": {
                        "PostingType": side,
                        "AccountRef": {"value": account},
                        **({"Entity": who} if who else {}),
                    },
                }
                for account, side, amount, who in lines
            ],
        },
    )


def _sell(company: Company, customer: str, item: str, day: str, turn: int) -> None:
    american = company.country == "US"
    line = {
        "Amount": 100 + 25 * turn,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": item},
            "TaxCodeRef": {"value": "TAX" if american else "2"},
        },
    }
    form: Values = {
        "CustomerRef": {"value": customer},
        "TxnDate": day,
        "Line": [line],
        **({"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}}} if american else {}),
    }
    if turn % 3 == 2:
        post(company, "SalesReceipt", form)
        return
    invoice = post(company, "Invoice", form)
    if turn % 3 == 0:
        post(
            company,
            "Payment",
            {
                "CustomerRef": {"value": customer},
                "TxnDate": day,
                "TotalAmt": invoice.data["TotalAmt"],
                "Line": [
                    {
                        "Amount": invoice.data["TotalAmt"],
                        "LinkedTxn": [{"TxnId": invoice.id, "TxnType": "Invoice"}],
                    }
                ],
            },
        )


def _back(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()
