"""BalanceSheet: what is owned and owed at the end of a day, and the equity between them."""

from decimal import Decimal

from local.qbo.company import Company
from local.qbo.money import ZERO
from local.qbo.reports.books import Books, is_balance_sheet
from local.qbo.reports.frame import (
    YEAR_TO_DATE,
    Asked,
    Params,
    amount_cells,
    asked,
    cell,
    header,
    natural_sign,
    summarised_by,
)
from local.qbo.reports.periods import day_before
from local.qbo.reports.statement import (
    LISTS,
    SUMMARIES,
    Amounts,
    Section,
    account_columns,
    by_list,
    of_accounts,
    of_sections,
    span_column,
    time_columns,
    total_column,
)
from local.qbo.rules import Values

_BEGINNING = "0001-01-01"


def balance_sheet(company: Company, params: Params) -> Values:
    """The report. Without `start_date`, `end_date` is ignored, as QuickBooks does."""
    sent = dict(params)
    if not sent.get("start_date"):
        sent.pop("end_date", None)
    books = Books(company, asked(company, sent, YEAR_TO_DATE))
    by = summarised_by(params, SUMMARIES)
    columns, amounts, income = _balances(books, by)
    rows, empty = _rows(books, amounts, income)
    options = (("AccountingStandard", "GAAP"),)
    return {
        "Header": header(company, "BalanceSheet", books.asked, empty=empty, by=by, options=options),
        "Columns": account_columns(columns),
        "Rows": {"Row": rows},
    }


def _rows(books: Books, amounts: Amounts, income: list[Decimal]) -> tuple[list[Values], bool]:
    width = len(income)

    def accounts(title: str, group: str, kind: str) -> Section:
        rows = [row for row in books.accounts if row.data["AccountType"] == kind]
        return of_accounts(title, group, rows, amounts, width)

    current = of_sections(
        "Current Assets",
        "CurrentAssets",
        [
            accounts("Bank Accounts", "BankAccounts", "Bank"),
            accounts("Accounts Receivable", "AR", "Accounts Receivable"),
            accounts("Other Current Assets", "OtherCurrentAssets", "Other Current Asset"),
        ],
        width,
    )
    assets = of_sections(
        "ASSETS",
        "TotalAssets",
        [
            current,
            accounts("Fixed Assets", "FixedAssets", "Fixed Asset"),
            accounts("Other Assets", "OtherAssets", "Other Asset"),
        ],
        width,
        "TOTAL ASSETS",
    )
    due = of_sections(
        "Current Liabilities",
        "CurrentLiabilities",
        [
            accounts("Accounts Payable", "AP", "Accounts Payable"),
            accounts("Credit Cards", "CreditCards", "Credit Card"),
            accounts(
                "Other Current Liabilities", "OtherCurrentLiabilities", "Other Current Liability"
            ),
        ],
        width,
    )
    later = accounts("Long-Term Liabilities", "LongTermLiabilities", "Long Term Liability")
    liabilities = of_sections("Liabilities", "Liabilities", [due, later], width)
    equity = accounts("Equity", "Equity", "Equity")
    net = [cell("Net Income"), *amount_cells(income)]
    equity.rows.append({"ColData": net, "type": "Data", "group": "NetIncome"})
    equity.amounts = [own + earned for own, earned in zip(equity.amounts, income, strict=True)]
    empty = not (assets.used or liabilities.used or equity.used or any(income))
    equity.used = assets.used = not empty
    both = of_sections(
        "LIABILITIES AND EQUITY",
        "TotalLiabilitiesAndEquity",
        [liabilities, equity],
        width,
        "TOTAL LIABILITIES AND EQUITY",
    )
    return [assets.render(), both.render()], empty


def _balances(books: Books, by: str) -> tuple[list[Values], Amounts, list[Decimal]]:
    """Columns, balances per account of the sheet by its own side, and the year's net income."""
    if by in LISTS:
        columns, sums, income = _by_list(books, by)
        columns.append(total_column())
        found = {id: [*each, sum(each, ZERO)] for id, each in sums.items()}
        income = [*income, sum(income, ZERO)]
    else:
        spans = time_columns(books, by)
        closings = [books.closing(span.last) for span in spans]
        columns = [span_column(span) for span in spans] if by != "Total" else [total_column()]
        found = {row.id: [each[row.id] for each, _ in closings] for row in books.accounts}
        income = [-earned for _, earned in closings]
    amounts = {
        row.id: [each * natural_sign(row) for each in found[row.id]]
        for row in books.accounts
        if is_balance_sheet(row)
    }
    return columns, amounts, income


def _by_list(books: Books, by: str) -> tuple[list[Values], Amounts, list[Decimal]]:
    """The same per customer, vendor, class or department: all that was ever posted for each."""
    last = books.asked.last
    columns, sums = by_list(books, by, _BEGINNING, last)
    year = books.company.fiscal_year_start(last)
    earlier = Asked(_BEGINNING, day_before(year), books.asked.basis, only=books.asked.only)
    past = Books(books.company, earlier)
    known = [each["MetaData"][0]["Value"] for each in columns]
    old_columns, old = by_list(past, by, _BEGINNING, earlier.last)
    where = {each["MetaData"][0]["Value"]: at for at, each in enumerate(old_columns)}
    income = [ZERO] * len(known)
    result = {row.id: sums[row.id] for row in books.accounts if is_balance_sheet(row)}
    retained = list(result[books.retained])
    for row in books.accounts:
        if is_balance_sheet(row):
            continue
        for at, key in enumerate(known):
            carried = old[row.id][where[key]] if key in where else ZERO
            retained[at] += carried
            income[at] -= sums[row.id][at] - carried
    result[books.retained] = retained
    return columns, result, income
