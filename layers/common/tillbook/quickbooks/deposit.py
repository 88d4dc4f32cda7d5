"""Deposit: what a gateway pays out, from its clearing account to the bank, with its fees as lines
of negative amounts. Its total is what the bank statement shows. Cancelled, it is deleted.

QuickBooks gives deposits no number; the number stands in the note.
"""

from decimal import Decimal

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Payout
from tillbook.domain.sync import Link
from tillbook.quickbooks import transactions
from tillbook.quickbooks.context import Body, Context, NeedsMapping, ref
from tillbook.quickbooks.names import clean_text, cut
from tillbook.quickbooks.sales_lines import DESCRIPTION_LENGTH, with_id

ENTITY = "Deposit"
_KIND = "DepositLineDetail"
_GROSS = "gross"


def body(document: Payout, context: Context, link: Link | None) -> Body:
    ids = link.line_ids if link else {}
    lines = [
        _line(amount, what, account, context) for what, account, amount in _parts(document, context)
    ]
    keys = line_keys(document)
    return {
        "DepositToAccountRef": ref(bank(context)),
        **transactions.header(document, context),
        "Line": [with_id(ids.get(key), line) for key, line in zip(keys, lines, strict=True)],
    }


def line_keys(document: Payout) -> list[str]:
    """Our line ids in the order of the lines sent."""
    fees = [f"fee:{number}" for number, fee in enumerate(document.fees) if fee.amount]
    return ([_GROSS] if document.gross else []) + fees


def bank(context: Context) -> str:
    return context.account("payouts_to", context.accounts.payouts_to)


def clearing(document: Payout, context: Context) -> str:
    """Where the gateway's payments wait. What waits in Undeposited Funds is deposited payment by
    payment, which would lock them."""
    account = context.accounts.of_gateway(document.gateway)
    known = context.company.accounts.get(account or "")
    if known is not None and known.subtype == "UndepositedFunds":
        raise NeedsMapping(
            Finding(
                "settings.accounts.gateways",
                f"has no clearing account for {document.gateway}, whose money waits in "
                f"{known.name}.",
                f"Choose a clearing account for {document.gateway} in the settings.",
            )
        )
    return context.account("gateways", account)


def fees(context: Context) -> str:
    return context.account("payment_fees", context.accounts.payment_fees)


def _parts(document: Payout, context: Context) -> list[tuple[str, str, Decimal]]:
    """What each line is for, its account and its amount."""
    found = [(f"Paid through {document.gateway}", clearing(document, context), document.gross)]
    found += [(fee.name, fees(context), -fee.amount) for fee in document.fees if fee.amount]
    return [one for one in found if one[2]]


def _line(amount: Decimal, what: str, account: str, context: Context) -> Body:
    return {
        "Description": cut(clean_text(what, context.company), DESCRIPTION_LENGTH),
        "Amount": amount,
        "DetailType": _KIND,
        _KIND: {"AccountRef": ref(account)},
    }
