"""What all reports share: what was asked for, the header, the order of accounts, cells."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from local.qbo import faults
from local.qbo.clock import stamp
from local.qbo.company import Company
from local.qbo.entities.currency.rules import home_currency
from local.qbo.faults import QboFault
from local.qbo.money import CENT, ZERO
from local.qbo.reports.periods import Span, named
from local.qbo.rules import Values
from local.qbo.state.store import Row

Params = dict[str, str]

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
#: What a report can be limited to, by parameter, and how the header repeats it.
_FILTERS = {
    "customer": "Customer",
    "vendor": "Vendor",
    "class": "Class",
    "department": "Department",
    "source_account": "",
}
MONTH_TO_DATE = "this month-to-date"
YEAR_TO_DATE = "this fiscal year-to-date"


@dataclass(frozen=True)
class Asked:
    """A report as it was asked for: its days, its basis, and what it is limited to.

    `only` holds the ids per filter parameter that was sent.
    """

    first: str
    last: str
    basis: str
    macro: str = ""
    only: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)


def asked(company: Company, params: Params, default: str = MONTH_TO_DATE) -> Asked:
    """What the parameters ask for. Raises 2060 for a date, 2170 for a basis or a date_macro.

    Without dates the days are those of the `default` macro; a date sent alone is joined by the
    beginning of the month, or by today.
    """
    basis = params.get("accounting_method") or company.preference(
        "ReportPrefs", "ReportBasis", "Accrual"
    )
    if basis not in ("Accrual", "Cash"):
        raise QboFault(faults.invalid_enumeration(basis, "accounting_method"))
    if params.get("item"):
        raise faults.unsupported("item", "item")
    only = {name: ids(params, name) for name in _FILTERS if params.get(name)}
    macro = params.get("date_macro", "")
    first = parse_day(params, "start_date")
    last = parse_day(params, "end_date")
    if macro or not (first or last):
        span = named(company, macro or default)
        shown = macro or default
        if default == YEAR_TO_DATE and not macro and span.first.endswith("-01-01"):
            shown = "this calendar year-to-date"
        return Asked(span.first, span.last, basis, shown.lower(), only)
    today = company.today()
    last = last or today
    return Asked(first or f"{min(last, today)[:7]}-01", last, basis, only=only)


def ids(params: Params, name: str) -> frozenset[str]:
    """The ids of a comma-separated parameter."""
    return frozenset(each.strip() for each in params.get(name, "").split(",") if each.strip())


def parse_day(params: Params, name: str) -> str | None:
    """A date parameter; None when it was not sent. Raises 2060."""
    text = params.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise QboFault(faults.invalid_date(text, name)) from None


def summarised_by(params: Params, known: tuple[str, ...]) -> str:
    """How the columns are to be cut. Raises 500 for what the report cannot be cut by."""
    given = params.get("summarize_column_by") or "Total"
    names = {each.lower(): each for each in known}
    if given.lower() not in names:
        raise faults.unsupported(f"summarize_column_by {given}", "summarize_column_by")
    return names[given.lower()]


def header(
    company: Company,
    name: str,
    asked: Asked,
    *,
    empty: bool,
    by: str = "Total",
    options: tuple[tuple[str, str], ...] = (),
) -> Values:
    """The head of a report; `options` come before the one that says whether it is empty."""
    pairs = (*options, ("NoReportData", "true" if empty else "false"))
    result: Values = {"Time": stamp(company.clock.now()), "ReportName": name}
    if asked.macro:
        result["DateMacro"] = asked.macro
    if asked.basis:
        result["ReportBasis"] = asked.basis
    result["StartPeriod"], result["EndPeriod"] = asked.first, asked.last
    if by:
        result["SummarizeColumnsBy"] = by
    result["Currency"] = home_currency(company)["value"]
    for each, title in _FILTERS.items():
        if title and each in asked.only:
            result[title] = ",".join(sorted(asked.only[each]))
    result["Option"] = [{"Name": key, "Value": value} for key, value in pairs]
    return result


def column(title: str, kind: str, key: str = "", **more: str) -> Values:
    """A column; `more` is further metadata, before its key."""
    result: Values = {"ColTitle": title, "ColType": kind}
    pairs = {**more, "ColKey": key} if key else more
    if pairs:
        result["MetaData"] = [{"Name": name, "Value": value} for name, value in pairs.items()]
    return result


def in_order(rows: list[Row]) -> list[Row]:
    """Accounts in the order of the chart of accounts."""
    return sorted(
        rows,
        key=lambda row: (
            _TYPE_ORDER.index(row.data["AccountType"]),
            row.data["FullyQualifiedName"].casefold(),
        ),
    )


def natural_sign(account: Row) -> int:
    """What a debit of the account counts as on its own side: 1 or -1."""
    return 1 if account.data["Classification"] in ("Asset", "Expense") else -1


def money(amount: Decimal) -> str:
    """An amount as reports write it: two decimals, no separators."""
    return format(amount.quantize(CENT) or CENT * 0, "f")


def amount_cells(amounts: list[Decimal], *, blank: bool = True) -> list[Values]:
    """Amounts as cells; zeros stay empty where `blank`."""
    return [cell("" if blank and not each else money(each)) for each in amounts]


def added(*lists: list[Decimal]) -> list[Decimal]:
    """Amounts added place by place."""
    return [sum(each, ZERO) for each in zip(*lists, strict=True)]


def cell(value: str, id: str | None = None) -> dict[str, Any]:
    return {"value": value} if id is None else {"value": value, "id": id}


def account_cell(account: Row, name: str = "FullyQualifiedName") -> dict[str, Any]:
    """An account by name; one that only a report knows has no id."""
    return cell(account.data[name], account.id if account.id.isdigit() else None)
