"""Whose version stands where a person edited in QuickBooks what Tillbook is about to write.

Per field: Tillbook's is sent, the person's is left out of the request, or the bookkeeper is asked,
in words that say what is there and what would be written. An edit that Tillbook would not change is
no conflict.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tillbook.domain.settings import Conflicts
from tillbook.domain.sync import Link, Reason
from tillbook.quickbooks import owned
from tillbook.quickbooks.context import Request
from tillbook.quickbooks.fault_table import Who
from tillbook.quickbooks.owned import decided_as, number

EDITED = "It was edited in QuickBooks after Tillbook wrote it"
CURE = "Retry it to write Tillbook's version, or skip it to keep the one in QuickBooks."
_WORDS = {
    "DisplayName": "name",
    "GivenName": "first name",
    "FamilyName": "last name",
    "CompanyName": "company",
    "PrimaryEmailAddr": "e-mail",
    "PrimaryPhone": "phone",
    "BillAddr": "billing address",
    "ShipAddr": "shipping address",
    "Taxable": "whether it is taxed",
    "Name": "name",
    "Sku": "SKU",
    "Description": "description",
    "UnitPrice": "price",
    "AcctNum": "account number",
    "CustomerRef": "customer",
    "VendorRef": "vendor",
    "TxnDate": "date",
    "PrivateNote": "note",
    "Line": "lines",
    "DocNumber": "number",
    "TxnTaxDetail": "tax",
    "DueDate": "due date",
    "ExpirationDate": "expiry",
    "DepositToAccountRef": "account",
    "PayType": "method",
    "CheckPayment": "bank account",
    "CreditCardPayment": "card",
    "TotalAmt": "amount",
    "PaymentRefNum": "reference",
}
_WORDS_OF = {("Payment", "Line"): "what it pays", ("BillPayment", "Line"): "what it pays"}
_LONGEST = 80
NameOf = Callable[[str, str], str]
"""What people call the object that a field refers to by its id."""


@dataclass(frozen=True)
class Decision:
    """What is sent (None: nothing), which fields stay as a person made them, which are written
    over, and what a person has to decide first."""

    request: Request | None
    kept: tuple[str, ...] = ()
    overwritten: tuple[str, ...] = ()
    problem: Reason | None = None


def decide(
    request: Request, link: Link, obj: Mapping[str, Any], policies: Conflicts, name_of: NameOf
) -> Decision:
    """What becomes of a change of an object that a person edited (`link.edits`), given the object
    as it is."""
    disputed = _disputed(request, link, obj)
    by_policy: dict[str, list[str]] = {"ask": [], "ours": [], "theirs": []}
    for field in dict.fromkeys(decided_as(request.entity, name) for name in disputed):
        by_policy[policies.policy(request.entity, field)].append(field)
    asked = [name for name in disputed if decided_as(request.entity, name) in by_policy["ask"]]
    kept, overwritten = tuple(by_policy["theirs"]), tuple(by_policy["ours"])
    if asked:
        return Decision(None, problem=_ask(request, asked, obj, name_of))
    if request.operation == "update":
        body = owned.without(request.entity, request.body, kept)
        if "DueDate" in kept and "DueDate" in obj:
            body["DueDate"] = obj["DueDate"]  # QuickBooks works it out anew where a date is sent
        return Decision(replace(request, body=body), kept, overwritten)
    return Decision(None if kept else request, kept, () if kept else overwritten)


def edited_fields(link: Link) -> set[str]:
    """What a person edited, as far as is known, by the fields that are decided about."""
    return {decided_as(link.entity, name) for name in link.edits}


def word(entity: str, field: str) -> str:
    """A field as people know it."""
    return _WORDS_OF.get((entity, field), _WORDS[field])


def approve(link: Link, policies: Conflicts) -> Link:
    """The link once a person saw the edits and wants Tillbook's version: they are no edits any
    more, but where the policy keeps them. What is edited after this is told anew."""
    written = {name: value for name, value in link.written.items() if name != owned.WHOLE}
    left: dict[str, str] = {}
    for name, value in link.edits.items():
        if policies.policy(link.entity, decided_as(link.entity, name)) == "theirs":
            left[name] = value
        elif value:
            written[name] = value
        else:
            written.pop(name, None)
    return replace(link, written=written, edits=left)


def _disputed(request: Request, link: Link, obj: Mapping[str, Any]) -> list[str]:
    """Fields of ours that a person edited, with those decided with them, and that the request would
    change."""
    entity = request.entity
    if request.operation != "update":
        if request.operation == "void" and number(obj.get("TotalAmt")) == "0":
            return []  # a person did it already
        # QuickBooks itself takes a payment off an invoice that is gone.
        return [name for name in link.edits if (entity, name) not in _WORDS_OF]
    edited = edited_fields(link)
    contradicted = owned.contradicted(entity, request.body, obj)
    return [name for name in contradicted if decided_as(entity, name) in edited]


def _ask(request: Request, asked: Iterable[str], obj: Mapping[str, Any], name_of: NameOf) -> Reason:
    if request.operation != "update":
        told = "; ".join(
            f"{word(request.entity, name)}: {_shown(name, obj, name_of)} there" for name in asked
        )
        what = (
            f"It was cancelled, but edited in QuickBooks after Tillbook wrote it. {_begin(told)}."
        )
        cure = f"Retry it to {request.operation} it in QuickBooks, or skip it to leave it there."
        return Reason(what, cure, Who.BOOKKEEPER)
    told = "; ".join(
        f"{word(request.entity, name)}: {there} there, Tillbook would write {ours}"
        for name in asked
        for there, ours in [_both(name, obj, request.body, name_of)]
    )
    return Reason(f"{EDITED}. {_begin(told)}.", CURE, Who.BOOKKEEPER)


def _begin(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _both(
    name: str, obj: Mapping[str, Any], body: Mapping[str, Any], name_of: NameOf
) -> tuple[str, str]:
    there, ours = _shown(name, obj, name_of), _shown(name, body, name_of)
    if there != ours or name != "Line":
        return there, ours
    # As many and as much: the first that differs.
    for theirs, mine in zip(_lines(obj), _lines(body), strict=False):
        if _line(theirs) != _line(mine):
            return _line(theirs), _line(mine)
    return "another item, tax code, class or day of service", "its own"


def _shown(name: str, obj: Mapping[str, Any], name_of: NameOf) -> str:
    value = obj.get(name)
    match name:
        case "Line":
            return _lines_shown(obj)
        case (
            "CustomerRef" | "VendorRef" | "DepositToAccountRef" | "BankAccountRef" | "CCAccountRef"
        ):
            reference = value or {}
            called = reference.get("name") or name_of(name, str(reference.get("value", "")))
            return _quoted(called)
        case "CheckPayment" | "CreditCardPayment":
            account = "BankAccountRef" if name == "CheckPayment" else "CCAccountRef"
            return _shown(account, value or {}, name_of)
        case "PrimaryEmailAddr":
            return _quoted((value or {}).get("Address"))
        case "PrimaryPhone":
            return _quoted((value or {}).get("FreeFormNumber"))
        case "BillAddr" | "ShipAddr":
            return _quoted(", ".join(owned.address(value).values()))
        case "TxnTaxDetail":
            return _money((value or {}).get("TotalTax"))
        case "UnitPrice" | "TotalAmt":
            return _money(value)
        case "TxnDate" | "DueDate" | "ExpirationDate":
            return str(value or "none")
        case "Taxable":
            return "yes" if value else "no"
    return _quoted(value)


def _lines(obj: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        line for line in obj.get("Line") or () if line.get("DetailType") != "SubTotalLineDetail"
    ]


def _lines_shown(obj: Mapping[str, Any]) -> str:
    lines = _lines(obj)
    if any(line.get("LinkedTxn") for line in lines):
        return _money(_sum(line for line in lines if not _uses_credit(line)))
    if not lines:
        return "nothing"
    return f"{len(lines)} of {_money(_sum(lines))} in all"


def _uses_credit(line: Mapping[str, Any]) -> bool:
    """Whether a line of a payment is a credit that settles, not what is settled."""
    return any(one.get("TxnType") == "CreditMemo" for one in line.get("LinkedTxn") or ())


def _sum(lines: Iterable[Mapping[str, Any]]) -> Decimal:
    """What a transaction is worth: of a journal entry its debits."""
    return sum((_sign(line) * Decimal(str(line.get("Amount") or 0)) for line in lines), Decimal(0))


def _sign(line: Mapping[str, Any]) -> int:
    """Discounts are lines with positive amounts, and so are credits."""
    if line.get("DetailType") == "DiscountLineDetail":
        return -1
    credit = (line.get("JournalEntryLineDetail") or {}).get("PostingType") == "Credit"
    return 0 if credit else 1


def _line(line: Mapping[str, Any]) -> str:
    detail = line.get(line.get("DetailType") or "") or {}
    quantity = number(detail.get("Qty"))
    each = f" ({quantity} at {_money(detail.get('UnitPrice'))})" if quantity else ""
    return f"{_quoted(line.get('Description'))} for {_money(line.get('Amount'))}{each}"


def _money(value: Any) -> str:
    if value is None:
        return "nothing"
    amount = Decimal(str(value))
    exact = number(amount) or "0"
    return exact if len(exact.partition(".")[2]) > 2 else f"{amount:.2f}"


def _quoted(value: Any) -> str:
    if value in (None, ""):
        return "nothing"
    text = " ".join(str(value).split())
    return f'"{text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "..."}"'
