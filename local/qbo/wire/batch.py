"""The body of a batch: up to 30 independent items, each with an id of its own."""

from typing import Any
from urllib.parse import parse_qsl

from local.qbo import faults, validation
from local.qbo.entities import BY_FOLDED, BY_KEY, ENTITIES
from local.qbo.faults import QboFault
from local.qbo.operations import Call, options_of, write_call

_ITEM_KEYS = ("bId", "operation", "optionsData", "Query", "CDCQuery", "ReportQuery")
_OPERATIONS = ("", "create", "update", "revert", "void", "delete", "send", "merge")
_LONGEST_BATCH_ID = 36
_LONGEST_BID = 10


def read(body: Any, requestid: str, limit: int) -> tuple[tuple[str, ...], list[Call]]:
    """The items' ids and calls. Raises QboFault when the batch as a whole is refused.

    An item that cannot be read becomes a call that is refused by itself.
    """
    if not isinstance(body, dict) or not isinstance(body.get("BatchItemRequest"), list):
        raise QboFault(faults.unparsable())
    for name in body:
        if name != "BatchItemRequest":
            raise QboFault(
                faults.unknown_property(name, "IntuitBatchRequest", ["BatchItemRequest"])
            )
    items = body["BatchItemRequest"]
    if len(items) > limit:
        raise faults.batch_too_large(len(items), limit)
    if len(requestid) > _LONGEST_BATCH_ID:
        raise faults.invalid_request_id(requestid)
    bids: list[str] = []
    calls: list[Call] = []
    for item in items:
        if not isinstance(item, dict):
            raise QboFault(faults.unparsable())
        bid = str(item.get("bId", ""))
        if requestid and len(bid) > _LONGEST_BID:
            raise faults.invalid_request_id(bid)
        if bid in bids:
            raise faults.fault(
                "2600",
                "Invalid Request Conflict Element in Request",
                f"Invalid Request Conflict Element in Request : bId {bid}",
                "bId",
            )
        bids.append(bid)
        calls.append(_call(item))
    return tuple(bids), calls


def refuse_unknown_properties(calls: list[Call]) -> None:
    """Refuse a batch as a whole when one of its items has a property that there is not."""
    for call in calls:
        if call.operation not in ("create", "update") or call.refused is not None:
            continue
        try:
            validation.clean(ENTITIES[call.entity], call.payload)
        except QboFault as refused:
            if any(each.code == "2010" for each in refused.problems):
                raise


def _call(item: dict[str, Any]) -> Call:
    if str(item.get("operation", "")).lower() not in _OPERATIONS:
        raise QboFault(faults.unparsable())
    if "Query" in item:
        return Call("query", text=str(item["Query"]))
    if "CDCQuery" in item:
        return _changes(item["CDCQuery"])
    if "ReportQuery" in item:
        name, _, params = str(item["ReportQuery"]).rpartition("reports/")[2].partition("?")
        return Call("report", name, params=dict(parse_qsl(params)))
    names = [name for name in item if name not in _ITEM_KEYS]
    entity = BY_KEY.get(names[0]) if len(names) == 1 else None
    if entity is None:
        known = [*_ITEM_KEYS, *BY_KEY]
        name = names[0] if names else "BatchItemRequest"
        if name.lower() in BY_FOLDED and len(names) > 1:
            name = names[1]
        raise QboFault(faults.unknown_property(name, "BatchItemRequest", known))
    operation = str(item.get("operation", ""))
    try:
        if not operation:
            raise QboFault(faults.missing("operation"))
        options = options_of(str(item.get("optionsData", ""))) | {"batch"}
        return write_call(entity, operation, item[names[0]], options)
    except QboFault as refused:
        return Call(operation.lower() or "create", entity.name, refused=refused)


def _changes(asked: Any) -> Call:
    """The call of a `CDCQuery`, which names its entities and the instant."""
    if not isinstance(asked, dict):
        raise QboFault(faults.unparsable())
    params = {name[:1].lower() + name[1:]: value for name, value in asked.items()}
    for name in params:
        if name not in ("entities", "changedSince"):
            raise QboFault(faults.unknown_property(name, "CDCQuery", ["Entities", "ChangedSince"]))
    entities = params.get("entities", "")
    listed = ",".join(map(str, entities)) if isinstance(entities, list) else str(entities)
    since = str(params.get("changedSince", ""))
    return Call("cdc", params={"entities": listed, "changedSince": since})
