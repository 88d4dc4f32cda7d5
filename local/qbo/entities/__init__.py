"""Every entity that the emulator knows, by name."""

from local.qbo.entities.accounts import ENTITIES as ACCOUNTS
from local.qbo.entities.company import ENTITIES as COMPANY
from local.qbo.entities.items import ENTITIES as ITEMS
from local.qbo.entities.journal import ENTITIES as JOURNAL
from local.qbo.entities.lists import ENTITIES as LISTS
from local.qbo.entities.names import ENTITIES as NAMES
from local.qbo.entities.payments import ENTITIES as PAYMENTS
from local.qbo.entities.sales import ENTITIES as SALES
from local.qbo.entities.tax import ENTITIES as TAX
from local.qbo.schema import Entity

ENTITIES: dict[str, Entity] = {
    each.name: each
    for family in (COMPANY, ACCOUNTS, NAMES, ITEMS, LISTS, TAX, SALES, PAYMENTS, JOURNAL)
    for each in family
}

BY_PATH: dict[str, Entity] = {each.path: each for each in ENTITIES.values()}
BY_FOLDED: dict[str, Entity] = {name.lower(): each for name, each in ENTITIES.items()}
