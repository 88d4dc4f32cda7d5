"""What a person does in QuickBooks itself, past the API client: edits and settings."""

from typing import Any

from local.qbo.company import Company
from local.qbo.entities import BY_FOLDED, ENTITIES
from local.qbo.operations import perform, write_call
from local.qbo.rules import Values
from local.qbo.writer import void

_ACTIONS = {
    "create": "create",
    "update": "update",
    "deactivate": "update",
    "delete": "delete",
    "void": "void",
}


def edit(
    company: Company, action: str, entity: str, values: Values, by: str = "Jane Doe"
) -> Values:
    """Create, update, delete, void or deactivate an object, by the same rules as any client.

    An object is named by its Id alone; updates are sparse. Answers what the API would. Raises
    QboFault for what the rules refuse, ValueError for an unknown action or entity.
    """
    declared = BY_FOLDED.get(entity.lower())
    if declared is None:
        raise ValueError(f"entity: use one of {', '.join(ENTITIES)}")
    if action not in _ACTIONS:
        raise ValueError(f"action: use one of {', '.join(_ACTIONS)}")
    with company.lock:
        asked: dict[str, Any] = dict(values)
        if action != "create":
            row = company.row(declared.name, str(asked.get("Id", "")))
            asked = {"SyncToken": str(row.token), **asked}
        if action in ("update", "deactivate"):
            always = {name: row.data[name] for name in declared.always}
            asked = {"sparse": True, **always, **asked}
        if action == "deactivate":
            asked["Active"] = False
        if action == "void" and not company.read_only:
            return {declared.name: company.show(void(company, declared, asked, by))}
        call = write_call(declared, _ACTIONS[action], asked, frozenset())
        return perform(company, call, by)


def set_preferences(company: Company, groups: Values, by: str = "Jane Doe") -> Values:
    """Merge values into groups of preferences, read-only ones included; None removes a value.

    Raises ValueError for a group that there is not.
    """
    with company.lock, company.undo.unit():
        row = company.row("Preferences", "1")
        merged = dict(row.data)
        for group, values in groups.items():
            if group not in row.entity.by_name or not isinstance(values, dict):
                raise ValueError(f"{group}: no such group of preferences")
            kept = {**merged.get(group, {}), **values}
            merged[group] = {name: value for name, value in kept.items() if value is not None}
        company.note("updated", company.alter(row, merged, by))
        return company.preferences
