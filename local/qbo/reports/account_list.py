"""AccountList: the chart of accounts, with types and balances."""

import re

from local.qbo.company import Company
from local.qbo.reports.aging import aging_header
from local.qbo.reports.books import is_balance_sheet
from local.qbo.reports.frame import (
    Params,
    account_cell,
    cell,
    column,
    ids,
    in_order,
    money,
    natural_sign,
)
from local.qbo.rules import Values
from local.qbo.state.store import Row

#: key → title, type
_COLUMNS = {
    "account_name": ("Account", "String"),
    "account_type": ("Type", "String"),
    "detail_acc_type": ("Detail type", "String"),
    "account_desc": ("Description", "String"),
    "account_bal": ("Balance", "Money"),
}


def account_list(company: Company, params: Params) -> Values:
    """The report; inactive accounts only where `account_status` asks for them."""
    asked = [each.strip() for each in params.get("columns", "").split(",")]
    names = [each for each in asked if each in _COLUMNS] or list(_COLUMNS)
    kinds = {each.lower() for each in ids(params, "account_type")}
    deleted = params.get("account_status", "").lower() == "deleted"
    rows: list[Values] = []
    for row in in_order(list(company.table("Account").rows.values())):
        kind = row.data["AccountType"].replace(" ", "").lower()
        if (kinds and kind not in kinds) or bool(row.data.get("Active")) is deleted:
            continue
        found = _cells(company, row)
        rows.append({"ColData": [found[name] for name in names], "type": "Data"})
    head = aging_header(company, {}, "AccountList", "", "")
    head["Option"] = [{"Name": "NoReportData", "Value": "false" if rows else "true"}]
    return {
        "Header": head,
        "Columns": {"Column": [column(*_COLUMNS[name], name) for name in names]},
        "Rows": {"Row": rows},
    }


def _cells(company: Company, row: Row) -> dict[str, Values]:
    balance = company.ledger.balance(row.id) * natural_sign(row)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row.data["AccountSubType"])
    return {
        "account_name": account_cell(row),
        "account_type": cell(row.data["AccountType"]),
        "detail_acc_type": cell(words),
        "account_desc": cell(row.data.get("Description", "")),
        "account_bal": cell(money(balance) if is_balance_sheet(row) else ""),
    }
