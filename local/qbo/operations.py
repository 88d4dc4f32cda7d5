"""What a client can ask of a company, apart from HTTP: one call in, one body out."""

from dataclasses import dataclass, field
from typing import Any

from local.qbo import faults, mailing, pdf, plans, writer
from local.qbo.company import Company
from local.qbo.entities import BY_PATH, ENTITIES
from local.qbo.entities.currency.lists import read_rate
from local.qbo.entities.files import attachables
from local.qbo.faults import QboFault
from local.qbo.queries import changes, query
from local.qbo.reports import run as run_report
from local.qbo.rules import BY_PERSON, Values
from local.qbo.schema import Entity
from local.qbo.state.store import Row

MOST_LINES = 10_000
#: The entity whose answer is the object itself, without name and time.
UNWRAPPED = "TaxService"


@dataclass
class Call:
    """One operation: on an object, a query, changes or a report.

    `operation` is create, update, delete, void, send, upload, read, pdf, download, query, cdc or
    report; `entity` its name.
    """

    operation: str
    entity: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    options: frozenset[str] = frozenset()
    id: str = ""
    text: str = ""
    params: dict[str, str] = field(default_factory=dict)
    refused: QboFault | None = None

    @property
    def is_write(self) -> bool:
        return self.operation in ("create", "update", "delete", "void", "send", "upload")


def write_call(entity: Entity, operation: str, payload: Any, options: frozenset[str]) -> Call:
    """The call a POST to an entity means. Raises 500 for an operation it does not have."""
    if not isinstance(payload, dict):
        raise QboFault(faults.unparsable())
    payload = entity.rules.unwrapped(payload)
    operation = operation.lower()
    if operation in ("", "create", "update"):
        if "void" in options:
            return Call("void", entity.name, payload, options)
        exists = payload.get("Id") not in (None, "") and entity.name != UNWRAPPED
        # A rate is found by its currency and day: clients change it without an Id.
        if operation == "update" and not exists and entity.name != "ExchangeRate":
            raise QboFault(faults.missing("Id"))
        named = "update" if exists and operation != "create" else "create"
        return Call(named, entity.name, payload, options)
    if operation == "delete":
        return Call("delete", entity.name, payload, options)
    if operation == "void":
        return Call("void", entity.name, payload, options | {"operation"})
    raise faults.unsupported(operation)


def options_of(text: str) -> frozenset[str]:
    """The words of `include` or `optionsData`, in lower case."""
    return frozenset(each.strip().lower() for each in text.split(",") if each.strip())


def perform(company: Company, call: Call, editor: str) -> Values:
    """Carry out a call; the caller holds the company's lock. Raises QboFault."""
    if call.refused is not None:
        raise call.refused
    if call.operation == "query":
        return {"QueryResponse": query.run(company, call.text)}
    if call.operation == "cdc":
        return {
            "CDCResponse": [
                {
                    "QueryResponse": changes.changed_since(
                        company,
                        call.params.get("entities", ""),
                        call.params.get("changedSince", ""),
                    )
                }
            ]
        }
    if call.operation == "report":
        return run_report(company, call.entity, call.params)
    entity = ENTITIES[call.entity]
    plans.check(company, entity)
    if call.operation == "read" and entity.name == "ExchangeRate" and not call.id:
        params = {name.lower(): value for name, value in call.params.items()}
        return {
            entity.key: read_rate(
                company, params.get("sourcecurrencycode", ""), params.get("asofdate", "")
            )
        }
    if call.operation == "read":
        return {entity.key: _read(company, entity, call.id)}
    if call.operation == "pdf":
        return {"pdf": pdf.printed(company, _stored(company, entity, call.id)).decode("latin-1")}
    if call.operation == "download":
        return {"download": attachables.address(company, _stored(company, entity, call.id))}
    return _write(company, entity, call, editor)


def _write(company: Company, entity: Entity, call: Call, editor: str) -> Values:
    if company.read_only:
        raise faults.read_only_company(company.switches.ended_subscription_status)
    if call.operation == "send":
        to = call.params.get("sendTo", "")
        _stored(company, entity, call.id)
        return {entity.key: company.show(mailing.send(company, entity, call.id, to, editor))}
    if call.operation == "upload":
        files = call.payload["files"]
        return {"AttachableResponse": attachables.upload(company, files, editor)}
    lines = call.payload.get("Line")
    if isinstance(lines, list) and len(lines) > MOST_LINES and entity.name != "JournalEntry":
        raise faults.too_many_lines(MOST_LINES)
    _check_untouched(company, entity, call)
    if call.operation == "delete":
        row = writer.delete(company, entity, call.payload, editor)
        gone = {"domain": "QBO", "status": "Deleted", "Id": row.id}
        return {entity.key: entity.rules.around(row, gone)}
    if call.operation == "void":
        asked = "operation" if "operation" in call.options else "include"
        if entity.name == "JournalEntry" and asked == "operation":
            return {"BatchItemResponse": []}
        if entity.name == "Bill":
            raise faults.system_failure("java.lang.UnsupportedOperationException", status=200)
        in_batch = bool(entity.void_by) and "batch" in call.options
        if asked not in entity.void_by and not in_batch:
            raise faults.unsupported("void")
        return {entity.key: company.show(writer.void(company, entity, call.payload, editor))}
    return _save(company, entity, call, editor)


def _save(company: Company, entity: Entity, call: Call, editor: str) -> Values:
    payload = call.payload
    if call.operation == "create" and payload.get("Id") not in (None, ""):
        payload = {name: value for name, value in payload.items() if name != "Id"}
    if call.operation == "create":
        plans.check_room(company, entity.name)
    if entity.name == UNWRAPPED and "batch" in call.options:
        raise faults.unsupported(entity.name)
    row = writer.save(company, entity, payload, editor, call.options)
    if entity.name == UNWRAPPED:
        return row.data
    return {entity.key: company.show(row)}


def _check_untouched(company: Company, entity: Entity, call: Call) -> None:
    """Refuse to change what a person has merged away or matched to the bank's own records."""
    row = company.table(entity.name).rows.get(str(call.payload.get("Id", "")))
    if row is None or call.operation == "create":
        return
    if row.hidden.get("merged_into"):
        raise faults.list_element_deleted()
    if row.hidden.get("matched") and BY_PERSON not in call.options:
        raise faults.matched_transaction(delete=call.operation == "delete")


def _read(company: Company, entity: Entity, id: str) -> Values:
    if "read" not in entity.operations:
        raise faults.unsupported("Read")
    if entity.family == "single":
        id = "1"
    if entity.name == "TaxCode" and id in query.PSEUDO_CODES and _is_us(company):
        return query.pseudo_code(id)
    return company.show(_stored(company, entity, id))


def _is_us(company: Company) -> bool:
    return bool(company.info.get("Country") == "US")


def _stored(company: Company, entity: Entity, id: str) -> Row:
    if not id.lstrip("-").isdigit():
        raise QboFault(faults.invalid_id(id))
    return company.row(entity.name, id)


def entity_at(path: str) -> Entity | None:
    """The entity with a URL path; paths are case sensitive."""
    return BY_PATH.get(path)
