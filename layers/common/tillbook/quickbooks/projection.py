"""What QuickBooks' general ledger must show for a document, worked out from the document itself.

Accrual, dated with the document, in the home currency. The answer of QuickBooks is not consulted,
so that a difference between the two is found and not copied.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from tillbook.domain.checks import Finding
from tillbook.domain.documents import (
    Bill,
    BillPayment,
    CreditNote,
    Document,
    Invoice,
    Journal,
    Payment,
    Payout,
    PurchaseDocument,
    Refund,
    SalesDocument,
    VendorCredit,
    product_key,
)
from tillbook.domain.money import ZERO
from tillbook.quickbooks import (
    bill_payment,
    deposit,
    journal,
    payment,
    purchase_lines,
    refund_receipt,
    sales_lines,
    taxes,
)
from tillbook.quickbooks.context import Context, NeedsMapping
from tillbook.quickbooks.mapping import nothing_to_post
from tillbook.quickbooks.transactions import check_currency


@dataclass(frozen=True)
class Posting:
    """An amount in an account: a debit is positive, a credit negative."""

    account_id: str
    amount: Decimal


def postings(document: Document, context: Context) -> tuple[Posting, ...]:
    """One posting per account, in order of account; they add up to zero. None for names and for
    documents without effect. Raises NeedsMapping where an account is missing."""
    if nothing_to_post(document):
        return ()
    match document:
        case Invoice():
            return _owed(document, context, receivables(context), sign=1)
        case CreditNote():
            return _owed(document, context, receivables(context), sign=-1)
        case Bill():
            return _bought(document, context, payables(context), sign=1)
        case VendorCredit():
            return _bought(document, context, payables(context), sign=-1)
        case BillPayment():
            check_currency(document, context)
            if not document.money:
                return ()
            paid_from = bill_payment.paid_from(document, context)
            return _posted((payables(context), document.money), (paid_from, -document.money))
        case Refund():
            paid_from = refund_receipt.paid_from(document, context)
            return _owed(document, context, paid_from, sign=-1)
        case Payment():
            check_currency(document, context)
            return _posted(
                (payment.deposit_to(document, context), document.amount),
                (receivables(context), -document.amount),
            )
        case Journal():
            check_currency(document, context)
            return _posted(
                *(
                    (journal.account(document, line, context), line.debit)
                    for line in document.posted
                )
            )
        case Payout():
            check_currency(document, context)
            charged = [(deposit.fees(context), document.charged)] if document.charged else []
            return _posted(
                (deposit.bank(context), document.amount),
                *charged,
                (deposit.clearing(document, context), -document.gross),
            )
    return ()


def payables(context: Context) -> str:
    account = context.company.payables
    if account is None:
        raise NeedsMapping(
            Finding(
                "accounts payable",
                "is missing from the chart of accounts.",
                "Create an account of type Accounts Payable in QuickBooks.",
            )
        )
    return account


def receivables(context: Context) -> str:
    account = context.company.receivables
    if account is None:
        raise NeedsMapping(
            Finding(
                "accounts receivable",
                "is missing from the chart of accounts.",
                "Create an account of type Accounts Receivable in QuickBooks.",
            )
        )
    return account


def _owed(
    document: SalesDocument, context: Context, counter: str, *, sign: int
) -> tuple[Posting, ...]:
    """A sale (1) or its reversal (-1): total against income, discount and tax."""
    if isinstance(document, Invoice | CreditNote | Refund):
        check_currency(document, context)
    entries = [(counter, document.total)]
    entries += [
        (_income(document, line_key, context), -sales_lines.amounts(document, line).income)
        for line, line_key in ((line, product_key(document, line)) for line in document.lines)
    ]
    if discount := sales_lines.discount(document):
        entries.append((context.account("discount", context.accounts.discount), discount))
    entries += [(account, -tax) for account, tax in taxes.by_account(document, context).items()]
    return _posted(*((account, sign * amount) for account, amount in entries))


def _bought(
    document: PurchaseDocument, context: Context, counter: str, *, sign: int
) -> tuple[Posting, ...]:
    """A purchase (1) or its reversal (-1): lines, discount and tax against what is owed."""
    check_currency(document, context)
    lines = [(line, sales_lines.amounts(document, line)) for line in document.lines]
    entries = [(counter, -document.total)]
    entries += [
        (purchase_lines.account(document, line, context), amounts.income) for line, amounts in lines
    ]
    if discount := sum((amounts.discount for _, amounts in lines), ZERO):
        entries.append((purchase_lines.discount_account(context), -discount))
    if document.tax and context.company.is_us:
        entries.append((purchase_lines.tax_account(context), document.tax))
    elif document.tax:
        entries += taxes.by_account(document, context).items()
    return _posted(*((account, sign * amount) for account, amount in entries))


def _income(document: SalesDocument, key: str, context: Context) -> str:
    """The item decides the account, not our settings: QuickBooks posts by item."""
    account = context.link(key, "product").account
    if account is None:
        raise NeedsMapping(
            Finding(
                "product",
                "is linked to a QuickBooks item without an income account.",
                "Give the item an income account in QuickBooks.",
            )
        )
    return account


def _posted(*entries: tuple[str, Decimal]) -> tuple[Posting, ...]:
    totals: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for account, amount in entries:
        totals[account] += amount
    return tuple(Posting(account, totals[account]) for account in sorted(totals) if totals[account])
