"""What all name lists share: unique names, hierarchies, and deactivation instead of deletion."""

import re
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.faults import QboFault
from local.qbo.rules import Change, Rules, Values, referred
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_DELETED = re.compile(r" \(deleted(?: \d+)?\)\Z")
DEEPEST = 5


def below(company: "Company", entity: str, id: str) -> list[Row]:
    """The objects under one of a list, at every level."""
    table = company.table(entity)
    found = [table.rows[child] for child in table.found("ParentRef", id)]
    return [*found, *(each for child in found for each in below(company, entity, child.id))]


class NamedRules(Rules):
    """A list whose objects have a unique name and can only be made inactive."""

    name_field = "Name"
    space = ""
    taken = "Another item in this list is already using this name. Please use a different name."
    child_flag = ""
    unique_full_name = True
    checks: tuple[str, ...] = (
        "name present, one line, no colon or tab (2180)",
        "name unique without regard to case (6240)",
        "deactivation adds ` (deleted)` and frees the name",
    )

    def build(self, change: Change) -> Values:
        values = self.resolved(change)
        values["Active"] = active = values.get("Active", True)
        name = self.clean_name(change, values)
        change.hidden["name"] = name
        parent = self.parent(change, values)
        full = f"{parent.data['FullyQualifiedName']}:{name}" if parent else name
        self._check_unique(change, full if self.unique_full_name else name)
        suffix = "" if active else self._suffix(change, full)
        values[self.name_field] = name + suffix
        values["FullyQualifiedName"] = full + suffix
        if self.child_flag:
            values[self.child_flag] = parent is not None
        return values

    def clean_name(self, change: Change, values: Values) -> str:
        """The name without the mark of an inactive object."""
        name = str(values.get(self.name_field) or "")
        if change.before is not None and change.before.data.get("Active") is False:
            name = _DELETED.sub("", name)
        if not name:
            raise QboFault(faults.missing(self.name_field))
        return name

    def parent(self, change: Change, values: Values) -> Row | None:
        """The object this one lies under, if any."""
        reference = values.get("ParentRef")
        if reference is None or (self.child_flag and values.get(self.child_flag) is False):
            values.pop("ParentRef", None)
            if values.get(self.child_flag):
                raise faults.fault(
                    "6150",
                    "ParentRef Required Validation Error",
                    f"ParentRef is required when {self.child_flag} is true",
                    "ParentRef",
                )
            return None
        row = referred(
            change.company, change.entity.name, reference, "ParentRef", change.earlier("ParentRef")
        )
        under = below(change.company, change.entity.name, change.id)
        if row.id in (change.id, *(each.id for each in under)):
            raise faults.fault("900", "Parent cannot be child", "Parent cannot be child")
        own = str(change.earlier("FullyQualifiedName") or "").count(":")
        reach = max((each.data["FullyQualifiedName"].count(":") - own for each in under), default=0)
        if row.data["FullyQualifiedName"].count(":") + 2 + reach > DEEPEST:
            raise faults.fault("6180", "Sub Level Limit", "Sub Level Limit : 5 levels")
        return row

    def saved(self, change: Change, row: Row) -> None:
        names = change.company.names
        before, after = self._claim(change.before), self._claim(row)
        if before != after:
            if before and names.owner(self.space, before) == row.key:
                names.free(self.space, before)
            if after:
                names.claim(self.space, after, row.key)
        if (
            change.before
            and change.before.data["FullyQualifiedName"] != (row.data["FullyQualifiedName"])
        ):
            self._rename_children(change.company, row)

    def _claim(self, row: Row | None) -> str | None:
        if row is None:
            return None
        return str(row.data["FullyQualifiedName" if self.unique_full_name else self.name_field])

    def _check_unique(self, change: Change, name: str) -> None:
        names, switches = change.company.names, change.company.switches
        owner = names.owner(self.space, name)
        if owner is not None and owner != (change.entity.name, change.id):
            detail = self.taken_by(change, owner[0])
            if switches.duplicate_name_detail == "null":
                detail = "null"
            elif switches.duplicate_name_detail == "id":
                detail = f"{detail} Id={owner[1]}"
            raise faults.duplicate_name(detail)
        if switches.inactive_names_block:
            twin = names.owner(self.space, f"{name} (deleted)")
            if twin is not None and twin != (change.entity.name, change.id):
                raise faults.duplicate_name("null")

    def taken_by(self, change: Change, owner: str) -> str:
        """The sentence of fault 6240, given whose name it is."""
        return self.taken

    def _suffix(self, change: Change, full: str) -> str:
        for count in range(1, 1000):
            suffix = " (deleted)" if count == 1 else f" (deleted {count})"
            owner = change.company.names.owner(self.space, full + suffix)
            if owner is None or owner[1] == change.id:
                return suffix
        raise faults.system_failure()

    def _rename_children(self, company: "Company", parent: Row) -> None:
        table = company.table(parent.entity.name)
        for child in [table.rows[id] for id in table.found("ParentRef", parent.id)]:
            last = child.data["FullyQualifiedName"].rpartition(":")[2]
            full = f"{parent.data['FullyQualifiedName']}:{last}"
            level = {"Level": full.count(":")} if "Level" in child.data else {}
            row = Row(
                child.entity,
                child.id,
                child.token,
                child.created,
                child.updated,
                child.editor,
                {**child.data, "FullyQualifiedName": full, **level},
                child.hidden,
            )
            table.put(row)
            if self.unique_full_name:
                company.names.free(self.space, child.data["FullyQualifiedName"])
                company.names.claim(self.space, full, row.key)
            self._rename_children(company, row)
