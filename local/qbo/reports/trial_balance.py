"""TrialBalance: ending balances of balance-sheet accounts, income and expense of the fiscal year.

Income and expense of earlier years stand in Retained Earnings; there is no closing entry.
"""

from datetime import date, timedelta
from decimal import Decimal

from local.qbo.company import Company
from local.qbo.entities.lists.accounts import BALANCE_SHEET
from local.qbo.money import ZERO
from local.qbo.reports.frame import cell, chart, header, money, period
from local.qbo.rules import Values


def balances(company: Company, last: str) -> dict[str, Decimal]:
    """Trial balance by account id at the end of a day, debit positive, zeros included."""
    year = company.fiscal_year_start(last)
    before = _day_before(year)
    retained = company.account_by_subtype("RetainedEarnings")
    result: dict[str, Decimal] = {}
    carried = ZERO
    for row in chart(company):
        if row.data["Classification"] in BALANCE_SHEET:
            result[row.id] = company.ledger.balance_between(row.id, None, last)
        else:
            result[row.id] = company.ledger.balance_between(row.id, year, last)
            carried += company.ledger.balance_between(row.id, None, before)
    if retained is not None:
        result[retained] += carried
    return result


def trial_balance(company: Company, params: dict[str, str]) -> Values:
    """The report."""
    over = period(company, params)
    amounts = balances(company, over.last)
    zero_too = company.switches.trial_balance_lists_zero
    rows: list[Values] = []
    debits = credits = ZERO
    for row in chart(company):
        amount = amounts[row.id]
        if not amount and not (zero_too and company.ledger.has_activity(row.id, over.last)):
            continue
        debits += max(amount, ZERO)
        credits += max(-amount, ZERO)
        rows.append(
            {
                "ColData": [
                    cell(row.data["FullyQualifiedName"], row.id),
                    cell(money(amount) if amount >= 0 else ""),
                    cell(money(-amount) if amount < 0 else ""),
                ]
            }
        )
    empty = not rows
    rows.append(
        {
            "group": "GrandTotal",
            "type": "Section",
            "Summary": {"ColData": [cell("TOTAL"), cell(money(debits)), cell(money(credits))]},
        }
    )
    return {
        "Header": header(company, "TrialBalance", over, empty=empty),
        "Columns": {
            "Column": [
                {"ColTitle": "", "ColType": "Account"},
                {"ColTitle": "Debit", "ColType": "Money"},
                {"ColTitle": "Credit", "ColType": "Money"},
            ]
        },
        "Rows": {"Row": rows},
    }


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
