"""AgedReceivables, AgedPayables and their details: what is open, by how long it is past due."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from local.qbo import faults
from local.qbo.clock import stamp
from local.qbo.company import Company
from local.qbo.entities import settling
from local.qbo.entities.currency.rules import home_currency
from local.qbo.faults import QboFault
from local.qbo.money import ZERO
from local.qbo.reports.frame import Params, cell, column, ids, money, parse_day
from local.qbo.reports.open_items import END, Item, open_items
from local.qbo.reports.parties import party_rows
from local.qbo.reports.periods import named
from local.qbo.rules import Values

_METHODS = {"report_date": "Report_Date", "current": "Current"}
_FILTERS = {"customer": "Customer", "vendor": "Vendor", "department": "Department"}


@dataclass(frozen=True)
class Aging:
    """How items are sorted into columns: from which day, by how many days, into how many.

    `by_due` is False where they age from their own date instead of their due date.
    """

    report_date: str
    aged_from: str
    days: int
    periods: int
    past_due: int | None
    by_due: bool
    macro: str = ""

    def age(self, item: Item) -> int:
        """Days past due; zero or less is not due yet."""
        return _days(item.due if self.by_due else item.day, self.aged_from)

    def place(self, item: Item) -> int:
        """The column of an item: 0 for what is current."""
        age = self.age(item)
        return 0 if age <= 0 else min((age - 1) // self.days + 1, self.periods)

    def titles(self) -> list[str]:
        """Titles of the columns, current first."""
        starts = [at * self.days + 1 for at in range(self.periods)]
        ranges = [f"{start} - {start + self.days - 1}" for start in starts[:-1]]
        return ["Current", *ranges, f"{starts[-1]} and over"]


def aged_receivables(company: Company, params: Params) -> Values:
    return _summary(company, params, settling.CUSTOMERS, "AgedReceivables")


def aged_payables(company: Company, params: Params) -> Values:
    return _summary(company, params, settling.VENDORS, "AgedPayables")


def aged_receivable_detail(company: Company, params: Params) -> Values:
    return _detail(company, params, settling.CUSTOMERS, "AgedReceivableDetail")


def aged_payable_detail(company: Company, params: Params) -> Values:
    return _detail(company, params, settling.VENDORS, "AgedPayableDetail")


def asked_aging(company: Company, params: Params) -> Aging:
    """The aging asked for. Raises 2060, 2090 or 2170 for what it cannot be."""
    macro = params.get("date_macro", "")
    sent = parse_day(params, "report_date")
    today = company.today()
    day = sent or (named(company, macro).last if macro else today)
    method = (params.get("aging_method") or "Report_Date").lower()
    if method not in _METHODS:
        raise QboFault(faults.invalid_enumeration(params["aging_method"], "aging_method"))
    return Aging(
        day,
        day if method == "report_date" else today,
        _number(params, "aging_period", 30),
        _number(params, "num_periods", 4),
        _number(params, "past_due", 0) if params.get("past_due") else None,
        not company.preference("ReportPrefs", "CalcAgingReportFromTxnDate"),
        (macro or ("" if sent else "today")).lower(),
    )


def items_asked(company: Company, params: Params, side: settling.Side, aging: Aging) -> list[Item]:
    """The open items that the filters leave."""
    last = aging.report_date if company.switches.aging_open_items == "report_date" else END
    wanted = ids(params, side.name.lower())
    departments = ids(params, "department")
    return [
        each
        for each in open_items(company, side, last)
        if (not wanted or each.party in wanted)
        and (not departments or each.department in departments)
        and (aging.past_due is None or aging.age(each) >= aging.past_due)
    ]


def aging_header(company: Company, params: Params, name: str, day: str, macro: str) -> Values:
    result: Values = {"Time": stamp(company.clock.now()), "ReportName": name}
    if macro:
        result["DateMacro"] = macro
    if day:
        result["StartPeriod"] = result["EndPeriod"] = day
    result["Currency"] = home_currency(company)["value"]
    for each, title in _FILTERS.items():
        if params.get(each):
            result[title] = params[each]
    return result


def options(day: str, *, empty: bool) -> list[Values]:
    return [
        {"Name": "report_date", "Value": day},
        {"Name": "NoReportData", "Value": "true" if empty else "false"},
    ]


def _summary(company: Company, params: Params, side: settling.Side, name: str) -> Values:
    aging = asked_aging(company, params)
    titles = aging.titles()
    amounts: dict[str, list[Decimal]] = {}
    for item in items_asked(company, params, side, aging):
        own = amounts.setdefault(item.party, [ZERO] * (len(titles) + 1))
        own[aging.place(item)] += item.open
        own[-1] += item.open
    rows = party_rows(company, side.name, amounts, len(titles) + 1)
    head = aging_header(company, params, name, aging.report_date, aging.macro)
    head["Option"] = options(aging.report_date, empty=not amounts)
    columns = [column(title, "Money") for title in (*titles, "Total")]
    return {
        "Header": head,
        "Columns": {"Column": [column("", side.name), *columns]},
        "Rows": {"Row": rows},
    }


#: key → title, type
_DETAIL = {
    "tx_date": ("Date", "Date"),
    "txn_type": ("Transaction Type", "String"),
    "doc_num": ("Num", "String"),
    "cust_name": ("Customer", "String"),
    "vend_name": ("Vendor", "String"),
    "due_date": ("Due Date", "Date"),
    "past_due": ("Past Due", "Money"),
    "subt_amount": ("Amount", "Money"),
    "subt_open_bal": ("Open Balance", "Money"),
}


def _detail(company: Company, params: Params, side: settling.Side, name: str) -> Values:
    aging = asked_aging(company, params)
    columns = _detail_columns(params, side)
    placed: dict[int, list[Item]] = {}
    for item in items_asked(company, params, side, aging):
        placed.setdefault(aging.place(item), []).append(item)
    rows: list[Values] = []
    titles = aging.titles()
    for at in sorted(placed, reverse=True):
        title = titles[at] if not at else _past_due(titles[at])
        rows.append(_detail_section(company, side, aging, title, placed[at], columns))
    every = [item for items in placed.values() for item in items]
    total = {"ColData": _sums("TOTAL", every, columns)}
    rows.append({"group": "GrandTotal", "type": "Section", "Summary": total})
    head = aging_header(company, params, name, aging.report_date, aging.macro)
    head["Option"] = options(aging.report_date, empty=not every)
    return {
        "Header": head,
        "Columns": {"Column": [column(*_DETAIL[key], key) for key in columns]},
        "Rows": {"Row": rows},
    }


def _detail_columns(params: Params, side: settling.Side) -> list[str]:
    """What was asked for; QuickBooks drops what it does not know."""
    other = "vend_name" if side is settling.CUSTOMERS else "cust_name"
    default = [key for key in _DETAIL if key != other]
    if side is settling.CUSTOMERS:
        default.remove("past_due")
    asked = [each.strip() for each in params.get("columns", "").split(",") if each.strip()]
    return [key for key in asked if key in _DETAIL and key != other] or default


def _detail_section(
    company: Company,
    side: settling.Side,
    aging: Aging,
    title: str,
    items: list[Item],
    columns: list[str],
) -> Values:
    parties = company.table(side.name).rows

    def cells(item: Item) -> Iterator[Values]:
        row = parties.get(item.party)
        known = {
            "tx_date": cell(item.day),
            "txn_type": cell(item.label, item.row.id),
            "doc_num": cell(item.number),
            "cust_name": cell(row.data["DisplayName"] if row else "", item.party),
            "vend_name": cell(row.data["DisplayName"] if row else "", item.party),
            "due_date": cell(item.due),
            "past_due": cell(str(aging.age(item))),
            "subt_amount": cell(money(item.amount)),
            "subt_open_bal": cell(money(item.open)),
        }
        return (known[key] for key in columns)

    blanks = [cell("") for _ in columns[1:]]
    return {
        "Header": {"ColData": [cell(title), *blanks]},
        "Rows": {"Row": [{"ColData": list(cells(item)), "type": "Data"} for item in items]},
        "Summary": {"ColData": _sums(f"Total for {title}", items, columns)},
        "type": "Section",
    }


def _sums(title: str, items: list[Item], columns: list[str]) -> list[Values]:
    sums = {
        "subt_amount": sum((each.amount for each in items), ZERO),
        "subt_open_bal": sum((each.open for each in items), ZERO),
    }
    rest = [cell(money(sums[key]) if key in sums else "") for key in columns[1:]]
    return [cell(title), *rest]


def _past_due(title: str) -> str:
    first, _, last = title.partition(" - ")
    if last:
        return f"{title} days past due"
    return f"{first.removesuffix(' and over')} or more days past due"


@lru_cache(maxsize=4096)
def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _number(params: Params, name: str, default: int) -> int:
    text = params.get(name)
    if not text:
        return default
    if not re.fullmatch("[0-9]{1,9}", text) or (not int(text) and name != "past_due"):
        raise QboFault(faults.invalid_number(text, name))
    return int(text)
