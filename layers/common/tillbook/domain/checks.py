"""Checks of a document before it may enter the books. A check returns findings, never raises."""

import json
from dataclasses import dataclass
from decimal import Decimal

from tillbook.domain.documents import (
    Bill,
    Document,
    Payment,
    PurchaseDocument,
    TradeDocument,
    VendorCredit,
    to_json,
)
from tillbook.domain.money import minor_unit, round_money

# A revision is one item of DynamoDB, which holds 400 KB; names and punctuation of JSON weigh more
# than DynamoDB's own.
LARGEST_DOCUMENT = 350_000


@dataclass(frozen=True)
class Finding:
    """Something a person has to mend: the field, what is wrong, what to do."""

    field: str
    message: str
    cure: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message} {self.cure}"


def check_document(document: Document) -> list[Finding]:
    """Findings of one document; none means that it foots and may be sent."""
    if isinstance(document, TradeDocument):
        return _check_sale(document) + _check_size(document)
    if isinstance(document, Payment):
        return _check_minor_unit("amount", document.amount, document.currency)
    return []


def _reverse(document: TradeDocument) -> str:
    """What says the same with positive amounts."""
    match document:
        case Bill():
            return "a vendor credit"
        case VendorCredit():
            return "a bill"
    return "a credit note"


def _check_sale(document: TradeDocument) -> list[Finding]:
    findings = _check_minor_unit("total", document.total, document.currency)
    if document.total < 0:
        findings.append(
            Finding(
                "total", f"is negative ({document.total}).", f"Send {_reverse(document)} instead."
            )
        )
    back = "vendor credit" if isinstance(document, PurchaseDocument) else "credit note or a refund"
    unit = minor_unit(document.currency)
    seen: set[str] = set()
    for index, line in enumerate(document.lines):
        where = f"lines[{index}]"
        if line.quantity < 0:
            findings.append(
                Finding(
                    f"{where}.quantity",
                    f"is negative ({line.quantity}).",
                    f"Send goods that came back as a {back}.",
                )
            )
        product = round_money(line.quantity * line.unit_price, document.currency)
        if abs(product - line.gross) > unit:
            findings.append(
                Finding(
                    f"{where}.gross",
                    f"is {line.gross:f}, but {line.quantity:f} x {line.unit_price:f} is "
                    f"{product:f}.",
                    "Correct the quantity, the unit price or the gross amount.",
                )
            )
        if line.id in seen:
            findings.append(
                Finding(f"{where}.id", "is that of another line.", "Give each line its own id.")
            )
        seen.add(line.id)
        findings += _check_minor_unit(f"{where}.gross", line.gross, document.currency)
        findings += _check_minor_unit(f"{where}.discount", line.discount, document.currency)
        for tax in line.taxes:
            findings += _check_minor_unit(f"{where}.taxes", tax.amount, document.currency)
    difference = document.total - document.computed_total
    if difference:
        findings.append(
            Finding(
                "total",
                f"is {document.total:f}, but the lines and taxes add up to "
                f"{document.computed_total:f}: a difference of {difference:f} {document.currency}.",
                "Correct the document at its source and send it again.",
            )
        )
    return findings


def _check_size(document: Document) -> list[Finding]:
    size = len(json.dumps(to_json(document), ensure_ascii=False).encode())
    if size <= LARGEST_DOCUMENT:
        return []
    return [
        Finding(
            "lines",
            f"make a document of {size // 1000} KB; the largest that can be kept has "
            f"{LARGEST_DOCUMENT // 1000} KB.",
            "Split it at its source, or enter it in QuickBooks by hand.",
        )
    ]


def _check_minor_unit(field: str, amount: Decimal, currency: str) -> list[Finding]:
    if amount == round_money(amount, currency):
        return []
    return [
        Finding(
            field,
            f"is {amount}, finer than the smallest unit of {currency} ({minor_unit(currency)}).",
            "Round it at its source.",
        )
    ]
