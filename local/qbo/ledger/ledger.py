"""Double entry: what every transaction posts, and the balances that follow.

Amounts are signed, debits positive, in the company's home currency. Balances are kept up to date
with each entry, so that reading one never depends on how much has been posted.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from local.qbo.money import ZERO
from local.qbo.state.store import Undo


class Unbalanced(Exception):
    """A transaction whose debits and credits differ; posting it is refused."""


@dataclass(frozen=True, slots=True)
class Split:
    """One line of an entry: an account id and a signed amount, debit positive, home currency.

    `name` is the key (entity, id) of the customer or vendor whose balance the line moves, if any.
    `foreign` is the amount in the transaction's own currency, None where that is the home currency.
    `class_id` and `department_id` are what reports can be filtered and summarised by.
    """

    account: str
    amount: Decimal
    name: tuple[str, str] | None = None
    memo: str = ""
    foreign: Decimal | None = None
    class_id: str = ""
    department_id: str = ""

    @property
    def own(self) -> Decimal:
        """The amount in the transaction's own currency."""
        return self.amount if self.foreign is None else self.foreign


@dataclass(frozen=True, slots=True)
class Entry:
    """What one transaction posts. The first split is the side that the others are split to."""

    key: tuple[str, str]
    day: str
    label: str
    number: str
    name: str
    memo: str
    splits: tuple[Split, ...]


@dataclass
class Totals:
    """Running sums of one account, and the keys of its entries by day."""

    all: Decimal = ZERO
    own: Decimal = ZERO
    by_day: dict[str, Decimal] = field(default_factory=dict)
    entries: dict[str, dict[tuple[str, str], None]] = field(default_factory=dict)


class Ledger:
    """All entries of a company, one per posting transaction."""

    def __init__(self, undo: Undo) -> None:
        self.entries: dict[tuple[str, str], Entry] = {}
        self._accounts: dict[str, Totals] = defaultdict(Totals)
        self._names: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        self._undo = undo

    def post(self, key: tuple[str, str], entry: Entry | None) -> None:
        """Replace what a transaction posts; None posts nothing. Raises Unbalanced."""
        if entry is not None and sum((each.amount for each in entry.splits), ZERO) != 0:
            raise Unbalanced(f"{key[0]} {key[1]} does not balance")
        before = self.entries.get(key)
        if before == entry:
            return
        self._replace(key, entry)
        self._undo.add(lambda: self._replace(key, before))
        self._undo.changed("object", key)

    def balance(self, account: str) -> Decimal:
        """Sum of an account over all dates, debit positive."""
        totals = self._accounts.get(account)
        return totals.all if totals else ZERO

    def own_balance(self, account: str) -> Decimal:
        """Sum of an account over all dates in the currency of what was posted to it."""
        totals = self._accounts.get(account)
        return totals.own if totals else ZERO

    def balance_between(self, account: str, first: str | None, last: str) -> Decimal:
        """Sum of an account from `first` (None for the beginning) to `last`, both included."""
        totals = self._accounts.get(account)
        if totals is None:
            return ZERO
        days = totals.by_day.items()
        return sum((v for d, v in days if d <= last and (first is None or d >= first)), ZERO)

    def by_day(self, account: str) -> dict[str, Decimal]:
        """What was posted to an account by day, debit positive; not to be altered."""
        totals = self._accounts.get(account)
        return totals.by_day if totals else {}

    def name_balance(self, key: tuple[str, str]) -> Decimal:
        """What was posted to a customer or vendor over all its receivable or payable accounts,
        debit positive, in its own currency."""
        return self._names.get(key, ZERO)

    def has_activity(self, account: str, last: str) -> bool:
        totals = self._accounts.get(account)
        return totals is not None and any(each <= last for each in totals.by_day)

    def account_entries(self, account: str, first: str, last: str) -> list[Entry]:
        """Entries that touch an account within the dates, by date and then by id."""
        totals = self._accounts.get(account)
        if totals is None:
            return []
        days = (keys for day, keys in totals.entries.items() if first <= day <= last)
        found = [self.entries[key] for keys in days for key in keys]
        return sorted(found, key=lambda each: (each.day, int(each.key[1])))

    def accounts(self) -> dict[str, Decimal]:
        """Every account that was posted to, with its balance over all dates."""
        return {account: totals.all for account, totals in self._accounts.items()}

    def _replace(self, key: tuple[str, str], entry: Entry | None) -> None:
        before = self.entries.get(key)
        if before is not None:
            self._apply(before, -1)
            del self.entries[key]
        if entry is not None:
            self.entries[key] = entry
            self._apply(entry, 1)

    def _apply(self, entry: Entry, sign: int) -> None:
        for split in entry.splits:
            amount = split.amount * sign
            totals = self._accounts[split.account]
            totals.all += amount
            totals.own += split.own * sign
            totals.by_day[entry.day] = totals.by_day.get(entry.day, ZERO) + amount
            keys = totals.entries.setdefault(entry.day, {})
            if sign > 0:
                keys[entry.key] = None
            else:
                keys.pop(entry.key, None)
            if split.name is not None:
                self._names[split.name] += split.own * sign
