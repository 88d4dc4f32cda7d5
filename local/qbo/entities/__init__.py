"""Every entity that the emulator knows, by name."""

from local.qbo.entities import accounts, company, items, journal, lists, names, payments, sales, tax
from local.qbo.schema import Entity

ENTITIES: dict[str, Entity] = {
    each.name: each
    for family in (company, accounts, names, items, lists, tax, sales, payments, journal)
    for each in family.ENTITIES
}

BY_PATH: dict[str, Entity] = {each.path: each for each in ENTITIES.values()}
BY_FOLDED: dict[str, Entity] = {name.lower(): each for name, each in ENTITIES.items()}
