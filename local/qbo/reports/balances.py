"""CustomerBalance, VendorBalance and their details: what each owes or is owed on a day."""

from decimal import Decimal

from local.qbo.company import Company
from local.qbo.entities import settling
from local.qbo.money import ZERO
from local.qbo.reports.aging import aging_header, options
from local.qbo.reports.frame import Params, cell, column, ids, money, parse_day
from local.qbo.reports.open_items import END, Item, open_items
from local.qbo.reports.parties import party_rows
from local.qbo.rules import Values

#: key → title, type
_DETAIL = {
    "tx_date": ("Date", "Date"),
    "txn_type": ("Transaction Type", "String"),
    "doc_num": ("Num", "String"),
    "due_date": ("Due Date", "Date"),
    "subt_nat_amount": ("Amount", "Money"),
    "subt_open_bal": ("Open Balance", "Money"),
    "rbal_nat_amount": ("Balance", "Money"),
}


def customer_balance(company: Company, params: Params) -> Values:
    return _summary(company, params, settling.CUSTOMERS, "CustomerBalance")


def vendor_balance(company: Company, params: Params) -> Values:
    return _summary(company, params, settling.VENDORS, "VendorBalance")


def customer_balance_detail(company: Company, params: Params) -> Values:
    return _detail(company, params, settling.CUSTOMERS, "CustomerBalanceDetail")


def vendor_balance_detail(company: Company, params: Params) -> Values:
    return _detail(company, params, settling.VENDORS, "VendorBalanceDetail")


def _items(company: Company, params: Params, side: settling.Side) -> list[Item]:
    """Open items on the report_date, of all dates without one, of the parties asked for."""
    wanted = ids(params, side.name.lower())
    items = open_items(company, side, parse_day(params, "report_date") or END)
    return [each for each in items if not wanted or each.party in wanted]


def _header(company: Company, params: Params, name: str, *, empty: bool) -> Values:
    day = parse_day(params, "report_date")
    head = aging_header(company, params, name, "", "" if day else "all")
    head["Option"] = options(day or company.today(), empty=empty)
    return head


def _summary(company: Company, params: Params, side: settling.Side, name: str) -> Values:
    amounts: dict[str, list[Decimal]] = {}
    for item in _items(company, params, side):
        amounts.setdefault(item.party, [ZERO])[0] += item.open
    return {
        "Header": _header(company, params, name, empty=not amounts),
        "Columns": {"Column": [column("", side.name), column("Total", "Money")]},
        "Rows": {"Row": party_rows(company, side.name, amounts, 1)},
    }


def _detail(company: Company, params: Params, side: settling.Side, name: str) -> Values:
    parties = company.table(side.name).rows
    of_party: dict[str, list[Item]] = {}
    for item in _items(company, params, side):
        of_party.setdefault(item.party, []).append(item)
    rows: list[Values] = []

    def title(id: str) -> str:
        return str(parties[id].data["DisplayName"]) if id in parties else ""

    for id in sorted(of_party, key=lambda each: title(each).casefold()):
        balance = ZERO
        lines: list[Values] = []
        for item in of_party[id]:
            balance += item.open
            lines.append(
                {
                    "ColData": [
                        cell(item.day),
                        cell(item.label, item.row.id),
                        cell(item.number),
                        cell(item.due),
                        cell(money(item.amount)),
                        cell(money(item.open)),
                        cell(money(balance)),
                    ],
                    "type": "Data",
                }
            )
        amount = sum((each.amount for each in of_party[id]), ZERO)
        rows.append(
            {
                "Header": {"ColData": [cell(title(id), id), *(cell("") for _ in range(6))]},
                "Rows": {"Row": lines},
                "Summary": {"ColData": _total(f"Total for {title(id)}", amount, balance)},
                "type": "Section",
            }
        )
    every = [item for items in of_party.values() for item in items]
    amount = sum((each.amount for each in every), ZERO)
    total = {"ColData": _total("TOTAL", amount, sum((each.open for each in every), ZERO))}
    rows.append({"group": "GrandTotal", "type": "Section", "Summary": total})
    return {
        "Header": _header(company, params, name, empty=not of_party),
        "Columns": {"Column": [column(*head, key) for key, head in _DETAIL.items()]},
        "Rows": {"Row": rows},
    }


def _total(title: str, amount: Decimal, left: Decimal) -> list[Values]:
    blanks = [cell("") for _ in range(3)]
    return [cell(title), *blanks, cell(money(amount)), cell(money(left)), cell(money(left))]
