"""One QuickBooks company: its objects, its ledger, its settings, and access to them in Python."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from local.qbo import faults
from local.qbo.clock import Clock, pacific, parse_instant, stamp
from local.qbo.key_order import in_order
from local.qbo.labels import localised
from local.qbo.ledger.inventory import Inventory, moves_of
from local.qbo.ledger.ledger import Ledger, Unbalanced
from local.qbo.rules import Values, arrange, entry_of
from local.qbo.schema import Entity
from local.qbo.state.store import Names, Row, Table, Undo
from local.qbo.switches import Switches

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_FIRST_IDS = {
    "Attachable": 5000000000000503624,
    "Account": 1150040000,
    "Class": 5000000000000007280,
}


@dataclass(frozen=True)
class Notice:
    """That an object has changed. `linked`: only because another one did; `merged`: whose id."""

    entity: str
    id: str
    token: int
    operation: str
    when: datetime
    linked: bool = False
    merged: str = ""


class Company:
    """A company file. Hold `lock` around anything that reads or writes it."""

    #: Attributes that are settings: not objects, and nothing that follows from them.
    SETTINGS = ("connected_user", "read_only")

    def __init__(
        self, realm: str, clock: Clock, switches: Switches, entities: Mapping[str, Entity]
    ) -> None:
        """`entities` are those it holds, by name; their rules know the company, not it them."""
        self.realm = realm
        self.clock = clock
        self.switches = switches
        self.lock = threading.RLock()
        self.undo = Undo()
        self.names = Names(self.undo)
        self.ledger = Ledger(self.undo)
        self.inventory = Inventory(self.undo)
        self.connected_user = "Olivia Owner"
        self.read_only = False
        #: Where clients reached the emulator last; addresses of files begin with it.
        self.base_url = ""
        #: What has changed since somebody last took it; None while nobody wants to know.
        self.notices: list[Notice] | None = None
        self._tables = {name: Table(entity, self.undo) for name, entity in entities.items()}
        self.sequences: dict[str, int] = {}

    # What the rules use.

    def table(self, name: str) -> Table:
        return self._tables[name]

    def tables(self) -> Iterable[Table]:
        return self._tables.values()

    def entity(self, name: str) -> Entity | None:
        """The entity with a name, whatever its case."""
        known = (each.entity for each in self.tables())
        return next((each for each in known if each.name.lower() == name.lower()), None)

    def row(self, entity: str, id: str) -> Row:
        """A stored object. Raises 610 when there is none."""
        table = self._tables[entity]
        row = table.rows.get(id)
        if row is None:
            raise faults.not_found(deleted=id in table.deleted)
        return row

    def today(self) -> str:
        """The date in California, or by the switch in the company's own zone."""
        now = self.clock.now()
        if self.switches.today == "company":
            local = now.astimezone(ZoneInfo(self.info.get("DefaultTimeZone", "UTC")))
            return local.date().isoformat()
        return pacific(now).date().isoformat()

    def instant(self, text: str) -> datetime | None:
        """A date-time that a client wrote; None for what is none."""
        return parse_instant(text, self.switches.instant_without_offset)

    def next_id(self, entity: Entity) -> str:
        """The next free id of the entity's sequence; transactions share one."""
        sequence = "Transaction" if entity.is_transaction else entity.numbers or entity.name
        last = self.sequences.get(sequence, _FIRST_IDS.get(sequence, 1) - 1)
        return str(self.count(sequence, last + 1))

    def last_number(self, sequence: str) -> int:
        return self.sequences.get(sequence, 0)

    def count(self, sequence: str, value: int) -> int:
        """Move a sequence to a value."""
        before = self.sequences.get(sequence)
        self.sequences[sequence] = value

        def restore() -> None:
            if before is None:
                self.sequences.pop(sequence, None)
            else:
                self.sequences[sequence] = before

        self.undo.add(restore)
        self.undo.changed("sequence", (sequence,))
        return value

    def seen_id(self, entity: Entity, id: str) -> None:
        """Keep a sequence above an id that a profile has chosen."""
        sequence = "Transaction" if entity.is_transaction else entity.numbers or entity.name
        if entity.name != "Account" and id.isdigit():
            self.sequences[sequence] = max(self.sequences.get(sequence, 0), int(id))
            self.undo.changed("sequence", (sequence,))

    @property
    def preferences(self) -> Values:
        row = self._tables["Preferences"].rows.get("1")
        return row.data if row else {}

    def preference(self, group: str, name: str, default: Any = None) -> Any:
        return self.preferences.get(group, {}).get(name, default)

    def other_preference(self, name: str) -> str:
        """A value of `OtherPrefs`, text as QuickBooks gives it; empty when absent."""
        pairs = self.preferences.get("OtherPrefs", {}).get("NameValue", [])
        return next((str(each["Value"]) for each in pairs if each["Name"] == name), "")

    @property
    def info(self) -> Values:
        row = self._tables["CompanyInfo"].rows.get("1")
        return row.data if row else {}

    @property
    def country(self) -> str:
        """ISO code of the company's country."""
        return str(self.info.get("Country", "US"))

    @property
    def name(self) -> str:
        return str(self.info.get("CompanyName", self.realm))

    def fiscal_year_start(self, day: str) -> str:
        """First day of the fiscal year that a date lies in."""
        first = MONTHS.index(self.info.get("FiscalYearStartMonth", "January")) + 1
        on = date.fromisoformat(day)
        return date(on.year if on.month >= first else on.year - 1, first, 1).isoformat()

    def account_by_subtype(self, subtype: str) -> str | None:
        """Id of the active account with a subtype, lowest id first."""
        ids = self.table("Account").found("AccountSubType", subtype.casefold())
        rows = [self.table("Account").rows[id] for id in ids]
        active = [row.id for row in rows if row.data.get("Active")]
        return min(active, key=int) if active else None

    def store(self, row: Row) -> None:
        """Put an object's new state and post what it now posts."""
        with self.undo.unit():
            self._tables[row.entity.name].put(row)
            recosted = self.inventory.move(row.key, moves_of(row))
            self.post(row)
            self._repost(recosted)

    def post(self, row: Row) -> None:
        """Post what a stored object posts by now; other objects than itself may matter."""
        entry = row.entity.rules.entry(self, row)
        stock = self.inventory.splits(row.key)
        if stock and entry is None:
            entry = entry_of(row, row.entity.rules.label(row), ())
        if stock and entry is not None:
            entry = replace(entry, splits=entry.splits + stock)
        if entry is not None and self.country != "US":
            entry = replace(entry, label=localised(self.country, entry.label))
        try:
            self.ledger.post(row.key, entry)
        except Unbalanced as error:
            raise faults.system_failure(f"unbalanced transaction: {error}") from error

    def remove(self, row: Row) -> None:
        """Delete an object with all that it posts and moves."""
        recosted = self.inventory.move(row.key, ())
        self.ledger.post(row.key, None)
        self._tables[row.entity.name].remove(row, self.clock.now())
        self._repost(recosted)

    def _repost(self, keys: Iterable[tuple[str, str]]) -> None:
        """Post anew the documents whose goods cost something else by now."""
        for key in sorted(keys, key=lambda key: int(key[1])):
            self.post(self.row(*key))

    def alter(
        self,
        row: Row,
        data: Values,
        editor: str,
        hidden: Values | None = None,
        *,
        bump: bool = True,
    ) -> Row:
        """Store an existing object's new state; unless it bumps, token and time stay."""
        after = Row(
            row.entity,
            row.id,
            row.token + 1 if bump else row.token,
            row.created,
            self.clock.now() if bump else row.updated,
            editor if bump else row.editor,
            arrange(row.entity, data),
            row.hidden if hidden is None else hidden,
        )
        self.store(after)
        if bump:
            self.note("updated", after, linked=True)
        return after

    def note(self, operation: str, row: Row, *, linked: bool = False, merged: str = "") -> None:
        """Note that an object was created, updated, deleted, merged, emailed or voided."""
        if self.notices is None:
            return
        notices, before = self.notices, len(self.notices)
        notices.append(
            Notice(row.entity.name, row.id, row.token, operation, self.clock.now(), linked, merged)
        )

        def restore() -> None:
            del notices[before:]

        self.undo.add(restore)

    # What a test or a control plane uses.

    def get(self, entity: str, id: str) -> Values:
        """An object as a client would read it. Raises QboFault 610."""
        with self.lock:
            return self.show(self.row(entity, id))

    def all(self, entity: str) -> list[Values]:
        """Every object of an entity, oldest first, inactive ones included."""
        with self.lock:
            return [self.show(row) for row in self.table(entity).rows.values()]

    def find(self, entity: str, **wanted: Any) -> list[Values]:
        """Objects whose fields equal the given values."""
        return [
            each
            for each in self.all(entity)
            if all(each.get(name) == value for name, value in wanted.items())
        ]

    def show(self, row: Row) -> Values:
        """The object with its head: domain, Id, SyncToken, MetaData."""
        meta = {"CreateTime": stamp(row.created), "LastUpdatedTime": stamp(row.updated)}
        if row.entity.name == "Account" and row.token == 0:
            del meta["LastUpdatedTime"]
        head = {
            "domain": "QBO",
            "sparse": False,
            "Id": row.id,
            "SyncToken": str(row.token),
            "MetaData": meta,
        }
        rules = row.entity.rules
        return rules.around(row, in_order(row.entity, rules.show(self, row), head))

    def account_id(self, name_or_id: str) -> str:
        """Id of an account given by id or full name. Raises KeyError."""
        rows = self.table("Account").rows
        if name_or_id in rows:
            return name_or_id
        for row in rows.values():
            if row.data["FullyQualifiedName"].casefold() == name_or_id.casefold():
                return row.id
        raise KeyError(f"there is no account {name_or_id!r}")

    def balance(self, account: str, on: str | None = None) -> Decimal:
        """Balance of an account (id or full name), debit positive, up to a date."""
        with self.lock:
            id = self.account_id(account)
            return self.ledger.balance_between(id, None, on) if on else self.ledger.balance(id)

    def balances(self) -> dict[str, Decimal]:
        """Every account's balance by full name, debit positive; they sum to zero."""
        with self.lock:
            rows = self.table("Account").rows
            return {
                rows[id].data["FullyQualifiedName"]: amount
                for id, amount in self.ledger.accounts().items()
            }

    def rows(self, entities: Iterable[str]) -> Iterable[Row]:
        for name in entities:
            yield from self.table(name).rows.values()
