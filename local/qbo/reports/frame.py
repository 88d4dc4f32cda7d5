"""What all reports share: period, header, the order of accounts."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from local.qbo import faults
from local.qbo.clock import stamp
from local.qbo.company import Company
from local.qbo.entities.currency.rules import home_currency
from local.qbo.faults import QboFault
from local.qbo.rules import Values
from local.qbo.store import Row

#: The order of a chart of accounts.
_TYPE_ORDER = (
    "Bank",
    "Accounts Receivable",
    "Other Current Asset",
    "Fixed Asset",
    "Other Asset",
    "Accounts Payable",
    "Credit Card",
    "Other Current Liability",
    "Long Term Liability",
    "Equity",
    "Income",
    "Other Income",
    "Cost of Goods Sold",
    "Expense",
    "Other Expense",
)
_MACROS = (
    "Today",
    "Yesterday",
    "This Month-to-date",
    "Last Month",
    "This Fiscal Year",
    "This Fiscal Year-to-date",
    "Last Fiscal Year",
    "All",
)


@dataclass(frozen=True)
class Period:
    first: str
    last: str
    basis: str
    macro: str = ""


def period(company: Company, params: dict[str, str]) -> Period:
    """The dates and basis asked for; by default this month to date. Raises 2060, 2170."""
    basis = params.get("accounting_method") or company.preference(
        "ReportPrefs", "ReportBasis", "Accrual"
    )
    if basis not in ("Accrual", "Cash"):
        raise QboFault(faults.invalid_enumeration(basis, "accounting_method"))
    if basis == "Cash":
        raise faults.unsupported("accounting_method Cash", "accounting_method")
    macro = params.get("date_macro", "")
    if macro:
        first, last = _macro(company, macro)
        return Period(first, last, basis, macro)
    today = company.today()
    last = _day(params.get("end_date"), "end_date") or today
    first = _day(params.get("start_date"), "start_date") or f"{min(last, today)[:7]}-01"
    return Period(first, last, basis)


def header(company: Company, name: str, over: Period, *, empty: bool) -> Values:
    result: Values = {
        "Time": stamp(company.clock.now()),
        "ReportName": name,
        "ReportBasis": over.basis,
        "StartPeriod": over.first,
        "EndPeriod": over.last,
        "SummarizeColumnsBy": "Total",
        "Currency": home_currency(company)["value"],
        "Option": [{"Name": "NoReportData", "Value": "true" if empty else "false"}],
    }
    if over.macro:
        result["DateMacro"] = over.macro.lower()
    return result


def chart(company: Company) -> list[Row]:
    """Every account in the order of the chart of accounts."""
    rows = company.table("Account").rows.values()
    return sorted(
        rows,
        key=lambda row: (
            _TYPE_ORDER.index(row.data["AccountType"]),
            row.data["FullyQualifiedName"].casefold(),
        ),
    )


def money(amount: Decimal) -> str:
    """An amount as reports write it: two decimals, no separators."""
    return format(amount.quantize(Decimal("0.01")), "f")


def cell(value: str, id: str | None = None) -> dict[str, Any]:
    return {"value": value} if id is None else {"value": value, "id": id}


def _day(text: str | None, name: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise QboFault(faults.invalid_date(text, name)) from None


def _macro(company: Company, macro: str) -> tuple[str, str]:
    known = {each.lower(): each for each in _MACROS}
    if macro.lower() not in known:
        raise QboFault(faults.invalid_enumeration(macro, "date_macro"))
    today = date.fromisoformat(company.today())
    year = company.fiscal_year_start(today.isoformat())
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    year_end = date(int(year[:4]) + 1, int(year[5:7]), 1) - timedelta(days=1)
    last_year = company.fiscal_year_start(
        (date.fromisoformat(year) - timedelta(days=1)).isoformat()
    )
    spans = {
        "Today": (today, today),
        "Yesterday": (today - timedelta(days=1),) * 2,
        "This Month-to-date": (month, today),
        "Last Month": (before.replace(day=1), before),
        "This Fiscal Year": (year, year_end),
        "This Fiscal Year-to-date": (year, today),
        "Last Fiscal Year": (last_year, date.fromisoformat(year) - timedelta(days=1)),
        "All": ("1970-01-01", "2199-12-31"),
    }
    first, last = spans[known[macro.lower()]]
    return str(first), str(last)
