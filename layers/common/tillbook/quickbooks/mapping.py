"""Document to QuickBooks request, and QuickBooks answer to link. One module per entity says which
field is set to what; here is what they share: create or update, void or delete, or nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Sized
from dataclasses import replace
from decimal import Decimal
from typing import Any, assert_never

from tillbook.domain.checks import Finding
from tillbook.domain.documents import (
    Allocation,
    Bill,
    BillPayment,
    CreditNote,
    Customer,
    Document,
    Invoice,
    Journal,
    Kind,
    Name,
    Payment,
    Payout,
    Product,
    PurchaseDocument,
    Quote,
    Refund,
    SalesDocument,
    TradeDocument,
    Vendor,
    VendorCredit,
    document_key,
    product_key,
)
from tillbook.domain.money import ZERO
from tillbook.domain.sync import Link
from tillbook.quickbooks import (
    allocation,
    bill,
    bill_payment,
    credit_memo,
    customer,
    deposit,
    estimate,
    invoice,
    item,
    journal,
    payment,
    purchase_lines,
    refund_receipt,
    sales_lines,
    vendor,
    vendor_credit,
)
from tillbook.quickbooks.context import Body, Context, NeedsMapping, Request, Skip
from tillbook.quickbooks.owned import (
    WHOLE,
    decided_as,
    edits,
    hashes,
    missing,
    number,
    sent,
    shows_line,
)

__all__ = [
    "ENTITY",
    "Body",
    "Context",
    "NeedsMapping",
    "Request",
    "Skip",
    "build",
    "disagreement",
    "link_from_answer",
    "needs",
    "nothing_to_post",
    "seen",
]

ENTITY: dict[Kind, str] = {
    Kind.CUSTOMER: customer.ENTITY,
    Kind.VENDOR: vendor.ENTITY,
    Kind.PRODUCT: item.ENTITY,
    Kind.QUOTE: estimate.ENTITY,
    Kind.INVOICE: invoice.ENTITY,
    Kind.PAYMENT: payment.ENTITY,
    Kind.CREDIT_NOTE: credit_memo.ENTITY,
    Kind.WRITE_OFF: credit_memo.ENTITY,
    Kind.ALLOCATION: allocation.ENTITY,
    Kind.REFUND: refund_receipt.ENTITY,
    Kind.BILL: bill.ENTITY,
    Kind.VENDOR_CREDIT: vendor_credit.ENTITY,
    Kind.BILL_PAYMENT: bill_payment.ENTITY,
    Kind.JOURNAL: journal.ENTITY,
    Kind.PAYOUT: deposit.ENTITY,
}

_WithLines = SalesDocument | PurchaseDocument | Journal | Payout


def build(document: Document, context: Context, link: Link | None) -> Request | Skip:
    """The write that brings QuickBooks to this revision of a document, given its link if it was
    sent before. Raises NeedsMapping."""
    entity = ENTITY[document.kind]
    reason = nothing_to_post(document)
    if isinstance(document, Allocation):
        reason = reason or allocation.taken_back(document, context)
    if reason:
        if link is None:
            return Skip(reason)
        handle: Body = {"Id": link.id, "SyncToken": link.sync_token}
        if isinstance(document, Invoice):
            return Request(entity, "void", {**handle, "sparse": True})
        return Request(entity, "delete", handle)
    body = _body(document, context, link)
    if link is None:
        return Request(entity, "create", body)
    handle = {"Id": link.id, "SyncToken": link.sync_token, "sparse": True}
    return Request(entity, "update", {**handle, **body})


def nothing_to_post(document: Document) -> str | None:
    """Why a document has no effect on the books, or None."""
    match document:
        case Customer() | Vendor() | Product():
            return None
        case _ if document.status == "cancelled":
            return "It was cancelled."
        case Payment() if not document.amount:
            return "No money was received."
        case BillPayment() if not document.amount:
            return "Nothing was paid."
        case CreditNote() | Refund() | Bill() | VendorCredit() if not document.total:
            return "Its total is nothing."
        case Payout() if not deposit.line_keys(document):
            return "Nothing was paid out."
    return None


def needs(document: Document) -> tuple[str, ...]:
    """Keys of the documents whose content, not only their link, `build` reads: the invoice that
    money or a credit belongs to, the quote that an invoice was made of."""
    match document:
        case Payment():
            return (payment.invoice_key(document),)
        case Allocation():
            return allocation.keys(document)
        case BillPayment():
            return bill_payment.settled_keys(document)
        case CreditNote() | Refund() if document.customer is None and document.invoice is not None:
            return (document_key(Kind.INVOICE, document.source, document.invoice),)
        case Invoice():
            key = estimate.quote_key(document)
            return (key,) if key else ()
        case PurchaseDocument():
            # Whether a product is stocked, where its item has no account for what is bought.
            return tuple(product_key(document, line) for line in document.lines if line.product)
    return ()


def link_from_answer(
    document: Document,
    request: Request | None,
    obj: Mapping[str, Any],
    before: Link | None = None,
    *,
    kept: Collection[str] = (),
    as_left: bool = True,
) -> Link | None:
    """The link after a write or, without a request, to an object that was found in the books. None
    after a delete: there is nothing left to link to.

    What the write left to a person stays known as their edit: of `before.edits` what was not sent,
    or was `kept`. An object that was looked up later may have been edited since: then it is not
    `as_left` by our write, and what is otherwise than we sent it is an edit.
    """
    entity = ENTITY[document.kind]
    if obj.get("status") == "Deleted":
        return None
    written = _written(entity, request, obj, before, kept, as_left)
    return Link(
        entity=entity,
        id=obj["Id"],
        sync_token=obj["SyncToken"],
        written=written,
        edits=edits(entity, written, obj),
        line_ids=_line_ids(document, request, obj, before),
        account=item.account_of(obj) if entity == item.ENTITY else None,
        cost_account=item.cost_account_of(obj) if entity == item.ENTITY else None,
    )


def seen(link: Link, obj: Mapping[str, Any]) -> Link:
    """The link once its object was read: its token, and what a person edited."""
    return replace(
        link,
        sync_token=str(obj["SyncToken"]),
        edits=edits(link.entity, link.written, obj),
        # An item's sales follow its account from now on, and so does our projection.
        account=item.account_of(obj) if link.entity == item.ENTITY else link.account,
        cost_account=(
            item.cost_account_of(obj) if link.entity == item.ENTITY else link.cost_account
        ),
    )


def _written(
    entity: str,
    request: Request | None,
    obj: Mapping[str, Any],
    before: Link | None,
    kept: Collection[str],
    as_left: bool,
) -> dict[str, str]:
    now = hashes(entity, obj)
    if request is None or request.operation not in ("create", "update"):
        return now
    known = before.written if before and WHOLE not in before.written else {}
    ours = [one for one in sent(entity, request.body) if decided_as(entity, one) not in kept]
    untouched = set(before.edits if before else ()) if as_left else set(known)
    found = {name: known.get(name) for name in untouched if name not in ours}
    if not as_left:
        wanted = hashes(entity, request.body)
        missed = missing(entity, request.body, obj)
        found |= {name: wanted.get(name) for name in missed}
    return {name: value for name, value in (now | found).items() if value}


def disagreement(document: Document, obj: Mapping[str, Any]) -> Finding | None:
    """Where QuickBooks saved a transaction with another total or another tax than it was sent, as
    it does without a word when a preference it depends on is off."""
    if isinstance(document, Name | Journal) or nothing_to_post(document):
        return None
    wanted = {"TotalAmt": _total(document)}
    found = {"TotalAmt": obj.get("TotalAmt")}
    if isinstance(document, SalesDocument):
        wanted["TotalTax"] = document.tax
        found["TotalTax"] = (obj.get("TxnTaxDetail") or {}).get("TotalTax") or ZERO
    for field, amount in wanted.items():
        if number(found[field]) != number(amount):
            return Finding(
                field,
                f"is {found[field]} in QuickBooks, but {amount} was sent.",
                "Check the sales tax, discount and rounding settings in QuickBooks, then retry.",
            )
    return None


def _total(document: TradeDocument | Payment | BillPayment | Payout | Allocation) -> Decimal:
    """What TotalAmt is to be; an allocation moves no money."""
    match document:
        case Payment() | Payout():
            return document.amount
        case BillPayment():
            return document.money
        case Allocation():
            return ZERO
    return document.total


def _body(document: Document, context: Context, link: Link | None) -> Body:
    match document:
        case Customer() | Vendor() | Product():
            return _body_of_name(document, context, link)
        case Quote():
            return estimate.body(document, context, link)
        case Invoice():
            return invoice.body(document, context, link)
        case Payment():
            return payment.body(document, context)
        case CreditNote():
            return credit_memo.body(document, context, link)
        case Allocation():
            return allocation.body(document, context)
        case Refund():
            return refund_receipt.body(document, context, link)
        case Bill() | VendorCredit() | BillPayment():
            return _body_of_purchase(document, context, link)
        case Journal():
            return journal.body(document, context, link)
        case Payout():
            return deposit.body(document, context, link)
        case _ as never:
            assert_never(never)


def _body_of_name(document: Name, context: Context, link: Link | None) -> Body:
    match document:
        case Customer():
            return customer.body(document, context)
        case Vendor():
            return vendor.body(document, context)
    return item.body(document, context, create=link is None)


def _body_of_purchase(
    document: Bill | VendorCredit | BillPayment, context: Context, link: Link | None
) -> Body:
    match document:
        case Bill():
            return bill.body(document, context, link)
        case VendorCredit():
            return vendor_credit.body(document, context, link)
    return bill_payment.body(document, context)


def _line_ids(
    document: Document, request: Request | None, obj: Mapping[str, Any], before: Link | None
) -> dict[str, str]:
    """QuickBooks' line ids by ours. Lines sent with an id keep it; new ones come back in the order
    they were sent. Where a person added or took some, they are told by what they say."""
    if not isinstance(document, _WithLines):
        return {}
    returned = [line for line in obj.get("Line", ()) if line.get("DetailType") in _OUR_LINES]
    if before is not None and (request is None or "Line" not in request.body):
        there = {line.get("Id") for line in returned}
        return {key: one for key, one in before.line_ids.items() if one in there}
    sent_lines = request.body.get("Line", ()) if request else ()
    keys = _line_keys(document, sent_lines or returned)
    if len(returned) != len(keys):
        return _alike(keys, sent_lines, returned)
    known = {line["Id"]: key for key, line in zip(keys, sent_lines, strict=False) if "Id" in line}
    found = {known[line["Id"]]: line["Id"] for line in returned if line.get("Id") in known}
    new_keys = [key for key in keys if key not in found]
    new_lines = [line for line in returned if line.get("Id") not in known]
    for key, line in zip(new_keys, new_lines, strict=False):
        if line.get("Id"):
            found[key] = line["Id"]
    return found


def _line_keys(document: _WithLines, there: Sized) -> list[str]:
    if isinstance(document, Journal):
        return journal.line_keys(document)
    if isinstance(document, Payout):
        return deposit.line_keys(document)
    if isinstance(document, SalesDocument):
        return sales_lines.line_keys(document)
    return purchase_lines.line_keys(document, max(len(there), len(document.lines)))


def _alike(
    keys: Sequence[str], sent_lines: Iterable[Body], returned: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    left = [line for line in returned if line.get("Id")]
    found: dict[str, str] = {}
    for key, mine in zip(keys, sent_lines, strict=False):
        line = next((one for one in left if shows_line(mine, one)), None)
        if line is not None:
            left.remove(line)
            found[key] = line["Id"]
    return found


_OUR_LINES = frozenset(
    {
        *("SalesItemLineDetail", "DiscountLineDetail"),
        *("ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"),
        *("JournalEntryLineDetail", "DepositLineDetail"),
    }
)
