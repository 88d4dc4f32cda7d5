"""Run a query over a company's objects, by index where the conditions allow it."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from local.qbo import faults, plans
from local.qbo.clock import parse_instant
from local.qbo.company import Company
from local.qbo.entities import BY_FOLDED
from local.qbo.queries.parser import Condition, Statement, parse
from local.qbo.queries.selection import NULL, UPDATED, Order, Selection, Test, select
from local.qbo.rules import Values
from local.qbo.schema import Entity, Field
from local.qbo.state.store import Row, by_change, by_number, index_key

MOST = 1000
PSEUDO_CODES = ("TAX", "NON")
#: Columns of which it is not known whether the service filters by them.
_DOUBTFUL = {
    "Customer": ("ParentRef",),
    "Account": ("AcctNum",),
    "PurchaseOrder": ("VendorRef",),
    "Purchase": ("AccountRef", "EntityRef"),
    "Deposit": ("DepositToAccountRef", "TotalAmt"),
}
_TIMES = {"metadata.createtime": "created", "metadata.lastupdatedtime": "updated"}


def run(company: Company, statement: str) -> Values:
    """The `QueryResponse` of a statement. Raises 4000 or 4001."""
    asked = parse(statement)
    entity = _entity(company, asked.entity)
    plans.check(company, entity)
    if asked.limit > MOST and company.switches.max_results_above_limit == "refuse":
        raise faults.query_invalid(f"value {asked.limit} is too large. Max allowed value is {MOST}")
    limit = min(asked.limit, MOST)
    columns = [_column(entity, name) for name in asked.columns]
    found = matching(company, entity, asked)
    first_page = asked.start == 1 and company.info.get("Country") == "US"
    pseudo = _pseudo_codes(asked) if entity.name == "TaxCode" and first_page else []
    if asked.count:
        return {"totalCount": found.count() + len(pseudo)}
    shown = [company.show(row) for row in found.page(asked.start - 1, limit)]
    if columns:
        shown = [_projected(each, columns) for each in shown]
    shown += pseudo
    if not shown:
        return {}
    result: Values = {entity.key: shown}
    if entity.name != "Preferences":
        result["startPosition"] = asked.start
    result["maxResults"] = len(shown)
    return result


def matching(company: Company, entity: Entity, asked: Statement) -> Selection:
    """The rows that fulfil the conditions, in order: as asked, else newest id first."""
    conditions = [_resolved(company, entity, each) for each in asked.conditions]
    named = {each.name.lower() for each in conditions}
    if "Active" in entity.by_name and "active" not in named:
        conditions.append(Condition("Active", "=", ("true",)))
    tested = [(each, _test(company, entity, each)) for each in conditions]
    orders = [
        Order(name.lower(), down, _order_key(company, entity, name)) for name, down in asked.order
    ]
    return select(company.table(entity.name), tested, orders)


def _entity(company: Company, name: str) -> Entity:
    entity = BY_FOLDED.get(name.lower())
    known = entity is not None and "query" in entity.operations
    if entity == BY_FOLDED["inventoryadjustment"]:
        known = company.switches.inventory_adjustment_query
    if entity is None or not known:
        raise faults.query_invalid(f"Metadata not found for Entity: {name}")
    return entity


def _resolved(company: Company, entity: Entity, condition: Condition) -> Condition:
    """The condition with today in place of CURRENT_DATE, dates as stored, times with offset."""
    field = entity.folded.get(condition.name.lower())
    longest = 10 if field is not None and field.kind == "day" else None
    values = tuple(
        company.today() if each.lower() == "current_date" else each[:longest]
        for each in condition.values
    )
    if condition.name.lower() in _TIMES:
        instants = [(each, company.instant(each)) for each in values]
        values = tuple(instant.isoformat() if instant else each for each, instant in instants)
    return Condition(condition.name, condition.operator, values)


def _test(company: Company, entity: Entity, condition: Condition) -> Test:
    name = condition.name.lower()
    if name == "id":
        if condition.operator not in ("=", "in"):
            raise faults.query_invalid(f"property '{condition.name}' supports only = and IN")
        return lambda row: row.id in condition.values
    if name in _TIMES:
        attribute = _TIMES[name]
        return _instant_test(condition, lambda row: getattr(row, attribute))
    field = _filterable(entity, condition.name, company.switches.doubtful_filters)
    rules = entity.rules
    read: Callable[[Row], Any] = lambda row: rules.value(company, row, field.name)  # noqa: E731
    if field.kind == "flag":
        wanted = {each.lower() == "true" for each in condition.values}
        return lambda row: bool(read(row)) in wanted
    if field.kind in ("number", "money", "whole"):
        return _ordered(condition, _decimals(condition), lambda row: Decimal(read(row) or 0))
    if field.kind in ("object", "list"):
        path = condition.name.lower().split(".")[1:] or ["address"]
        fits = _text_test(condition, str)
        return lambda row: any(fits(found) for found in _nested(read(row), path) or [""])
    if field.kind == "day":
        days = tuple(each.strip() for each in condition.values)
        return _ordered(condition, days, lambda row: read(row) or "")
    return _text_test(condition, lambda row: index_key(read(row)) or "")


def _filterable(entity: Entity, name: str, doubtful: str = "some") -> Field:
    field = entity.folded.get(name.lower()) or entity.folded.get(name.split(".")[0].lower())
    if field is None:
        raise faults.query_invalid(f"Property {name} not found for Entity {entity.name}")
    filterable = field.filterable
    if doubtful != "some" and field.name in _DOUBTFUL.get(entity.name, ()):
        filterable = doubtful == "all"
    if not filterable:
        raise faults.query_invalid(f"property '{name}' is not queryable")
    return field


def _decimals(condition: Condition) -> tuple[Decimal, ...]:
    try:
        return tuple(Decimal(each.strip() or 0) for each in condition.values)
    except InvalidOperation:
        raise faults.query_invalid(
            f"value {condition.values[0]} is no number for property '{condition.name}'"
        ) from None


def _text_test(condition: Condition, read: Callable[[Any], str]) -> Callable[[Any], bool]:
    values = tuple("" if each == NULL else each.casefold() for each in condition.values)
    if condition.operator == "like":
        pattern = "".join(
            ".*" if part == "%" else re.escape(part) for part in re.split("(%)", values[0])
        )
        matcher = re.compile(pattern + r"\Z", re.DOTALL)
        return lambda row: matcher.match(read(row).casefold()) is not None
    return _ordered(condition, values, lambda row: read(row).casefold())


def _nested(value: Any, path: list[str]) -> list[str]:
    """Every text at a path of names, which are compared without case, in objects and lists."""
    if isinstance(value, list):
        return [found for each in value for found in _nested(each, path)]
    if isinstance(value, dict):
        named = {name.lower(): item for name, item in value.items()}
        return _nested(named.get(path[0]), path[1:]) if path else _nested(named.get("value"), [])
    return [] if value is None or path else [str(value)]


def _instant_test(condition: Condition, read: Callable[[Row], datetime]) -> Test:
    instants = []
    for each in condition.values:
        instant = parse_instant(each)
        if instant is None:
            raise faults.query_invalid(f"value {each} is no date-time for '{condition.name}'")
        instants.append(instant)
    return _ordered(condition, tuple(instants), lambda row: read(row).replace(microsecond=0))


def _ordered(
    condition: Condition, wanted: tuple[Any, ...], read: Callable[[Any], Any]
) -> Callable[[Any], bool]:
    first = wanted[0]
    operator = condition.operator
    if operator in ("=", "in"):
        return lambda row: read(row) in wanted
    if operator == "like":
        raise faults.query_invalid(f"property '{condition.name}' does not support LIKE")
    if operator == "<":
        return lambda row: bool(read(row) < first)
    if operator == ">":
        return lambda row: bool(read(row) > first)
    if operator == "<=":
        return lambda row: bool(read(row) <= first)
    return lambda row: bool(read(row) >= first)


def _order_key(company: Company, entity: Entity, name: str) -> Callable[[Row], Any]:
    if name.lower() == "id":
        if company.switches.order_by_id == "refuse":
            raise faults.query_invalid("property 'Id' is not sortable")
        return by_number
    if name.lower() == UPDATED:
        return by_change
    if name.lower() in _TIMES:
        attribute = _TIMES[name.lower()]
        return lambda row: getattr(row, attribute)
    field = _filterable(entity, name)
    rules = entity.rules
    if field.kind in ("number", "money", "whole"):
        return lambda row: Decimal(rules.value(company, row, field.name) or 0)
    if field.kind == "flag":
        return lambda row: bool(rules.value(company, row, field.name))
    return lambda row: index_key(rules.value(company, row, field.name)) or ""


def _column(entity: Entity, name: str) -> str:
    first = name.split(".")[0]
    if first.lower() in ("id", "synctoken", "metadata"):
        return {"id": "Id", "synctoken": "SyncToken", "metadata": "MetaData"}[first.lower()]
    field = entity.folded.get(first.lower())
    if field is None:
        raise faults.query_invalid(f"Property {name} not found for Entity {entity.name}")
    return field.name


def _projected(shown: Values, columns: list[str]) -> Values:
    if "Id" not in shown:
        return shown
    kept = {name: shown[name] for name in columns if name in shown}
    return {"domain": "QBO", "sparse": True, "Id": shown["Id"], **kept}


def _pseudo_codes(asked: Statement) -> list[Values]:
    """US companies list the line codes TAX and NON among the tax codes."""
    wanted = {
        v.upper()
        for each in asked.conditions
        if each.name.lower() in ("id", "name")
        for v in each.values
    }
    return [pseudo_code(code) for code in PSEUDO_CODES if not wanted or code in wanted]


def pseudo_code(code: str) -> Values:
    """What a line code, TAX or NON, reads like."""
    return {
        "Name": code,
        "Description": code,
        "Active": True,
        "Hidden": False,
        "Taxable": code == "TAX",
        "TaxGroup": False,
        "domain": "QBO",
        "sparse": False,
        "Id": code,
        "SyncToken": "0",
        "MetaData": {
            "CreateTime": "2014-09-18T11:17:04-07:00",
            "LastUpdatedTime": "2014-09-18T11:17:04-07:00",
        },
    }
