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
    Allocation,
    BillPayment,
    Customer,
    Document,
    Journal,
    Payment,
    Payout,
    Product,
    Vendor,
)
from tillbook.quickbooks import item
from tillbook.quickbooks.context import Request
from tillbook.quickbooks.markers import marked, marker
from tillbook.quickbooks.names import DELETED_SUFFIX, link_by_name, name_key
from tillbook.quickbooks.owned import missing, number, sent
from tillbook.quickbooks.query import any_of, quote, select

__all__ = ["find_queries", "is_ours", "marked", "marker", "shows", "took_effect"]
_NAMES = {"Customer": "DisplayName", "Vendor": "DisplayName", "Item": "Name"}
_PARTY = {"Bill": "VendorRef", "VendorCredit": "VendorRef", "BillPayment": "VendorRef"}
"""Whom a transaction is with; a customer where nothing is said."""
_NUMBER = {"Payment": "PaymentRefNum"}
"""What shows its number; DocNumber where nothing is said."""


def find_queries(request: Request, since: datetime | None = None) -> tuple[str, ...]:
    """Statements that between them find the object that a request made if it is in the books, best
    first. What was sent decides, not what would be sent now: settings may have changed.

    `since` (aware) is when the write may have been sent first: with it, everything of the kind that
    was created from then on is asked for too, so that not even an edit of number and date hides it.
    Answers may have several pages (`query.page`).
    """
    statements = [select(request.entity, *one) for one in _conditions(request)]
    if since is not None and request.entity not in _NAMES:
        moment = since.isoformat(timespec="seconds")
        statements.append(select(request.entity, f"MetaData.CreateTime >= {quote(moment)}"))
    return tuple(statements)


def is_ours(
    document: Document,
    request: Request,
    record_key: str,
    obj: Mapping[str, Any],
    *,
    just_made: bool = False,
) -> bool:
    """Whether an object that a query found is what a request made of a document. An object that
    another record is linked to must not be asked about: without its marker it could look the same.
    Of what was `just_made`, since the request was sent, a person may have moved the date as well.
    """
    body = request.body
    match document:
        case Customer() | Vendor():
            named = _same_name(obj.get("DisplayName"), body["DisplayName"])
            return (named and link_by_name(document, obj)) or _is_edited(request, obj)
        case Product():
            named = _same_name(obj.get("Name"), body["Name"])
            return obj.get("Type") in item.LINKABLE and (named or _is_edited(request, obj))
    found = marked(obj)
    if found is not None:
        return found == record_key
    party = _PARTY.get(request.entity, "CustomerRef")
    same = (just_made or obj.get("TxnDate") == body.get("TxnDate")) and (
        _value(obj, party) == _value(body, party)
    )
    if isinstance(document, Payment | BillPayment | Allocation):
        return same and _same_payment(request, obj)
    if isinstance(document, Journal | Payout):
        return same and _same_entry(request, obj)
    return (
        same
        and obj.get("DocNumber") == body.get("DocNumber")
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
    return not missing(request.entity, request.body, obj)


def _conditions(request: Request) -> list[tuple[str, ...]]:
    body = request.body
    if request.entity in _NAMES:
        field = _NAMES[request.entity]
        named = f"{field} in {any_of((body[field], body[field] + DELETED_SUFFIX))}"
        found: list[tuple[str, ...]] = [(named, "Active in (true, false)")]
        if "Sku" in body:
            found.insert(0, (f"Sku = {quote(body['Sku'])}", "Active in (true, false)"))
        return found
    if request.entity == "Deposit":  # has no number
        return [(f"TxnDate = {quote(body['TxnDate'])}",)]
    dated = [f"TxnDate = {quote(body['TxnDate'])}"]
    party = _PARTY.get(request.entity, "CustomerRef")
    if owner := _value(body, party):
        dated.append(f"{party} = {quote(owner)}")
    number_field = _NUMBER.get(request.entity, "DocNumber")
    if number_field not in body:
        return [tuple(dated)]
    return [(f"{number_field} = {quote(body[number_field])}",), tuple(dated)]


def _same_name(theirs: Any, ours: str) -> bool:
    return isinstance(theirs, str) and name_key(theirs) == name_key(ours)


def _is_edited(request: Request, obj: Mapping[str, Any]) -> bool:
    """A customer or item of ours in which a person has changed one thing already: it was changed
    since it was made, its name, e-mail or SKU is as we sent it, and all else but one field is too.
    """
    if str(obj.get("SyncToken", "0")) == "0" or not obj.get("Active", True):
        return False
    changed = missing(request.entity, request.body, obj)
    same = [name for name in sent(request.entity, request.body) if name not in changed]
    telling = {_NAMES[request.entity], "PrimaryEmailAddr", "Sku"}
    return len(changed) <= 1 and len(same) > 1 and not telling.isdisjoint(same)


def _value(obj: Mapping[str, Any], field: str) -> str | None:
    value: str | None = (obj.get(field) or {}).get("value")
    return value


def _same_payment(request: Request, obj: Mapping[str, Any]) -> bool:
    """Amount, reference and what it settles."""
    body, reference = request.body, _NUMBER.get(request.entity, "DocNumber")
    settled = _settled(body)
    return (
        number(obj.get("TotalAmt")) == number(body.get("TotalAmt"))
        and body.get(reference) in (None, obj.get(reference))
        and (settled <= _settled(obj) if settled else not _settled(obj))
    )


def _same_entry(request: Request, obj: Mapping[str, Any]) -> bool:
    """All but the note: number or bank account, and every line."""
    return not {"DocNumber", "DepositToAccountRef", "Line"} & set(
        missing(request.entity, request.body, obj)
    )


def _settled(payment: Mapping[str, Any]) -> set[str]:
    return {
        str(one["TxnId"]) for line in payment.get("Line", ()) for one in line.get("LinkedTxn", ())
    }
