"""TrialBalance: ending balances of balance-sheet accounts, income and expense of the fiscal year.

Income and expense of earlier years stand in Retained Earnings; there is no closing entry.
"""

from local.qbo.company import Company
from local.qbo.money import ZERO
from local.qbo.reports.books import Books
from local.qbo.reports.frame import (
    Params,
    account_cell,
    asked,
    cell,
    column,
    header,
    money,
    summarised_by,
)
from local.qbo.rules import Values


def trial_balance(company: Company, params: Params) -> Values:
    """The report; this month to date where no days are asked for."""
    books = Books(company, asked(company, params))
    by = summarised_by(params, ("Total",))
    amounts, _ = books.closing(books.asked.last)
    zero_too = company.switches.trial_balance_lists_zero
    rows: list[Values] = []
    debits = credits = ZERO
    for row in books.accounts:
        amount = amounts[row.id]
        if not amount and not (zero_too and company.ledger.has_activity(row.id, books.asked.last)):
            continue
        debits += max(amount, ZERO)
        credits += max(-amount, ZERO)
        rows.append(
            {
                "ColData": [
                    account_cell(row),
                    cell(money(amount) if amount >= 0 else ""),
                    cell(money(-amount) if amount < 0 else ""),
                ]
            }
        )
    empty = not rows
    total = [cell("TOTAL"), cell(money(debits)), cell(money(credits))]
    rows.append({"group": "GrandTotal", "type": "Section", "Summary": {"ColData": total}})
    return {
        "Header": header(company, "TrialBalance", books.asked, empty=empty, by=by),
        "Columns": {
            "Column": [column("", "Account"), column("Debit", "Money"), column("Credit", "Money")]
        },
        "Rows": {"Row": rows},
    }
