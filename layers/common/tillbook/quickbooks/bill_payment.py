"""BillPayment: money paid for one bill from a bank account or a card, or a vendor's credit used
for it. Cancelled, it is deleted, and the bill is open again.

QuickBooks takes none that settles nothing (fault 2020). A credit is applied by a payment of nothing
with two lines of one amount. Source: Intuit, reference of BillPayment.
"""

from decimal import Decimal

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Bill, BillPayment, Kind, VendorCredit, document_key
from tillbook.quickbooks import transactions
from tillbook.quickbooks.context import Body, Context, NeedsMapping, ref
from tillbook.quickbooks.names import clean_name

ENTITY = "BillPayment"
_LENGTH = 21


def body(document: BillPayment, context: Context) -> Body:
    return {
        "VendorRef": ref(transactions.vendor_id(document, context)),
        "TotalAmt": document.money,
        **_way(document, context),
        **_reference(document, context),
        **transactions.header(document, context),
        "Line": _applied(document, context),
    }


def paid_from(document: BillPayment, context: Context) -> str:
    """The account that the money leaves. QuickBooks pays by check from bank accounts alone, and by
    card from credit card accounts alone (fault 6430)."""
    accounts = context.accounts
    setting, chosen, type = (
        ("paid_from", accounts.paid_from, "Bank")
        if document.method == "check"
        else ("card", accounts.card, "Credit Card")
    )
    account = context.account(setting, chosen)
    known = context.company.accounts[account]
    if known.type != type:
        raise NeedsMapping(
            Finding(
                f"settings.accounts.{setting}",
                f"is an account of type {known.type}, but QuickBooks pays bills by "
                f"{document.method} from an account of type {type}.",
                f"Choose an account of type {type} in the settings.",
            )
        )
    return account


def bill_key(document: BillPayment) -> str:
    return document_key(Kind.BILL, document.source, document.bill)


def credit_key(document: BillPayment) -> str | None:
    if document.vendor_credit is None:
        return None
    return document_key(Kind.VENDOR_CREDIT, document.source, document.vendor_credit)


def settled_keys(document: BillPayment) -> tuple[str, ...]:
    """The bill, and the credit that is used for it."""
    credit = credit_key(document)
    return (bill_key(document), *((credit,) if credit else ()))


def _reference(document: BillPayment, context: Context) -> Body:
    """DocNumber is the number of the check, so that a number of any other kind, which could be that
    of another check, stays out of it."""
    reference = clean_name(document.reference or "", context.company)[:_LENGTH].rstrip()
    return {"DocNumber": reference} if reference else {}


def _way(document: BillPayment, context: Context) -> Body:
    if document.vendor_credit:
        return {"PayType": "Check", "CheckPayment": {"PrintStatus": "NotSet"}}
    account = ref(paid_from(document, context))
    if document.method == "card":
        return {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": account}}
    return {
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": account, "PrintStatus": "NotSet"},
    }


def _applied(document: BillPayment, context: Context) -> list[Body]:
    """No more than the bill's total is applied, nor than that of the credit; what is paid beyond it
    stays as the vendor's credit."""
    amount: Decimal = document.amount
    for key in settled_keys(document):
        settled = context.documents.get(key)
        if isinstance(settled, Bill | VendorCredit):
            _check_stands(settled)
            amount = min(amount, settled.total)
    credit = credit_key(document)
    lines = [_line(amount, context.link(bill_key(document), "bill").id, "Bill")]
    if credit is not None:
        link = context.link(credit, "vendor credit")
        lines.append(_line(amount, link.id, "VendorCredit"))
    return lines


def _line(amount: Decimal, id: str, type: str) -> Body:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": id, "TxnType": type}]}


def _check_stands(settled: Bill | VendorCredit) -> None:
    if settled.status == "open" and settled.total:
        return
    what = str(settled.kind).replace("_", " ")
    state = "was cancelled" if settled.status == "cancelled" else "comes to nothing"
    raise NeedsMapping(
        Finding(
            what,
            f"{settled.number} {state}, and QuickBooks takes no payment that settles no bill.",
            "Cancel the payment at its source, or enter the money in QuickBooks by hand and skip "
            "it here.",
        )
    )
