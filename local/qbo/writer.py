"""Create, update, delete and void: the same steps for every entity, around its own rules.

Each write is one unit of work: it happens whole or leaves no trace.
"""

from typing import Any

from local.qbo import faults, validation
from local.qbo.addresses import number_addresses
from local.qbo.company import Company
from local.qbo.faults import QboFault
from local.qbo.ledger import stock
from local.qbo.rules import BY_PERSON, Change, Values, arrange
from local.qbo.schema import Entity
from local.qbo.state.store import Row

NO_OPTIONS: frozenset[str] = frozenset()


def save(
    company: Company,
    entity: Entity,
    payload: dict[str, Any],
    editor: str,
    options: frozenset[str] = NO_OPTIONS,
    *,
    chosen_id: str | None = None,
) -> Row:
    """Create an object, or update the one whose Id the payload names.

    `chosen_id` lets a profile create with a known id. Raises QboFault.
    """
    with company.undo.unit():
        if chosen_id is None and payload.get("Id") not in (None, ""):
            return _update(company, entity, payload, editor, options)
        known = entity.rules.existing(company, payload)
        if known is not None:
            named = {"SyncToken": str(known.token), **payload, "Id": known.id}
            return _update(company, entity, named, editor, options)
        return _create(company, entity, payload, editor, options, chosen_id)


def delete(company: Company, entity: Entity, payload: dict[str, Any], editor: str) -> Row:
    """Delete the object that the payload names; answers what it was."""
    if "delete" not in entity.operations:
        raise faults.unsupported("Delete")
    validation.refuse_unknown(entity, payload)
    if company.switches.delete_by_full_body == "refuse":
        validation.refuse_internal(entity, payload)
    with company.undo.unit():
        rules = entity.rules
        row = _current(company, entity, payload, token_needed=rules.deleted_by_token)
        _check_books_open(company, row.data.get("TxnDate"))
        rules.may_delete(company, row)
        rules.deleted(company, row, editor)
        row = company.row(entity.name, row.id)
        company.remove(row)
        company.note("deleted", row)
        return row


def void(company: Company, entity: Entity, payload: dict[str, Any], editor: str) -> Row:
    """Void the transaction that the payload names, once. Raises QboFault, 500 where its rules
    cannot."""
    validation.refuse_unknown(entity, payload)
    with company.undo.unit():
        row = _current(company, entity, payload)
        if row.hidden.get("voided"):
            return row
        rules = entity.rules
        _check_books_open(company, row.data.get("TxnDate"))
        rules.may_delete(company, row)
        rules.deleted(company, row, editor)
        row = company.row(entity.name, row.id)
        data, hidden = rules.voided(company, row)
        after = company.alter(row, data, editor, {**hidden, "voided": True})
        company.note("void", after)
        return after


def _create(
    company: Company,
    entity: Entity,
    payload: dict[str, Any],
    editor: str,
    options: frozenset[str],
    chosen_id: str | None,
) -> Row:
    if chosen_id is None and "create" not in entity.operations:
        raise faults.unsupported("Create")
    sent = validation.clean(entity, payload, system=chosen_id is not None, whole=True)
    values = {name: value for name, value in sent.items() if value is not None}
    id = chosen_id or company.next_id(entity)
    if chosen_id is not None:
        options |= {BY_PERSON}
    change = Change(
        company,
        entity,
        id,
        values,
        frozenset(sent),
        options=options,
        editor=editor,
    )
    now = company.clock.now()
    data = _built(change)
    _check_books_open(company, data.get("TxnDate"))
    row = Row(entity, id, 0, now, now, editor, data, change.hidden)
    company.store(row)
    entity.rules.saved(change, row)
    company.note("created", row)
    return company.row(entity.name, id)


def _update(
    company: Company,
    entity: Entity,
    payload: dict[str, Any],
    editor: str,
    options: frozenset[str],
) -> Row:
    if "update" not in entity.operations:
        raise faults.unsupported("Update")
    before = _current(company, entity, payload)
    sent = validation.clean(entity, payload)
    validation.require_always(entity, sent)
    sparse = str(payload.get("sparse", "")).lower() == "true"
    if sparse and company.switches.empty_in_sparse_update == "ignore":
        sent = {name: value for name, value in sent.items() if value is not None}
    values = {
        each.name: before.data[each.name]
        for each in entity.fields
        if (each.keep or (sparse and not each.read_only)) and each.name in before.data
    }
    values.update(sent)
    values = {name: value for name, value in values.items() if value is not None}
    change = Change(
        company,
        entity,
        before.id,
        values,
        frozenset(sent),
        before,
        sparse,
        options,
        editor,
        dict(before.hidden),
    )
    data = _built(change)
    if data == before.data and not change.forced:
        return before
    _check_books_open(company, before.data.get("TxnDate"))
    _check_books_open(company, data.get("TxnDate"))
    row = company.alter(before, data, editor, change.hidden)
    entity.rules.saved(change, row)
    company.note("updated", row)
    return company.row(entity.name, before.id)


def _built(change: Change) -> Values:
    validation.require(change.entity, change.values)
    values = change.entity.rules.build(change)
    number_addresses(change.entity, values)
    data = arrange(change.entity, values)
    stock.complete(change, data)
    return data


def _current(
    company: Company, entity: Entity, payload: dict[str, Any], *, token_needed: bool = True
) -> Row:
    id = validation.identity(payload)
    row = company.row(entity.name, id)
    token = payload.get("SyncToken")
    if token is None or token == "":
        if token_needed:
            raise QboFault(faults.missing("SyncToken"))
    elif str(token) != str(row.token):
        raise faults.stale(row.editor)
    if row.hidden.get("deposited"):
        raise faults.deposited()
    return row


def _check_books_open(company: Company, day: str | None) -> None:
    closed = company.preference("AccountingInfoPrefs", "BookCloseDate")
    if closed and day and day <= closed:
        raise faults.books_closed()
