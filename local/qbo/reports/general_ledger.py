"""GeneralLedger: every split of every account within the dates, with running balances.

Amounts are signed by the account's natural side: an income account's credits are positive. A
sub-account stands in the section of its parent, after the parent's own lines.
"""

from local.qbo.company import Company
from local.qbo.reports.account_lines import account_sections
from local.qbo.reports.books import Books
from local.qbo.reports.frame import Params, asked, header
from local.qbo.reports.postings import chosen, column_heads
from local.qbo.rules import Values

_DEFAULT = (
    "tx_date",
    "txn_type",
    "doc_num",
    "name",
    "memo",
    "split_acc",
    "subt_nat_amount",
    "rbal_nat_amount",
)


def general_ledger(company: Company, params: Params) -> Values:
    """The report; this month to date where no days are asked for."""
    books = Books(company, asked(company, params))
    names = chosen(company, params, _DEFAULT)
    sections = account_sections(books, params, len(names), books.accounts)
    rows = [each.render(names, " with sub-accounts") for each in sections]
    return {
        "Header": header(company, "GeneralLedger", books.asked, empty=not rows, by=""),
        "Columns": column_heads(names),
        "Rows": {"Row": rows},
    }
