"""What the plans of QuickBooks Online include, and how many of a thing.

Sources: Intuit's product pages of 2026; what an older Simple Start lacks is a switch.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.qbo import faults

if TYPE_CHECKING:
    from local.qbo.company import Company
    from local.qbo.schema import Entity

#: How CompanyInfo names the plans, in `OfferingSku`.
SIMPLE_START = "QuickBooks Online Simple Start"
ESSENTIALS = "QuickBooks Online Essentials"
PLUS = "QuickBooks Online Plus"
ADVANCED = "QuickBooks Online Advanced"

_ESSENTIALS_FEATURES = frozenset({"bills", "multicurrency", "recurring"})
_PLUS_FEATURES = _ESSENTIALS_FEATURES | {"inventory", "purchase_orders", "tracking"}


@dataclass(frozen=True)
class Plan:
    """What a plan includes: bills, multicurrency, recurring, inventory, purchase_orders, tracking
    (classes and locations). `accounts` and `tracked` are the most active ones, None for no limit.
    """

    features: frozenset[str]
    accounts: int | None = 250
    tracked: int | None = 40


_PLANS = {
    SIMPLE_START: Plan(frozenset()),
    ESSENTIALS: Plan(_ESSENTIALS_FEATURES),
    PLUS: Plan(_PLUS_FEATURES),
    ADVANCED: Plan(_PLUS_FEATURES, None, None),
}


def plan(company: "Company") -> Plan:
    """The company's plan, by its CompanyInfo; Plus where that says nothing known."""
    pairs = company.info.get("NameValue", ())
    sku = next((each["Value"] for each in pairs if each["Name"] == "OfferingSku"), PLUS)
    found = _PLANS.get(sku, _PLANS[PLUS])
    if sku == SIMPLE_START and company.switches.simple_start_bills:
        return Plan(found.features | {"bills"})
    return found


def includes(company: "Company", feature: str) -> bool:
    return not feature or feature in plan(company).features


def check(company: "Company", entity: "Entity") -> None:
    """Refuse an entity that the plan does not have. Raises 5020, or 5030 by the switch."""
    if not includes(company, entity.feature):
        if company.switches.missing_feature == "5030":
            raise faults.fault("5030", "Feature Not Supported", "Feature Not Supported")
        raise faults.permission_denied(entity.name)


def check_room(company: "Company", entity: str) -> None:
    """Refuse one more account, class or location than the plan allows. Raises 6000."""
    limits = plan(company)
    if entity == "Account" and limits.accounts is not None:
        _check(company, ("Account",), limits.accounts, "accounts")
    elif entity in ("Class", "Department") and limits.tracked is not None:
        _check(company, ("Class", "Department"), limits.tracked, "classes and locations")


def _check(company: "Company", entities: tuple[str, ...], most: int, what: str) -> None:
    active = sum(bool(row.data.get("Active")) for row in company.rows(entities))
    if active >= most:
        raise faults.business(f"You have reached the limit of {most} {what} of your subscription.")
