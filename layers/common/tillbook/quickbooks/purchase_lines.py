"""Lines of purchase forms: one line per line of the document, one for all discounts and, in the US,
one for the tax.

QuickBooks has no discount on purchase forms and calculates no tax on purchases in the US: both are
lines on an account of their own. Source: Intuit, "Manage sales tax for US locales".
"""

from decimal import Decimal

from tillbook.domain.documents import Line, LineKind, PurchaseDocument, product_key
from tillbook.domain.money import ZERO
from tillbook.domain.sync import Link
from tillbook.quickbooks import taxes
from tillbook.quickbooks.context import Body, Context, ref
from tillbook.quickbooks.names import clean_text, cut
from tillbook.quickbooks.sales_lines import (
    DESCRIPTION_LENGTH,
    amounts,
    check_sum,
    quantity_and_price,
    with_id,
)

_EXTRA = "tillbook:"
"""Our line ids of the lines that follow the document's own, in `Link.line_ids`."""


def lines(document: PurchaseDocument, context: Context, link: Link | None) -> list[Body]:
    """The Line array, whole: QuickBooks deletes what an update leaves out."""
    check_sum(document)
    ids = link.line_ids if link else {}
    body = [_line(document, line, context) for line in document.lines]
    for code, discount in _discounts(document, context):
        body.append(_on_account(-discount, discount_account(context), "Discount", code))
    if context.company.is_us and document.tax:
        body.append(_on_account(document.tax, tax_account(context), "Tax", {}))
    keys = line_keys(document, len(body))
    return [with_id(ids.get(key), line) for key, line in zip(keys, body, strict=True)]


def line_keys(document: PurchaseDocument, count: int) -> list[str]:
    """Our line ids in the order of `lines`, given how many there are."""
    own = [line.id for line in document.lines]
    return own + [f"{_EXTRA}{number}" for number in range(count - len(own))]


def _discounts(document: PurchaseDocument, context: Context) -> list[tuple[Body, Decimal]]:
    """Discounts by tax code, so that each lowers what its own tax is charged on."""
    found: dict[str, tuple[Body, Decimal]] = {}
    for line in document.lines:
        code = taxes.line_code(document, line, context)
        key = code.get("TaxCodeRef", {}).get("value", "")
        so_far = found.get(key, (code, ZERO))[1]
        found[key] = (code, so_far + amounts(document, line).discount)
    return [(code, discount) for code, discount in found.values() if discount]


def discount_account(context: Context) -> str:
    accounts = context.accounts
    if accounts.purchase_discounts:
        return context.account("purchase_discounts", accounts.purchase_discounts)
    return context.account("purchases", accounts.purchases)


def tax_account(context: Context) -> str:
    """US: where tax on purchases goes, which QuickBooks does not calculate there."""
    return context.account("purchase_tax", context.accounts.purchase_tax)


def account(document: PurchaseDocument, line: Line, context: Context) -> str:
    """The account that a line is charged to: the item decides where it is bought by item."""
    if line.product is not None:
        link = context.link(product_key(document, line), "product")
        if link.cost_account is not None:
            return link.cost_account
        product = context.documents.get(product_key(document, line))
        stocked = bool(getattr(product, "stocked", False))
        setting, chosen = (
            ("inventory", context.accounts.inventory)
            if stocked
            else ("purchases", context.accounts.purchases)
        )
        return context.account(setting, chosen)
    if line.kind is LineKind.SHIPPING and context.accounts.freight:
        return context.account("freight", context.accounts.freight)
    return context.account("purchases", context.accounts.purchases)


def _line(document: PurchaseDocument, line: Line, context: Context) -> Body:
    amount = amounts(document, line).income
    code = taxes.line_code(document, line, context)
    link = context.link(product_key(document, line), "product") if line.product else None
    description = cut(clean_text(line.description, context.company), DESCRIPTION_LENGTH)
    kind = "AccountBasedExpenseLineDetail"
    detail: Body = {"AccountRef": ref(account(document, line, context)), **code}
    if link is not None and link.cost_account is not None:
        kind = "ItemBasedExpenseLineDetail"
        detail = {
            "ItemRef": ref(link.id),
            **quantity_and_price(document, line, amount),
            **code,
        }
    detail["BillableStatus"] = "NotBillable"
    if taxes.states_inclusive_price(document, line, context):
        detail["TaxInclusiveAmt"] = line.gross
    return {
        **({"Description": description} if description else {}),
        "Amount": amount,
        "DetailType": kind,
        kind: detail,
    }


def _on_account(amount: Decimal, account: str, what: str, code: Body) -> Body:
    kind = "AccountBasedExpenseLineDetail"
    return {
        "Description": what,
        "Amount": amount,
        "DetailType": kind,
        kind: {"AccountRef": ref(account), **code, "BillableStatus": "NotBillable"},
    }
