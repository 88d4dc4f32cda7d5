"""The fields we own, in one canonical form, as sent and as QuickBooks returns them.

Numbers lose trailing zeros, references keep their id only, computed lines and addresses' own ids
go, empty is the same as absent. Equal hashes mean that nobody edited what we wrote.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Owned = dict[str, Any]
_ADDRESS = (
    *("Line1", "Line2", "Line3", "Line4", "Line5"),
    *("City", "CountrySubDivisionCode", "PostalCode", "Country"),
)


def owned(entity: str, obj: Mapping[str, Any]) -> Owned:
    """Canonical fields of a QuickBooks object; works on the body of a request too."""
    fields = ((name, canon(obj.get(name))) for name, canon in _FIELDS[entity].items())
    return {name: value for name, value in fields if value not in (None, "", {}, [])}


def owned_hash(entity: str, obj: Mapping[str, Any]) -> str:
    """32 hex digits."""
    text = json.dumps(owned(entity, obj), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def contains(entity: str, body: Mapping[str, Any], obj: Mapping[str, Any]) -> bool:
    """Whether an object shows everything that a request sent."""
    theirs = owned(entity, obj)
    ours = owned(entity, body)
    lines = ours.pop("Line", None)
    if any(theirs.get(name) != value for name, value in ours.items()):
        return False
    if lines is None:
        return True
    found = theirs.get("Line", [])
    pairs = list(zip(lines, found, strict=False))
    return len(lines) == len(found) and all(mine.items() <= line.items() for mine, line in pairs)


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


def _address(value: Any) -> dict[str, str]:
    return {name: value[name] for name in _ADDRESS if (value or {}).get(name)}


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
        "Qty": number(detail.get("Qty")),
        "UnitPrice": number(detail.get("UnitPrice")),
        "TaxCodeRef": _ref(detail.get("TaxCodeRef")),
        "DiscountAccountRef": _ref(detail.get("DiscountAccountRef")),
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
_FIELDS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "Customer": {
        "DisplayName": _text,
        "GivenName": _text,
        "FamilyName": _text,
        "CompanyName": _text,
        "PrimaryEmailAddr": _part("Address"),
        "PrimaryPhone": _part("FreeFormNumber"),
        "BillAddr": _address,
        "ShipAddr": _address,
        "Taxable": _text,
    },
    "Item": {
        "Name": _text,
        "Sku": _text,
        "Description": _text,
        "UnitPrice": number,
        "Taxable": _text,
    },
    "Invoice": {**_SALES_FORM, "DueDate": _text, "BillAddr": _address, "ShipAddr": _address},
    "CreditMemo": _SALES_FORM,
    "RefundReceipt": {**_SALES_FORM, "DepositToAccountRef": _ref},
    "Payment": {
        **_TRANSACTION,
        "TotalAmt": number,
        "DepositToAccountRef": _ref,
        "PaymentRefNum": _text,
    },
}
