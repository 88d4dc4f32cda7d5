"""Checks of a document before it may enter the books. A check returns findings, never raises."""

import json
from dataclasses import dataclass
from decimal import Decimal

from tillbook.domain.documents import (
    Allocation,
    Bill,
    BillPayment,
    Document,
    Journal,
    Payment,
    Payout,
    PurchaseDocument,
    Role,
    TradeDocument,
    VendorCredit,
    to_json,
)
from tillbook.domain.money import ZERO, minor_unit, round_money

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
    if isinstance(document, Payment | BillPayment | Allocation):
        return _check_minor_unit("amount", document.amount, document.currency)
    if isinstance(document, Journal):
        return _check_journal(document) + _check_size(document)
    if isinstance(document, Payout):
        return _check_payout(document)
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


def _check_journal(document: Journal) -> list[Finding]:
    findings: list[Finding] = []
    seen: set[str] = set()
    for index, line in enumerate(document.lines):
        where = f"lines[{index}]"
        if (line.account is None) == (line.role is None):
            is_ = "is missing, and so is its role." if line.account is None else "stands by a role."
            findings.append(Finding(f"{where}.account", is_, "Give either an account or a role."))
        for role, party in ((Role.RECEIVABLES, "customer"), (Role.PAYABLES, "vendor")):
            if line.role is role and getattr(line, party) is None:
                findings.append(
                    Finding(f"{where}.{party}", f"is missing on {role}.", f"Name the {party}.")
                )
        if line.customer is not None and line.vendor is not None:
            findings.append(
                Finding(f"{where}.vendor", "stands by a customer.", "Give one of the two.")
            )
        if line.id in seen:
            findings.append(
                Finding(f"{where}.id", "is that of another line.", "Give each line its own id.")
            )
        seen.add(line.id)
        findings += _check_minor_unit(f"{where}.amount", line.amount, document.currency)
    difference = sum((line.debit for line in document.lines), ZERO)
    if difference:
        findings.append(
            Finding(
                "lines",
                f"do not balance: debits are {document.total:f}, credits "
                f"{document.total - difference:f}, a difference of {difference:f} "
                f"{document.currency}.",
                "Correct the entry at its source and send it again.",
            )
        )
    return findings


def _check_payout(document: Payout) -> list[Finding]:
    findings = _check_minor_unit("gross", document.gross, document.currency)
    findings += _check_minor_unit("amount", document.amount, document.currency)
    for index, fee in enumerate(document.fees):
        findings += _check_minor_unit(f"fees[{index}].amount", fee.amount, document.currency)
    if document.amount < 0:
        findings.append(
            Finding(
                "amount",
                f"is negative ({document.amount:f}): the gateway took money from the bank.",
                "Enter it in QuickBooks by hand, as a transfer and an expense.",
            )
        )
    difference = document.amount - (document.gross - document.charged)
    if difference:
        findings.append(
            Finding(
                "amount",
                f"is {document.amount:f}, but gross less fees is "
                f"{document.gross - document.charged:f}: a difference of {difference:f} "
                f"{document.currency}.",
                "Name the missing fee, or correct the payout at its source and send it again.",
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
