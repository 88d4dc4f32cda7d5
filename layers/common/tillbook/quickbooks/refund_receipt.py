"""RefundReceipt: money paid back, out of the account that its gateway pays from. The customer is
optional in QuickBooks. It cannot be voided, so it is deleted."""

from tillbook.domain.documents import Refund
from tillbook.domain.sync import Link
from tillbook.quickbooks import sales_form, transactions
from tillbook.quickbooks.context import Body, Context, ref

ENTITY = "RefundReceipt"


def body(document: Refund, context: Context, link: Link | None) -> Body:
    customer = transactions.customer_id(document, context)
    return {
        **({"CustomerRef": ref(customer)} if customer else {}),
        "DepositToAccountRef": ref(paid_from(document, context)),
        **sales_form.body(document, context, link),
    }


def paid_from(document: Refund, context: Context) -> str:
    return context.account("deposit", context.accounts.of_gateway(document.gateway))
