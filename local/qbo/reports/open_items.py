"""What customers owe and vendors are owed, transaction by transaction, in the home currency."""

from dataclasses import dataclass
from decimal import Decimal

from local.qbo.company import Company
from local.qbo.entities import settling
from local.qbo.entities.currency.rules import HOME_RATE
from local.qbo.money import ZERO, cents
from local.qbo.state.store import Row

_CONTROL = {
    settling.CUSTOMERS.name: "Accounts Receivable",
    settling.VENDORS.name: "Accounts Payable",
}
_BEGINNING, END = "0001-01-01", "9999-12-31"

Key = tuple[str, str]


@dataclass(frozen=True)
class Item:
    """One transaction as far as it is open for one party.

    `amount` is what it posted, `open` what of it is not settled; owed is positive, a credit or an
    unapplied payment negative.
    """

    row: Row
    party: str
    label: str
    number: str
    amount: Decimal
    open: Decimal
    department: str = ""

    @property
    def day(self) -> str:
        return str(self.row.data["TxnDate"])

    @property
    def due(self) -> str:
        """When it falls due; a credit or a payment on its own day."""
        return str(self.row.data.get("DueDate") or self.day)


def open_items(company: Company, side: settling.Side, last: str = END) -> list[Item]:
    """Every transaction up to a day that was open at its end, by date and id.

    A payment settles on the later of its own day and the document's. The open amounts sum to the
    side's receivable or payable accounts on that day.
    """
    posted = _posted(company, side, last)
    left = dict(posted)
    for key, party in posted:
        if key[0] == side.payment:
            continue
        row = company.row(*key)
        for id, home in homes(row, posted[key, party]).items():
            payment = settling.payment_row(company, id)
            if payment.data["TxnDate"] <= last:
                left[key, party] -= home
                at = (payment.key, party)
                left[at] = left.get(at, ZERO) + home
    items = []
    for (key, party), amount in left.items():
        if not amount:
            continue
        row = company.row(*key)
        entry = company.ledger.entries.get(key)
        items.append(
            Item(
                row,
                party,
                entry.label if entry else row.entity.label,
                entry.number if entry else "",
                posted.get((key, party), ZERO) * side.sign,
                amount * side.sign,
                str((row.data.get("DepartmentRef") or {}).get("value", "")),
            )
        )
    return sorted(items, key=lambda each: (each.day, int(each.row.id)))


def homes(row: Row, total: Decimal) -> dict[str, Decimal]:
    """Per payment id, what it relieves of a document's control account that holds `total`."""
    rate = row.data.get("ExchangeRate", HOME_RATE)
    found: dict[str, Decimal] = {}
    settled = ZERO
    for id, part in row.hidden.get("settled", {}).items():
        home = cents((settled + part) * rate) - cents(settled * rate)
        found[id] = home if total > 0 else -home
        settled += part
    return found


def _posted(company: Company, side: settling.Side, last: str) -> dict[tuple[Key, str], Decimal]:
    """What each transaction posted to the side's control accounts, by transaction and party."""
    kind = _CONTROL[side.name]
    accounts = company.table("Account").rows.values()
    control = {row.id for row in accounts if row.data["AccountType"] == kind}
    entries = {
        entry.key: entry
        for account in control
        for entry in company.ledger.account_entries(account, _BEGINNING, last)
    }
    posted: dict[tuple[Key, str], Decimal] = {}
    for entry in entries.values():
        for split in entry.splits:
            if split.account in control:
                party = split.name[1] if split.name and split.name[0] == side.name else ""
                at = (entry.key, party)
                posted[at] = posted.get(at, ZERO) + split.amount
    return posted
