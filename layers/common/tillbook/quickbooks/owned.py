"""The fields we own, in one canonical form, as sent and as QuickBooks returns them.

Numbers lose trailing zeros, references keep their id only, computed lines and addresses' own ids
go, empty is the same as absent. A field whose hash is still the one that QuickBooks returned when
we wrote it was edited by nobody.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

Owned = dict[str, Any]
WHOLE = "*"
"""In place of hashes by field: one of all fields together, as links had it at first."""
POSTED = frozenset({"Line", "TxnDate", "DepositToAccountRef", "PayType"})
"""Fields that decide what the ledger shows."""
_LOST = ("Description", "ClassRef", "ServiceDate")
"""What a line loses that is sent without it; the last two are a bookkeeper's alone."""
_HASH_LENGTH, _WHOLE_LENGTH = 12, 32
_EMPTY: tuple[Any, ...] = (None, "", {}, [])
_NOTHING = (*_EMPTY, "0")
_ADDRESS = (
    *("Line1", "Line2", "Line3", "Line4", "Line5"),
    *("City", "CountrySubDivisionCode", "PostalCode", "Country"),
)


def owned(entity: str, obj: Mapping[str, Any]) -> Owned:
    """Canonical fields of a QuickBooks object; works on the body of a request too."""
    fields = ((name, canon(obj.get(name))) for name, canon in _FIELDS[entity].items())
    return {name: value for name, value in fields if value not in _EMPTY}


def hashes(entity: str, obj: Mapping[str, Any]) -> dict[str, str]:
    """A short hash of each field that holds something; all lines are one field."""
    return {name: _hash(value, _HASH_LENGTH) for name, value in owned(entity, obj).items()}


def edits(entity: str, written: Mapping[str, str], obj: Mapping[str, Any]) -> dict[str, str]:
    """Fields that are otherwise than we wrote them, with the hash of what is there ('' where it was
    emptied). None where nothing is known of what was written."""
    if not written:
        return {}
    now = hashes(entity, obj)
    if WHOLE in written:
        return {} if written[WHOLE] == _hash(owned(entity, obj), _WHOLE_LENGTH) else now
    names = sorted(now.keys() | written.keys())
    return {name: now.get(name, "") for name in names if now.get(name) != written.get(name)}


def sent(entity: str, body: Mapping[str, Any]) -> list[str]:
    """The fields of ours that a request writes."""
    return [name for name in _FIELDS[entity] if name in body]


def missing(entity: str, body: Mapping[str, Any], obj: Mapping[str, Any]) -> list[str]:
    """The fields that a request writes and an object does not show. What QuickBooks adds to a line
    by itself is no difference."""
    return [name for name in sent(entity, body) if not _shown(entity, name, body, obj, _within)]


def contradicted(entity: str, body: Mapping[str, Any], obj: Mapping[str, Any]) -> list[str]:
    """The fields in which a request would change an object. A description, a class or a day of
    service that a person gave to a line goes when the line is sent without it."""
    return [name for name in sent(entity, body) if not _shown(entity, name, body, obj, _same_line)]


def _shown(
    entity: str,
    name: str,
    body: Mapping[str, Any],
    obj: Mapping[str, Any],
    line_fits: Callable[[Owned, Owned], bool],
) -> bool:
    canon = _FIELDS[entity][name]
    ours, theirs = canon(body[name]), canon(obj.get(name))
    if name != "Line":
        return ours == theirs or (ours in _NOTHING and theirs in _NOTHING)
    return len(ours) == len(theirs) and all(map(line_fits, ours, theirs))


def shows_line(line: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether a line in QuickBooks has everything that a line of a request says."""
    return _within(_line(line), _line(found))


def _within(mine: Owned, line: Owned) -> bool:
    return mine.items() <= line.items()


def _same_line(mine: Owned, line: Owned) -> bool:
    return _within(mine, line) and all(mine.get(name) == line.get(name) for name in _LOST)


def _hash(value: Any, length: int) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def number(value: Any) -> str | None:
    """A JSON number without trailing zeros: 100, 100.0 and 100.00 are the same."""
    if value is None:
        return None
    normal = format(Decimal(str(value)).normalize(), "f")
    return "0" if normal == "-0" else normal


def _text(value: Any) -> Any:
    return value


def _ref(value: Any) -> str | None:
    return value.get("value") if isinstance(value, Mapping) else value


def _part(name: str) -> Callable[[Any], Any]:
    return lambda value: (value or {}).get(name)


def _account(name: str) -> Callable[[Any], Any]:
    """The account that a way of paying names."""
    return lambda value: _ref((value or {}).get(name))


def address(value: Any) -> dict[str, str]:
    return {name: value[name] for name in _ADDRESS if (value or {}).get(name)}


def _party(value: Any) -> str | None:
    """Whom a line of a journal entry or a deposit is about."""
    if not value:
        return None
    return _ref(value.get("EntityRef", value))


def _tax(value: Any) -> str | None:
    return number((value or {}).get("TotalTax"))


def _lines(value: Any) -> list[Owned]:
    lines = (_line(line) for line in value or () if line.get("DetailType") != "SubTotalLineDetail")
    return [line for line in lines if line]


def _line(line: Mapping[str, Any]) -> Owned:
    kind = line.get("DetailType")
    detail = line.get(kind) or {} if kind else {}
    links = [f"{linked['TxnType']} {linked['TxnId']}" for linked in line.get("LinkedTxn") or ()]
    found = {
        "Id": line.get("Id"),
        "Description": line.get("Description"),
        "Amount": number(line.get("Amount")),
        "DetailType": kind,
        "ItemRef": _ref(detail.get("ItemRef")),
        "AccountRef": _ref(detail.get("AccountRef")),
        "PostingType": detail.get("PostingType"),
        "Entity": _party(detail.get("Entity")),
        "Qty": number(detail.get("Qty")),
        "UnitPrice": number(detail.get("UnitPrice")),
        "TaxCodeRef": _ref(detail.get("TaxCodeRef")),
        "DiscountAccountRef": _ref(detail.get("DiscountAccountRef")),
        "ClassRef": _ref(detail.get("ClassRef")),
        "ServiceDate": detail.get("ServiceDate"),
        "LinkedTxn": ", ".join(sorted(links)),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


_TRANSACTION: dict[str, Callable[[Any], Any]] = {
    "CustomerRef": _ref,
    "TxnDate": _text,
    "PrivateNote": _text,
    "Line": _lines,
}
_SALES_FORM = {**_TRANSACTION, "DocNumber": _text, "TxnTaxDetail": _tax}
_PURCHASE_FORM: dict[str, Callable[[Any], Any]] = {
    "VendorRef": _ref,
    "TxnDate": _text,
    "PrivateNote": _text,
    "Line": _lines,
    "DocNumber": _text,
    "TxnTaxDetail": _tax,
}
_FIELDS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "Customer": {
        "DisplayName": _text,
        "GivenName": _text,
        "FamilyName": _text,
        "CompanyName": _text,
        "PrimaryEmailAddr": _part("Address"),
        "PrimaryPhone": _part("FreeFormNumber"),
        "BillAddr": address,
        "ShipAddr": address,
        "Taxable": _text,
    },
    "Vendor": {
        "DisplayName": _text,
        "GivenName": _text,
        "FamilyName": _text,
        "CompanyName": _text,
        "PrimaryEmailAddr": _part("Address"),
        "PrimaryPhone": _part("FreeFormNumber"),
        "BillAddr": address,
        "AcctNum": _text,
    },
    "Item": {
        "Name": _text,
        "Sku": _text,
        "Description": _text,
        "UnitPrice": number,
        "Taxable": _text,
    },
    "Invoice": {**_SALES_FORM, "DueDate": _text, "BillAddr": address, "ShipAddr": address},
    "Estimate": {
        **_SALES_FORM,
        "ExpirationDate": _text,
        "BillAddr": address,
        "ShipAddr": address,
    },
    "CreditMemo": _SALES_FORM,
    "RefundReceipt": {**_SALES_FORM, "DepositToAccountRef": _ref},
    "Bill": {**_PURCHASE_FORM, "DueDate": _text},
    "VendorCredit": _PURCHASE_FORM,
    "JournalEntry": {
        "TxnDate": _text,
        "PrivateNote": _text,
        "Line": _lines,
        "DocNumber": _text,
    },
    "Deposit": {
        "TxnDate": _text,
        "PrivateNote": _text,
        "Line": _lines,
        "DepositToAccountRef": _ref,
    },
    "Payment": {
        **_TRANSACTION,
        "TotalAmt": number,
        "DepositToAccountRef": _ref,
        "PaymentRefNum": _text,
    },
    "BillPayment": {
        "VendorRef": _ref,
        "TxnDate": _text,
        "PrivateNote": _text,
        "Line": _lines,
        "DocNumber": _text,
        "TotalAmt": number,
        "PayType": _text,
        "CheckPayment": _account("BankAccountRef"),
        "CreditCardPayment": _account("CCAccountRef"),
    },
}

# Fields that make no sense apart: what is decided about the other one holds for them too.
_TRADE = ("Estimate", "Invoice", "CreditMemo", "RefundReceipt", "Bill", "VendorCredit")
_WITH = {
    **{(entity, "TxnTaxDetail"): "Line" for entity in _TRADE},
    ("Payment", "TotalAmt"): "Line",
    ("Payment", "CustomerRef"): "Line",
    ("BillPayment", "TotalAmt"): "Line",
    ("BillPayment", "VendorRef"): "Line",
    ("BillPayment", "CheckPayment"): "PayType",
    ("BillPayment", "CreditCardPayment"): "PayType",
}
_MORE_OF_LINES = ("GlobalTaxCalculation", "ApplyTaxAfterDiscount")


def decided_as(entity: str, field: str) -> str:
    """The field under which a conflict about this field is decided."""
    return _WITH.get((entity, field), field)


def decidable(entity: str) -> list[str]:
    """The fields that a policy may name."""
    return [name for name in _FIELDS[entity] if (entity, name) not in _WITH]


def fields_of(entity: str) -> tuple[str, ...]:
    """Every field that Tillbook writes."""
    return tuple(_FIELDS[entity])


def without(entity: str, body: Owned, left_out: Collection[str]) -> Owned:
    """A request's body without these fields and everything that is decided with them."""
    gone = {name for name in _FIELDS[entity] if decided_as(entity, name) in left_out}
    if "Line" in gone:
        gone.update(_MORE_OF_LINES)
    return {name: value for name, value in body.items() if name not in gone}


ENTITIES = tuple(_FIELDS)
