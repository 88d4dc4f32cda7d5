"""Purchase orders, which post nothing, and how bills bill them.

A new line of a bill that links a line of an order bills it. An order keeps the ids of the bills
that do; what is billed follows from their lines.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities.purchases.lines import ITEM
from local.qbo.money import ZERO
from local.qbo.rules import Change, Values
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

ORDER = "PurchaseOrder"


def link_lines(change: Change, values: Values) -> None:
    """Set LinkedTxn on a bill's lines, as far as the links hold.

    Only new lines can be linked, to a line of an order for the same vendor, all three keys given;
    any other link is dropped without a word, as QuickBooks does. Raises 610 for an order that there
    is not.
    """
    earlier = {each["Id"]: each.get("LinkedTxn", []) for each in change.earlier("Line") or ()}
    for sent, line in zip(change.values["Line"], values["Line"], strict=True):
        asked = [each for each in sent.get("LinkedTxn") or () if each.get("TxnType") == ORDER]
        if line["Id"] in earlier:
            asked = [each for each in earlier[line["Id"]] if each in asked]
        line["LinkedTxn"] = [each for each in asked[:1] if _holds(change, values, each)]


def _holds(change: Change, values: Values, link: Values) -> bool:
    if not link.get("TxnId"):
        return False
    order = change.company.row(ORDER, link["TxnId"])
    ids = [each["Id"] for each in order.data["Line"]]
    same = order.data["VendorRef"]["value"] == values["VendorRef"]["value"]
    return same and link.get("TxnLineId") in ids


def _orders(lines: list[Values]) -> list[str]:
    """Ids of the orders that a bill's lines link, each once."""
    links = (link for line in lines for link in line.get("LinkedTxn", ()))
    return list(dict.fromkeys(link["TxnId"] for link in links))


def header_links(lines: list[Values], before: list[Values]) -> list[Values]:
    """A bill's own links: its orders, then what it had besides."""
    kept = [each for each in before if each["TxnType"] != ORDER]
    return [*({"TxnId": id, "TxnType": ORDER} for id in _orders(lines)), *kept]


def billed(change: Change, bill: Row) -> None:
    """After a bill was saved: tell the orders that it bills or billed before."""
    after = _orders(bill.data["Line"])
    for id in dict.fromkeys([*_orders(change.earlier("Line") or []), *after]):
        order = change.company.row(ORDER, id)
        others = [each for each in order.hidden.get("bills", ()) if each != bill.id]
        bills = (*others, bill.id) if id in after else tuple(others)
        _refresh(change.company, order, bills, change.editor)


def unbilled(company: "Company", bill: Row, editor: str) -> None:
    """Before a bill is deleted: its orders are open for it again."""
    for id in _orders(bill.data["Line"]):
        order = company.row(ORDER, id)
        bills = tuple(each for each in order.hidden.get("bills", ()) if each != bill.id)
        _refresh(company, order, bills, editor)


def changed(company: "Company", order: Row, editor: str) -> None:
    """After an order was saved: its bills keep only links to lines that it still has."""
    ids = {each["Id"] for each in order.data["Line"]}
    kept = [
        bill
        for bill in order.hidden.get("bills", ())
        if _unlink(company, bill, order.id, ids, editor)
    ]
    _refresh(company, order, tuple(kept), editor)


def release(company: "Company", order: Row, editor: str) -> None:
    """Before an order is deleted: its bills forget it, or it is refused."""
    bills = order.hidden.get("bills", ())
    if bills and company.switches.delete_paid_document == "refuse":
        raise faults.fault(
            "800", "Cannot delete object", "Cannot delete object : a bill is linked to it"
        )
    for bill in bills:
        _unlink(company, bill, order.id, set(), editor)


def _unlink(company: "Company", bill: str, order: str, keep: set[str], editor: str) -> bool:
    """Take a bill's links to other lines of an order than these away; whether any is left."""
    row = company.row("Bill", bill)

    def stays(link: Values) -> bool:
        return link["TxnId"] != order or link["TxnLineId"] in keep

    lines = [
        {**line, "LinkedTxn": [each for each in line["LinkedTxn"] if stays(each)]}
        for line in row.data["Line"]
    ]
    if lines != row.data["Line"]:
        links = header_links(lines, row.data["LinkedTxn"])
        company.alter(row, {**row.data, "Line": lines, "LinkedTxn": links}, editor)
    return order in _orders(lines)


def keep_received(change: Change, values: Values) -> None:
    """Set how much of each of an order's item lines has been billed: what was, or nothing yet."""
    before = {each["Id"]: each.get("Received", ZERO) for each in change.earlier("Line") or ()}
    for line in values["Line"]:
        if ITEM in line:
            line["Received"] = before.get(line["Id"], ZERO)


def _refresh(company: "Company", order: Row, bills: tuple[str, ...], editor: str) -> None:
    """Set an order's links and status by its bills: closed once all is billed, open again when not.

    A status that somebody set otherwise stays until then.
    """
    received = _billed(company, order, bills)
    lines = [
        {**line, "Received": received[line["Id"]]} if "Received" in line else line
        for line in order.data["Line"]
    ]
    whole = bool(bills) and all(received[each["Id"]] >= _measure(each, each) for each in lines)
    status = order.data["POStatus"]
    if whole != order.hidden.get("whole", False):
        status = "Closed" if whole else "Open"
    links = [{"TxnId": bill, "TxnType": "Bill"} for bill in bills]
    data = {**order.data, "POStatus": status, "Line": lines, "LinkedTxn": links}
    hidden = {**order.hidden, "bills": bills, "whole": whole}
    if data != order.data or hidden != order.hidden:
        bump = data != order.data and company.switches.linked_payment_bumps
        company.alter(order, data, editor, hidden, bump=bump)


def _billed(company: "Company", order: Row, bills: tuple[str, ...]) -> dict[str, Decimal]:
    """How much of each line of an order the bills make up, by line id."""
    lines = {each["Id"]: each for each in order.data["Line"]}
    sums = dict.fromkeys(lines, ZERO)
    for bill in bills:
        for line in company.row("Bill", bill).data["Line"]:
            for link in line.get("LinkedTxn", ()):
                if link["TxnId"] == order.id and link["TxnLineId"] in sums:
                    sums[link["TxnLineId"]] += _measure(lines[link["TxnLineId"]], line)
    return sums


def _measure(ordered: Values, line: Values) -> Decimal:
    """How much of an order line a line makes up: its quantity where one was ordered, else its
    amount. A line that bills the whole amount without a quantity bills all of it."""
    quantity: Decimal | None = ordered.get(ITEM, {}).get("Qty")
    if quantity is None:
        amount: Decimal = line["Amount"]
        return amount
    own: Decimal | None = line.get(ITEM, {}).get("Qty")
    if own is not None:
        return own
    return quantity if line["Amount"] >= ordered["Amount"] else ZERO
