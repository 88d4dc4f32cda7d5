"""How an object of ours is found in the books when the answer to a write was lost.

Customers and items are found by their name, which is unique. Transactions carry a marker in
PrivateNote, which QuickBooks cannot search, so narrow queries bring candidates that are compared
here. Every statement uses filterable fields only. A person may have stripped the note: then number,
date, customer and total together tell.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tillbook.domain.documents import (
    Customer,
    Document,
    Payment,
    Product,
)
from tillbook.quickbooks import customer, item, payment, transactions
from tillbook.quickbooks.context import Context, Request
from tillbook.quickbooks.mapping import ENTITY
from tillbook.quickbooks.markers import marked, marker
from tillbook.quickbooks.names import DELETED_SUFFIX, link_by_name, name_key
from tillbook.quickbooks.owned import contains, number
from tillbook.quickbooks.query import any_of, quote, select

__all__ = ["find_queries", "is_ours", "marked", "marker", "shows", "took_effect"]


def find_queries(
    document: Document, context: Context, since: datetime | None = None
) -> tuple[str, ...]:
    """Statements that between them find the object of a document if it is in the books, best first.

    `since` (aware) is when the write may have been sent first: with it, everything of the kind that
    was created from then on is asked for too, so that not even an edit of number and date hides it.
    Answers may have several pages (`query.page`).
    """
    entity = ENTITY[document.kind]
    statements = [select(entity, *conditions) for conditions in _conditions(document, context)]
    if since is not None and not isinstance(document, Customer | Product):
        moment = since.isoformat(timespec="seconds")
        statements.append(select(entity, f"MetaData.CreateTime >= {quote(moment)}"))
    return tuple(statements)


def is_ours(document: Document, record_key: str, obj: Mapping[str, Any], context: Context) -> bool:
    """Whether an object that a query found is this document's. An object that another record is
    linked to must not be asked about: without its marker it could look the same."""
    match document:
        case Customer():
            name = customer.display_name(document, context)
            return _same_name(obj.get("DisplayName"), name) and link_by_name(document, obj)
        case Product():
            name = item.item_name(document, context)
            return _same_name(obj.get("Name"), name) and obj.get("Type") in item.LINKABLE
    found = marked(obj)
    if found is not None:
        return found == record_key
    owner = transactions.customer_id(document, context)
    same = obj.get("TxnDate") == document.date.isoformat() and _value(obj, "CustomerRef") == owner
    if isinstance(document, Payment):
        return same and _same_payment(document, obj, context)
    return (
        same
        and obj.get("DocNumber") == transactions.doc_number(document, context)
        and number(obj.get("TotalAmt")) == number(document.total)
    )


def took_effect(request: Request, obj: Mapping[str, Any] | None) -> bool:
    """Whether an update, void or delete whose answer was lost is in the books, given the object as
    it is now (None where it is gone). True only when it surely is: a write that is repeated though
    it took effect is refused as stale, and nothing is lost."""
    if obj is None or obj.get("status") == "Deleted":
        return request.operation == "delete"
    if request.operation == "delete" or obj.get("SyncToken") == request.body["SyncToken"]:
        return False
    if request.operation == "void":
        return number(obj.get("TotalAmt")) == "0"
    return shows(request, obj)


def shows(request: Request, obj: Mapping[str, Any]) -> bool:
    """Whether an object has everything that a request would write."""
    return contains(request.entity, request.body, obj)


def _conditions(document: Document, context: Context) -> list[tuple[str, ...]]:
    match document:
        case Customer():
            name = customer.display_name(document, context)
            return [(_named("DisplayName", name), "Active in (true, false)")]
        case Product():
            named = (_named("Name", item.item_name(document, context)), "Active in (true, false)")
            sku = item.sku(document, context)
            return [(f"Sku = {quote(sku)}", "Active in (true, false)"), named] if sku else [named]
    dated = [f"TxnDate = {quote(document.date.isoformat())}"]
    if owner := transactions.customer_id(document, context):
        dated.append(f"CustomerRef = {quote(owner)}")
    if isinstance(document, Payment):
        reference = payment.reference(document, context)
        return [(f"PaymentRefNum = {quote(reference)}",), tuple(dated)]
    return [(f"DocNumber = {quote(transactions.doc_number(document, context))}",), tuple(dated)]


def _named(field: str, name: str) -> str:
    return f"{field} in {any_of((name, name + DELETED_SUFFIX))}"


def _same_name(theirs: Any, ours: str) -> bool:
    return isinstance(theirs, str) and name_key(theirs) == name_key(ours)


def _value(obj: Mapping[str, Any], field: str) -> str | None:
    value: str | None = (obj.get(field) or {}).get("value")
    return value


def _same_payment(document: Payment, obj: Mapping[str, Any], context: Context) -> bool:
    """Amount, reference and the invoice it settles."""
    linked = [one["TxnId"] for line in obj.get("Line", ()) for one in line.get("LinkedTxn", ())]
    invoice = context.links.get(payment.invoice_key(document))
    return (
        number(obj.get("TotalAmt")) == number(document.amount)
        and obj.get("PaymentRefNum") == payment.reference(document, context)
        and invoice is not None
        and invoice.id in linked
    )
