"""What rules of an entity are given and may do; the entities' own rules are in `entities/`."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.qbo import faults
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Entry, Split
from local.qbo.schema import Entity
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

Values = dict[str, Any]

#: Among a write's options: a person does it in QuickBooks itself, where more is possible.
BY_PERSON = "person"

#: Whom a transaction is with, as its header says it.
_PARTIES = ("CustomerRef", "VendorRef", "EntityRef")
_LISTED_AS = {
    "Account": "Accounts",
    "Customer": "Names",
    "Vendor": "Names",
    "Employee": "Names",
    "Item": "Items",
}


@dataclass
class Change:
    """One write on its way: who asks for what, and the object before it.

    `forced`: something changes besides the data, so that the write counts even if they do not.
    """

    company: "Company"
    entity: Entity
    id: str
    values: Values
    sent: frozenset[str]
    before: Row | None = None
    sparse: bool = False
    options: frozenset[str] = frozenset()
    editor: str = ""
    hidden: Values = field(default_factory=dict)
    forced: bool = False

    @property
    def creating(self) -> bool:
        return self.before is None

    def earlier(self, name: str) -> Any:
        """The field's value before this write, or None."""
        return self.before.data.get(name) if self.before else None


class Rules:
    """The behaviour of an entity. Every method may raise QboFault; nothing is stored yet then."""

    #: One line per thing that is checked beyond the declaration, for the coverage table.
    checks: tuple[str, ...] = ()
    #: Whether deleting needs the SyncToken.
    deleted_by_token = True
    #: The field that reports show as the number of what is posted.
    number_field = "DocNumber"

    def existing(self, company: "Company", payload: Values) -> Row | None:
        """The object that a payload without an Id means, where something else identifies it."""
        return None

    def build(self, change: Change) -> Values:
        """The object's full data from what was sent: defaults, references, computed fields."""
        return self.resolved(change)

    def label(self, row: Row) -> str:
        """What reports and faults call the object."""
        return row.entity.label or row.entity.name

    def entry(self, company: "Company", row: Row) -> Entry | None:
        """What the object posts, as reports name it; None for nothing."""
        splits = self.splits(company, row)
        if not any(each.amount for each in splits):
            return None
        return entry_of(row, self.label(row), splits, self.number_field)

    def splits(self, company: "Company", row: Row) -> tuple[Split, ...]:
        """The lines of what the object posts: those that it keeps, unless it was voided."""
        kept: tuple[Split, ...] = row.hidden.get("splits", ())
        return () if row.hidden.get("voided") else kept

    def saved(self, change: Change, row: Row) -> None:
        """What else changes once the object is stored."""

    def may_delete(self, company: "Company", row: Row) -> None:
        """Raise if the object must not be deleted or voided."""

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        """What else changes once the object is gone."""

    def voided(self, company: "Company", row: Row) -> tuple[Values, Values]:
        """Data and hidden state of the object once voided."""
        raise faults.unsupported("void")

    def unwrapped(self, payload: Values) -> Values:
        """The object within what was sent for it, where that holds more around it."""
        return payload

    def around(self, row: Row, shown: Values) -> Values:
        """What a body holds for the object: itself, unless it stands within something."""
        return shown

    def show(self, company: "Company", row: Row) -> Values:
        """The object's data as a client reads it."""
        return row.data

    def value(self, company: "Company", row: Row, name: str) -> Any:
        """One field's value, as a query compares it."""
        return self.show(company, row).get(name)

    def resolved(self, change: Change) -> Values:
        """The values with every declared reference looked up and named."""
        values = dict(change.values)
        for each in change.entity.fields:
            if each.kind == "ref" and each.target and values.get(each.name) is not None:
                values[each.name] = resolve(
                    change.company,
                    each.target,
                    values[each.name],
                    each.name,
                    change.earlier(each.name),
                )
        return values


def entry_of(
    row: Row, label: str, splits: tuple[Split, ...], number_field: str = "DocNumber"
) -> Entry:
    """What a transaction posts, under the number, name and note of its own."""
    party: Values = next((row.data[name] for name in _PARTIES if row.data.get(name)), {})
    return Entry(
        row.key,
        row.data["TxnDate"],
        label,
        row.data.get(number_field, ""),
        party.get("name", ""),
        row.data.get("PrivateNote", ""),
        splits,
    )


def resolve(
    company: "Company",
    target: str,
    reference: Values,
    element: str,
    earlier: Values | None = None,
    missing: str | None = None,
) -> Values:
    """A reference with its object's present name.

    Raises 2500 when there is no such object or it is inactive; an inactive object that the
    transaction already referred to stays acceptable.
    """
    row = referred(company, target, reference, element, earlier, missing)
    name = row.data.get("FullyQualifiedName") if target in ("Account", "Item") else None
    name = name or row.data.get("DisplayName") or row.data.get("Name")
    return {"value": row.id, "name": name} if name else {"value": row.id}


def referred(
    company: "Company",
    target: str,
    reference: Values,
    element: str,
    earlier: Values | None = None,
    missing: str | None = None,
) -> Row:
    """The row behind a reference; see `resolve`."""
    id = str(reference["value"])
    row = company.table(target).rows.get(id)
    if row is None:
        if not id.lstrip("-").isdigit():
            raise QboFault(faults.invalid_number(id, element))
        if missing is not None:
            raise faults.invalid_reference(missing, missing)
        listed = _LISTED_AS.get(target, target)
        raise faults.invalid_reference(f"{listed} element id {id} not found")
    if row.data.get("Active") is False and (earlier or {}).get("value") != id:
        raise faults.invalid_reference()
    return row


def arrange(entity: Entity, values: Values) -> Values:
    """The values in declared order, without those that are absent."""
    get = values.get
    return {name: value for name in entity.by_name if (value := get(name)) is not None}
