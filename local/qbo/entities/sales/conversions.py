"""From an estimate to what is sold by it: an invoice or a sales receipt that links the estimate.

The link is written on the sale; the estimate shows it and is closed by it. Taken away, the
estimate is as open as it was before.
"""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.faults import QboFault
from local.qbo.rules import Change, Values
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

ESTIMATE = "Estimate"
CLOSED = "Closed"
#: What clients read in links of sales and may send back; QuickBooks keeps these itself.
_OWN = frozenset(
    {
        "Payment",
        "CreditMemo",
        "JournalEntry",
        "Deposit",
        "ReimburseCharge",
        "ChargeCredit",
        "StatementCharge",
    }
)


def links(change: Change, values: Values) -> list[Values]:
    """The links of a sale: what QuickBooks put there, and the estimate it is made from.

    Raises 610 for an estimate that there is not, 620 for one of another customer, a second one, or
    one that is closed, 2170 for a type that no sale links. Time activities are not emulated, so
    there is none with the id (610).
    """
    earlier: list[Values] = change.earlier("LinkedTxn") or []
    kept = [each for each in earlier if each["TxnType"] != ESTIMATE]
    before = [each for each in earlier if each["TxnType"] == ESTIMATE]
    customer = (values.get("CustomerRef") or {}).get("value")
    if "LinkedTxn" not in change.sent:
        found = (change.company.row(ESTIMATE, each["TxnId"]) for each in before)
        same = [row for row in found if row.data["CustomerRef"]["value"] == customer]
        return [*(_link(row) for row in same), *kept]
    wanted: list[Row] = []
    for link in change.values.get("LinkedTxn") or ():
        kind, id = str(link.get("TxnType", "")), str(link.get("TxnId", ""))
        if kind == "TimeActivity":
            raise faults.not_found()
        if kind == ESTIMATE:
            wanted.append(change.company.row(ESTIMATE, id))
        elif kind not in _OWN:
            raise QboFault(faults.invalid_enumeration(kind, "LinkedTxn.TxnType"))
    for row in wanted:
        known = _link(row) in before
        if (
            len(wanted) > 1
            or row.data["CustomerRef"]["value"] != customer
            or (not known and row.data["TxnStatus"] == CLOSED)
        ):
            raise faults.cannot_link(f"{ESTIMATE} {row.id}")
    return [*(_link(row) for row in wanted), *kept]


def saved(change: Change, row: Row) -> None:
    """Close the estimate that a sale now links, reopen the one it links no longer."""
    before = _estimates(change.before)
    after = _estimates(row)
    for id in before - after:
        reopen(change.company, id, change.editor)
    for id in after - before:
        _close(change.company, id, row, change.editor)


def deleted(company: "Company", row: Row, editor: str) -> None:
    for id in _estimates(row):
        reopen(company, id, editor)


def reopen(company: "Company", id: str, editor: str) -> None:
    """Take the sale off an estimate; its status is what it was before."""
    row = company.row(ESTIMATE, id)
    hidden = dict(row.hidden)
    status = hidden.pop("status_before", "Pending")
    company.alter(row, {**row.data, "LinkedTxn": [], "TxnStatus": status}, editor, hidden)


def unlink(company: "Company", estimate: Row, editor: str) -> None:
    """Take an estimate off the sale that links it."""
    for link in estimate.data["LinkedTxn"]:
        sale = company.row(link["TxnType"], link["TxnId"])
        left = [each for each in sale.data["LinkedTxn"] if each != _link(estimate)]
        company.alter(sale, {**sale.data, "LinkedTxn": left}, editor)


def _close(company: "Company", id: str, sale: Row, editor: str) -> None:
    row = company.row(ESTIMATE, id)
    data = {
        **row.data,
        "TxnStatus": CLOSED,
        "LinkedTxn": [{"TxnId": sale.id, "TxnType": sale.entity.name}],
    }
    hidden = {**row.hidden, "status_before": row.data["TxnStatus"]}
    company.alter(row, data, editor, hidden)


def _link(row: Row) -> Values:
    return {"TxnId": row.id, "TxnType": row.entity.name}


def _estimates(row: Row | None) -> set[str]:
    sent = row.data.get("LinkedTxn", ()) if row else ()
    return {each["TxnId"] for each in sent if each["TxnType"] == ESTIMATE}
