"""A person merges two entries of a list: whatever referred to the one refers to the other."""

from dataclasses import replace
from typing import Any

from local.qbo import writer
from local.qbo.company import Company
from local.qbo.ledger.ledger import Split
from local.qbo.schema import Entity
from local.qbo.state.store import Row

#: Where each list is referred to; accounts by every name that ends so.
_REFERENCES = {
    "Customer": ("CustomerRef",),
    "Vendor": ("VendorRef", "PrefVendorRef"),
    "Employee": ("EmployeeRef",),
    "Item": ("ItemRef", "GroupItemRef"),
    "Account": (),
    "Class": ("ClassRef",),
    "Department": ("DepartmentRef",),
    "Term": ("SalesTermRef", "TermRef"),
    "PaymentMethod": ("PaymentMethodRef",),
}
#: The same for what is kept of moved stock, as plain ids.
_PLAIN = {"Account": ("asset", "contra"), "Class": ("class_id",)}
_TYPED = ("Customer", "Vendor", "Employee")
_SAME = {"Account": ("AccountType", "AccountSubType", "CurrencyRef"), "Item": ("Type",)}


def merge(company: Company, entity: Entity, id: str, into: str, by: str) -> Row:
    """Merge the object `id` into `into`; answers the one that stays.

    The other one becomes inactive for good: who changes it later gets fault 6000. Raises
    ValueError for what QuickBooks' own pages would not merge, QboFault 610 for an unknown id.
    """
    if entity.name not in _REFERENCES:
        raise ValueError(f"entity: only {', '.join(_REFERENCES)} can be merged")
    with company.lock, company.undo.unit():
        gone, kept = company.row(entity.name, id), company.row(entity.name, into)
        _check(company, gone, kept)
        _Redirection(company, gone, kept).carry_out()
        notices, company.notices = company.notices, None
        try:
            payload = {"Id": id, "SyncToken": str(gone.token), "sparse": True, "Active": False}
            row = writer.save(company, entity, payload, by)
        finally:
            company.notices = notices
        company.alter(row, row.data, by, {**row.hidden, "merged_into": into}, bump=False)
        company.note("merged", kept, merged=id)
        return kept


def _check(company: Company, gone: Row, kept: Row) -> None:
    name = gone.entity.name
    if gone.id == kept.id:
        raise ValueError("into: give another object than the one that is merged")
    for row in (gone, kept):
        if row.data.get("Active") is False:
            raise ValueError(f"{name} {row.id} is inactive: make it active before merging")
    for field in _SAME.get(name, ("CurrencyRef",)):
        if gone.data.get(field) != kept.data.get(field):
            raise ValueError(f"into: {field} differs; only alike objects can be merged")
    if gone.data.get("Type") == "Inventory":
        raise ValueError("Id: items that track quantity are not merged by this emulator")
    if "ParentRef" in gone.entity.by_name and company.table(name).found("ParentRef", gone.id):
        raise ValueError(f"Id: {name} {gone.id} has others below it; move them first")


class _Redirection:
    """References to one object become references to another, and postings with them."""

    def __init__(self, company: Company, gone: Row, kept: Row) -> None:
        self.company = company
        self.entity = gone.entity.name
        self.old, self.new = gone.id, kept.id
        data = kept.data
        self.name = data.get("FullyQualifiedName") if self.entity in ("Account", "Item") else None
        self.name = self.name or data.get("DisplayName") or data.get("Name")

    def carry_out(self) -> None:
        changed = []
        for table in self.company.tables():
            for row in list(table.rows.values()):
                data, hidden = self.value(row.data), self.value(row.hidden)
                if data != row.data or hidden != row.hidden:
                    after = replace(row, data=data, hidden=hidden)
                    table.put(after)
                    changed.append(after)
        for row in changed:
            self.company.store(row)

    def value(self, value: Any, key: str = "") -> Any:
        """The value with every reference in it redirected."""
        if isinstance(value, Split):
            return self.split(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, tuple):
            return tuple(self.value(each) for each in value)
        if not isinstance(value, dict):
            plain = value == self.old and key in _PLAIN.get(self.entity, ())
            return self.new if plain else value
        if value.get("value") == self.old and self.refers(key, value.get("type")):
            named = {"name": self.name} if "name" in value else {}
            return {**value, "value": self.new, **named}
        typed = value.get("Type") == self.entity and self.entity in _TYPED
        return {
            name: self.value(each, self.entity if typed and name == "EntityRef" else name)
            for name, each in value.items()
        }

    def refers(self, key: str, type: str | None) -> bool:
        """Whether a reference under a key is to the list in question."""
        if key == self.entity or (type or "").lower() == self.entity.lower():
            return self.entity in _TYPED
        if self.entity == "Account":
            return key.endswith("AccountRef")
        return key in _REFERENCES[self.entity]

    def split(self, split: Split) -> Split:
        if self.entity == "Account" and split.account == self.old:
            return replace(split, account=self.new)
        if split.name == (self.entity, self.old):
            return replace(split, name=(self.entity, self.new))
        if self.entity == "Class" and split.class_id == self.old:
            return replace(split, class_id=self.new)
        if self.entity == "Department" and split.department_id == self.old:
            return replace(split, department_id=self.new)
        return split
