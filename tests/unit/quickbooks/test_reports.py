"""Reports become typed rows; a debit is positive."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.quickbooks.books import Books
from tests.unit.quickbooks.builders import US
from tillbook.errors import TransientError
from tillbook.quickbooks import reports
from tillbook.quickbooks.context import Request


def cells(*values: str, id: str | None = None, at: int = 0) -> dict[str, Any]:
    found: list[dict[str, str]] = [{"value": value} for value in values]
    if id:
        found[at]["id"] = id
    return {"ColData": found}


TRIAL_BALANCE = {
    "Header": {"ReportName": "TrialBalance"},
    "Rows": {
        "Row": [
            cells("Checking", "1201.00", "", id="35"),
            {
                "Header": cells("Truck", "", ""),
                "Rows": {"Row": [cells("Truck:Original Cost", "", "13495.00", id="37")]},
                "type": "Section",
            },
            {"group": "GrandTotal", "type": "Section", "Summary": cells("TOTAL", "1", "1")},
        ]
    },
}


def ledger(*titles: str) -> dict[str, Any]:
    """A general ledger as older answers have it: columns known by their titles."""
    return {
        "Columns": {"Column": [{"ColTitle": title, "ColType": "x"} for title in titles]},
        "Rows": {
            "Row": [
                {
                    "Header": cells("Sales", id="79"),
                    "Rows": {
                        "Row": [
                            cells("Beginning Balance", "", ""),
                            cells("2026-09-14", "Invoice", "100.00", id="266", at=1),
                        ]
                    },
                    "Summary": cells("Total for Sales", "", "100.00"),
                    "type": "Section",
                }
            ]
        },
    }


def test_a_trial_balance_has_every_account_and_no_totals() -> None:
    found = reports.trial_balance(TRIAL_BALANCE)

    assert [(row.account, row.amount) for row in found] == [
        ("35", Decimal("1201.00")),
        ("37", Decimal("-13495.00")),
    ]


def test_income_of_the_general_ledger_is_a_credit() -> None:
    found = reports.general_ledger(ledger("Date", "Transaction Type", "Amount"), US)

    assert [(row.account, row.txn_id, row.amount) for row in found] == [
        ("79", "266", Decimal("-100.00"))
    ]


def test_an_account_that_is_not_imported_yet_makes_the_run_try_again() -> None:
    company = US.model_copy(update={"accounts": {}})

    with pytest.raises(TransientError, match="account 79 is new"):
        reports.general_ledger(ledger("Date", "Transaction Type", "Amount"), company)


def test_a_report_that_was_cut_short_says_so() -> None:
    sorry = cells("Unable to display more data. Please reduce the date range.")

    assert reports.is_cut_short({"Rows": {"Row": [sorry]}})
    assert not reports.is_cut_short(TRIAL_BALANCE)


def test_ledger_and_trial_balance_of_a_company_agree() -> None:
    books = Books()
    lines = [("35", "Debit"), ("34", "Credit")]
    journal = {
        "TxnDate": "2026-09-01",
        "Line": [
            {
                "Amount": 25,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
            }
            for account, side in lines
        ],
    }
    entry = books.batch([Request("JournalEntry", "create", journal)])[0]
    assert isinstance(entry, dict)

    balance = reports.trial_balance(
        books.report("TrialBalance", start_date="2026-01-01", end_date="2026-12-31")
    )

    assert books.ledger(entry["Id"]) == {"35": 25, "34": -25}
    assert {row.account: row.amount for row in balance if row.amount} == {"35": 25, "34": -25}
