"""Settings of a connection: read and change, checked against what QuickBooks has."""

from collections.abc import Iterator

from tillbook.domain.checks import Finding
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.errors import BadInput
from tillbook.ports import Database
from tillbook.quickbooks import owned
from tillbook.quickbooks.company import Account, Company
from tillbook.store import company as companies
from tillbook.store import settings as store

_INCOME = ("Income", "Other Income")
_MONEY = ("Bank", "Other Current Asset")
# Types of account that QuickBooks takes for each purpose, most usual first.
_TYPES = {
    "income": _INCOME,
    "shipping": _INCOME,
    "tips": (*_INCOME, "Other Current Liability"),
    "duties": (*_INCOME, "Other Current Liability"),
    "fees": _INCOME,
    "gift_cards": ("Other Current Liability", "Long Term Liability"),
    "adjustments": (*_INCOME, "Expense", "Other Expense"),
    "discount": (*_INCOME, "Expense", "Other Expense"),
    "deposit": _MONEY,
    "paid_from": ("Bank",),
    "card": ("Credit Card",),
}
_MOST_CHOICES = 20


def change_settings(
    db: Database, connection_id: str, settings: ConnectionSettings
) -> ConnectionSettings:
    """Replaces the settings. Raises BadInput that names each field and its choices; accounts and
    tax codes are checked once the company has been imported."""
    company, _ = companies.load(db, connection_id)
    findings = check_conflicts(settings)
    findings += check_settings(settings, company) if company is not None else []
    if findings:
        raise BadInput(*findings)
    store.save(db, connection_id, settings)
    return settings


def check_conflicts(settings: ConnectionSettings) -> list[Finding]:
    """A policy must name a field that Tillbook writes."""
    return [
        Finding(f"conflicts.fields.{name}", *why)
        for name in settings.conflicts.fields
        if (why := _unknown_field(name)) is not None
    ]


def _unknown_field(name: str) -> tuple[str, str] | None:
    entity, _, field = name.partition(".")
    if entity not in owned.ENTITIES:
        written = (f"{one}.{owned.decidable(one)[0]}" for one in owned.ENTITIES)
        return f"{entity!r} is nothing that Tillbook writes.", _choose(written)
    if field in owned.decidable(entity):
        return None
    together = owned.decided_as(entity, field)
    if together != field:
        return f"{field!r} is decided with {together}.", f"Use {entity}.{together}."
    fields = (f"{entity}.{one}" for one in owned.decidable(entity))
    return f"{field!r} is no field of {entity} that Tillbook writes.", _choose(fields)


def check_settings(settings: ConnectionSettings, company: Company) -> list[Finding]:
    findings = [
        finding
        for field, account_id, types in _chosen_accounts(settings.accounts)
        for finding in _check_account(field, account_id, types, company)
    ]
    codes = [("tax_code", settings.tax_code)] if settings.tax_code else []
    codes += [(f"tax_codes.{rate}", code) for rate, code in settings.tax_codes.items()]
    for field, code in codes:
        if company.tax_codes and code not in company.tax_codes:
            choices = (f"{one.id} ({one.name})" for one in company.tax_codes.values())
            findings.append(
                Finding(field, f"{code!r} is no tax code of the company.", _choose(choices))
            )
    return findings


def _chosen_accounts(accounts: Accounts) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for name, types in _TYPES.items():
        chosen = getattr(accounts, name)
        if chosen is not None:
            yield f"accounts.{name}", chosen, types
    for gateway, account_id in accounts.gateways.items():
        yield f"accounts.gateways.{gateway}", account_id, _MONEY


def _check_account(
    field: str, account_id: str, types: tuple[str, ...], company: Company
) -> list[Finding]:
    account = company.accounts.get(account_id)
    if account is not None and account.active and account.type in types:
        return []
    if account is None:
        message = f"{account_id!r} is no account of the company."
    elif not account.active:
        message = f"{account.name} is inactive in QuickBooks."
    else:
        message = f"{account.name} is of type {account.type}."
    fitting = [one for one in company.accounts.values() if one.active and one.type in types]
    cure = _choose(f"{one.id} ({one.name})" for one in sorted(fitting, key=_by_name))
    return [Finding(field, message, f"{cure} Type: {' or '.join(types)}.")]


def _by_name(account: Account) -> str:
    return account.name.casefold()


def _choose(choices: Iterator[str]) -> str:
    listed = list(choices)
    if not listed:
        return "QuickBooks has none that fits: make one there, then start a run to import it."
    more = ", ..." if len(listed) > _MOST_CHOICES else ""
    return f"Choose one of {', '.join(listed[:_MOST_CHOICES])}{more}."
