"""Shopify: what each topic of its webhooks becomes.

Source: shopify.dev, "Webhooks", "Privacy law compliance".
"""

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from tillbook.channels import shopify_payload as payload
from tillbook.channels.delivery import Delivery, Documents, Ignored, Translation
from tillbook.channels.parsing import INSTANT, checked, findings_of, parse_json, validate
from tillbook.channels.shopify_customers import customer
from tillbook.channels.shopify_delivery import header, topic
from tillbook.channels.shopify_orders import order_documents
from tillbook.channels.shopify_products import products, products_of_lines, refunded_lines
from tillbook.channels.shopify_refunds import Nothing, refund_document
from tillbook.domain.checks import Finding
from tillbook.domain.documents import Document
from tillbook.errors import BadInput

TITLE_LENGTH = 100


def translate(delivery: Delivery, source: str) -> Translation:
    """The documents of a delivery, or why there are none. Raises BadInput."""
    name = topic(delivery)
    if name == "unknown":
        raise BadInput(
            Finding(
                "X-Shopify-Topic",
                "is missing, so what the delivery is about is unknown.",
                "Let Shopify send to this address itself, or pass its headers on.",
            )
        )
    if name in _IGNORED:
        return Ignored(_IGNORED[name])
    if name not in _TOPICS:
        return Ignored(f"{name[:80]} is of no consequence to the books.")
    if (header(delivery, "test") or "").lower() == "true":
        return Ignored(_TEST)
    try:
        translation = _TOPICS[name](delivery, source)
    except ValidationError as error:
        # A document narrower than the payload, such as an amount too large when multiplied out.
        raise BadInput(*findings_of(error)) from None
    if isinstance(translation, Documents):
        checked(translation.documents)
    return translation


def title(delivery: Delivery) -> str:
    """Such as 'order #1024': also of a body that cannot be translated."""
    try:
        body = parse_json(delivery.body)
    except BadInput:
        return ""
    kind = topic(delivery).partition("/")[0]
    named = {
        "orders": ("order", "name"),
        "refunds": ("refund of order", "order_id"),
        "products": ("product", "title"),
        "customers": ("customer", "id"),
    }.get(kind)
    if named is None or not isinstance(body, dict):
        return ""
    value = body.get(named[1]) or body.get("id")
    words = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    return f"{named[0]} {words}"[:TITLE_LENGTH] if words else ""


def _order(delivery: Delivery, source: str) -> Translation:
    order = validate(payload.Order, parse_json(delivery.body))
    if order.test:
        return Ignored(_TEST)
    return Documents(tuple(order_documents(order, source, _triggered(delivery))))


def _refund(delivery: Delivery, source: str) -> Translation:
    refund = validate(payload.Refund, parse_json(delivery.body))
    document = refund_document(refund, source)
    if isinstance(document, Nothing):
        return Ignored(document.reason)
    products = products_of_lines(refunded_lines(refund.refund_line_items), source)
    documents: list[Document] = [*products, document]
    return Documents(tuple(documents))


def _customer(delivery: Delivery, source: str) -> Translation:
    body = validate(payload.IdentifiedCustomer, parse_json(delivery.body))
    found = customer(body, source, _triggered(delivery))
    if found is None:
        return Ignored(
            "It has no name, e-mail or phone number: the app may not see personal data. Orders go "
            "to the shared customer until Shopify grants protected customer data."
        )
    return Documents((found,))


def _product(delivery: Delivery, source: str) -> Translation:
    body = validate(payload.Product, parse_json(delivery.body))
    found = products(body, source, _triggered(delivery))
    return Documents(tuple(found)) if found else Ignored("The product has no variants to sell.")


def _triggered(delivery: Delivery) -> datetime | None:
    """When Shopify fired the webhook; None where it does not say so legibly."""
    text = header(delivery, "triggered-at")
    try:
        return INSTANT.validate_python(text)
    except ValidationError:
        return None


_TEST = "It is a test and moves no money."
_TOPICS: dict[str, Callable[[Delivery, str], Translation]] = {
    "customers/create": _customer,
    "customers/update": _customer,
    "products/create": _product,
    "products/update": _product,
    "orders/create": _order,
    "orders/updated": _order,
    "orders/paid": _order,
    "orders/cancelled": _order,
    "orders/fulfilled": _order,
    "orders/partially_fulfilled": _order,
    "refunds/create": _refund,
}
_PAYMENTS = "Payments are taken from the order, which tells all that was received."
_IGNORED = {
    "orders/delete": (
        "The order was deleted in Shopify. If its invoice is in QuickBooks, void it there: a "
        "deletion does not say whether the sale took place."
    ),
    "orders/edited": (
        "It holds only what an edit changed; the edited order itself comes as orders/updated."
    ),
    "products/delete": (
        "The product was deleted in Shopify. Its item stays in QuickBooks, since documents use it; "
        "make it inactive there if it is not sold any more."
    ),
    "customers/delete": (
        "The customer was deleted in Shopify. The customer stays in QuickBooks with its documents; "
        "make it inactive there if it is not needed."
    ),
    "order_transactions/create": _PAYMENTS,
    "tender_transactions/create": _PAYMENTS,
    "draft_orders/create": "A draft is no sale yet; the order follows when it is completed.",
    "draft_orders/update": "A draft is no sale yet; the order follows when it is completed.",
    "customers/data_request": (
        "A customer asks for the data kept about them. Give it to the shop's owner within 30 days: "
        "search the records for the customer's e-mail."
    ),
    "customers/redact": (
        "A customer's data is to be erased within 30 days, except what accounting law requires to "
        "keep. Look in QuickBooks and in the documents kept here."
    ),
    "shop/redact": (
        "The shop has left and asks for its data to be erased. Delete the channel, and erase what "
        "accounting law does not require to keep."
    ),
    "app/uninstalled": (
        "The app was removed from the shop, so no more events will come. Install it again or "
        "delete the channel."
    ),
}
