"""What waits in Undeposited Funds, and which deposit took it.

A transaction that left money there keeps, per line of its own that did, the deposit that took it;
`0` stands for the transaction as a whole, where only journal entries go by line. While it is in a
deposit it cannot be changed (`writer.py` refuses with 6540).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO
from local.qbo.rules import Values
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

DEPOSITABLE = ("Payment", "SalesReceipt", "RefundReceipt", "JournalEntry", "Transfer")
#: Named in links of deposits, but paid from a bank account, so never undeposited.
_NEVER = ("BillPayment", "BillPaymentCheck", "BillPaymentCreditCard")
WHOLE = "0"
_UNDEPOSITED = "UndepositedFunds"


@dataclass(frozen=True)
class Waiting:
    """Money of one transaction in Undeposited Funds: in its currency and at home."""

    row: Row
    part: str
    account: str
    own: Decimal
    home: Decimal

    @property
    def key(self) -> tuple[str, str, str]:
        return (*self.row.key, self.part)


def waiting(company: "Company", link: Values) -> Waiting:
    """What a deposit line's link means.

    Raises 2020 where the link lacks a part, 2170 for a type that cannot be deposited, 610 for a
    transaction that there is not, 620 for one that left nothing in Undeposited Funds.
    """
    for name in ("TxnId", "TxnType", "TxnLineId"):
        if not link.get(name):
            raise QboFault(faults.missing(f"Line.LinkedTxn.{name}", "Line.LinkedTxn"))
    kind, id = link["TxnType"], link["TxnId"]
    if kind in _NEVER:
        raise faults.cannot_link(f"{kind} {id}")
    if kind not in DEPOSITABLE:
        raise QboFault(faults.invalid_enumeration(kind, "Line.LinkedTxn.TxnType"))
    row = company.row(kind, id)
    part = link["TxnLineId"] if kind == "JournalEntry" else WHOLE
    entry = company.ledger.entries.get(row.key)
    splits = _of_part(row, part, entry.splits if entry else ())
    splits = tuple(each for each in splits if is_undeposited(company, each.account))
    own = sum((each.own for each in splits), ZERO)
    if not own:
        raise faults.cannot_link(f"{kind} {id}")
    home = sum((each.amount for each in splits), ZERO)
    return Waiting(row, part, splits[0].account, own, home)


def _of_part(row: Row, part: str, splits: tuple[Split, ...]) -> tuple[Split, ...]:
    """A journal entry's split of one of its lines, which stand in the same order."""
    if part == WHOLE and row.entity.name != "JournalEntry":
        return splits
    pairs = zip(row.data["Line"], splits, strict=False)
    return tuple(split for line, split in pairs if line["Id"] == part)


def is_undeposited(company: "Company", account: str) -> bool:
    row = company.table("Account").rows[account]
    return bool(row.data["AccountSubType"] == _UNDEPOSITED)


def deposit_of(row: Row, part: str) -> str | None:
    """The deposit that took a part of a transaction."""
    found: str | None = row.hidden.get("deposited", {}).get(part)
    return found


def mark(company: "Company", key: tuple[str, str, str], deposit: str | None, editor: str) -> None:
    """Record which deposit took a part of a transaction, or that none has any longer."""
    entity, id, part = key
    row = company.row(entity, id)
    deposited = dict(row.hidden.get("deposited", {}))
    deposited.pop(part, None)
    if deposit is not None:
        deposited[part] = deposit
    hidden = {**row.hidden, "deposited": deposited}
    if not deposited:
        del hidden["deposited"]
    data = dict(row.data)
    if "LinkedTxn" in row.entity.by_name:
        kept = [each for each in data.get("LinkedTxn", ()) if each["TxnType"] != "Deposit"]
        taken = dict.fromkeys(deposited.values())
        data["LinkedTxn"] = [*kept, *({"TxnId": each, "TxnType": "Deposit"} for each in taken)]
    company.alter(row, data, editor, hidden, bump=company.switches.linked_payment_bumps)
