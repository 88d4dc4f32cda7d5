"""Change data capture: what was created, changed or deleted since an instant."""

from datetime import timedelta
from typing import Any

from local.qbo import faults, plans
from local.qbo.clock import stamp
from local.qbo.company import Company
from local.qbo.entities import BY_FOLDED
from local.qbo.faults import QboFault
from local.qbo.rules import Values
from local.qbo.schema import Entity

MOST = 1000
_HORIZON = timedelta(days=30)


def changed_since(company: Company, entities: str, since: str) -> list[Values]:
    """The `QueryResponse` list of a CDC answer: a block per entity that has changes.

    At most 1,000 objects in all; deleted ones come last in their block, as stubs.
    """
    start = company.instant(since.replace(" ", "+"))
    if start is None:
        raise QboFault(faults.invalid_date(since, "changedSince"))
    oldest = company.clock.now() - _HORIZON
    if start < oldest:
        if company.switches.cdc_too_old == "refuse":
            raise faults.fault(
                "2190",
                "Invalid Date Range",
                "Invalid Date Range : changedSince is more than 30 days ago",
                "changedSince",
            )
        start = oldest
    blocks: list[Values] = []
    room = MOST
    for name in dict.fromkeys(each.strip() for each in entities.split(",") if each.strip()):
        entity = BY_FOLDED.get(name.lower())
        if entity is None or not (entity.changes or _is_settings(company, entity)):
            raise faults.fault(
                "2000",
                "Invalid or unsupported object name",
                f"Invalid or unsupported object name : {name}",
                "entities",
            )
        plans.check(company, entity)
        table = company.table(entity.name)
        first = table.place(start)
        shown: list[Any] = [company.show(row) for row in table.changed[first : first + room]]
        shown += [
            {
                "domain": "QBO",
                "status": "Deleted",
                "Id": id,
                "MetaData": {"LastUpdatedTime": stamp(when)},
            }
            for id, when in table.deleted_since(start)
        ]
        shown = shown[:room]
        room -= len(shown)
        if shown:
            blocks.append(
                {
                    entity.key: shown,
                    "startPosition": 1,
                    "maxResults": len(shown),
                }
            )
    return blocks or [{}]


def _is_settings(company: Company, entity: Entity) -> bool:
    """Whether it is one of the settings, where the switch lets them be asked for."""
    return company.switches.cdc_of_settings and entity.name in ("CompanyInfo", "Preferences")
