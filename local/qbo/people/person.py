"""What a person does in QuickBooks itself, past the API client: edits and settings."""

from collections.abc import Callable
from datetime import date
from typing import Any

from local.qbo import checked, faults, validation, writer
from local.qbo.company import Company
from local.qbo.entities import BY_FOLDED, ENTITIES, recurring
from local.qbo.faults import QboFault
from local.qbo.operations import perform, write_call
from local.qbo.people.merging import merge
from local.qbo.rules import BY_PERSON, Values
from local.qbo.schema import Entity

_PERSON = frozenset({BY_PERSON})
_NAMES = ("DisplayName", "Name")


def edit(
    company: Company, action: str, entity: str, values: Values, by: str = "Jane Doe"
) -> Values:
    """Do what a person can do with an object, by the same rules as any client.

    An object is named by its Id alone; updates are sparse. Besides the fields of the object,
    `rename` takes `name`, `merge` takes `into` (the Id that stays), `deposit` takes `account`
    (the first bank account when absent), `run_recurring` a `date`. Answers what the API would.
    Raises QboFault for what the rules refuse, ValueError for an unknown action or entity and for
    what cannot be done.
    """
    do = _ACTIONS.get(action)
    if do is None:
        raise ValueError(f"action: use one of {', '.join(_ACTIONS)}")
    declared = BY_FOLDED.get(entity.lower())
    if declared is None:
        raise ValueError(f"entity: use one of {', '.join(ENTITIES)}")
    with company.lock:
        return do(company, declared, dict(values), by)


def _create(company: Company, entity: Entity, values: Values, by: str) -> Values:
    return perform(company, write_call(entity, "create", values, _PERSON), by)


def _update(company: Company, entity: Entity, values: Values, by: str) -> Values:
    row = company.row(entity.name, str(values.get("Id", "")))
    always = {name: row.data[name] for name in entity.always}
    asked = {"sparse": True, **always, **_with_token(company, entity, values)}
    return perform(company, write_call(entity, "update", asked, _PERSON), by)


def _deactivate(company: Company, entity: Entity, values: Values, by: str) -> Values:
    return _update(company, entity, {**values, "Active": False}, by)


def _rename(company: Company, entity: Entity, values: Values, by: str) -> Values:
    name = str(values.pop("name", ""))
    field = next((each for each in _NAMES if each in entity.by_name), None)
    if field is None or not name:
        raise ValueError("name: give the new name of an object that has one")
    return _update(company, entity, {**values, field: name}, by)


def _delete(company: Company, entity: Entity, values: Values, by: str) -> Values:
    asked = _with_token(company, entity, values)
    return perform(company, write_call(entity, "delete", asked, _PERSON), by)


def _void(company: Company, entity: Entity, values: Values, by: str) -> Values:
    """QuickBooks' own pages void more than its API does."""
    if company.read_only:
        raise faults.read_only_company()
    row = writer.void(company, entity, _with_token(company, entity, values), by)
    return {entity.key: company.show(row)}


def _merge(company: Company, entity: Entity, values: Values, by: str) -> Values:
    kept = merge(company, entity, str(values.get("Id", "")), str(values.get("into", "")), by)
    return {entity.key: company.show(kept)}


def _deposit(company: Company, entity: Entity, values: Values, by: str) -> Values:
    """Put what waits in Undeposited Funds into a bank account; answers the deposit."""
    row = company.row(entity.name, str(values.get("Id", "")))
    account = values.get("account")
    bank = company.account_id(str(account)) if account else _first_bank(company)
    deposit = {
        "DepositToAccountRef": {"value": bank},
        "Line": [
            {
                "Amount": row.data.get("TotalAmt"),
                "LinkedTxn": [{"TxnId": row.id, "TxnType": entity.name, "TxnLineId": "0"}],
            }
        ],
    }
    return _create(company, ENTITIES["Deposit"], deposit, by)


def _first_bank(company: Company) -> str:
    banks = company.table("Account").found("AccountType", "bank")
    if not banks:
        raise ValueError("account: give one, as the company has no bank account")
    return min(banks, key=int)


def _run_recurring(company: Company, entity: Entity, values: Values, by: str) -> Values:
    """Make a transaction of a template, dated `date`, else by its schedule."""
    if entity.name != recurring.NAME:
        raise ValueError(f"entity: use {recurring.NAME}")
    made = recurring.run(company, str(values.get("Id", "")), by, values.get("date"))
    return {made.entity.key: company.show(made)}


def _match(company: Company, entity: Entity, values: Values, by: str) -> Values:
    """The bank's feed delivered the transaction, and a person confirmed it."""
    return _set_matched(company, entity, values, by, matched=True)


def _unmatch(company: Company, entity: Entity, values: Values, by: str) -> Values:
    return _set_matched(company, entity, values, by, matched=False)


def _set_matched(
    company: Company, entity: Entity, values: Values, by: str, *, matched: bool
) -> Values:
    if not entity.is_transaction:
        raise ValueError("entity: only a transaction can be matched")
    row = company.row(entity.name, str(values.get("Id", "")))
    with company.undo.unit():
        row = company.alter(row, row.data, by, {**row.hidden, "matched": matched}, bump=False)
    return {entity.key: company.show(row)}


def _with_token(company: Company, entity: Entity, values: Values) -> dict[str, Any]:
    row = company.row(entity.name, str(values.get("Id", "")))
    return {"SyncToken": str(row.token), **values}


_ACTIONS: dict[str, Callable[[Company, Entity, Values, str], Values]] = {
    "create": _create,
    "update": _update,
    "delete": _delete,
    "void": _void,
    "deactivate": _deactivate,
    "rename": _rename,
    "merge": _merge,
    "deposit": _deposit,
    "run_recurring": _run_recurring,
    "match": _match,
    "unmatch": _unmatch,
}


def close_books(company: Company, day: str | None, by: str = "Jane Doe") -> Values:
    """Close the books up to a date, `YYYY-MM-DD`; None opens them again.

    Answers the preferences. Raises ValueError for what is no date.
    """
    if day is not None:
        try:
            day = date.fromisoformat(day).isoformat()
        except ValueError:
            raise ValueError("date: give YYYY-MM-DD, or null to open the books") from None
    return set_preferences(company, {"AccountingInfoPrefs": {"BookCloseDate": day}}, by)


def set_preferences(company: Company, groups: Values, by: str = "Jane Doe") -> Values:
    """Merge values into groups of preferences, read-only ones included; None removes a value.

    OtherPrefs are merged by the names of their values.

    Raises ValueError for a group that there is not.
    """
    exact = check_preferences(groups)
    with company.lock, company.undo.unit():
        row = company.row("Preferences", "1")
        merged = dict(row.data)
        for group, values in exact.items():
            kept = {**merged.get(group, {}), **values}
            if group == "OtherPrefs":
                kept["NameValue"] = _merged_pairs(merged.get(group, {}), values)
            merged[group] = {name: value for name, value in kept.items() if value is not None}
        company.note("updated", company.alter(row, merged, by))
        return company.preferences


def check_preferences(groups: Values) -> Values:
    """Values of preferences by group, in exact types. Raises ValueError naming what is wrong."""
    entity = ENTITIES["Preferences"]
    checked.known(groups, *entity.by_name)
    return {
        group: {
            name: _exact(entity, f"{group}.{name}", group, {name: value}).get(name)
            for name, value in checked.table(group, values).items()
        }
        for group, values in groups.items()
    }


def set_info(company: Company, values: Values, by: str = "a person") -> None:
    """Merge values into CompanyInfo. Raises ValueError naming what is wrong."""
    row = company.row("CompanyInfo", "1")
    exact = {
        name: _exact(row.entity, f"info.{name}", name, value) for name, value in values.items()
    }
    if exact:
        company.alter(row, {**row.data, **exact}, by)


def _exact(entity: Entity, path: str, name: str, value: Any) -> Any:
    """A field's value as its declaration wants it. Raises ValueError naming it."""
    try:
        return validation.clean(entity, {name: value}, system=True)[name]
    except QboFault as fault:
        raise ValueError(f"{path}: {fault}") from None


def _merged_pairs(before: Values, given: Values) -> list[Values]:
    pairs = [*before.get("NameValue", ()), *(given.get("NameValue") or ())]
    if not all(isinstance(each, dict) and each.get("Name") for each in pairs):
        raise ValueError("OtherPrefs: give NameValue as a list of Name and Value")
    values = {each["Name"]: each.get("Value") for each in pairs}
    return [{"Name": name, "Value": value} for name, value in values.items() if value is not None]
